"""Where the texts of a row stand on the lines of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from rich.cells import cell_len

from voicestream_tui.model import Kind
from voicestream_tui.tui.rows import Column, Row, english_column, japanese_column, printable
from voicestream_tui.tui.wrap import wrap

BAR = 1
"""The cell at the left edge that marks the spoken and the selected row."""
TIME = 7
GAP = 3
RIGHT_PAD = 1
_TIME_FROM = 44
"""Under so many columns the time stamps give their place to the text."""
_ROUGH_FILL = 0.93
"""How much of a line wrapped text fills on average."""


class Part(IntEnum):
    """Which text of a row a piece shows; also its place in coordinates of selected text."""

    ENGLISH = 0
    JAPANESE = 1
    CONTENT = 2


@dataclass(frozen=True, slots=True)
class Geometry:
    """The widths that all rows share."""

    width: int
    """Cells of the whole line, scrollbar excluded."""
    narrow: bool = False
    """One column: Japanese under the English."""
    timestamps: bool = True

    @property
    def text_left(self) -> int:
        return BAR + (TIME if self.has_time else 0)

    @property
    def has_time(self) -> bool:
        return self.timestamps and self.width >= _TIME_FROM

    @property
    def text_width(self) -> int:
        """Cells of the text, both columns together."""
        return max(self.width - self.text_left - RIGHT_PAD, 4)

    @property
    def column_width(self) -> int:
        return self.text_width if self.narrow else max((self.text_width - GAP) // 2, 2)

    @property
    def japanese_left(self) -> int:
        return self.text_left if self.narrow else self.text_left + self.column_width + GAP


@dataclass(frozen=True, slots=True)
class Piece:
    """One line's share of a column's text."""

    part: Part
    column: Column
    left: int
    width: int
    start: int
    end: int
    first: bool


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The lines of a row from top to bottom, each with its pieces from left to right."""

    lines: tuple[tuple[Piece, ...], ...]

    @property
    def height(self) -> int:
        return len(self.lines)


def lay_out(row: Row, geometry: Geometry) -> RowLayout:
    """Wrap a row's texts for the given widths."""
    english = _pieces(Part.ENGLISH, english_column(row), geometry.text_left, geometry.column_width)
    japanese = _pieces(
        Part.JAPANESE, japanese_column(row), geometry.japanese_left, geometry.column_width
    )
    lines: list[tuple[Piece, ...]] = [()] if row.gap else []
    if geometry.narrow:
        lines += [(piece,) for piece in english]
        lines += [(piece,) for piece in japanese if piece.column.text]
    else:
        for number in range(max(len(english), len(japanese))):
            lines.append((*english[number : number + 1], *japanese[number : number + 1]))
    if row.unfolded:
        content = content_column(row)
        pieces = _pieces(Part.CONTENT, content, geometry.text_left, geometry.text_width)
        lines += [(piece,) for piece in pieces]
    return RowLayout(tuple(lines))


def content_column(row: Row) -> Column:
    """The unfolded content of a code or table row."""
    indent = "  " * (row.segment.depth + 1)
    return Column(unfolded_text(row), "content", (), indent, indent)


def unfolded_text(row: Row) -> str:
    """The content of a code or table row: tabs as spaces, a table's cells in columns."""
    lines = row.segment.english.split("\n")
    if row.segment.kind is Kind.TABLE:
        return "\n".join(_in_columns([line.split("\t") for line in lines]))
    return "\n".join(printable(line.expandtabs(4)).rstrip() for line in lines).rstrip("\n")


def _in_columns(rows: list[list[str]]) -> list[str]:
    rows = [[printable(cell).strip() for cell in row] for row in rows]
    count = max(len(row) for row in rows)
    widths = [
        max((cell_len(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)
    ]
    return [
        "   ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in rows
    ]


def text_cells(row: Row) -> tuple[int, int]:
    """Cells of a row's English and Japanese, indents included, if each stood on one line."""
    return _cells(english_column(row)), _cells(japanese_column(row))


def estimate_height(cells: tuple[int, int], gap: bool, geometry: Geometry) -> int:
    """About how many lines a folded row takes, from what `text_cells` measured."""
    width = max(geometry.column_width * _ROUGH_FILL, 1)
    english, japanese = (max(1, -int(-count // width)) for count in cells)
    return (english + japanese if geometry.narrow else max(english, japanese)) + gap


def _cells(column: Column) -> int:
    return cell_len(column.text) + column.indent


def _pieces(part: Part, column: Column, left: int, width: int) -> list[Piece]:
    indent = min(column.indent, max(width - 4, 0))
    if indent < column.indent:
        column = _without_marks(column)
        indent = 0
    ranges = wrap(column.text, width - indent)
    return [
        Piece(part, column, left, width, start, end, first=not number)
        for number, (start, end) in enumerate(ranges)
    ]


def _without_marks(column: Column) -> Column:
    return Column(column.text, column.style, column.spans)
