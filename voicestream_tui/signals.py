"""The signals that end the program, taken note of instead of dying half-way."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""SIGQUIT is Ctrl-\\ at a terminal: the agent, in a session of its own, does not get it."""


@contextmanager
def noted_signals(note: Callable[[int], None]) -> Iterator[None]:
    """Call `note` with the number of each ending signal; not of what is ignored.

    Only for the main thread, where `note` is called between two steps of whatever runs.
    """

    def heed(number: int, frame: FrameType | None) -> None:
        note(number)

    numbers = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, heed) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
