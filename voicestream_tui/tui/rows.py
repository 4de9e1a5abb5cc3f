"""A row of the transcript: what it shows in English and in Japanese, and in what manner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto

from rich.cells import cell_len

from voicestream_tui.model import Kind, Segment, Span, Translation

FOLDED, UNFOLDED = "\u25b8 ", "\u25be "
PENDING = "\u22ef"
"""Stands in the Japanese column until the translation is there. Like every glyph of the
screen's own it is one cell wide even in terminals set up for East Asian text."""
FAILED_MARK = "EN "
_BULLET = "\u2219"
_TOOL_MARK, _ERROR_MARK = "\u203a ", "! "
_FOLDABLE = (Kind.CODE, Kind.TABLE)
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*([\w+#.-]+)", re.MULTILINE)


class RowState(StrEnum):
    """Where a row is on its way to the ear."""

    WAITING = auto()
    SPEAKING = auto()
    SPOKEN = auto()
    SKIPPED = auto()
    WITHDRAWN = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """The text of one column of a row.

    `first` and `rest` stand before the first and the later lines and are equally wide.
    """

    text: str
    style: str
    spans: tuple[Span, ...] = ()
    first: str = ""
    rest: str = ""
    mark_style: str = ""
    """The style of `first` and `rest`."""

    @property
    def indent(self) -> int:
        return cell_len(self.first)


@dataclass(slots=True)
class Row:
    """One segment with what became of it."""

    segment: Segment
    t: float
    """Seconds since the start."""
    gap: bool = False
    """A blank line stands above it."""
    named: bool = False
    """The sub-agent's name stands before its text."""
    hang: int = 2
    """Cells of an item's mark with the blank behind it, also before its later sentences."""
    translation: Translation | None = None
    state: RowState = RowState.WAITING
    unfolded: bool = False
    revision: int = 0
    """Counts every change of what the row shows."""
    awaited: bool = True
    """False once no translation can come any more."""

    @property
    def foldable(self) -> bool:
        return self.segment.kind in _FOLDABLE and bool(self.segment.english)

    @property
    def english(self) -> str:
        """The English as copied: of code and tables the content."""
        return self.segment.english

    @property
    def japanese(self) -> str:
        """The Japanese as shown; empty while there is none."""
        if self.translation is not None:
            return self.translation.japanese
        return self.segment.japanese

    @property
    def language(self) -> str:
        """The programming language that a code block names, in lower case."""
        match = _FENCE.search(self.segment.source)
        return match[1].lower() if match else ""


def printable(text: str) -> str:
    """Replace control characters one for one, so that no text can move the cursor."""
    return _UNPRINTABLE.sub(_replacement, text)


def one_line(text: str) -> str:
    """The text on one line, without control characters: for the lines at the bottom."""
    return " ".join(printable(text).split())


def _replacement(match: re.Match[str]) -> str:
    return " " if match[0] in "\t\r" else "\ufffd"


def english_column(row: Row) -> Column:
    """What stands in the English column."""
    segment = row.segment
    text = printable(segment.english)
    indent = "  " * segment.depth
    match segment.kind:
        case Kind.HEADING:
            return Column(text, "heading", segment.spans)
        case Kind.ITEM:
            mark = "  " * (segment.depth - 1) + item_mark(segment).ljust(row.hang)
            return Column(text, "english", segment.spans, mark, _blank(mark), "item-mark")
        case Kind.QUOTE:
            return Column(text, "quote", segment.spans, *_quote_marks(segment), "quote-bar")
        case Kind.CODE | Kind.TABLE:
            mark = indent + (UNFOLDED if row.unfolded else FOLDED)
            label = printable(segment.label or segment.english.partition("\n")[0])
            return Column(label, "notice", (), mark, _blank(mark), "fold-mark")
        case Kind.TOOL:
            mark = indent + _TOOL_MARK
            label = printable(segment.label or segment.english)
            return Column(label, "tool", (), mark, _blank(mark), "tool")
        case Kind.ERROR:
            return Column(text, "error", segment.spans, _ERROR_MARK, "  ", "error")
        case Kind.NOTICE:
            return Column(text or printable(segment.label), "note", segment.spans)
        case Kind.SUBAGENT:
            name = printable(segment.label).strip() + ": " if row.named and segment.label else ""
            spans = _shifted(segment.spans, len(name))
            return Column(name + text, "subagent", spans, indent + "  ", indent + "  ")
        case Kind.PROSE | Kind.THINKING | Kind.USER:
            return Column(text, "english", segment.spans, indent, indent)


def japanese_column(row: Row) -> Column:
    """What stands in the Japanese column."""
    english = english_column(row)
    kind = row.segment.kind
    if kind in (Kind.TOOL, Kind.ERROR) or kind in _FOLDABLE:
        first = rest = ""
    else:
        first, rest = english.first, english.rest
    style = _JAPANESE_STYLES.get(kind, "japanese")
    if not row.japanese:
        return Column(PENDING if row.awaited else "", "pending", (), rest, rest, english.mark_style)
    text = printable(row.japanese)
    translation = row.translation
    if translation is None:
        return Column(text, style, (), first, rest, english.mark_style)
    if not translation.ok:
        return Column(text, "failed", (), FAILED_MARK, " " * len(FAILED_MARK), "failed-mark")
    return Column(text, style, translation.spans, first, rest, english.mark_style)


_JAPANESE_STYLES = {
    Kind.HEADING: "heading",
    Kind.TOOL: "tool",
    Kind.ERROR: "error",
    Kind.NOTICE: "note",
    Kind.SUBAGENT: "subagent",
    Kind.CODE: "notice-japanese",
    Kind.TABLE: "notice-japanese",
}


def begins_group(row: Segment, before: Segment | None) -> bool:
    """Whether a blank line stands between two rows: a new paragraph, list, turn or thought."""
    if before is None:
        return False
    if row.turn != before.turn or row.kind is Kind.HEADING:
        return True
    if row.kind is Kind.TOOL or before.kind is Kind.TOOL:
        return row.kind is not before.kind
    if row.block != before.block:
        return True
    if row.kind is Kind.ITEM and before.kind is Kind.ITEM:
        return False
    if before.kind is Kind.HEADING:
        return False
    return row.kind is not before.kind or _blank_line_between(before.source, row.source)


def _blank_line_between(before: str, after: str) -> bool:
    end = before[len(before.rstrip()) :]
    begin = after[: len(after) - len(after.lstrip())]
    return (end + begin).count("\n") >= 2


def item_mark(segment: Segment) -> str:
    """An item's mark with a blank behind it; empty for its later sentences."""
    marker = _BULLET if segment.marker == "\u2022" else printable(segment.marker)
    return marker + " " if marker else ""


def _quote_marks(segment: Segment) -> tuple[str, str]:
    bars = "| " * max(segment.depth, 1)
    return bars, bars


def _blank(mark: str) -> str:
    return " " * cell_len(mark)


def _shifted(spans: tuple[Span, ...], by: int) -> tuple[Span, ...]:
    return tuple(Span(s.start + by, s.end + by, s.style, s.target) for s in spans) if by else spans
