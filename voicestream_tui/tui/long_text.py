"""A long text to scroll: only what is in sight is painted, and a new width costs little."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from voicestream_tui.tui.wrap import wrap

Part = tuple[int, int, int]
"""A line of the text, and its characters that stand on one line of the screen."""


class LongText(Widget):
    """As high as its text at the width it gets.

    Textual's own `Static` lays out and paints all of a text whenever its width changes.
    """

    def __init__(self, text: Text, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._lines: list[Text] = []
        self._parts: list[Part] = []
        self._width = 0
        self.update(text)

    def update(self, text: Text) -> None:
        """Show another text."""
        self._lines = list(text.split("\n", allow_blank=True))
        self._width = 0
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def _wrapped(self, width: int) -> list[Part]:
        if width != self._width:
            self._width = width
            self._parts = [
                (number, start, end)
                for number, line in enumerate(self._lines)
                for start, end in wrap(line.plain, width)
            ]
        return self._parts

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        blank = Style(bgcolor=style.bgcolor)
        parts = self._wrapped(width)
        if y >= len(parts):
            return Strip.blank(width, blank)
        number, start, end = parts[y]
        shown = self._lines[number][start:end]
        segments = shown.render(self.app.console, end="")
        return Strip(segments).apply_style(style).adjust_cell_length(width, blank)
