"""What stands in a row's English and in its Japanese column, and in what manner."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import cell_len

from voicestream_tui.model import Kind, Segment, Span
from voicestream_tui.tui.rows import LINES_OF_LONG_MESSAGE, Outcome, Row, printable

FOLDED, UNFOLDED = "\u25b8 ", "\u25be "
PENDING = "\u22ef"
"""Stands in the Japanese column until the translation is there. Like every glyph of the
screen's own it is one cell wide even in terminals set up for East Asian text."""
FAILED_MARK = "EN "
DOUBT_MARK = "~ "
"""Before Japanese that may be wrong."""
DONE_MARK, BROKEN_MARK = "\u2713", "\u2717"
BAR_CELLS = 2
"""The bar before a sub-agent's rows, with its blank."""
_BULLET = "\u2219"
_TOOL_MARK, _ERROR_MARK, _USER_MARK = "\u203a ", "! ", "> "
_HELD = "\u00a0"
"""A blank at which no line breaks."""


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
    runs: tuple[tuple[int, int, str], ...] = ()
    """Stretches of the text with styles of their own, by name."""
    doubted: bool = False
    """Behind `first` stands a mark of doubt, and blanks as wide behind `rest`."""
    bar: str = ""
    """The style of the bar at the left of all lines; empty for none."""
    clip: bool = False
    """What does not fit the first line is left out."""

    @property
    def indent(self) -> int:
        doubt = cell_len(DOUBT_MARK) if self.doubted else 0
        return cell_len(self.first) + doubt + (BAR_CELLS if self.bar else 0)


def english_column(row: Row) -> Column:
    """What stands in the English column."""
    column = _english(row)
    if not row.colour:
        return column
    column = replace(column, bar=f"agent-{row.colour}-bar")
    if not row.named:
        return column
    name = printable(row.agent).strip() + ": "
    runs = tuple((start + len(name), end + len(name), style) for start, end, style in column.runs)
    return replace(
        column,
        text=name + column.text,
        spans=_shifted(column.spans, len(name)),
        runs=((0, len(name), f"agent-{row.colour}"), *runs),
    )


def _english(row: Row) -> Column:
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
            return _folded(row, printable(segment.label or segment.english.partition("\n")[0]))
        case Kind.TOOL:
            return _tool(row, indent + _TOOL_MARK)
        case Kind.ERROR:
            return Column(text, "error", segment.spans, _ERROR_MARK, "  ", "error")
        case Kind.NOTICE:
            style = "urgent" if segment.urgent else "note"
            label, runs = _with_outcome(row, text or printable(segment.label))
            return Column(label, style, segment.spans, runs=runs)
        case Kind.SUBAGENT if row.foldable:
            return _folded(row, printable(segment.label))
        case Kind.SUBAGENT:
            mark = indent + item_mark(segment)
            return Column(text, "subagent", segment.spans, mark, _blank(mark), "item-mark")
        case Kind.THINKING:
            return _thinking(row)
        case Kind.USER:
            return Column(_message(row), "user", (), _USER_MARK, _blank(_USER_MARK), "user-mark")
        case Kind.PROSE:
            return Column(text, "english", segment.spans, indent, indent)


def _message(row: Row) -> str:
    """What the user wrote; of a long message the first lines, the rest is its content."""
    text = printable(row.segment.english)
    if not row.foldable:
        return text
    lines = text.split("\n")
    shown = lines[:LINES_OF_LONG_MESSAGE]
    if not row.unfolded:
        shown.append(f"… {len(lines) - len(shown)} more lines, x shows them")
    return "\n".join(shown)


def _folded(row: Row, label: str) -> Column:
    mark = "  " * row.segment.depth + (UNFOLDED if row.unfolded else FOLDED)
    return Column(label, "notice", (), mark, _blank(mark), "fold-mark")


def _tool(row: Row, mark: str) -> Column:
    label, runs = _with_outcome(row, printable(row.segment.label or row.segment.english))
    return Column(label, "tool", (), mark, _blank(mark), "tool", runs)


def _with_outcome(row: Row, label: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """A label with the end of the tool use that it stands for, if it has ended."""
    if row.outcome is None:
        return label, ()
    start = len(label) + 2
    label = f"{label}  {outcome_text(row.outcome)}"
    return label, ((start, len(label), "tool-done" if row.outcome.ok else "tool-failed"),)


def _thinking(row: Row) -> Column:
    mark = UNFOLDED if row.unfolded else FOLDED
    text = "Thinking"
    if row.thoughts is not None:
        opening = "" if row.unfolded else f": {printable(row.thoughts.opening)}"
        text = row.thoughts.title + opening
    return Column(text, "thinking", (), mark, _blank(mark), "thinking", clip=True)


def outcome_text(outcome: Outcome) -> str:
    """How a tool use ended and how long it took, in one piece: "✓ 1.2 s"."""
    seconds = max(outcome.seconds, 0.1)
    minutes, rest = divmod(round(seconds), 60)
    if seconds < 9.95:
        took = f"{seconds:.1f}{_HELD}s"
    else:
        took = f"{minutes}:{rest:02}" if minutes else f"{rest}{_HELD}s"
    return f"{DONE_MARK if outcome.ok else BROKEN_MARK}{_HELD}{took}"


def japanese_column(row: Row) -> Column:
    """What stands in the Japanese column."""
    if row.wide:
        return Column("", "pending")
    column = _japanese(row)
    return replace(column, bar=f"agent-{row.colour}-bar") if row.colour else column


def _japanese(row: Row) -> Column:
    english = _english(row)
    kind = row.segment.kind
    plain = kind in (Kind.TOOL, Kind.ERROR, Kind.USER) or row.foldable
    first, rest = ("", "") if plain else (english.first, english.rest)
    style = _JAPANESE_STYLES.get(kind, "japanese")
    if kind is Kind.NOTICE and row.segment.urgent:
        style = "urgent"
    if not row.japanese:
        text = PENDING if row.pending else ""
        return Column(text, "pending", (), rest, rest, english.mark_style)
    text = printable(row.japanese)
    translation = row.translation
    if row.thoughts is not None:
        doubted = not row.unfolded and row.thoughts.gist_doubted
        return Column(text, style, clip=not row.unfolded, doubted=doubted)
    if translation is None or kind is Kind.TOOL:
        return Column(text, style, (), first, rest, english.mark_style)
    if not translation.ok:
        return Column(text, "failed", (), FAILED_MARK, " " * len(FAILED_MARK), "failed-mark")
    doubted = not translation.sure
    return Column(text, style, translation.spans, first, rest, english.mark_style, doubted=doubted)


_JAPANESE_STYLES = {
    Kind.HEADING: "heading",
    Kind.TOOL: "tool",
    Kind.ERROR: "error",
    Kind.NOTICE: "note",
    Kind.THINKING: "thinking",
    Kind.CODE: "notice-japanese",
    Kind.TABLE: "notice-japanese",
}


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
    return tuple(Span(s.start + by, s.end + by, s.style, s.target) for s in spans)
