"""Keeps a window that has just appeared from being answered by keys meant for something else."""

from __future__ import annotations

from collections.abc import Callable

GUARD_SECONDS = 0.4
"""Seconds without a key after which a key is meant for the window."""


class KeyGuard:
    """Lets keys through once nobody has typed for `GUARD_SECONDS` since it began.

    Who goes on typing, however long, answers nothing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._quiet_since = clock()
        self._open = False

    @property
    def open(self) -> bool:
        """Keys are let through."""
        if not self._open and self._clock() - self._quiet_since >= GUARD_SECONDS:
            self._open = True
        return self._open

    def admits(self) -> bool:
        """Whether a key that was pressed now is let through."""
        if self.open:
            return True
        self._quiet_since = self._clock()
        return False
