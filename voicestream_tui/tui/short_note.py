"""A note beside what scrolls: it takes a few lines at most, so that the keys stay in sight."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from voicestream_tui.tui.wrap import shorten, wrap

_FOR_ALL = " (scroll for all)"
_AT_FIRST = 80
"""Characters that show before the width is known."""


class ShortNote(Static):
    """Words that are cut where they take too many lines; the window shows them whole elsewhere."""

    def __init__(self, words: str, classes: str) -> None:
        super().__init__(Text(words[:_AT_FIRST]), classes=classes)
        self.words = words
        self.is_cut = False
        self.lines = 1

    def fit(self, most: int) -> None:
        """Show as much as `most` lines hold."""
        width = self.size.width
        if width <= 0:
            return
        head = self.words[: width * (most + 1)]  # enough to tell that there is more
        lines = [head[start:end] for start, end in wrap(head, width)]
        self.is_cut = len(lines) > most
        if self.is_cut:
            rest = " ".join(lines[most - 1 :])
            lines[most - 1 :] = [shorten(rest, max(width - len(_FOR_ALL), 1)) + _FOR_ALL]
        self.lines = len(lines)
        self.update(Text("\n".join(lines)))
