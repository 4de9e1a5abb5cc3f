"""What shows when a row is unfolded: code, a table, thoughts."""

from __future__ import annotations

from rich.cells import cell_len

from voicestream_tui.model import Kind
from voicestream_tui.tui.columns import Column
from voicestream_tui.tui.rows import LINES_OF_LONG_MESSAGE, Row, printable


def content_column(row: Row) -> Column:
    """The unfolded content of a code or table row, of thinking, or of a long message."""
    indent = "  " * (row.segment.depth + 1)
    style = "content" if row.thoughts is None else "thought"
    if row.segment.kind is Kind.USER:
        style = "user"
    bar = f"agent-{row.colour}-bar" if row.colour else ""
    return Column(unfolded_text(row), style, (), indent, indent, bar=bar)


def unfolded_text(row: Row) -> str:
    """The content of a row that folds: tabs as spaces, a table's cells in columns."""
    if row.thoughts is not None:
        return printable(row.thoughts.english)
    lines = row.segment.english.split("\n")
    if row.segment.kind is Kind.USER:
        return printable("\n".join(lines[LINES_OF_LONG_MESSAGE:]))
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
