"""The window that tells that the agent's process has ended, and offers to go on."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, auto
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from voicestream_tui.model import AgentLost
from voicestream_tui.tui.guarded_dialog import GuardedDialog
from voicestream_tui.tui.key_bar import KeyBar, KeyHint
from voicestream_tui.tui.rows import printable


class AfterLoss(StrEnum):
    """What the user wants when the agent has gone."""

    RESUME = auto()
    QUIT = auto()


class LostDialog(GuardedDialog[AfterLoss | None]):
    """Resume or quit; None for "not now"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,enter", "resume", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(
        self, lost: AgentLost, clock: Callable[[], float], stray: Callable[[str], None]
    ) -> None:
        super().__init__(clock, stray)
        self._lost = lost

    def compose(self) -> ComposeResult:
        lost = self._lost
        with Vertical(classes="dialog ask lost"):
            title = f"The agent has ended (exit code {lost.exit_code})"
            yield Static(Text(title), classes="dialog-title lost-title")
            yield Static(Text(printable(lost.message)), classes="lost-message")
            if lost.hint:
                yield Static(Text(printable(lost.hint)), classes="ask-note")
            yield KeyBar()

    def hints(self) -> list[KeyHint]:
        return [
            KeyHint("r", "resume", "screen.resume", 0),
            KeyHint("q", "quit", "screen.leave", 1),
            KeyHint("escape", "later", "screen.later", 2),
        ]

    def action_resume(self) -> None:
        self.dismiss(AfterLoss.RESUME)

    def action_leave(self) -> None:
        self.dismiss(AfterLoss.QUIT)
