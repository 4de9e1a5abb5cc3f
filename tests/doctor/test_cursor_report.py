"""The terminal is asked in a process that has one: a pseudo-terminal whose other end we hold."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable

import pytest

ASK = b"\x1b[6n"
PROGRAM = """\
import fcntl, sys, termios
from voicestream_tui.doctor.cursor_report import measure
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
said = measure(("日本", "─…"), float(sys.argv[1]))
attributes = termios.tcgetattr(0)[3]
print("said", said, bool(attributes & termios.ECHO and attributes & termios.ICANON), flush=True)
"""
Answer = Callable[[str], bytes]


def width_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wide(text: str) -> bytes:
    return b"\x1b[7;%dR" % (1 + width_of(text))


def narrow(text: str) -> bytes:
    return b"\x1b[7;%dR" % (1 + len(text))


def in_pieces(text: str) -> bytes:
    return b"typed" + wide(text)


def silent(text: str) -> bytes:
    return b""


def asked(answer: Answer, limit: float = 20.0) -> str:
    """What the program says in a terminal that answers like this."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(limit)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        with process:
            seen = b""
            deadline = time.monotonic() + 30
            while b"said" not in seen or not seen.endswith(b"\n"):
                assert select.select([ours], [], [], deadline - time.monotonic())[0], seen
                seen += os.read(ours, 1024)
                while ASK in seen:
                    before, _, seen = seen.partition(ASK)
                    os.write(ours, answer(before.rpartition(b"\r")[2].decode()))
        return seen.decode().rpartition("said ")[2].strip()
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("answer", "expected"), [(wide, [4, 2]), (narrow, [2, 2]), (in_pieces, [4, 2])]
)
def test_the_terminal_says_how_wide_it_draws(answer: Answer, expected: list[int]) -> None:
    assert asked(answer) == f"{expected} True"


def test_a_terminal_that_does_not_answer_is_left_as_it_was() -> None:
    assert asked(silent, 0.2) == "None True"


def test_without_a_terminal_nothing_is_known() -> None:
    code = "from voicestream_tui.doctor.cursor_report import measure; print(measure(('日本',)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=30,
    )
    assert done.stdout == "None\n", done.stderr
