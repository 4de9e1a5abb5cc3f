"""A pilot that waits until nothing is left to do, however slow the computer is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.app import App
from textual.pilot import Pilot

PATIENCE = 60.0
_QUIET_ROUNDS = 3
_MOMENT, _STEP = 0.001, 0.02


class PatientPilot(Pilot[None]):
    """Looks at the messages that wait.

    Textual's own looks whether this process has used the processor for 20 ms, and takes one that
    got no share of it for one that has nothing to do.
    """

    async def press(self, *keys: str) -> None:
        """Press keys, each when all that the one before did is done."""
        for key in keys:
            await super().press(key)
            await self.pause()

    async def pause(self, delay: float | None = None) -> None:
        """Wait until no message waits, and all is laid out and painted."""
        await asyncio.sleep(delay or 0.0)
        deadline = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < _QUIET_ROUNDS and self.app.is_running:
            if self.app._exception_event.is_set():
                return
            assert time.monotonic() < deadline, "the screen does not come to rest"
            if self.app._exit:
                await asyncio.sleep(_STEP)
                continue
            await self._wait_for_screen(PATIENCE)
            if self.app._exit:
                continue
            self.app.screen._on_timer_update()
            await asyncio.sleep(0)
            if _has_something_to_do(self.app):
                quiet = 0
                await asyncio.sleep(_MOMENT)
            else:
                quiet += 1

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what a clock brings about."""
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, "it never came"
            await self.pause(_STEP)


def _has_something_to_do(app: App[None]) -> bool:
    screen = app.screen
    return bool(
        app.animator._animations
        or app.animator._scheduled
        or screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
        or any(
            pump.message_queue_size or pump._pending_message or pump._next_callbacks
            for pump in (app, *app._registry)
            if pump.is_running and not pump._closed
        )
        or not all(node._is_mounted for node in screen.walk_children(with_self=True))
    )
