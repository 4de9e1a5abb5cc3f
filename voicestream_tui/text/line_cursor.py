"""The indentation of a line, in columns, with tab stops every four."""

from __future__ import annotations


class LineCursor:
    """Moves through the beginning of a line, past indentation and container marks."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0
        """Index of the next character."""
        self.pad = 0
        """Columns left of a tab that was split."""
        self._column = 0

    def indent(self) -> tuple[int, int]:
        """Return the index of the next character that is no blank, and the columns before it."""
        line, at, column = self.line, self.at, self._column
        while at < len(line) and line[at] in " \t":
            column += 1 if line[at] == " " else 4 - column % 4
            at += 1
        return at, self.pad + column - self._column

    def is_blank(self, at: int) -> bool:
        """Whether nothing but the end of the line stands at index `at`."""
        return at == len(self.line) or (at + 1 == len(self.line) and self.line[at] == "\r")

    def go(self, at: int) -> None:
        """Go to the index `at`; what lies before it counts one column a character."""
        blank, columns = self.indent()
        self._column += columns - self.pad + at - blank
        self.at, self.pad = at, 0

    def take(self, columns: int) -> None:
        """Pass so many columns of indentation, or as many as there are."""
        split = min(self.pad, columns)
        self.pad -= split
        columns -= split
        while columns > 0 and self.at < len(self.line) and self.line[self.at] in " \t":
            width = 1 if self.line[self.at] == " " else 4 - self._column % 4
            self.at += 1
            self._column += width
            self.pad = max(width - columns, 0)
            columns -= width

    @property
    def rest(self) -> str:
        """What stands from here on."""
        return " " * self.pad + self.line[self.at :]
