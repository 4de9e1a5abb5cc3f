"""Turn the lines of a row into coloured cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment as Cells
from rich.style import Style
from textual.strip import Strip

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.tui.row_layout import BAR, Geometry, Part, Piece
from voicestream_tui.tui.rows import Row, RowState

STYLE_NAMES = (
    *("time", "english", "japanese", "pending", "heading", "item-mark", "quote", "quote-bar"),
    *("notice", "notice-japanese", "fold-mark", "tool", "error", "note", "subagent"),
    *("failed", "failed-mark", "code", "strong", "emphasis", "strike", "link", "skipped"),
    *("withdrawn", "content", "selected", "spoken", "selected-bar", "spoken-bar", "phrase"),
)
"""What the style sheet gives a look, each as `transcript--NAME`."""

PART_SHIFT = 20
"""Selected text has coordinates: x = part << PART_SHIFT | character, y = row."""

Run = tuple[int, int, Style]
"""Characters from start to end shown in a style."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything but text and place that decides how a row looks."""

    styles: Mapping[str, Style]
    base: Style
    show_time: bool = True
    selected: bool = False
    phrase: tuple[int, int] = (0, 0)
    """The characters of the Japanese that sound now."""
    marked: Mapping[Part, tuple[int, int]] = field(default_factory=dict)
    """Text that the mouse selected; an end of -1 is the end of the text."""
    marked_style: Style = field(default_factory=Style)
    content: Sequence[Run] = ()
    """Syntax colours of the unfolded content, in order, not overlapping."""


def time_text(seconds: float) -> str:
    """Minutes and seconds since the start, five cells: "03:07", from 100 minutes on "1h40"."""
    minutes, rest = divmod(int(max(seconds, 0.0)), 60)
    if minutes < 100:
        return f"{minutes:02}:{rest:02}"
    return f"{minutes // 60}h{minutes % 60:02}".rjust(5)


def paint_blank(width: int, base: Style, y: int) -> Strip:
    """The empty line above a row."""
    return Strip([Cells(" " * width, base + _offset(0, y))], width)


def paint_line(
    row: Row, index: int, pieces: tuple[Piece, ...], geometry: Geometry, look: Look
) -> Strip:
    """Paint one line of a row over its whole width.

    Args:
        row: The row.
        index: Its place in the book, the y coordinate of selected text.
        pieces: The texts of this line, from left to right; at least one.
        geometry: The widths.
        look: The row's colours and highlights.
    """
    speaking = row.state is RowState.SPEAKING
    styles, base = look.styles, look.base
    bar = base
    if look.selected:
        base += styles["selected"]
        bar = base + styles["selected-bar"]
    if speaking:
        base += styles["spoken"]
        bar = base + styles["spoken-bar"]
    start = _offset(pieces[0].start | pieces[0].part << PART_SHIFT, index)
    cells = [Cells(" " * BAR, bar + start)]
    x = BAR
    first = pieces[0].first and pieces[0].part is Part.ENGLISH
    if geometry.has_time and look.show_time and first:
        stamp = time_text(row.t)
        cells.append(Cells(stamp, base + styles["time"] + start))
        x += len(stamp)
    for piece in pieces:
        if piece.left > x:
            cells.append(Cells(" " * (piece.left - x), base + start))
        cells += _piece_cells(row, index, piece, base, look)
        x = piece.left + piece.width
        start = _offset(piece.end | piece.part << PART_SHIFT, index)
    if x < geometry.width:
        cells.append(Cells(" " * (geometry.width - x), base + start))
    return Strip(cells, max(geometry.width, x)).crop(0, geometry.width)


def _piece_cells(row: Row, index: int, piece: Piece, base: Style, look: Look) -> list[Cells]:
    """The cells of one piece, padded to its width."""
    styles, column = look.styles, piece.column
    where = piece.part << PART_SHIFT
    text_style = base + styles[column.style]
    cells: list[Cells] = []
    used = 0
    mark = column.first if piece.first else column.rest
    if mark:
        meta = _offset(piece.start | where, index)
        cells += _mark_cells(mark, column.mark_style, base, styles, meta)
        used = cell_len(mark)
    overlays = _overlays(row, piece, look)
    for start, end, style in _cut(piece.start, piece.end, overlays, text_style):
        text = column.text[start:end]
        used += cell_len(text)
        cells.append(Cells(text, style + _offset(start | where, index)))
    if used < piece.width:
        pad = text_style if piece.part is Part.CONTENT else base
        offset = _offset(piece.end | where, index)
        cells.append(Cells(" " * (piece.width - used), pad + offset))
    return cells


def _mark_cells(
    mark: str, name: str, base: Style, styles: Mapping[str, Style], meta: Style
) -> list[Cells]:
    style = base + (styles[name] if name else Style.null()) + meta
    if name != "quote-bar":
        return [Cells(mark, style)]
    plain = base + meta
    return [Cells(" ", style if character == "|" else plain) for character in mark]


def _overlays(row: Row, piece: Piece, look: Look) -> list[Run]:
    """The styles over the piece's text, the later ones over the earlier ones."""
    styles = look.styles
    runs = [
        (span.start, span.end, _span_style(span, piece.part, styles))
        for span in piece.column.spans
        if span.start < piece.end and span.end > piece.start
    ]
    if piece.part is Part.CONTENT:
        begin = max(bisect_right(look.content, piece.start, key=lambda run: run[0]) - 1, 0)
        for run in look.content[begin:]:
            if run[0] >= piece.end:
                break
            runs.append(run)
    if piece.part is Part.JAPANESE:
        if row.state is RowState.SPEAKING and row.japanese and look.phrase[1] > look.phrase[0]:
            runs.append((*look.phrase, styles["phrase"]))
        elif row.state is RowState.SKIPPED:
            runs.append((piece.start, piece.end, styles["skipped"]))
    if row.state is RowState.WITHDRAWN:
        runs.append((piece.start, piece.end, styles["withdrawn"]))
    if piece.part in look.marked:
        start, end = look.marked[piece.part]
        runs.append((start, piece.end if end < 0 else end, look.marked_style))
    return runs


def _span_style(span: Span, part: Part, styles: Mapping[str, Style]) -> Style:
    style = styles[span.style.value]
    if span.style is SpanStyle.EMPHASIS and part is Part.JAPANESE:
        style = styles["strong"]  # slanted Japanese is hard to read
    if span.style is SpanStyle.LINK and "://" in span.target:
        style += Style(link=span.target)
    return style


def _cut(start: int, end: int, overlays: list[Run], style: Style) -> list[Run]:
    """Split a range wherever an overlay begins or ends."""
    if start >= end:
        return []
    if not overlays:
        return [(start, end, style)]
    borders = {start, end}
    for first, last, _ in overlays:
        borders.update(edge for edge in (first, last) if start < edge < end)
    cuts = sorted(borders)
    runs: list[Run] = []
    for begin, stop in pairwise(cuts):
        combined = style
        for first, last, overlay in overlays:
            if first <= begin < last:
                combined += overlay
        runs.append((begin, stop, combined))
    return runs


def _offset(x: int, y: int) -> Style:
    return Style.from_meta({"offset": (x, y)})
