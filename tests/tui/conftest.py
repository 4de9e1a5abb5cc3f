"""A screen with a scripted pipeline behind it, and nothing that moves by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from tests.tui.fake_pipeline import FakePipeline
from tests.tui.patient_pilot import PatientPilot
from voicestream_tui.model import Event
from voicestream_tui.model_room import ModelRoom
from voicestream_tui.tui.app import VoicestreamApp
from voicestream_tui.tui.controls import UiOptions

FOR_EVER = 3600.0


class Clock:
    """Time that stands still unless a test moves it."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Stage:
    """An app on a simulated terminal, with a clock of its own."""

    def __init__(
        self, app: VoicestreamApp, pilot: PatientPilot, pipeline: FakePipeline, clock: Clock
    ) -> None:
        self.clock = clock
        self.app = app
        self.pilot = pilot
        self.pipeline = pipeline
        self.transcript = app.transcript

    async def show(self, *events: Event, frames: int = 8) -> None:
        """Send events and let them show: eight frames reach every gauge."""
        for event in events:
            self.pipeline.emit(event)
        for _ in range(frames):
            self.app.show_frame()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    def lines(self) -> list[str]:
        """What can be read on the screen now."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return [strip.crop(0, width).text.rstrip() for strip in strips[:height]]

    def text(self) -> str:
        return "\n".join(self.lines())

    def states(self) -> list[str]:
        return [row.state.value for row in self.transcript.book.rows]


MakeStage = Callable[..., AbstractAsyncContextManager[Stage]]


def _keep_notifications(app: VoicestreamApp) -> None:
    """They don't go by themselves, so that a slow computer shows them too."""
    notify = app.notify

    def keep(message: str, **more: Any) -> None:
        notify(message, **{**more, "timeout": FOR_EVER})

    app.notify = keep  # type: ignore[method-assign]


@asynccontextmanager
async def _stage(
    size: tuple[int, int] = (120, 40),
    *,
    title: str = "",
    now: float = 0.0,
    conversing: bool = False,
    make_models: Callable[[], ModelRoom] | None = None,
    **options: Any,
) -> AsyncIterator[Stage]:
    made: list[FakePipeline] = []
    clock = Clock(now)

    def make(emit: Callable[[Event], None]) -> FakePipeline:
        made.append(FakePipeline(emit, conversing=conversing))
        return made[0]

    app = VoicestreamApp(
        make, settings=UiOptions(**options), title=title, clock=clock, make_models=make_models
    )
    app.animation_level = "none"
    _keep_notifications(app)
    try:
        async with app.run_test(size=size, notifications=True):
            pilot = PatientPilot(app)
            await pilot.pause()
            yield Stage(app, pilot, made[0], clock)
    finally:
        for pipeline in made:
            pipeline.may_close.set()
        app.close_pipeline()


@pytest.fixture
def stage() -> MakeStage:
    """`async with stage(size) as s:` runs the app."""
    return _stage
