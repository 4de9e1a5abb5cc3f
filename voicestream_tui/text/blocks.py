"""The open block that a document's lines go to: prose, code, hidden HTML or a table.

Each hands itself to a `Sink` when it closes. What it holds is bounded: a very long block comes in
several parts, cut after a fixed number of characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voicestream_tui.model import Kind
from voicestream_tui.text.block_syntax import Fence, Raw
from voicestream_tui.text.tables import cells, table_text

LONGEST_BLOCK = 100_000
"""Characters of a code block or table that are held before a part of it is handed on."""

_FULL_ENOUGH = LONGEST_BLOCK // 2
_BLANK_LINES = 100
_LONGEST_HEADER = 4096


class Sink(Protocol):
    """Takes the blocks. Positions are offsets in the text that was fed."""

    def open_prose(self, kind: Kind, marker: str, depth: int) -> None:
        """A paragraph or heading begins."""

    def prose(self, text: str, position: int) -> None:
        """Add text that stands at `position` to the open paragraph, "\\n" between its lines."""

    def make_heading(self) -> None:
        """The open paragraph is a heading, if nothing of it has been given out yet."""

    def is_uncut(self) -> bool:
        """Whether nothing of the open paragraph has been given out yet."""

    def drop_prose(self) -> str:
        """The open paragraph was a table's first row; returns its marker."""

    def close_prose(self, end: int) -> None:
        """The paragraph is over; its last line ends at `end`."""

    def code(self, content: str, language: str, marker: str, depth: int, end: int) -> None:
        """A code block, or a part of a long one."""

    def table(self, text: str, size: tuple[int, int], marker: str, depth: int, end: int) -> None:
        """A table of (columns, rows), or a part of a long one."""

    def nothing(self, end: int) -> None:
        """Nothing is shown for the lines up to `end`."""


class Block(Protocol):
    """An open block."""

    def text(self, text: str, position: int) -> str:
        """Add text to the present line; returns what stands behind the block's end, if any."""

    def end_line(self, position: int, newline: bool) -> bool:
        """The line is over, at `position`; returns False if the block is over with it."""

    def close(self) -> None:
        """The block ended with the last line."""


class Prose:
    """A paragraph or a heading."""

    def __init__(self, sink: Sink, kind: Kind, marker: str, depth: int) -> None:
        self.ends = kind is Kind.HEADING
        """The block is over with the present line."""
        self._sink = sink
        self._lines = 0
        self._first_line = ""
        self._end = 0
        sink.open_prose(kind, marker, depth)

    def text(self, text: str, position: int) -> str:
        if self._lines == 0 and len(self._first_line) < _LONGEST_HEADER:
            self._first_line += text
        self._sink.prose(text, position)
        return ""

    def end_line(self, position: int, newline: bool) -> bool:
        self._lines += 1
        self._end = position
        if newline and not self.ends:
            self._sink.prose("\n", position - 1)
        return not self.ends

    def close(self) -> None:
        self._sink.close_prose(self._end)

    @property
    def header(self) -> str | None:
        """The only line so far, if it may be a table's first row."""
        if self._lines == 1 and "|" in self._first_line and self._sink.is_uncut():
            return self._first_line
        return None


class Code:
    """A fenced or indented code block."""

    def __init__(
        self, sink: Sink, fence: Fence | None, indent: int, marker: str, depth: int
    ) -> None:
        """Open the block.

        Args:
            fence: how it was opened; None for indented code.
            indent: columns to take off each line.
        """
        self.fence = fence
        self.indent = indent
        self.ended = False
        """The present line is the closing fence."""
        self._sink = sink
        self._marker = marker
        self._depth = depth
        self._parts: list[str] = []
        self._size = 0
        self._blanks: list[str] = []  # lines that belong to the block only if code follows
        self._opening = fence is not None
        self._end = 0

    def text(self, text: str, position: int) -> str:
        if self._opening or self.ended:
            return ""
        if self._blanks:
            self._parts += self._blanks
            self._size += sum(map(len, self._blanks))
            self._blanks = []
        while self._size + len(text) > LONGEST_BLOCK:
            room = max(LONGEST_BLOCK - self._size, 0)
            self._parts.append(text[:room])
            text, position = text[room:], position + room
            self._hand_on(position)
        self._parts.append(text)
        self._size += len(text)
        return ""

    def fill(self, content: str) -> None:
        """The whole content stands in the opening line, and the block is over with it."""
        self._parts, self._size = [content], len(content)
        self._opening, self.ended = False, True

    def blank_line(self, rest: str) -> bool:
        """Add a line of blanks; returns False if there are so many that the block is over."""
        if self.fence is None:
            self._blanks.append(rest)
        else:
            self._parts.append(rest)
            self._size += len(rest)
        return len(self._blanks) < _BLANK_LINES

    def end_line(self, position: int, newline: bool) -> bool:
        if self._blanks:
            self._blanks[-1] += "\n" * newline
            return True
        self._end = position
        if not self._opening and not self.ended:
            self._parts.append("\n" * newline)
            self._size += 1
            if self._size >= _FULL_ENOUGH:
                self._hand_on(position)
        self._opening = False
        return not self.ended

    def close(self) -> None:
        self._hand_on(self._end)

    def _hand_on(self, end: int) -> None:
        content = "".join(self._parts).replace("\r\n", "\n").removesuffix("\n").removesuffix("\r")
        if content.strip():
            info = self.fence.info if self.fence else ""
            self._sink.code(content, info, self._marker, self._depth, end)
            self._marker = ""
        else:
            self._sink.nothing(end)
        self._parts, self._size = [], 0


class Hidden:
    """HTML that shows nothing: a comment, a script."""

    def __init__(self, sink: Sink, raw: Raw) -> None:
        self._sink = sink
        self._closing = raw.end
        self._tail = ""
        self._ended = False
        self._end = 0

    def text(self, text: str, position: int) -> str:
        if self._ended:
            return text
        probe = self._tail + text
        found = probe.lower().find(self._closing)
        self._ended = found >= 0
        shown = found + len(self._closing) - len(self._tail) if self._ended else len(text)
        self._tail = probe[1 - len(self._closing) :]
        self._end = position + shown
        self._sink.nothing(self._end)
        return text[shown:]

    def end_line(self, position: int, newline: bool) -> bool:
        self._end = position
        self._tail = ""
        self._sink.nothing(position)
        return not self._ended

    def close(self) -> None:
        self._sink.nothing(self._end)


class Table:
    """A pipe table, from its delimiter row on."""

    def __init__(self, sink: Sink, header: Sequence[str], marker: str, depth: int) -> None:
        self._sink = sink
        self._marker = marker
        self._depth = depth
        self._columns = len(header)
        self._rows = [list(header)]
        self._heads = 1
        self._row: str | None = None
        self._size = 0
        self._end = 0

    def text(self, text: str, position: int) -> str:
        self._row = (self._row or "") + text
        return ""

    def end_line(self, position: int, newline: bool) -> bool:
        self._end = position
        if self._row is not None:
            self._rows.append(cells(self._row))
            self._size += len(self._row)
            self._row = None
        if self._size >= _FULL_ENOUGH:
            self.close()
        return True

    def close(self) -> None:
        if self._rows:
            size = (self._columns, len(self._rows) - self._heads)
            text = table_text(self._rows, self._columns)
            self._sink.table(text, size, self._marker, self._depth, self._end)
        self._rows, self._heads, self._size, self._marker = [], 0, 0, ""
