"""A session on the screen: events of a pipeline in, pictures out."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from textual import events
from textual.app import App, ComposeResult

from voicestream_tui.errors import VoicestreamError
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
    VoiceChanged,
    Withdrawn,
)
from voicestream_tui.tui.controls import PipelineControls, PipelineFactory, UiOptions
from voicestream_tui.tui.hints import key_hints
from voicestream_tui.tui.key_bar import KeyBar
from voicestream_tui.tui.meter import Meter
from voicestream_tui.tui.rows import RowState, printable
from voicestream_tui.tui.status import StatusFacts, StatusLine
from voicestream_tui.tui.themes import DEFAULT_THEME, VoiceTheme, load_themes
from voicestream_tui.tui.transcript import Transcript

log = logging.getLogger(__name__)

FRAME = 1 / 30
"""Seconds between looks at what arrived."""
_METER_FRAMES, _STATUS_FRAMES = 2, 8
_LOW, _LOWEST = 9, 6
"""Terminals of fewer lines do without the meter, and without the keys."""
_IGNORED_ENGINES = ("", "notice", "none")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SessionApp(App[None]):
    """Shows what a pipeline tells; knows no keys.

    Attributes:
        exit_code: What the agent ended with, from the `Ended` event; None before.
        failure: What kept the pipeline from starting, or broke the screen; None if all is well.
        signal: The number of the signal that ended the program; None if none did.
    """

    CSS_PATH = "app.tcss"

    def __init__(
        self,
        make_pipeline: PipelineFactory,
        *,
        settings: UiOptions,
        title: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the screen; the pipeline is made and started when it is up.

        Args:
            make_pipeline: Makes the pipeline around the function that takes its events.
            settings: How the screen looks.
            title: What is being heard, for the status line: a command, a file's name.
            clock: Seconds, the same clock as the events' times.
        """
        super().__init__()
        self.title = "voicestream-tui"
        self.exit_code: int | None = None
        self.failure: VoicestreamError | None = None
        self.signal: int | None = None
        self._make_pipeline = make_pipeline
        self._settings = settings
        self._clock = clock
        self._zero = clock()
        self._inbox: deque[Event] = deque()
        self._pipeline: PipelineControls | None = None
        self._closer: threading.Thread | None = None
        self._frame = 0
        self._facts = StatusFacts(title=title)
        self._problems: list[Failed] = []
        self._player = PlayerState()
        self._themes: dict[str, VoiceTheme] = {}

    # --- life --------------------------------------------------------------------------------

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
        self._load_themes()
        self.transcript.focus()
        self._key_bar.show(key_hints(self._player, self.transcript))
        self._heed_signals(True)
        self.call_after_refresh(self._start_pipeline)

    def on_unmount(self) -> None:
        self._heed_signals(False)

    def _heed_signals(self, heed: bool) -> None:
        if self.is_headless or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            if heed:
                loop.add_signal_handler(number, self._on_signal, number)
            else:
                loop.remove_signal_handler(number)

    def _on_signal(self, number: int) -> None:
        self.signal = number
        self.leave()

    def _start_pipeline(self) -> None:
        self._zero = self._clock()
        try:
            self._pipeline = self._make_pipeline(self.emit)
            self._pipeline.start()
        except VoicestreamError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)
            return
        self.set_interval(FRAME, self.show_frame)
        self._show_gauges()

    def _load_themes(self) -> None:
        self._themes, broken = load_themes(self._settings.user_themes_dir)
        problems: list[VoicestreamError] = [*broken]
        for theme in self._themes.values():
            self.register_theme(theme.to_textual())
        name = self._settings.theme
        if name not in self.available_themes:
            known = ", ".join(self._themes)
            problems.append(VoicestreamError(f"There is no theme {name!r}.", f"Ours: {known}."))
            name = DEFAULT_THEME
        self.theme = name
        for problem in problems:
            self._add_problem(Failed("theme", problem.message, problem.hint, self._clock()))

    def emit(self, event: Event) -> None:
        """Take an event from any thread; it shows with the next frame."""
        self._inbox.append(event)

    def close_pipeline(self) -> None:
        """Close the pipeline and wait until it is closed; may be called more than once."""
        self._begin_closing()
        if self._closer is not None:
            self._closer.join()
        for event in self._inbox:
            if isinstance(event, Ended):
                self.exit_code = event.exit_code

    def _begin_closing(self) -> None:
        if self._closer is None and self._pipeline is not None:
            self._closer = threading.Thread(target=self._pipeline.close, name="close-pipeline")
            self._closer.start()

    def leave(self) -> None:
        """Close the pipeline, then end; asked again, end at once."""
        if self._closer is not None or self._pipeline is None:
            self.exit()
            return
        self._begin_closing()
        self._facts = replace(self._facts, closing=True)

    def _handle_exception(self, error: Exception) -> None:
        log.critical("the screen broke", exc_info=error)
        self.failure = self.failure or VoicestreamError(
            f"The screen broke: {type(error).__name__}: {error}",
            "The log tells where. Without a screen it goes on working: --headless.",
        )
        super()._handle_exception(error)

    # --- frames ------------------------------------------------------------------------------

    def show_frame(self) -> None:
        """Show everything that arrived since the last frame."""
        if self._closer is not None and not self._closer.is_alive():
            self.exit()
            return
        for _ in range(len(self._inbox)):
            self._apply(self._inbox.popleft())
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
        self._key_bar.show(key_hints(self._player, self.transcript))
        self.transcript.flush()

    def _apply(self, event: Event) -> None:
        transcript = self.transcript
        match event:
            case SegmentAdded(segment, t):
                transcript.add(segment, t - self._zero)
            case SegmentTranslated(id, translation):
                transcript.translate(id, translation)
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
            case AgentChanged(state, detail):
                self._facts = replace(self._facts, agent=state, detail=detail)
            case VoiceChanged(voice):
                self._facts = replace(self._facts, voice=voice.name)
            case Failed():
                self._add_problem(event)
            case Ended(exit_code):
                self.exit_code = exit_code
                self._facts = replace(self._facts, ended=True, exit_code=exit_code)
                transcript.give_up_waiting()

    def _add_problem(self, problem: Failed) -> None:
        self._problems.append(problem)
        self._facts = replace(self._facts, problems=len(self._problems))
        text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
        self.notify(
            printable(text), title=problem.stage, severity="warning", timeout=8, markup=False
        )

    def _show_player(self) -> None:
        if self._pipeline is not None:
            self._player = self._pipeline.snapshot()
            self._meter.show(self._player, self._pipeline.speed)
            silent = self._player.segment_id is None and self._player.queued <= 0
            idle = silent and self._pipeline.lag() <= 0
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

    # --- the transcript ----------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        self.screen.set_class(height < _LOW, "-low")
        self.screen.set_class(height < _LOWEST, "-lowest")
        self.query_one(Transcript).set_narrow(width < self._settings.narrow_below)
