"""A window that asks for a yes or a no; nothing but the key that it names says yes."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from voicestream_tui.tui.key_bar import KeyBar, KeyHint
from voicestream_tui.tui.rows import printable
from voicestream_tui.tui.window import Window


class YesNoDialog(Window[bool]):
    """The result is True after y, else False."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", show=False),
        Binding("n,escape,q", "no", show=False),
    ]

    def __init__(self, title: str, text: str, yes: str, no: str) -> None:
        """Ask.

        Args:
            title: The window's heading.
            text: What it is about.
            yes: What y does, in a word or two.
            no: What n does.
        """
        super().__init__()
        self._title = title
        self._text = text
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog yes-no"):
            yield Static(Text(printable(self._title)), classes="dialog-title")
            yield Static(Text(printable(self._text)), classes="yes-no-text")
            yield KeyBar()

    def on_mount(self) -> None:
        hints = [
            KeyHint("y", self._yes, "screen.yes", 0),
            KeyHint("n", self._no, "screen.no", 1),
        ]
        self.query_one(KeyBar).show(hints)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(False)

    def action_yes(self) -> None:
        self.dismiss(True)

    def action_no(self) -> None:
        self.dismiss(False)
