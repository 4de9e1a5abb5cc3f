"""ctrl+z in a real terminal, with a shell that controls jobs and without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.headless_run import PROGRAM, family, until
from tests.terminal import Terminal

RECORDING = Path(__file__).parent.parent / "recordings" / "2.1.330" / "b01_plan_retry.jsonl"

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed"),
]


def terminal(home: Path, *command: str) -> Terminal:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "VOICESTREAM_LOG_DIR": str(home / "log"),
    }
    return Terminal(home, command, environment)


@pytest.fixture
def stopped(home: Path) -> Iterator[Terminal]:
    """A shell in which the program was started by a script, speaks, and was stopped."""
    start = home / "project" / "start"
    start.write_text(f"#!/bin/sh\n'{PROGRAM}' --device none replay '{RECORDING}'\n")
    start.chmod(0o755)
    with terminal(home, "bash", "--norc", "--noprofile", "-i") as screen:
        screen.wait_for(lambda shown: "bash-" in shown, "the shell")
        screen.press("./start", "Enter")
        screen.wait_for(lambda shown: "playing" in shown, "speech")
        screen.press("C-z")
        screen.wait_for(lambda shown: "Stopped" in shown, "the shell's word")
        yield screen
    until(lambda: not family(home), "the end of all", lambda: str(family(home)))


def test_the_shell_brings_it_back_as_it_was(stopped: Terminal) -> None:
    assert not stopped.in_alternate_screen
    stopped.press("fg", "Enter")
    stopped.wait_for(lambda shown: "playing" in shown, "the rows")
    assert stopped.in_alternate_screen
    stopped.press("q")
    stopped.wait_for(lambda shown: "Stopped" in shown and "playing" not in shown, "the shell")
    assert not stopped.in_alternate_screen
    stopped.press("exit 7", "Enter")
    assert stopped.exit_code() == 7


def test_a_terminal_that_closes_leaves_nothing_stopped_behind(stopped: Terminal) -> None:
    assert not stopped.in_alternate_screen


def test_without_a_shell_behind_it_nobody_is_left_stopped(home: Path) -> None:
    with terminal(home, str(PROGRAM), "--device", "none", "replay", str(RECORDING)) as screen:
        screen.wait_for(lambda shown: "playing" in shown, "speech")
        screen.press("C-z")
        screen.wait_for(lambda shown: "No shell waits here" in shown, "the notice")
        screen.press("q")
        assert screen.exit_code() == 0
