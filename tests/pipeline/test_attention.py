"""When the user is called."""

from __future__ import annotations

from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Asked,
    Said,
    ToolResult,
    TurnEnd,
    TurnStarted,
)
from voicestream_tui.model import AgentState, Alert, AlertReason, PermissionRequest
from voicestream_tui.stages.attention import Attention


class Heard:
    def __init__(self, finished_after: float = 10.0) -> None:
        self.now = 0.0
        self.attention = Attention(lambda: self.now, finished_after)

    def at(self, now: float, said: Said) -> Alert | None:
        self.now = now
        return self.attention.heard(said)


def test_the_end_of_a_long_turn_is_told() -> None:
    heard = Heard()
    assert heard.at(0, TurnStarted()) is None
    alert = heard.at(72, TurnEnd())
    assert alert is not None
    assert (alert.reason, alert.english, alert.japanese) == (
        AlertReason.FINISHED,
        "Finished in 1 min 12 s.",
        "1分12秒で完了しました。",
    )


def test_the_end_of_a_short_turn_is_not() -> None:
    heard = Heard()
    heard.at(0, TurnStarted())
    assert heard.at(9.9, TurnEnd()) is None


def test_the_time_that_the_user_takes_to_answer_does_not_count() -> None:
    heard = Heard()
    heard.at(0, TurnStarted())
    heard.at(5, Asked(PermissionRequest("r", "Bash", {}, "make")))
    heard.at(6, Activity(AgentState.WAITING, ""))
    heard.at(65, ToolResult("t"))
    alert = heard.at(71, TurnEnd())
    assert alert is not None
    assert alert.english == "Finished in 11 s."


def test_an_interrupted_turn_calls_nobody() -> None:
    heard = Heard()
    heard.at(0, TurnStarted())
    assert heard.at(60, TurnEnd(ok=False, reason="interrupted")) is None


def test_of_turns_that_overlap_only_the_last_end_counts() -> None:
    heard = Heard()
    heard.at(0, TurnStarted())
    heard.at(5, TurnStarted())
    assert heard.at(20, TurnEnd()) is None
    assert heard.attention.busy
    alert = heard.at(21, TurnEnd())
    assert alert is not None
    assert "21 s" in alert.english
    assert not heard.attention.busy


def test_a_failure_calls_once() -> None:
    heard = Heard()
    heard.at(0, TurnStarted())
    alert = heard.at(1, AgentFailure("API Error: 529", "overloaded"))
    assert alert is not None
    assert (alert.reason, alert.japanese) == (AlertReason.FAILED, "APIが混み合っています。")
    assert heard.at(2, TurnEnd(ok=False, reason="overloaded")) is None


def test_a_turn_that_failed_without_a_word_calls_too() -> None:
    heard = Heard()
    heard.at(0, TurnStarted())
    alert = heard.at(1, TurnEnd(ok=False, reason="ended without a result"))
    assert alert is not None
    assert alert.reason is AlertReason.FAILED


def test_a_request_needs_the_user() -> None:
    alert = Heard().at(0, Asked(PermissionRequest("r", "Bash", {}, "make")))
    assert alert is not None
    assert alert.reason is AlertReason.NEEDS_YOU
    assert "make" in alert.english
