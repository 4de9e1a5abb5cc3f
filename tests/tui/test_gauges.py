"""The meter, the status line and the line of keys."""

from __future__ import annotations

import pytest

from tests.tui.conftest import MakeStage
from tests.tui.fake_pipeline import TAKUMI
from tests.tui.rows import japanese, prose
from voicestream_tui.model import (
    AgentChanged,
    AgentState,
    Failed,
    PlayerState,
    SpeakingStarted,
    Spoken,
    VoiceChanged,
    VoiceHeld,
)
from voicestream_tui.tui.key_bar import KeyHint, fitting
from voicestream_tui.tui.meter import clock_text, decibels, lit_cells
from voicestream_tui.tui.row_paint import time_text
from voicestream_tui.tui.status import StatusFacts, activity, details


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00.0"), (3.44, "0:03.4"), (59.96, "1:00.0"), (125.5, "2:05.5")]
)
def test_position_is_minutes_seconds_and_tenths(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00"),
        (61.9, "01:01"),
        (5999, "99:59"),
        (6000, " 1h40"),
        (46800, "13h00"),
        (-1, "00:00"),
    ],
)
def test_time_stamps_are_five_cells_wide(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


def test_the_level_bar_is_in_decibels() -> None:
    assert decibels(1.0) == 0
    assert decibels(0.5) == pytest.approx(-6.02, abs=0.01)
    assert decibels(0.0) == decibels(0.0001) == -48
    assert lit_cells(0.0, 24) == 0
    assert lit_cells(1.0, 24) == 24
    assert lit_cells(0.25, 24) == 18


async def test_the_meter_shows_position_and_queue(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.player = PlayerState(1, 1.2, 3.4, (0, 1), 6.15, 0.2, 0.3, volume=0.8)
        s.pipeline.speed = 1.3
        await s.show(prose(1), japanese(1), SpeakingStarted(1, 0.0))
        meter = s.lines()[-3]
        for text in ("playing", "0:01.2 / 0:03.4", "6.2 s queued", "volume 80%", "speed 1.3x"):
            assert text in meter


async def test_the_meter_is_not_redrawn_while_nothing_changes(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show()
        drawn: list[object] = []
        s.app._meter.refresh = lambda *a, **k: drawn.append(a)  # type: ignore[method-assign, assignment]
        for _ in range(10):
            s.app.show_frame()
        assert drawn == []


async def test_the_status_line_tells_agent_voice_lag_and_latency(stage: MakeStage) -> None:
    async with stage((160, 45), title="demo") as s:
        s.pipeline.behind = 34.4
        s.pipeline.figures.update(latency_last_ms=142.4, latency_p50_ms=128.0, underflows=2)
        s.pipeline.voice = TAKUMI
        tool = AgentChanged(AgentState.TOOL, "Bash pytest -q", 1.0)
        await s.show(tool, prose(1), japanese(1), VoiceChanged(TAKUMI, 1.0))
        status = s.lines()[-2]
        for text in (
            "using a tool: Bash pytest -q",
            "34 s behind, l jumps to live",
            "latency 142 ms (p50 128)",
            "voice Takumi",
            "translation starter",
            "2 underruns",
        ):
            assert text in status


async def test_what_does_not_fit_the_status_line_is_left_out_whole(stage: MakeStage) -> None:
    async with stage((44, 12)) as s:
        s.pipeline.behind = 34.4
        s.pipeline.figures.update(latency_last_ms=142.4, latency_p50_ms=128.0)
        long = AgentChanged(AgentState.TOOL, "Bash " + "x" * 80, 1.0)
        await s.show(long)
        status = s.lines()[-2]
        assert "34 s behind" in status
        assert "latency" not in status
        assert "..." in status


async def test_a_failure_pops_up_with_its_remedy(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(Failed("audio", "The device [USB] is gone.", "Plug it in.", 1.0))
        assert "The device [USB] is gone." in s.text()
        assert "Plug it in." in s.text()


def test_the_spinner_turns_only_while_the_agent_is_busy() -> None:
    busy = StatusFacts(agent=AgentState.THINKING, clock=0.0)
    assert busy.spinner != StatusFacts(agent=AgentState.THINKING, clock=0.15).spinner
    assert StatusFacts(agent=AgentState.WAITING, clock=0.3).spinner == " "
    assert StatusFacts(agent=AgentState.WRITING, ended=True).spinner == " "


@pytest.mark.parametrize("state", [s for s in AgentState if s is not AgentState.STARTING])
def test_every_state_of_the_agent_has_words(state: AgentState) -> None:
    words, _ = activity(StatusFacts(agent=state, detail="why"))
    assert words.endswith(": why")


def test_small_lags_are_not_mentioned() -> None:
    assert details(StatusFacts(lag=2.0)) == []


def test_the_least_important_keys_go_first_and_order_stays() -> None:
    hints = [
        KeyHint("a", "first", "x", 1),
        KeyHint("b", "second", "x", 3),
        KeyHint("c", "end", "x", 0),
    ]
    assert [hint.key for hint in fitting(hints, 80)] == ["a", "b", "c"]
    assert [hint.key for hint in fitting(hints, 18)] == ["a", "c"]
    assert fitting(hints, 3) == []


def test_the_beginning_is_said_in_words() -> None:
    said = activity(StatusFacts(agent=AgentState.STARTING, detail="stdin"))[0]
    assert said == "waiting for standard input"
    assert activity(StatusFacts(detail="claude"))[0] == "waiting for claude"


def test_a_failure_is_told_in_words() -> None:
    failed = StatusFacts(agent=AgentState.FAILED, detail="authentication_failed")
    assert activity(failed)[0] == "failed: authentication failed"
    assert activity(StatusFacts(agent=AgentState.FAILED, detail="unknown"))[0] == "failed"


def test_an_agent_that_has_finished_says_how_much_is_left_to_hear() -> None:
    facts = StatusFacts(agent=AgentState.DONE, lag=42.0)
    assert activity(facts)[0] == "finished writing, 42 s left to hear"
    assert details(facts) == []
    facts = StatusFacts(agent=AgentState.DONE, lag=42.0, conversing=True)
    assert activity(facts)[0] == "waiting for you, 42 s left to hear"


async def test_another_program_that_speaks_is_named(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(VoiceHeld("claude in ~/api", 1.0))
        assert "waiting for the voice (claude in ~/api speaks)" in s.lines()[-2]
        await s.show(VoiceHeld("", 2.0))
        assert "waiting for the voice" not in s.text()


async def test_the_meter_does_not_fall_silent_between_two_sentences(stage: MakeStage) -> None:
    async with stage() as s:
        sounding = PlayerState(1, 1.2, 3.4, (0, 1), 2.0, 0.2, 0.3)
        s.pipeline.player, s.pipeline.behind = sounding, 4.0
        await s.show(prose(1), japanese(1), SpeakingStarted(1, 0.0))
        s.pipeline.player = PlayerState(queued=0.0)
        await s.show(Spoken(1, 1.0))
        assert "playing" in s.lines()[-3]
        s.clock.now += 2.0
        await s.show()
        assert "waiting" in s.lines()[-3]
        s.pipeline.behind = 0.0
        await s.show()
        assert "silent" in s.lines()[-3]


async def test_sound_that_is_heard_again_is_no_problem(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(Failed("audio", "Sound is heard on “USB” again.", "", 1.0))
        assert "heard on “USB” again" in s.text()
        assert "problem" not in s.lines()[-2]
