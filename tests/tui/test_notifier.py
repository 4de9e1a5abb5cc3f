"""Calling the user: the bell, the terminal's own notifications, notify-send."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.tui.conftest import MakeStage
from voicestream_tui.model import Alert, AlertReason
from voicestream_tui.tui.notifier import Notifier, notification

ALERT = Alert(AlertReason.NEEDS_YOU, "Allow Write a.py?", "許可しますか。", 1.0)
PATIENCE = 30.0


@pytest.mark.parametrize(
    ("environ", "sequence"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]9;Done, x\x07"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]9;Done, x\x07"),
        ({"TERM": "foot"}, "\x1b]777;notify;voicestream-tui;Done, x\x07"),
        ({"TERM": "rxvt-unicode-256color"}, "\x1b]777;notify;voicestream-tui;Done, x\x07"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, ""),
        ({}, ""),
    ],
)
def test_each_terminal_gets_the_sequence_it_knows(environ: dict[str, str], sequence: str) -> None:
    assert notification("Done; x", environ) == sequence


def test_nothing_in_the_text_can_end_the_sequence() -> None:
    sequence = notification("a\x07b\x1b\\c\n" + "x" * 999, {"TERM": "foot"})
    assert sequence.count("\x07") == 1
    assert sequence.count("\x1b") == 1
    assert len(sequence) < 300


def helper(folder: Path, script: str) -> dict[str, str]:
    program = folder / "notify-send"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "TERM": "xterm"}


def test_notify_send_is_used_where_the_terminal_knows_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written: list[str] = []
    notifier = Notifier(
        written.append, helper(tmp_path, f'printf "%s|" "$@" > {out}.new; mv {out}.new {out}')
    )
    notifier.show("--urgency=x; 許可しますか\x1b")
    deadline = time.monotonic() + PATIENCE
    while not out.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (
        out.read_text()
        == "--app-name|voicestream-tui|--|voicestream-tui|--urgency=x, 許可しますか\ufffd|"
    )
    assert written == []
    notifier.close()


def test_a_helper_that_hangs_is_not_waited_for_and_not_left_behind(tmp_path: Path) -> None:
    notifier = Notifier(lambda data: None, helper(tmp_path, "exec sleep 60"))
    notifier.show("one")
    notifier.reap()
    assert len(notifier._helpers) == 1
    notifier.close()
    assert notifier._helpers == []


def test_without_any_way_nothing_happens(tmp_path: Path) -> None:
    written: list[str] = []
    Notifier(written.append, {"PATH": str(tmp_path), "TERM": "xterm"}).show("text")
    assert written == []


@pytest.mark.parametrize(("bell", "desktop"), [(True, False), (False, True), (False, False)])
async def test_an_alert_calls_as_the_settings_say(
    stage: MakeStage, bell: bool, desktop: bool
) -> None:
    async with stage(bell=bell, desktop=desktop) as s:
        rung: list[str] = []
        shown: list[str] = []
        s.app.bell = lambda: rung.append("bell")  # type: ignore[method-assign]
        s.app._notifier.show = shown.append  # type: ignore[method-assign, assignment]
        await s.show(ALERT)
        assert rung == (["bell"] if bell else [])
        assert shown == (["Allow Write a.py?"] if desktop else [])
