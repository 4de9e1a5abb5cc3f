"""A window that comes by itself: it waits until the user's hands are free."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from voicestream_tui.tui.key_bar import KeyBar, KeyHint
from voicestream_tui.tui.key_guard import KeyGuard
from voicestream_tui.tui.window import Result, Window

_LOOK = 0.1
"""Seconds between looks whether keys are let through."""


class GuardedDialog(Window[Result]):
    """A window that ignores keys until nobody has typed for a moment.

    What is typed meanwhile goes to where it was meant for.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "later", show=False),
        Binding("f2", "app.toggle_pause", show=False),
        Binding("f3", "app.skip", show=False),
        Binding("f4", "app.replay", show=False),
        Binding("f5", "app.toggle_mute", show=False),
    ]

    def __init__(self, clock: Callable[[], float], stray: Callable[[str], None]) -> None:
        """Make the window; it counts from when it is shown.

        Args:
            clock: Seconds.
            stray: Gets the characters typed before keys are let through.
        """
        super().__init__()
        self._guard = KeyGuard(clock)
        self._stray = stray
        self._over = False
        self._is_ready = False

    def hints(self) -> list[KeyHint]:
        """The window's keys."""
        raise NotImplementedError

    def ready(self) -> None:
        """Keys are let through from now on."""

    def on_mount(self) -> None:
        self._key_bar = self.query_one(KeyBar)
        self._key_bar.show(self.hints())
        self._key_bar.add_class("-resting")
        self._looking = self.set_interval(_LOOK, self._look)

    def _look(self) -> None:
        if self._guard.open and not self._is_ready:
            self._is_ready = True
            self._looking.stop()
            self._key_bar.remove_class("-resting")
            self.ready()

    def on_key(self, event: events.Key) -> None:
        if self._guard.open:
            self._look()
        elif not self._guard.admits():
            event.stop()
            event.prevent_default()
            if event.is_printable and event.character:
                self._stray(event.character)

    def on_paste(self, event: events.Paste) -> None:
        if not self._guard.admits():
            event.stop()
            self._stray(event.text)

    def call_off(self) -> None:
        """Close without a result, as soon as no other window is in front."""
        self._over = True
        if self.is_active:
            self.dismiss(None)

    def on_screen_resume(self) -> None:
        if self._over:
            self.call_later(self._close)

    def _close(self) -> None:
        self.dismiss(None)

    def action_later(self) -> None:
        self.dismiss(None)
