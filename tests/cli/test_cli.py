"""The command line, run as a process: every way in, every way out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import FAKE_AGENT, RECORDINGS, environment, program, run

SHORT = RECORDINGS / "2.1.330" / "b17_two_text_blocks.jsonl"
SILENT = ("--device", "none")


def fake_agent(recording: Path, *options: str) -> list[str]:
    return [sys.executable, str(FAKE_AGENT), str(recording), *options]


def test_the_demo_prints_both_languages_and_records_speech(tmp_path: Path) -> None:
    wav = tmp_path / "demo.wav"
    result = run("demo", "--speed", "0", "--headless", *SILENT, "--record", wav)
    assert result.code == 0
    assert result.err == ""
    lines = result.out.splitlines()
    assert sum(line.startswith("EN") for line in lines) > 8
    assert sum(line.startswith("JA") for line in lines) > 8
    with wave.open(str(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48000)
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32768
    seconds = sound[: len(sound) // 48000 * 48000].reshape(-1, 48000)
    loud = np.sqrt((seconds**2).mean(axis=1)) > 0.01
    assert len(seconds) > 20
    assert loud.mean() > 0.8


def test_a_recording_replays_as_json_events_in_order() -> None:
    result = run("replay", SHORT, "--speed", "0", "--json", "--no-audio")
    assert result.code == 0
    names = [event["event"] for event in result.events]
    assert names[-1] == "end"
    assert "speaking" not in names
    assert result.events[-1]["exit_code"] == 0
    segments = {event["id"]: event for event in result.of("segment")}
    assert list(segments) == list(range(1, len(segments) + 1))
    assert {event["id"] for event in result.of("translated")} == set(segments)
    times = [event["t"] for event in result.of("segment")]
    assert times == sorted(times)


def test_speech_is_reported_for_each_sentence(tmp_path: Path) -> None:
    result = run(
        *("replay", SHORT, "--speed", "0", "--json", *SILENT, "--record", tmp_path / "a.wav")
    )
    spoken = [event["id"] for event in result.of("spoken")]
    assert spoken == sorted(spoken)
    assert [event["id"] for event in result.of("speaking")] == spoken
    assert len(spoken) == result.events[-1]["statistics"]["spoken"] > 0


def test_a_command_is_run_and_its_exit_code_is_ours() -> None:
    agent = fake_agent(SHORT, "--speed", "0", "--exit-code", "7")
    result = run("--json", "--no-audio", "--", *agent)
    assert result.code == 7
    assert result.events[-1]["exit_code"] == 7
    assert result.of("segment")


def test_a_stream_on_standard_input_is_read() -> None:
    result = run("--json", "--no-audio", stdin=SHORT.read_bytes())
    assert result.code == 0
    assert result.of("segment")


def test_plain_text_on_standard_input_is_read() -> None:
    result = run("--no-audio", stdin=b"The tests pass. The build is green.\n")
    assert result.out.splitlines()[0] == "EN  The tests pass."


def test_say_speaks_its_arguments_a_file_and_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text("# A heading\n\nThe tests pass.\n")
    for arguments, stdin in (
        (("The tests pass.",), None),
        (("--file", file), None),
        ((), b"The tests pass."),
    ):
        result = run("say", *arguments, "--json", "--no-audio", stdin=stdin)
        assert result.of("segment")[-1]["english"] == "The tests pass."


def test_options_stand_before_and_after_the_command() -> None:
    for arguments in (
        ("--json", "--no-audio", "say", "Yes."),
        ("say", "Yes.", "--json", "--no-audio"),
        ("--json", "say", "Yes.", "--no-audio"),
    ):
        assert run(*arguments).events[-1]["event"] == "end"


def test_a_log_that_grows_is_followed(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with subprocess.Popen(
        program("--json", "--no-audio", "--follow", log),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        log.write_bytes(SHORT.read_bytes())
        names = []
        for line in process.stdout:
            names.append(json.loads(line)["event"])
            if names[-1] == "translated":
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(30) == 130
    assert json.loads(rest.splitlines()[-1])["event"] == "end"


def test_the_agents_lines_are_kept_as_received(tmp_path: Path) -> None:
    raw = tmp_path / "raw.jsonl"
    run("replay", SHORT, "--speed", "0", "--no-audio", "--headless", "--keep-raw", raw)
    assert raw.read_bytes() == SHORT.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--",), "no command after --"),
        ((), "nothing to read"),
        (("--follow", "x", "--", "claude"), "one thing to read"),
        (("demo", "--", "claude"), "not both"),
        (("replay", "/nowhere/at.jsonl"), "/nowhere/at.jsonl"),
        (("demo", "--speed", "-1"), "--speed"),
        (("say", "a", "--file", "b"), "not both"),
        (("say",), "nothing to say"),
        (("demo", "--translator", "startr", "--headless"), "starter"),
        (("demo", "--speaker", "openjtlk", "--headless"), "openjtalk"),
        (("demo", "--rate", "9"), "tts.speed"),
        (("demo", "--config", "/nowhere/c.toml"), "/nowhere/c.toml"),
        (("demo", "--record", "/nowhere/a.wav", "--headless"), "/nowhere/a.wav"),
        (("demo", "--record", "a.wav", "--no-audio"), "--no-audio"),
        (("demo", "--record", "a.wav", "--keep-raw", "./a.wav"), "overwritten"),
        (("bench", "latency", "/nowhere/at.jsonl"), "/nowhere/at.jsonl"),
    ],
)
def test_what_can_not_be_meant_is_refused_with_a_reason(
    arguments: tuple[str, ...], says: str
) -> None:
    # A terminal as standard input, so that "nothing to read" can be told from an empty stream.
    leader, follower = os.openpty()
    done = subprocess.run(
        program(*arguments),
        stdin=follower,
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    os.close(leader)
    os.close(follower)
    message = done.stderr.decode()
    assert done.returncode == 2
    assert says in message
    assert "Traceback" not in message


def test_a_command_that_is_not_installed_says_what_to_install() -> None:
    result = run("--headless", "--", "claude", "-p", "hi", PATH="/nowhere")
    assert result.code == 127
    assert "npm install -g @anthropic-ai/claude-code" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_agent_and_keeps_what_was_received(
    number: signal.Signals, code: int
) -> None:
    agent = fake_agent(SHORT, "--speed", "0", "--stay")
    with subprocess.Popen(
        program("--json", "--no-audio", "--", *agent),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "segment":
                break
        process.send_signal(number)
        rest = [json.loads(line) for line in process.stdout]
        assert process.wait(30) == code
    assert rest[-1]["event"] == "end"
    assert rest[-1]["exit_code"] == code


def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    with subprocess.Popen(
        program("demo", "--speed", "0", "--json", "--no-audio"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""


def test_an_output_that_can_not_be_written_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program("demo", "--speed", "0", "--json", "--no-audio"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert b"No space left" in done.stderr


def test_a_terminal_without_japanese_does_not_end_the_program() -> None:
    result = run("say", "The tests pass.", "--no-audio", PYTHONIOENCODING="latin-1")
    assert result.code == 0
    assert result.out.splitlines()[0] == "EN  The tests pass."
    assert "?" in result.out.splitlines()[1]


def test_nothing_is_written_over_what_is_read(tmp_path: Path) -> None:
    recording = tmp_path / "a.jsonl"
    recording.write_bytes(SHORT.read_bytes())
    for option in ("--keep-raw", "--record"):
        result = run("replay", recording, "--headless", option, tmp_path / "." / "a.jsonl")
        assert result.code == 2
        assert str(recording) in result.err
    assert recording.read_bytes() == SHORT.read_bytes()


def test_a_run_that_ignores_hangups_survives_them() -> None:
    agent = fake_agent(SHORT, "--speed", "0", "--stay")
    with subprocess.Popen(
        [
            "sh",
            "-c",
            'trap "" HUP; exec "$@"',
            "sh",
            *program("--json", "--no-audio", "--", *agent),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "segment":
                break
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        assert process.wait(30) == 143


def test_an_output_that_nobody_reads_does_not_hold_up_the_end(tmp_path: Path) -> None:
    text = tmp_path / "long.md"
    text.write_text("This is one more sentence of a long text. " * 4000)
    with subprocess.Popen(
        program("say", "--file", text, "--json", "--no-audio"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        # Nothing more is read, so the pipe is full long before the text is over.
        assert process.wait(60) in (143, 130)


@pytest.mark.parametrize(
    "stream",
    [
        b"not json at all\n",
        b'{"type":"assistant","message":{"content":[{"type":"text","text":"Hi there."}]}}\nbroken',
        b'{"type":"system","subtype":"init"}\n\xff\xfe\xfa\n{"type":"result","result":"Done."}\n',
        b'{"type":"system"',
        b"\n\n\n",
        b"",
        '{"type":"result","result":"One\u0085two."}\n'.encode(),
    ],
)
def test_broken_streams_end_in_order_and_lose_nothing(stream: bytes) -> None:
    result = run("--json", "--no-audio", stdin=stream)
    assert result.code == 0
    assert result.events[-1]["event"] == "end"
    assert "Traceback" not in result.err


def test_lines_that_are_not_json_are_shown_and_counted() -> None:
    stream = b'{"type":"system","subtype":"init"}\nWarning: odd line\n{"type":"result"}\n'
    result = run("--json", "--no-audio", stdin=stream)
    assert [event["english"] for event in result.of("segment")] == ["Warning: odd line"]
    assert result.events[-1]["statistics"]["unreadable_lines"] == 1


def test_a_disk_that_fills_up_while_recording_is_said_and_speech_goes_on() -> None:
    result = run(
        *("say", "The tests pass.", "--json", *SILENT, "--record", "/dev/full"), timeout=60
    )
    assert result.code == 0
    assert len(result.of("failed")) == 1
    assert "/dev/full" in result.of("failed")[0]["message"]
    assert result.of("spoken")


def test_a_broken_voice_file_is_said_and_another_voice_speaks(tmp_path: Path) -> None:
    (tmp_path / "bad.htsvoice").write_bytes(b"[GLOBAL]\nbroken")
    result = run(
        *("say", "The tests pass.", "--json", *SILENT, "--voice", "bad"),
        VOICESTREAM_TTS_VOICES_DIR=str(tmp_path),
    )
    assert result.code == 0
    assert "bad.htsvoice" in result.of("failed")[0]["message"]
    assert result.of("spoken")


def test_headless_never_loads_the_screen() -> None:
    code = (
        "import sys; from voicestream_tui.cli import main; "
        "assert main(['say', 'Yes.', '--headless', '--no-audio']) == 0; "
        "assert not [m for m in sys.modules if m.split('.')[0] == 'textual']"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_voices_and_config_are_told() -> None:
    voices = run("voices")
    assert voices.code == 0
    assert "openjtalk:" in voices.out
    assert run("config", "path").out.strip().endswith("config.toml")
    shown = run("config", "show", "--rate", "1.5")
    assert "speed = 1.5" in shown.out


def test_the_version_is_told() -> None:
    assert run("--version").out.startswith("voicestream-tui ")


def test_after_a_signal_nobody_waits_for_the_translation_of_a_flood() -> None:
    flood = "import time; print('This sentence is one of very many. ' * 20000, flush=True); "
    agent = [sys.executable, "-c", flood + "time.sleep(600)"]
    with subprocess.Popen(
        program("--json", "--no-audio", "--", *agent),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "translated":
                break
        process.send_signal(signal.SIGINT)
        rest = [json.loads(line) for line in process.stdout]
        assert process.wait(60) == 130
    assert rest[-1]["event"] == "end"
    statistics = rest[-1]["statistics"]
    assert statistics["segments"] == 20000
    assert statistics["translated"] < 20000


def test_a_full_disk_under_a_listing_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program("voices"), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_agents_own_complaint_is_shown() -> None:
    code = "import sys; sys.stderr.write('error: unknown option --x'); sys.exit(3)"
    result = run("--headless", "--no-audio", "--", sys.executable, "-c", code)
    assert result.code == 3
    assert "ended with code 3. error: unknown option --x" in result.err
    killed = run("--headless", "--no-audio", "--", "sh", "-c", "kill -9 $$")
    assert killed.code == 137
    assert "sh was ended by signal 9." in killed.err


def test_the_benchmark_gives_its_figures_as_json() -> None:
    result = run("bench", "latency", RECORDINGS / "2.1.197" / "a09_short_chat.jsonl", "--json")
    assert result.code == 0
    figures = json.loads(result.out)
    assert set(figures["text_to_sound_ms"]) == {"p50", "p95", "max", "n"}
    assert figures["text_to_sound_ms"]["n"] == figures["sentences"] == 2
    assert set(figures["stages_ms"]) >= {"segmentation", "translation", "first_synthesis"}
    numbers = ("startup_s", "rtf", "rss_mb", "coordination_core_share")
    assert all(figures[name] > 0 for name in numbers)
    assert (figures["underflows"], figures["failures"], figures["threads_left"]) == (0, [], [])


@pytest.mark.parametrize("message", ["What is this?", "- fix the second point", "update", "-p"])
def test_a_message_behind_chat_is_the_first_one(message: str, tmp_path: Path) -> None:
    claude = tmp_path / "claude"
    claude.write_text(f'#!/bin/sh\nhead -n 1 > "{tmp_path}/message"\n')
    claude.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    run("--headless", "--no-audio", f"--chat={message}", stdin=b"", PATH=path)
    sent = json.loads((tmp_path / "message").read_text())
    assert sent["message"]["content"] == message


def test_messages_that_claude_does_not_take_are_told_and_are_no_success(tmp_path: Path) -> None:
    claude = tmp_path / "claude"
    claude.write_text("#!/bin/sh\nread -r one; read -r two; read -r three\n")
    claude.chmod(0o755)
    chat = ("--no-audio", "--chat", "--", claude)
    result = run("--headless", *chat, stdin=b"one\ntwo\nthree\n")
    not_taken = [line for line in result.out.splitlines() if line.startswith("--")]
    assert not_taken == [f"--  not taken by the agent: {text}" for text in ("two", "three")]
    assert result.code == 1
    assert run("--json", *chat, stdin=b"one\ntwo\nthree\n").events[-1]["exit_code"] == 1


def test_a_message_behind_chat_and_a_command_are_too_much() -> None:
    result = run("--headless", "--chat", "Hello", "--", "claude")
    assert result.code == 2
    assert "not behind --chat" in result.err
