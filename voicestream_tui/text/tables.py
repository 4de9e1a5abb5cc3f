"""Rows of a pipe table."""

from __future__ import annotations

from voicestream_tui.text.inline import parse_inline


def cells(row: str) -> list[str]:
    """Split a row at its bars; `\\|` is no bar. Cells come as written, without blanks around."""
    found, start, at = [], 0, 0
    row = row.strip()
    if row.startswith("|"):
        start = at = 1
    while (at := row.find("|", at)) >= 0:
        slashes = at - len(row[:at].rstrip("\\"))
        if slashes % 2 == 0:
            found.append(row[start:at])
            start = at + 1
        at += 1
    if start < len(row):
        found.append(row[start:])
    return [cell.strip().replace("\\|", "|") for cell in found]


def table_text(rows: list[list[str]], columns: int) -> str:
    """Return the rows' plain text: cells joined by a tab, rows by a newline."""
    return "\n".join(
        "\t".join(parse_inline(cell)[0] for cell in (row + [""] * columns)[:columns])
        for row in rows
    )
