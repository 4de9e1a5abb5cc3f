"""An application around a pipeline: how both begin and end, by keys, signals and failures."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context

from textual.app import App
from textual.theme import Theme

from voicestream_tui.errors import VoicestreamError
from voicestream_tui.model import Ended, Event, Failed
from voicestream_tui.tui.borrowed import has_own_colours
from voicestream_tui.tui.controls import PipelineControls, PipelineFactory, UiOptions
from voicestream_tui.tui.themes import DEFAULT_THEME, VoiceTheme, load_themes

log = logging.getLogger(__name__)

FRAME = 1 / 30
"""Seconds between looks at what arrived."""


class PipelineApp(App[None]):
    """Starts a pipeline when the screen is up and closes it before the screen goes.

    Attributes:
        exit_code: What the agent ended with, from the `Ended` event; None before.
        failure: What kept the pipeline from starting, or broke the screen; None if all is well.
        signal: The number of the signal that ended the program; None if none did.
    """

    def __init__(
        self,
        make_pipeline: PipelineFactory,
        *,
        settings: UiOptions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the screen; the pipeline is made and started when it is up.

        Args:
            make_pipeline: Makes the pipeline around the function that takes its events.
            settings: How the screen looks.
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
        self._themes: dict[str, VoiceTheme] = {}
        self._leaving_loop: asyncio.AbstractEventLoop | None = None
        """While the screen is up."""
        self._leaving_context: Context | None = None
        """The application's own, for what a signal calls."""

    def on_mount(self) -> None:
        self._load_themes()
        self._leaving_loop, self._leaving_context = asyncio.get_running_loop(), copy_context()
        if self.signal is not None:
            self.leave()
            return
        self.call_after_refresh(self._start_pipeline)

    def on_unmount(self) -> None:
        self._leaving_loop = None

    def note_signal(self, number: int) -> None:
        """Leave by a signal, as soon as the screen is up; for a handler in the main thread.

        No handler of the event loop's own: these end before the pipeline is closed.
        """
        self.signal = number
        if self._leaving_loop is not None:
            self._leaving_loop.call_soon_threadsafe(self.leave, context=self._leaving_context)

    def _start_pipeline(self) -> None:
        if self.signal is not None:
            return
        self._zero = self._clock()
        try:
            self._pipeline = self._make_pipeline(self.emit)
            self._pipeline.start()
        except VoicestreamError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)
            return
        self.started(self._pipeline)
        self.set_interval(FRAME, self.show_frame)

    def started(self, pipeline: PipelineControls) -> None:
        """The pipeline runs; the first frame comes after this."""

    def show_frame(self) -> None:
        """Show everything that arrived since the last frame."""
        raise NotImplementedError

    def problem(self, problem: Failed) -> None:
        """Tell the user what broke."""
        raise NotImplementedError

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Those that can be chosen."""
        themes = super().available_themes
        return {name: theme for name, theme in themes.items() if has_own_colours(theme)}

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
            self.problem(Failed("theme", problem.message, problem.hint, self._clock()))

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

    @property
    def leaving(self) -> bool:
        """The pipeline is being closed, or is closed."""
        return self._closer is not None

    def leave(self) -> None:
        """Close the pipeline, then end; asked again, wait for the agent no longer."""
        if self._closer is not None or self._pipeline is None:
            if self._pipeline is not None:
                self._pipeline.kill_agent()
            self.exit()
            return
        self._begin_closing()

    def _handle_exception(self, error: Exception) -> None:
        log.critical("the screen broke", exc_info=error)
        self.failure = self.failure or VoicestreamError(
            f"The screen broke: {type(error).__name__}: {error}",
            "The log tells where. Without a screen it goes on working: --headless.",
        )
        super()._handle_exception(error)
