"""Where the texts of a row stand on the lines of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from rich.cells import cell_len

from voicestream_tui.tui.columns import Column, english_column, japanese_column
from voicestream_tui.tui.contents import content_column
from voicestream_tui.tui.rows import Row
from voicestream_tui.tui.wrap import Range, shorten, wrap

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
    width = geometry.text_width if row.wide else geometry.column_width
    english = _pieces(Part.ENGLISH, english_column(row), geometry.text_left, width)
    lines: list[tuple[Piece, ...]] = [()] if row.gap else []
    if row.unfolded and row.thoughts is not None:
        return RowLayout((*lines, *((piece,) for piece in english), *_thought_lines(row, geometry)))
    japanese = _pieces(
        Part.JAPANESE, japanese_column(row), geometry.japanese_left, geometry.column_width
    )
    lines += _side_by_side(english, japanese, geometry)
    if row.unfolded:
        content = content_column(row)
        pieces = _pieces(Part.CONTENT, content, geometry.text_left, geometry.text_width)
        lines += [(piece,) for piece in pieces]
    return RowLayout(tuple(lines))


def _side_by_side(
    english: list[Piece], japanese: list[Piece], geometry: Geometry
) -> list[tuple[Piece, ...]]:
    shown = [piece for piece in japanese if piece.column.text]
    if geometry.narrow:
        return [(piece,) for piece in (*english, *shown)]
    if shown:
        english, shown = _with_bars(english, len(shown)), _with_bars(shown, len(english))
    return [
        (*english[number : number + 1], *shown[number : number + 1])
        for number in range(max(len(english), len(shown)))
    ]


def _with_bars(pieces: list[Piece], count: int) -> list[Piece]:
    """The bar of a sub-agent goes down to the last line, also beside nothing."""
    last = pieces[-1]
    missing = max(count - len(pieces), 0) if last.column.bar else 0
    return pieces + [replace(last, start=last.end, first=False)] * missing


def _thought_lines(row: Row, geometry: Geometry) -> list[tuple[Piece, ...]]:
    """Unfolded thinking: each paragraph with its Japanese beside or under it."""
    english, japanese = content_column(row), japanese_column(row)
    japanese = replace(japanese, first=english.first, rest=english.rest)
    width = geometry.text_width if row.wide else geometry.column_width
    left = _paragraphs(Part.CONTENT, english, geometry.text_left, width)
    doubted = [paragraph.doubted for paragraph in row.thoughts.paragraphs] if row.thoughts else []
    right = _paragraphs(
        Part.JAPANESE, japanese, geometry.japanese_left, geometry.column_width, doubted
    )
    lines: list[tuple[Piece, ...]] = []
    for number, pieces in enumerate(left):
        beside = right[number] if number < len(right) else []
        said = any(piece.start < piece.end for piece in beside)
        lines += _side_by_side(pieces, beside if said else [], geometry)
    return lines


def _paragraphs(
    part: Part, column: Column, left: int, width: int, doubted: Sequence[bool] = ()
) -> list[list[Piece]]:
    """The pieces of each line of a text that has line breaks; some lines may be doubted."""
    found: list[list[Piece]] = []
    start = 0
    for number, line in enumerate(column.text.split("\n")):
        mark = number < len(doubted) and doubted[number]
        pieces = _pieces(part, replace(column, text=line, doubted=mark), left, width)
        found.append(
            [
                replace(
                    piece,
                    column=replace(piece.column, text=column.text),
                    start=piece.start + start,
                    end=piece.end + start,
                )
                for piece in pieces
            ]
        )
        start += len(line) + 1
    return found


def text_cells(row: Row) -> tuple[int, int]:
    """Cells of a row's English and Japanese, indents included, if each stood on one line."""
    return _cells(english_column(row)), _cells(japanese_column(row))


def estimate_height(cells: tuple[int, int], gap: bool, geometry: Geometry) -> int:
    """About how many lines a folded row takes, from what `text_cells` measured."""
    width = max(geometry.column_width * _ROUGH_FILL, 1)
    english, japanese = (max(1, -int(-count // width)) for count in cells)
    return (english + japanese if geometry.narrow else max(english, japanese)) + gap


def _cells(column: Column) -> int:
    return 1 if column.clip else cell_len(column.text) + column.indent


def _pieces(part: Part, column: Column, left: int, width: int) -> list[Piece]:
    indent = min(column.indent, max(width - 4, 0))
    if indent < column.indent:
        column = _without_marks(column)
        indent = 0
    if column.clip:
        column = replace(column, text=shorten(column.text, width - indent))
        ranges: list[Range] = [(0, len(column.text))]
    else:
        ranges = wrap(column.text, width - indent)
    return [
        Piece(part, column, left, width, start, end, first=not number)
        for number, (start, end) in enumerate(ranges)
    ]


def _without_marks(column: Column) -> Column:
    return replace(column, first="", rest="", bar="", doubted=False)
