"""Where the user writes to the agent: several lines, a history, the keys of a text field."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static, TextArea

from voicestream_tui.tui.history import History
from voicestream_tui.tui.scrollbar import use_whole_cells

_NEW_LINE = frozenset({"shift+enter", "alt+enter", "ctrl+enter", "ctrl+j", "shift+\r"})
"""What terminals send for a line break that is no end, each as far as it can."""
_FOR_THE_APP = {
    "pageup": "app.page(-1)",
    "pagedown": "app.page(1)",
    "tab": "app.to_rows",
    "shift+tab": "app.to_rows",
    "f6": "app.models",
}
_NOT_THE_FIELDS = frozenset({"f7"})
"""What the text field would do something surprising with: mark all that is written."""
PLACEHOLDER = "Write to the agent: enter sends, ctrl+j makes a new line, up calls back"


class MessageArea(TextArea):
    """A text field whose enter sends and whose up and down reach into the history."""

    class Sent(Message):
        """The user has finished a message."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, history: History) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            placeholder=PLACEHOLDER,
            highlight_cursor_line=False,
        )
        self.cursor_blink = False
        self._messages = history
        self.leaving = False
        """The program ends: ctrl+c is about that, not about text that is marked."""

    def on_mount(self) -> None:
        use_whole_cells(self)

    async def _on_key(self, event: events.Key) -> None:
        if await self._took(event):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    async def _took(self, event: events.Key) -> bool:
        """Do what a key means here; False leaves it to the text field."""
        match event.key:
            case "enter":
                self._enter()
            case key if key in _NEW_LINE:
                self.new_line()
            case key if key in _FOR_THE_APP:
                await self.run_action(_FOR_THE_APP[key])
            case "up":
                return self._at_edge(first=True) and self._recall(self._messages.older(self.text))
            case "down":
                return self._at_edge(first=False) and self._recall(self._messages.newer(self.text))
            case key if key in _NOT_THE_FIELDS:
                pass
            case "ctrl+c" if self.leaving or self.selection.is_empty:
                await self.run_action("app.give_up")
            case "ctrl+z" if not (self.text or self.history.undo_stack or self.history.redo_stack):
                await self.run_action("app.suspend_process")
            case "ctrl+d" if not self.text:
                await self.run_action("app.hang_up")
            case _:
                return False
        return True

    def _enter(self) -> None:
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if column == len(line) and line.endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column), maintain_selection_offset=False)
            return
        self.submit()

    def submit(self) -> None:
        """Send what stands here, unless it is blank."""
        text = self.text.strip()
        if text:
            self._messages.add(text)
            self.text = ""
            self.post_message(self.Sent(text))

    def new_line(self) -> None:
        """Break the line at the cursor."""
        self.replace("\n", *sorted(self.selection), maintain_selection_offset=False)

    def _at_edge(self, *, first: bool) -> bool:
        """The cursor is on the first, or the last, line as it is shown."""
        line = self.wrapped_document.location_to_offset(self.cursor_location).y
        return line == (0 if first else self.wrapped_document.height - 1)

    def _recall(self, text: str | None) -> bool:
        if text is not None:
            self.text = text
            self.move_cursor(self.document.end)
        return text is not None


class Composer(Horizontal):
    """The field with its mark."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self.area = MessageArea(history)

    def compose(self) -> ComposeResult:
        yield Static("> ", classes="composer-mark")
        yield self.area

    def on_click(self) -> None:
        self.area.focus()
