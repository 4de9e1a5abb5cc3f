"""How much is said of what is no plain sentence: code, tables, lists, quotes.

The rows on the screen are the same at every level; only the spoken text differs, so the level can
change at any moment. The table in docs/verbosity.md shows what each level says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from voicestream_tui.model import Kind, Piece, Segment
from voicestream_tui.text.definitions import defined_names, first_comment
from voicestream_tui.text.diffs import read_diff
from voicestream_tui.text.formulas import plain_formula


class Verbosity(StrEnum):
    """How much is said of blocks."""

    BRIEF = "brief"
    NORMAL = "normal"
    FULL = "full"


MOST_ROWS = 12
"""So many rows of a table are read out."""

_MOST_NAMES = 5
_LONGEST_FORMULA = 80
_FENCE = re.compile(
    r"^[ \t>]*(?:[-*+]|\d+[.)])?[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?\.?(?P<word>[\w+#-]+)", re.M
)
_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\]]+)\]")
_NUMBER = re.compile(r"(?P<number>\d{1,3})[.)]")
_BOXES = {"☐": "未完了、", "☑": "完了、"}


def lead_in(block: Piece | Segment, level: Verbosity) -> str:
    """What is said before a row's Japanese: an item's number, a quote's mark; "" for most."""
    said = ""
    if block.kind is Kind.HEADING and level is Verbosity.FULL:
        said = "見出し、"
    for mark in block.marker.split(" "):
        number = _NUMBER.fullmatch(mark)
        footnote = _FOOTNOTE.fullmatch(mark)
        if number:
            said += f"{number['number']}、"
        elif footnote and level is not Verbosity.BRIEF:
            said += f"脚注{footnote['label']}、"
        elif mark == ">" and level is not Verbosity.BRIEF:
            said += "引用、"
        else:
            said += _BOXES.get(mark, "")
    return said


def spoken_block(
    block: Piece | Segment, level: Verbosity, contents: Sequence[str] = ()
) -> str | None:
    """What is said for a block of code or a table, in Japanese as it would be shown.

    Args:
        contents: the Japanese of what `contents_of` gave, as many; without it level FULL says
            of a table's rows and of comments what is Japanese or a name already.

    Returns:
        The text for the `Reader`; None if the row's own Japanese is said.
    """
    match block.kind:
        case Kind.CODE:
            return _code(block, level, contents)
        case Kind.TABLE:
            return _table(block, level, contents)
        case _:
            return None


def contents_of(block: Piece | Segment) -> tuple[str, ...]:
    """The English inside a block that level FULL says in Japanese: cells, or a first comment."""
    match block.kind:
        case Kind.TABLE:
            return tuple(cell for row in _rows(block)[: MOST_ROWS + 1] for cell in row)
        case Kind.CODE:
            comment = first_comment(_language(block), block.english)
            return (comment,) if comment else ()
        case _:
            return ()


def _language(block: Piece | Segment) -> str:
    fence = _FENCE.search(block.source)
    return fence["word"].lower() if fence else ""


def _code(block: Piece | Segment, level: Verbosity, contents: Sequence[str]) -> str:
    name, _, _ = block.japanese.partition("、")
    if level is Verbosity.BRIEF:
        return f"{name}。"
    if level is Verbosity.NORMAL:
        return f"{block.japanese}。"
    if name == "数式":
        formula = plain_formula(block.english)
        return f"数式、{formula}。" if len(formula) <= _LONGEST_FORMULA else f"{block.japanese}。"
    diff = read_diff(block.english, named=name == "差分")
    if diff is not None:
        files = "と".join(diff.files[:_MOST_NAMES])
        return f"{files}の{block.japanese}。" if files else f"{block.japanese}。"
    said = f"{block.japanese}。"
    if contents and contents[0].strip():
        said += f"{contents[0].rstrip('。.')}。"
    names = defined_names(_language(block), block.english)
    if names:
        more = f"など{len(names)}個" if len(names) > _MOST_NAMES else ""
        said += f"{'、'.join(names[:_MOST_NAMES])}{more}を定義しています。"
    return said


def _rows(block: Piece | Segment) -> list[list[str]]:
    return [row.split("\t") for row in block.english.split("\n")]


def _table(block: Piece | Segment, level: Verbosity, contents: Sequence[str]) -> str:
    if level is Verbosity.BRIEF:
        return "表。"
    if level is Verbosity.NORMAL:
        return f"{block.japanese}。"
    rows = _rows(block)
    shown = rows[: MOST_ROWS + 1]
    cells = iter(contents)
    if len(contents) == sum(map(len, shown)):
        shown = [[next(cells) for _ in row] for row in shown]
    heads, *body = shown
    said = f"{block.japanese}。"
    for number, row in enumerate(body, 1):
        said += f"{number}行目、{_row(heads, row)}。"
    left = len(rows) - len(shown)
    return said + (f"残り{left}行は省略します。" if left else "")


def _row(heads: Sequence[str], row: Sequence[str]) -> str:
    """One row: the first cell names it, the others come with their column's heading."""
    parts = []
    for column, (head, cell) in enumerate(zip(heads, row, strict=False)):
        head, cell = head.strip(" 。"), cell.strip(" 。")
        if not cell:
            continue
        parts.append(f"{head}は{cell}" if head and column else cell)
    return "、".join(parts) if parts else "空欄"
