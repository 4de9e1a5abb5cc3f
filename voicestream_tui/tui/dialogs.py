"""The windows over the transcript: pickers, the help, the problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from voicestream_tui.model import Failed
from voicestream_tui.tui.columns import DOUBT_MARK, FAILED_MARK, PENDING
from voicestream_tui.tui.keys import KEYS, SECTIONS, KeyEntry
from voicestream_tui.tui.rows import printable
from voicestream_tui.tui.scrollbar import use_whole_cells
from voicestream_tui.tui.window import Window

_AROUND = 6
"""Lines of a window around its text."""
_BESIDE = 5
"""Cells of a window beside its text: its frame and a scrollbar."""
_MOST_CHOICES, _LINES_ABOUT = 16, 3
_MARKS = (
    (DOUBT_MARK, "may be wrong"),
    (FAILED_MARK, "not translated"),
    (PENDING, "still to come"),
)
"""What may stand before, or in place of, a row's Japanese."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a picker."""

    key: str
    name: str
    note: str = ""
    """Shown at the right of the name."""
    about: str = ""
    """Shown under the list while the line is highlighted."""


class Picker(Window[str | None]):
    """A list to choose from; the result is a choice's key, or None after escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "Cancel", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str,
        preview: Callable[[str], None] | None = None,
    ) -> None:
        """Offer choices.

        Args:
            title: The window's heading.
            choices: What to choose from; may be empty.
            current: The key of the choice in force.
            preview: Called with each key that is highlighted.
        """
        super().__init__()
        self._title = title
        self._choices = {choice.key: choice for choice in choices}
        self._current = current
        self._preview = preview

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title")
            widest = max((cell_len(c.name) for c in self._choices.values()), default=0)
            options = [self._option(choice, widest) for choice in self._choices.values()]
            if options:
                yield OptionList(*options)
            else:
                yield Static("There is nothing to choose from.", classes="dialog-text")
            if any(choice.about for choice in self._choices.values()):
                yield Static("", classes="dialog-about", markup=False)
            yield Static("enter chooses   escape goes back", classes="dialog-hint")

    def _option(self, choice: Choice, widest: int) -> Option:
        mark = "\u203a " if choice.key == self._current else "  "
        pad = " " * (widest - cell_len(choice.name) + 3)
        line = Text(mark + choice.name, no_wrap=True, overflow="ellipsis")
        line.append(pad + choice.note if choice.note else "")
        return Option(line, id=choice.key)

    def on_mount(self) -> None:
        for choices in self.query(OptionList):
            keys = list(self._choices)
            choices.highlighted = keys.index(self._current) if self._current in keys else 0
            choices.focus()

    def on_resize(self) -> None:
        """Leave room for what stands around the list; the highlighted line stays in sight."""
        rest = _AROUND
        for about in self.query(".dialog-about"):
            rest += _LINES_ABOUT + 1
            about.styles.max_height = _LINES_ABOUT
            about.styles.max_width = max(self.size.width - _BESIDE, 1)
        for choices in self.query(OptionList):
            choices.styles.max_height = max(min(self.size.height - rest, _MOST_CHOICES), 1)
            self.call_after_refresh(choices.scroll_to_highlight)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        key = event.option_id or ""
        for about in self.query(".dialog-about").results(Static):
            about.update(self._choices[key].about)
        if self._preview is not None:
            self._preview(key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()


class TextDialog(Window[None]):
    """A text to read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1,e", "close", "Close", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, title: str, texts: Sequence[Text]) -> None:
        """Show texts side by side where there is room, else one under the other."""
        super().__init__()
        self._title = title
        self._texts = texts

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title")
            with VerticalScroll(classes="dialog-texts"):
                for text in self._texts:
                    yield Static(text, classes="dialog-text")
            yield Static("escape goes back", classes="dialog-hint")

    def on_mount(self) -> None:
        use_whole_cells(self.query_one(VerticalScroll))
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        texts = self.query_one(VerticalScroll)
        texts.styles.max_height = max(self.size.height - _AROUND, 1)
        room = max(self.size.width - _BESIDE, 1)
        texts.set_class(sum(_widest_line(text) for text in self._texts) > room, "-stacked")
        for shown in self.query(".dialog-text"):
            shown.styles.max_width = room

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss()

    def action_close(self) -> None:
        self.dismiss()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _widest_line(text: Text) -> int:
    return max(cell_len(line) for line in text.plain.split("\n"))


def help_texts(key_style: str, keys: Sequence[KeyEntry] = KEYS) -> list[Text]:
    """All keys and marks with their meaning, a text for each half of the sections."""
    half = (len(SECTIONS) + 1) // 2
    sections = [
        _section(name, [(e.shown, e.help) for e in keys if e.section == name], key_style)
        for name in SECTIONS
    ]
    sections.append(_section("Japanese", _MARKS, key_style))
    return [Text("\n\n").join(some) for some in (sections[:half], sections[half:])]


def _section(name: str, entries: Sequence[tuple[str, str]], key_style: str) -> Text:
    lines = [Text(name, style="bold")]
    for shown, meaning in entries:
        lines.append(Text.assemble((f" {shown:<11}", key_style), f"{meaning:<24}"))
    return Text("\n").join(lines)


def problem_text(problems: Sequence[Failed]) -> Text:
    """What went wrong, the newest first, each with what to do about it."""
    text = Text()
    for problem in reversed(problems):
        text.append(f"{problem.stage}: ", "bold")
        text.append(printable(problem.message) + "\n")
        if problem.hint:
            text.append(printable(problem.hint) + "\n", "italic")
        text.append("\n")
    return text
