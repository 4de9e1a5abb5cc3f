"""A session on the screen: events of a pipeline in, pictures out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from textual import events
from textual.app import ComposeResult

from voicestream_tui.model import (
    AgentChanged,
    Ended,
    Event,
    Failed,
    PlayerState,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    Spoken,
    ToolFinished,
    VoiceChanged,
    VoiceHeld,
    Withdrawn,
)
from voicestream_tui.text.spacing import spaced
from voicestream_tui.tui.controls import PipelineControls, PipelineFactory, UiOptions
from voicestream_tui.tui.key_bar import KeyBar, KeyHint
from voicestream_tui.tui.meter import Meter
from voicestream_tui.tui.pipeline_app import PipelineApp
from voicestream_tui.tui.rows import Outcome, RowState, printable
from voicestream_tui.tui.status import StatusFacts, StatusLine
from voicestream_tui.tui.transcript import Transcript

_METER_FRAMES, _STATUS_FRAMES = 2, 8
_SHORT, _LOW, _LOWEST = 20, 9, 6
"""Terminals of fewer lines do without blank lines, the meter, and the keys."""
_IGNORED_ENGINES = ("", "notice", "none")


class SessionApp(PipelineApp):
    """Shows what a pipeline tells; knows no keys."""

    CSS_PATH = "app.tcss"

    def __init__(
        self,
        make_pipeline: PipelineFactory,
        *,
        settings: UiOptions,
        title: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """As `PipelineApp`; `title` is what is being heard: a command, a file's name."""
        super().__init__(make_pipeline, settings=settings, clock=clock)
        self._frame = 0
        self._facts = StatusFacts(title=title)
        self._problems: list[Failed] = []
        self._player = PlayerState()

    def compose(self) -> ComposeResult:
        yield Transcript(timestamps=self._settings.timestamps)
        yield Meter()
        yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.transcript = self.query_one(Transcript)
        self._meter = self.query_one(Meter)
        self._status = self.query_one(StatusLine)
        self._key_bar = self.query_one(KeyBar)
        self.transcript.focus()
        self._key_bar.show(self.hints())

    def started(self, pipeline: PipelineControls) -> None:
        self._show_gauges()

    def leave(self) -> None:
        super().leave()
        self._facts = replace(self._facts, closing=self.leaving)

    @property
    def agent_busy(self) -> bool:
        """The agent works; an interrupt would stop it."""
        return self._facts.working and not self.leaving

    @property
    def speech_due(self) -> bool:
        """Something sounds, or waits to be heard."""
        player = self._player
        waiting = self._pipeline is not None and self._pipeline.lag() > 0
        return player.segment_id is not None or player.queued > 0 or waiting

    # --- frames ------------------------------------------------------------------------------

    def show_frame(self) -> None:
        if self._closer is not None and not self._closer.is_alive():
            self.exit()
            return
        for _ in range(len(self._inbox)):
            self.apply(self._inbox.popleft())
        self._frame += 1
        if self._frame % _METER_FRAMES == 0:
            self._show_player()
        if self._frame % _STATUS_FRAMES == 0:
            self._show_gauges()
        self._facts = replace(
            self._facts,
            clock=self._clock() - self._zero,
            following=self.transcript.following,
        )
        self._status.show(self._facts)
        self._key_bar.show(self.hints())
        self.transcript.flush()

    def hints(self) -> list[KeyHint]:
        """The keys that matter now."""
        raise NotImplementedError

    def apply(self, event: Event) -> None:
        """Take in one event."""
        transcript = self.transcript
        match event:
            case SegmentAdded(segment, t):
                transcript.add(segment, t - self._zero)
            case SegmentTranslated(id, translation):
                transcript.translate(
                    id, spaced(translation) if self._settings.latin_spacing else translation
                )
                if translation.engine not in _IGNORED_ENGINES:
                    self._facts = replace(self._facts, translator=translation.engine)
            case SpeakingStarted(id):
                transcript.set_state(id, RowState.SPEAKING)
            case Spoken(id):
                transcript.set_state(id, RowState.SPOKEN)
            case Skipped(id):
                transcript.set_state(id, RowState.SKIPPED)
            case Withdrawn(id):
                transcript.set_state(id, RowState.WITHDRAWN)
            case ToolFinished(id, ok, seconds):
                transcript.finish_tool(id, Outcome(ok, seconds))
            case AgentChanged(state, detail):
                self._facts = replace(self._facts, agent=state, detail=detail)
            case VoiceChanged(voice):
                self._facts = replace(self._facts, voice=voice.name)
            case VoiceHeld(by):
                self._facts = replace(self._facts, held_by=by)
            case Failed():
                self.problem(event)
            case Ended(exit_code):
                self.exit_code = exit_code
                self._facts = replace(self._facts, ended=True, exit_code=exit_code)
                transcript.give_up_waiting()
            case _:
                pass  # what concerns a conversation

    def problem(self, problem: Failed) -> None:
        """Tell the user what broke; good news of the sound, which needs no remedy, is told too."""
        news = problem.stage == "audio" and not problem.hint
        if not news:
            self._problems.append(problem)
            self._facts = replace(self._facts, problems=len(self._problems))
        text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
        self.notify(
            printable(text),
            title=problem.stage,
            severity="information" if news else "warning",
            timeout=8,
            markup=False,
        )

    def _show_player(self) -> None:
        if self._pipeline is not None:
            self._player = self._pipeline.snapshot()
            idle = not self.speech_due
            self._meter.show(self._player, self._pipeline.speed, idle=idle, now=self._clock())
            self.transcript.show_position(self._player, idle=idle)

    def _show_gauges(self) -> None:
        if self._pipeline is None:
            return
        statistics, voice = self._pipeline.statistics(), self._pipeline.voice
        self._facts = replace(
            self._facts,
            voice=voice.name if voice is not None else "",
            lag=self._pipeline.lag(),
            latency_last_ms=statistics.get("latency_last_ms"),
            latency_p50_ms=statistics.get("latency_p50_ms"),
            underflows=statistics.get("underflows", 0),
        )

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        self.screen_stack[0].set_class(height < _SHORT, "-short")
        self.screen_stack[0].set_class(height < _LOW, "-low")
        self.screen_stack[0].set_class(height < _LOWEST, "-lowest")
        self.screen_stack[0].query_one(Transcript).set_narrow(width < self._settings.narrow_below)
