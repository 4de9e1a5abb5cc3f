"""End to end with the real Claude Code CLI; only the API behind it is scripted."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.headless_run import PATIENCE, PROGRAM, Run, named, until
from tests.real_cli import cli_environment
from tests.standin_api import StandinApi
from tests.standin_messages import ApiError, Reply, Say, UseTool

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")
HELLO = "The tests pass now. I changed **two** files:\n\n- `src/app.py`\n- the documentation\n"

pytestmark = pytest.mark.timeout(180)


def one_reply(text: str, **how: Any) -> list[Reply | ApiError]:
    return [Reply([Say(text)], **how)]


def test_a_reply_is_translated_and_spoken_in_order(claude: Path, home: Path) -> None:
    with (
        StandinApi(one_reply(HELLO)) as api,
        Run(home, api, claude, "--device", "none", "--", "claude", "-p", "How is it?") as run,
    ):
        assert run.finish() == 0
    assert api.prompts == ["How is it?"]
    assert api.refused == []
    assert run.said() == HELLO
    order = [
        (event["id"], event["event"])
        for event in run.events
        if event["event"] in ("segment", "translated", "speaking", "spoken")
    ]
    for segment in run.segments():
        steps = [name for identity, name in order if identity == segment["id"]]
        assert steps == ["segment", "translated", "speaking", "spoken"], segment
    spoken = [identity for identity, name in order if name == "spoken"]
    assert spoken == sorted(spoken)
    assert len(spoken) >= 4
    prose = {segment["id"] for segment in run.segments("prose")}
    for translated in run.of("translated"):
        assert translated["id"] not in prose or JAPANESE.search(translated["japanese"])
    assert run.events[-1]["exit_code"] == 0
    assert run.events[-1]["statistics"]["spoken"] == len(spoken)


def test_the_text_is_shown_while_the_agent_still_writes(claude: Path, home: Path) -> None:
    text = "The first sentence is complete. The second one waits in the middle"
    with (
        StandinApi(one_reply(text, hold_after=8)) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi") as run,
    ):
        run.wait_for(lambda event: event["event"] == "translated", "the first translation")
        assert run.segments()[0]["english"] == "The first sentence is complete."
        api.release()
        assert run.finish() == 0
    assert run.said() == text


def test_a_tool_stands_between_two_texts(claude: Path, home: Path) -> None:
    (home / "project" / "notes.txt").write_text("Buy milk.\n")
    replies = [
        Reply([Say("I'll read the file first."), UseTool("Read", {"file_path": "notes.txt"})]),
        Reply([Say("The file has one line.")]),
    ]
    with (
        StandinApi(replies) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "What is in it?") as run,
    ):
        assert run.finish() == 0
    assert "Buy milk." in str(api.requests[1].tool_results)
    rows = [(segment["kind"], segment["english"]) for segment in run.segments()]
    kinds = [kind for kind, _ in rows]
    assert kinds == ["prose", "tool", "prose"], rows
    assert "Read" in rows[1][1]
    assert "notes.txt" in rows[1][1]
    assert any(event["state"] == "tool" for event in run.of("agent"))


def test_an_api_error_is_shown_once_and_ends_with_the_clis_code(claude: Path, home: Path) -> None:
    error = ApiError(400, "invalid_request_error", "The prompt is made of cheese.")
    with (
        StandinApi([error]) as api,
        Run(home, api, claude, "--device", "none", "--", "claude", "-p", "Hi") as run,
    ):
        assert run.finish() == 1
    rows = run.segments()
    assert [row["kind"] for row in rows] == ["error"], rows
    assert "made of cheese" in rows[0]["english"]
    assert [event["id"] for event in run.of("spoken")] == [rows[0]["id"]]
    assert run.events[-1]["exit_code"] == 1


def test_an_overloaded_api_is_tried_again_without_a_word_in_the_text(
    claude: Path, home: Path
) -> None:
    replies = [ApiError(529, "overloaded_error", "Overloaded"), *one_reply("It works now.")]
    with (
        StandinApi(replies) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi") as run,
    ):
        assert run.finish() == 0
    assert run.said() == "It works now."
    assert any(event["state"] == "retrying" for event in run.of("agent"))


CUT = "The first answer breaks off. Nobody ever hears how it would have gone on from here."


@pytest.mark.parametrize(
    "whole", [CUT, "The second answer is complete. It stands alone."], ids=["same", "other"]
)
def test_a_reply_cut_off_in_mid_stream_is_said_once(claude: Path, home: Path, whole: str) -> None:
    """The CLI asks again without streaming; what it gets takes the place of what was begun."""
    replies = [*one_reply(CUT, cut_after=8), *one_reply(whole)]
    with (
        StandinApi(replies) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi") as run,
    ):
        assert run.finish() == 0
    assert [request.streamed for request in api.requests] == [True, False]
    assert run.said() == whole


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--output-format", "stream-json", "--verbose"),
        ("--output-format=stream-json", "--verbose", "--include-partial-messages"),
    ],
)
def test_the_users_own_flags_reach_the_cli(claude: Path, home: Path, flags: Sequence[str]) -> None:
    model = ("--model", "claude-haiku-4-5", "--append-system-prompt", "Answer like a pirate.")
    with (
        StandinApi(one_reply("Ahoy, all is well.")) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi", *model, *flags) as run,
    ):
        assert run.finish() == 0
    assert run.said() == "Ahoy, all is well."
    assert api.requests[0].body["model"] == "claude-haiku-4-5"
    assert "Answer like a pirate." in json.dumps(api.requests[0].body["system"])


def test_a_format_that_the_user_chose_is_kept(claude: Path, home: Path) -> None:
    text = "Plain text is fine too."
    flags = ("--output-format", "text")
    with (
        StandinApi(one_reply(text)) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi", *flags) as run,
    ):
        assert run.finish() == 0
    assert run.said().strip() == text


def test_a_bad_option_of_the_cli_is_explained_by_its_own_words(claude: Path, home: Path) -> None:
    with (
        StandinApi([]) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi", "--no-such-flag") as run,
    ):
        assert run.finish() == 1
    told = json.dumps(run.events) + run.stderr
    assert "unknown option '--no-such-flag'" in told


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_mid_stream_ends_the_cli_too(
    claude: Path, home: Path, number: signal.Signals, code: int
) -> None:
    text = "The first sentence is complete. " + "The rest never comes. " * 20
    with (
        StandinApi(one_reply(text, hold_after=8)) as api,
        Run(home, api, claude, "--device", "none", "--", "claude", "-p", "Hi") as run,
    ):
        run.wait_for(lambda event: event["event"] == "segment", "the first sentence")
        assert named(home, "claude")
        run.process.send_signal(number)
        assert run.finish() == code
    assert run.segments()[0]["english"] == "The first sentence is complete."
    assert run.events[-1]["exit_code"] == code


def test_an_interrupt_before_the_cli_has_said_anything_ends_it(claude: Path, home: Path) -> None:
    with (
        StandinApi(one_reply("Too late.", first_delay=20)) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Hi") as run,
    ):
        run.wait_for(lambda event: event["event"] == "agent", "the start of the agent")
        run.process.send_signal(signal.SIGINT)
        assert run.finish() == 130
    # A CLI that had its first words ready still says that it was interrupted.
    assert {row["english"] for row in run.segments()} <= {"Interrupted."}


def test_an_interrupt_ends_a_tool_that_runs(claude: Path, home: Path) -> None:
    marker = home / "project" / "running"
    command = f"touch {marker} && sleep 3600"
    tool = UseTool("Bash", {"command": command, "description": "Wait", "timeout": 600000})
    allowed = ("--allowedTools", "Bash(touch:*)", "Bash(sleep:*)")
    with (
        StandinApi([Reply([Say("I'll wait."), tool])]) as api,
        Run(home, api, claude, "--no-audio", "--", "claude", "-p", "Wait", *allowed) as run,
    ):
        run.wait_for(
            lambda event: event["event"] == "segment" and event["kind"] == "tool", "the tool"
        )
        until(marker.exists, "the tool's own start")
        until(lambda: bool(named(home, "sleep")), "the tool's second command")
        run.process.send_signal(signal.SIGINT)
        assert run.finish() == 130


def test_the_cli_can_be_piped_into_the_program(claude: Path, home: Path) -> None:
    with StandinApi(one_reply(HELLO)) as api:
        environment = cli_environment(api.url, home, claude)
        pipe = (
            "claude -p Hi --output-format stream-json --verbose --include-partial-messages"
            f" | '{PROGRAM}' --headless --json --no-audio"
        )
        done = subprocess.run(
            ["sh", "-c", pipe],
            cwd=home / "project",
            env=environment,
            capture_output=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.split(b"\n") if line]
    assert "".join(e.get("source", "") for e in events if e["event"] == "segment") == HELLO
