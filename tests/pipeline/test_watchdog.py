"""A silence is told once, and only where a word should come."""

from __future__ import annotations

import threading

import pytest

from voicestream_tui.model import AgentState
from voicestream_tui.stages.watchdog import Watchdog


class Night:
    """A watchdog whose time passes only while it waits; ends with its list of happenings."""

    def __init__(self, quiet_after: float = 60.0) -> None:
        self.now = 0.0
        self.told: list[tuple[float, AgentState]] = []
        self.happenings: list[tuple[float, str]] = []
        self.dog = Watchdog(quiet_after, lambda: self.now, self._quiet, self._wait)

    def _quiet(self, seconds: float, state: AgentState) -> None:
        self.told.append((seconds, state))

    def _wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Let time pass to what comes first: the end of the wait, or the next happening."""
        due = None if seconds is None else self.now + seconds
        if self.happenings and (due is None or self.happenings[0][0] <= due):
            self.now, what = self.happenings.pop(0)
            if what == "line":
                self.dog.heard()
            else:
                self.dog.state_is(AgentState(what))
        elif due is None:
            self.dog.close()
        else:
            self.now = due

    def passes(self, *happenings: tuple[float, str]) -> list[tuple[float, AgentState]]:
        self.happenings = list(happenings)
        self.dog.run()
        return self.told


def test_a_busy_agent_that_falls_silent_is_told_of_once() -> None:
    told = Night().passes((0, "requesting"), (10, "line"), (500, "requesting"))
    assert told == [(60.0, AgentState.REQUESTING)]


def test_a_word_ends_the_silence_and_the_next_one_counts_anew() -> None:
    told = Night().passes((0, "writing"), (100, "line"), (300, "line"))
    assert told == [(60.0, AgentState.WRITING)] * 3


@pytest.mark.parametrize("state", ["finished", "done", "waiting", "failed", "retrying"])
def test_an_agent_that_waits_itself_may_be_silent(state: str) -> None:
    if state == "finished":
        assert Night().passes() == []
    else:
        assert Night().passes((0, "writing"), (1, state), (900, state)) == []


def test_a_long_rest_before_work_is_no_silence() -> None:
    assert Night().passes((0, "done"), (1000, "requesting"), (1030, "line"), (1040, "done")) == []


def test_while_the_program_itself_was_stopped_nobody_was_silent() -> None:
    class Stopped(Night):
        def _wait(self, condition: threading.Condition, seconds: float | None) -> None:
            if self.now == 10 and seconds is not None:
                self.now = 500  # ctrl+z, and fg much later
            else:
                super()._wait(condition, seconds)

    night = Stopped()
    assert night.passes((0, "writing"), (10, "line"), (510, "line"), (520, "done")) == []
    night = Stopped()
    assert night.passes((0, "writing"), (10, "line")) == [(60.0, AgentState.WRITING)]
    assert night.now == 560


def test_nought_says_nothing() -> None:
    assert Night(quiet_after=0.0).passes((0, "writing"), (900, "line")) == []


def test_closing_wakes_it() -> None:
    dog = Watchdog(60.0, lambda: 0.0, lambda seconds, state: None)
    thread = threading.Thread(target=dog.run)
    thread.start()
    dog.close()
    thread.join(10)
    assert not thread.is_alive()
