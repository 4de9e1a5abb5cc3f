"""Asks the terminal how wide it draws characters, by where its cursor stands after them.

The question is the control sequence "device status report 6", the answer ESC [ row ; column R.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import termios
import time
import tty
from collections.abc import Iterator

_TTY = "/dev/tty"
_ASK = b"\x1b[6n"
_REPORT = re.compile(rb"\x1b\[\d+;(\d+)R")
_ERASE = b"\r\x1b[K"


def measure(texts: tuple[str, ...], limit: float = 3.0) -> list[int] | None:
    """How many columns the terminal uses for each text.

    The texts are written at the start of the cursor's line, which is erased afterwards.

    Args:
        texts: Short ones, that fit on a line.
        limit: Seconds that the terminal has for all answers.

    Returns:
        Columns, one number a text; None if there is no terminal, we are in its background, or
        it does not answer.
    """
    try:
        terminal = os.open(_TTY, os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            return None  # to ask would stop us
        with _raw(terminal):
            return _ask(terminal, texts, time.monotonic() + limit)
    except (OSError, termios.error):
        return None
    finally:
        os.close(terminal)


@contextlib.contextmanager
def _raw(terminal: int) -> Iterator[None]:
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        yield
    finally:
        # Also throws away an answer that comes late: it would stand on the next prompt.
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _ask(terminal: int, texts: tuple[str, ...], deadline: float) -> list[int] | None:
    columns = []
    try:
        for text in texts:
            os.write(terminal, b"\r" + text.encode() + _ASK)
            said = b""
            while not (found := _REPORT.search(said)):
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([terminal], [], [], left)[0]:
                    return None
                said += os.read(terminal, 64)
            columns.append(int(found[1]) - 1)
            os.write(terminal, _ERASE)
    finally:
        os.write(terminal, _ERASE)
    return columns
