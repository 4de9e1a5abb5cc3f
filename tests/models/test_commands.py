"""`voicestream-tui models` as a user types it, in processes of their own."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import selectors
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.command import Result, environment, program
from tests.cli.command import run as run_program
from tests.models.hub import PATIENCE, Hub, held, stalled, status

pytestmark = pytest.mark.slow

BIG = bytes(range(256)) * 2000
AT = "/me/mine/resolve/main"
CATALOG = f"""
[mine]
title = "My model"
kind = "translator"
engine = "opus-mt"
licence = "CC-BY-NC 4.0"
terms = "Only on Sundays."
credit = "Me"
repository = "me/mine"
files = [
    {{ path = "config.json" }},
    {{ path = "model.bin", size = {len(BIG)}, sha256 = "{hashlib.sha256(BIG).hexdigest()}" }},
]

[free]
title = "A voice"
kind = "voice"
engine = "whistle"
licence = "MIT"
repository = "me/free"
files = [{{ path = "free.htsvoice" }}]
"""


@pytest.fixture
def models(isolated_home: Path, hub: Hub) -> Path:
    """The folder of models, with a catalogue and a hub."""
    settings = isolated_home / ".config/voicestream-tui"
    settings.mkdir(parents=True)
    (settings / "models.toml").write_text(CATALOG)
    hub.put(f"{AT}/config.json", b"{}")
    hub.put(f"{AT}/model.bin", BIG)
    hub.put("/me/free/resolve/main/free.htsvoice", b"voice")
    return isolated_home / ".local/share/voicestream-tui/models"


def run(hub: Hub, *arguments: str) -> Result:
    return run_program("models", *arguments, VOICESTREAM_MODELS_HUB=hub.address)


@contextmanager
def started(hub: Hub, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process whose progress can be read; it is dead at the end of the block."""
    process = subprocess.Popen(
        program("models", *arguments),
        env=environment(VOICESTREAM_MODELS_HUB=hub.address),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"it never said {words!r}")


def test_a_model_is_fetched_used_checked_and_removed(hub: Hub, models: Path) -> None:
    pulled = run(hub, "pull", "mine", "--accept-licence")
    assert pulled.code == 0, pulled.err
    assert "Terms: Only on Sundays." in pulled.out
    assert "Credit: Me" in pulled.out
    assert f"Fetched into {models / 'mine'}" in pulled.out
    assert "not known for config.json" in pulled.out
    assert "mine/model.bin of 512.0 kB" in pulled.err
    assert "mine/model.bin 100 %" in pulled.err
    assert (models / "mine/model.bin").read_bytes() == BIG

    assert run(hub, "path", "mine").out == f"{models / 'mine'}\n"
    assert "mine/model.bin: good" in run(hub, "verify").out
    again = run(hub, "pull", "mine")
    assert again.code == 0
    assert "It is there already" in again.out

    (models / "mine/model.bin").write_bytes(BIG[:-1] + b"x")
    damaged = run(hub, "verify", "mine")
    assert damaged.code == 1
    assert "mine/model.bin: CHANGED" in damaged.out
    assert "models pull mine" in damaged.out
    assert json.loads(run(hub, "verify", "--json").out)["damaged"] == ["mine"]

    assert "Removed mine: 512.0 kB are free again." in run(hub, "remove", "mine").out
    assert not (models / "mine").exists()
    assert run(hub, "remove", "mine").out == "mine is not installed.\n"


def test_a_voice_lies_with_the_voices_and_what_it_is_for_is_told(hub: Hub, models: Path) -> None:
    pulled = run(hub, "pull", "free")
    assert (models.parent / "voices/free/free.htsvoice").read_bytes() == b"voice"
    assert "the engine whistle, which this version does not have" in pulled.out


def test_the_list_says_what_there_is(hub: Hub, models: Path) -> None:
    run(hub, "pull", "free")
    listed = run(hub, "list").out
    assert "My model (CC-BY-NC 4.0)" in listed
    assert "Nothing is fetched by itself" in listed
    by_name = {
        entry["name"]: entry for entry in json.loads(run(hub, "list", "--json").out)["models"]
    }
    assert by_name["free"]["state"] == "installed"
    assert by_name["mine"]["state"] == "absent"
    assert by_name["mine"]["accepted"] is False
    assert by_name["nllb-200-600m"]["terms"]
    assert len(hub.asked) == 1


def test_terms_are_not_accepted_by_a_script_that_does_not_say_so(hub: Hub, models: Path) -> None:
    refused = run(hub, "pull", "mine")
    assert refused.code == 1
    assert "have to be accepted" in refused.err
    assert "--accept-licence" in refused.err
    assert hub.asked == []


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_terms_are_asked_for_in_a_terminal(hub: Hub, models: Path, answer: str, code: int) -> None:
    ours, theirs = pty.openpty()
    with (
        os.fdopen(theirs, "rb") as terminal,
        subprocess.Popen(
            program("models", "pull", "mine"),
            env=environment(VOICESTREAM_MODELS_HUB=hub.address),
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        os.write(ours, answer.encode() + b"\n")
        out, err = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == code, err
    assert b"Do you accept them?" in out
    if code:
        assert b"were not accepted" in err
        assert hub.asked == []
    else:
        assert run(hub, "pull", "mine").code == 0


def test_bars_are_shown_in_a_terminal(hub: Hub, models: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        program("models", "pull", "free"),
        env=environment(VOICESTREAM_MODELS_HUB=hub.address, TERM="xterm", COLUMNS="100"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(ours, 4096):
            shown += data
    except OSError:  # the terminal ends with the process
        pass
    finally:
        os.close(ours)
        assert process.wait(60) == 0
    assert b"free/free.htsvoice" in shown
    assert "━".encode() in shown


def test_a_program_killed_in_the_middle_goes_on_where_it_was(hub: Hub, models: Path) -> None:
    hub.put(f"{AT}/model.bin", BIG, stalled(len(BIG) // 2))
    with started(hub, "pull", "mine", "--accept-licence") as process:
        wait_for(process, "model.bin 50 %")
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
    assert not (models / "mine").exists()
    assert "begun" in run(hub, "list", "mine").out
    assert run(hub, "path", "mine").code == 1

    hub.asked.clear()
    again = run(hub, "pull", "mine")
    assert again.code == 0, again.err
    assert f"mine/model.bin of 512.0 kB, {len(BIG) / 2000:.1f} kB is there" in again.err
    weights = [asked for asked in hub.asked if asked.path.endswith("model.bin")]
    assert [asked.headers["range"] for asked in weights] == [f"bytes={len(BIG) // 2}-"]
    assert (models / "mine/model.bin").read_bytes() == BIG


def test_ctrl_c_ends_it_at_once_and_keeps_what_came(hub: Hub, models: Path) -> None:
    hub.put(f"{AT}/model.bin", BIG, stalled(len(BIG) // 2))
    with started(hub, "pull", "mine", "--accept-licence") as process:
        wait_for(process, "model.bin 50 %")
        process.send_signal(signal.SIGINT)
        wait_for(process, "Stopped. What has come is kept")
        assert process.wait(PATIENCE) == 130
    hub.asked.clear()
    assert run(hub, "pull", "mine").code == 0
    assert any(asked.headers.get("range") for asked in hub.asked)


def test_two_programs_fetch_a_model_once(hub: Hub, models: Path) -> None:
    hub.put(f"{AT}/model.bin", BIG, held)
    with (
        started(hub, "pull", "mine", "--accept-licence") as first,
        started(hub, "pull", "mine", "--accept-licence") as second,
    ):
        assert hub.silent.wait(PATIENCE)
        other = _who_waits(first, second)
        quicker = second if other is first else first
        hub.go_on.set()
        assert "Fetched into" in quicker.communicate(timeout=60)[0]
        assert "It is there already" in other.communicate(timeout=60)[0]
        assert (first.returncode, second.returncode) == (0, 0)
    assert hub.times(f"{AT}/model.bin") == 1
    assert hub.times(f"{AT}/config.json") == 1


def _who_waits(*processes: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """The process that says that another one is fetching the model."""
    with selectors.DefaultSelector() as selector:
        for process in processes:
            assert process.stderr is not None
            selector.register(process.stderr, selectors.EVENT_READ, process)
        while ready := selector.select(PATIENCE):
            for key, _ in ready:
                waiting: subprocess.Popen[str] = key.data
                assert waiting.stderr is not None
                if "waiting for it" in waiting.stderr.readline():
                    return waiting
    raise AssertionError("neither waits")


def test_one_that_is_killed_lets_the_waiting_one_go_on(hub: Hub, models: Path) -> None:
    hub.put(f"{AT}/model.bin", BIG, stalled(len(BIG) // 2))
    with started(hub, "pull", "mine", "--accept-licence") as first:
        wait_for(first, "model.bin 50 %")
        with started(hub, "pull", "mine") as second:
            wait_for(second, "waiting for it")
            first.send_signal(signal.SIGKILL)
            assert "Fetched into" in second.communicate(timeout=60)[0]
            assert second.returncode == 0
    assert (models / "mine/model.bin").read_bytes() == BIG


def test_what_is_being_fetched_is_not_removed(hub: Hub, models: Path) -> None:
    hub.put(f"{AT}/model.bin", BIG, stalled(len(BIG) // 2))
    with started(hub, "pull", "mine", "--accept-licence") as process:
        wait_for(process, "model.bin 50 %")
        removed = run(hub, "remove", "mine")
    assert removed.code == 1
    assert "Another voicestream-tui is fetching mine." in removed.err


def test_an_error_is_told_in_two_lines(hub: Hub, models: Path) -> None:
    hub.put(f"{AT}/config.json", b"{}", status(404))
    failed = run(hub, "pull", "mine", "--accept-licence")
    assert failed.code == 1
    assert "voicestream-tui: mine/config.json is not there" in failed.err
    assert "Traceback" not in failed.err


@pytest.mark.parametrize("action", ["pull", "remove"])
def test_a_name_is_needed(hub: Hub, models: Path, action: str) -> None:
    told = run(hub, action)
    assert told.code == 2
    assert "Which model?" in told.err
    assert "mine" in told.err


def test_an_unknown_name_is_answered_with_the_nearest(hub: Hub, models: Path) -> None:
    told = run(hub, "pull", "minne")
    assert told.code == 1
    assert "Did you mean mine?" in told.err


def test_folders_are_told_and_follow_the_settings(hub: Hub, models: Path, tmp_path: Path) -> None:
    assert f"translators: {models}" in run(hub, "path").out
    told = run_program(
        "models", "path", VOICESTREAM_MODELS_FOLDER="~/m", VOICESTREAM_TTS_VOICES_DIR=str(tmp_path)
    )
    assert f"translators: {Path.home() / 'm'}\nvoices: {tmp_path}" in told.out


def test_nothing_installed_is_nothing_wrong(hub: Hub, models: Path) -> None:
    told = run(hub, "verify")
    assert (told.code, told.out) == (0, "No model is installed.\n")
    assert not models.exists()
