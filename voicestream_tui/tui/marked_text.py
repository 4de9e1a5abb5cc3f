"""What the mouse has selected in the transcript.

Selected text has coordinates that survive a change of width: y is the row's number and x
its character, with the part of the row in the high bits. Dragging within one column selects
in that column alone; dragging from one into the other selects both.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Offset
from textual.selection import Selection

from voicestream_tui.tui.columns import english_column, japanese_column
from voicestream_tui.tui.contents import unfolded_text
from voicestream_tui.tui.row_layout import Part
from voicestream_tui.tui.row_paint import PART_SHIFT
from voicestream_tui.tui.rows import Row

_LEFT = frozenset({Part.ENGLISH, Part.CONTENT})
_RIGHT = frozenset({Part.JAPANESE})


def marked_parts(selection: Selection, index: int) -> dict[Part, tuple[int, int]]:
    """The selected characters of a row.

    Returns:
        For each part a range; an end of -1 is the end of the text.
    """
    span = selection.get_span(index)
    if span is None:
        return {}
    low, high = span
    marked: dict[Part, tuple[int, int]] = {}
    for part in sorted(_columns(selection)):
        first, last = part << PART_SHIFT, (part + 1) << PART_SHIFT
        if low >= last or 0 <= high <= first:
            continue
        start = max(low - first, 0)
        end = -1 if high < 0 or high >= last else high - first
        marked[part] = (start, end)
    return marked


def marked_text(selection: Selection, rows: Iterable[tuple[int, Row]]) -> str:
    """The selected text, one line for each row and column.

    Args:
        selection: What is selected.
        rows: The rows with their numbers, from top to bottom.
    """
    lines: list[str] = []
    for index, row in rows:
        for part, (start, end) in marked_parts(selection, index).items():
            text = _text(row, part)
            chosen = text[start:] if end < 0 else text[start:end]
            if chosen:
                lines.append(chosen)
    return "\n".join(lines)


def _columns(selection: Selection) -> frozenset[Part]:
    ends = [_column(end) for end in (selection.start, selection.end) if end is not None]
    if ends and all(column == ends[0] for column in ends):
        return ends[0]
    return _LEFT | _RIGHT


def _column(offset: Offset) -> frozenset[Part]:
    return _RIGHT if offset.x >> PART_SHIFT == Part.JAPANESE else _LEFT


def _text(row: Row, part: Part) -> str:
    match part:
        case Part.ENGLISH:
            return english_column(row).text
        case Part.JAPANESE:
            return japanese_column(row).text if row.japanese else ""
        case Part.CONTENT:
            return unfolded_text(row) if row.unfolded else ""
