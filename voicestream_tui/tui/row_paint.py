"""Turn the lines of a row into coloured cells."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment as Cells
from rich.style import Style
from textual.strip import Strip

from voicestream_tui.model import Kind
from voicestream_tui.tui.columns import BAR_CELLS, DOUBT_MARK
from voicestream_tui.tui.overlays import Look, cut, overlays
from voicestream_tui.tui.row_layout import BAR, Geometry, Part, Piece
from voicestream_tui.tui.rows import AGENT_COLOURS, Row, RowState

STYLE_NAMES = (
    *("time", "english", "japanese", "pending", "heading", "item-mark", "quote", "quote-bar"),
    *("notice", "notice-japanese", "fold-mark", "tool", "error", "note", "subagent"),
    *("failed", "failed-mark", "doubt-mark", "code", "strong", "emphasis", "strike", "link"),
    "skipped",
    *("withdrawn", "content", "selected", "spoken", "selected-bar", "spoken-bar", "phrase"),
    *("user", "user-mark", "thinking", "thought", "urgent", "tool-done", "tool-failed"),
    *(f"agent-{number}{part}" for number in range(1, AGENT_COLOURS + 1) for part in ("", "-bar")),
)
"""What the style sheet gives a look, each as `transcript--NAME`."""

PART_SHIFT = 20
"""Selected text has coordinates: x = part << PART_SHIFT | character, y = row."""


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
    if row.segment.kind is Kind.USER:
        base += styles["user"]
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
    if column.bar:
        meta = _offset(piece.start | where, index)
        cells.append(Cells(" ", base + styles[column.bar] + meta))
        cells.append(Cells(" " * (BAR_CELLS - 1), base + meta))
        used = BAR_CELLS
    mark = column.first if piece.first else column.rest
    if mark:
        meta = _offset(piece.start | where, index)
        cells += _mark_cells(mark, column.mark_style, base, styles, meta)
        used += cell_len(mark)
    if column.doubted:
        meta = _offset(piece.start | where, index)
        shown = DOUBT_MARK if piece.first else " " * len(DOUBT_MARK)
        cells.append(Cells(shown, base + styles["doubt-mark"] + meta))
        used += len(DOUBT_MARK)
    over = overlays(row, piece, look)
    for start, end, style in cut(piece.start, piece.end, over, text_style):
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


def _offset(x: int, y: int) -> Style:
    return Style.from_meta({"offset": (x, y)})
