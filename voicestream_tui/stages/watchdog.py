"""Says, once per silence, that nothing has been heard of a busy agent for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable

from voicestream_tui.model import AgentState

_BUSY = {
    AgentState.STARTING,
    AgentState.REQUESTING,
    AgentState.THINKING,
    AgentState.WRITING,
    AgentState.TOOL,
}
"""States in which a word should come. A retry says itself how long it waits."""

_OVERDUE = 2.0
"""Seconds by which no wait is late while the program runs."""


class Watchdog:
    """Watches one agent, in a thread of its own.

    Args:
        quiet_after: Seconds of silence; 0 never says anything.
        clock: Monotonic seconds.
        on_quiet: Gets the seconds of silence and the state it fell silent in.
        wait: Waits on a condition that is held, for so many seconds (None = for ever).
    """

    def __init__(
        self,
        quiet_after: float,
        clock: Callable[[], float],
        on_quiet: Callable[[float, AgentState], None],
        wait: Callable[[threading.Condition, float | None], object] | None = None,
    ) -> None:
        self._quiet_after = quiet_after
        self._clock = clock
        self._on_quiet = on_quiet
        self._wait = wait or (lambda condition, seconds: condition.wait(seconds))
        self._changed = threading.Condition()
        self._state = AgentState.DONE
        self._last = clock()
        self._told = False
        self._closed = False

    def heard(self) -> None:
        """A line has come."""
        with self._changed:
            self._last = self._clock()
            if self._told:
                self._told = False
                self._changed.notify_all()

    def state_is(self, state: AgentState) -> None:
        """The agent does something else now."""
        with self._changed:
            if (state in _BUSY) != (self._state in _BUSY):
                self._last = self._clock()
                self._changed.notify_all()
            self._state = state

    def close(self) -> None:
        """Make `run()` end; from any thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def run(self) -> None:
        """Watch until closed."""
        while True:
            with self._changed:
                if self._closed:
                    return
                left = self._left()
                if left is None or left > 0:
                    self._wait_for(left)
                    continue
                self._told = True
                silence, state = self._clock() - self._last, self._state
            self._on_quiet(silence, state)

    def _wait_for(self, seconds: float | None) -> None:
        before = self._clock()
        self._wait(self._changed, seconds)
        if seconds is not None and self._clock() - before > seconds + _OVERDUE:
            # It was this program that slept (ctrl+z): what the agent said meanwhile is unread.
            self._last = self._clock()

    def _left(self) -> float | None:
        """Seconds until the silence is worth a word; None while there is nothing to wait for."""
        if not self._quiet_after or self._told or self._state not in _BUSY:
            return None
        return self._last + self._quiet_after - self._clock()
