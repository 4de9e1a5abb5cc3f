"""How a row stands to the one above it: a blank line between, a name, an item's indent."""

from __future__ import annotations

from rich.cells import cell_len

from voicestream_tui.model import Kind, Segment
from voicestream_tui.tui.columns import item_mark
from voicestream_tui.tui.rows import Row, agent_name


def row_after(last: Row | None, segment: Segment, t: float) -> Row:
    """The row that a segment makes under the last row."""
    before = last.segment if last is not None else None
    row = Row(segment, t, gap=begins_group(segment, before))
    row.named = last is None or last.agent != row.agent or last.segment.turn != segment.turn
    if segment.kind is Kind.ITEM:
        mark = item_mark(segment)
        continues = not mark and last is not None and last.segment.kind is Kind.ITEM
        row.hang = last.hang if continues and last is not None else max(cell_len(mark), 2)
    return row


def begins_group(row: Segment, before: Segment | None) -> bool:
    """Whether a blank line stands between two rows: a new paragraph, list, turn or thought."""
    if before is None:
        return False
    kinds = {row.kind, before.kind}
    if Kind.USER in kinds or row.turn != before.turn or row.kind is Kind.HEADING:
        return True
    if agent_name(row) or agent_name(before):
        return not (agent_name(row) and agent_name(before))
    if kinds <= {Kind.TOOL, Kind.THINKING}:
        return False
    if Kind.TOOL in kinds:
        return True
    if row.block != before.block:
        return True
    if kinds == {Kind.ITEM} or before.kind is Kind.HEADING:
        return False
    return row.kind is not before.kind or _blank_line_between(before.source, row.source)


def _blank_line_between(before: str, after: str) -> bool:
    end = before[len(before.rstrip()) :]
    begin = after[: len(after) - len(after.lstrip())]
    return (end + begin).count("\n") >= 2
