"""The styles that lie over a row's text: marked-up words, highlights, selections."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rich.style import Style

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.tui.row_layout import Part, Piece
from voicestream_tui.tui.rows import Row, RowState

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


def overlays(row: Row, piece: Piece, look: Look) -> list[Run]:
    """The styles over the piece's text, the later ones over the earlier ones."""
    styles = look.styles
    runs = [
        (span.start, span.end, _span_style(span, piece.part, styles))
        for span in piece.column.spans
        if span.start < piece.end and span.end > piece.start
    ]
    runs += [
        (start, end, styles[name])
        for start, end, name in piece.column.runs
        if start < piece.end and end > piece.start
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


def cut(start: int, end: int, overlays: list[Run], style: Style) -> list[Run]:
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
