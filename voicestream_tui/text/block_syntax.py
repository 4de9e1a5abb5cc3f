"""What the beginning of a line says about it: the block grammar of CommonMark, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicestream_tui.text.html_tags import BLOCK_TAGS, HIDDEN_TAGS, may_be_tag
from voicestream_tui.text.inline_syntax import MORE, More

INDENTED = 4
"""So many columns of indentation make a code block."""


@dataclass(slots=True)
class Quote:
    """A block quote that is open."""

    marked: bool = False
    """Its mark has been shown, with its first text."""


@dataclass(slots=True)
class Item:
    """A list item that is open; its content is indented by `width` columns."""

    width: int
    marker: str
    """What stands before its first text; empty once that has been shown."""


Container = Quote | Item


@dataclass(frozen=True, slots=True)
class Heading:
    begin: int
    end: int
    """The text is line[begin:end]."""


@dataclass(frozen=True, slots=True)
class Fence:
    mark: str
    length: int
    info: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that fills a line."""

    begin: int
    end: int
    """The formula is line[begin:end]."""


@dataclass(frozen=True, slots=True)
class Raw:
    """HTML that shows nothing, up to `end`."""

    end: str


@dataclass(frozen=True, slots=True)
class Definition:
    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Footnote:
    label: str
    begin: int
    """The text begins at line[begin]."""


@dataclass(frozen=True, slots=True)
class Bullet:
    """A list item's mark."""

    marker: str
    end: int
    may_interrupt: bool


class Rule:
    """A thematic break."""


class Underline:
    """A setext heading's second line."""


class TableRow:
    """A line that begins with a bar: perhaps a table's first."""


class HtmlBlock:
    """A line that begins with a block's tag: a new paragraph."""


class Prose:
    """Nothing of the above: a paragraph's text."""


Start = (
    Heading
    | Fence
    | Formula
    | Raw
    | Definition
    | Footnote
    | Bullet
    | Quote
    | Rule
    | Underline
    | TableRow
    | HtmlBlock
    | Prose
)

PROSE, RULE, UNDERLINE, ROW, HTML = (
    Prose(),
    Rule(),
    Underline(),
    TableRow(),
    HtmlBlock(),
)

_HEADING = re.compile(r"#{1,6}(?:[ \t\r]+|\Z)")
_HEADING_END = re.compile(r"(?:(?:\A|[ \t]+)#+)?[ \t\r]*\Z")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t\r]*\Z")
_RULE = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}\r?\Z")
_MAY_BE_RULE = re.compile(r"([-*_=])[ \t]*(?:\1[ \t]*)*\r?\Z")
_BULLET = re.compile(r"[-+*](?=[ \t])|[-+*](?=\r?\Z)")
_NUMBER = re.compile(r"([0-9]{1,9})[.)](?=[ \t])|([0-9]{1,9})[.)](?=\r?\Z)")
_MAY_BE_NUMBER = re.compile(r"[0-9]{1,9}[.)]?[ \t\r]*\Z")
_TICKS = re.compile(r"(`{3,})[ \t]*([^`]*)\Z")
_TILDES = re.compile(r"(~{3,})[ \t]*(.*)\Z", re.DOTALL)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]:[ \t]*")
_MAY_BE_LABEL = re.compile(r"\[(?:[^\[\]\\]|\\.){0,999}(?:\\|\])?\Z")
_TARGET = re.compile(r"(?:<([^<>]*)>|(\S+))(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t\r]*\Z")
_FORMULAS = {"$$": "$$", "\\[": "\\]"}
_RAW_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t\r]*\Z")
_MAY_BE_DELIMITER = re.compile(r"[-:| \t\r]*\Z")
_SPECIAL = frozenset("#>-+*_=~`<|[$\\0123456789")

NOT_PROSE = _SPECIAL | frozenset(": \t\r")
"""Where no container is open, a line that begins with anything else is a paragraph's text."""


def block_start(
    line: str, at: int, whole: bool, *, in_paragraph: bool, underlines: bool
) -> Start | More:
    """Tell what begins at line[at], which is no blank.

    Args:
        line: as much of the line as has come, without its "\\n".
        whole: True when the line is complete.
        in_paragraph: a paragraph is open that this line may continue.
        underlines: this line may make a heading of that paragraph.

    Returns:
        What begins there (`Prose` for a paragraph's text), or `MORE`.
    """
    mark = line[at]
    if mark not in _SPECIAL:
        return PROSE
    rest = line[at:]
    if mark.isdigit():
        return _number(rest, at, whole)
    match mark:
        case ">":
            return Quote()
        case "|":
            return ROW if whole else MORE
        case "#":
            return _heading(rest, at, whole)
        case "`" | "~":
            return _fence(rest, mark, whole)
        case "$" | "\\":
            return _formula(rest, at, whole)
        case "<":
            return _html(rest, whole)
        case "[":
            return PROSE if in_paragraph else _label(rest, at, whole)
        case _:
            return _dashes(rest, at, whole, underlines)


def _number(rest: str, at: int, whole: bool) -> Start | More:
    if not whole and _MAY_BE_NUMBER.match(rest):
        return MORE
    match = _NUMBER.match(rest)
    if match is None:
        return PROSE
    may_interrupt = (
        match[1] is not None and int(match[1]) == 1 and bool(rest[match.end() :].strip())
    )
    return Bullet(match[0], at + match.end(), may_interrupt)


def _dashes(rest: str, at: int, whole: bool, underlines: bool) -> Start | More:
    if not whole and (_MAY_BE_RULE.match(rest) or not rest.rstrip(" \t\r")[1:]):
        return MORE
    if whole:
        if underlines and _UNDERLINE.match(rest):
            return UNDERLINE
        if _RULE.match(rest):
            return RULE
    match = _BULLET.match(rest)
    if match is None:
        return PROSE
    return Bullet("•", at + 1, may_interrupt=bool(rest[1:].strip()))


def _heading(rest: str, at: int, whole: bool) -> Start | More:
    match = _HEADING.match(rest)
    if match is None:
        return PROSE
    if not whole:
        return MORE
    text = rest[match.end() :]
    end = _HEADING_END.search(text)
    begin = at + match.end()
    return Heading(begin, begin + (end.start() if end else len(text)))


def _fence(rest: str, mark: str, whole: bool) -> Start | More:
    run = len(rest) - len(rest.lstrip(mark))
    if run < 3:
        return MORE if run == len(rest) and not whole else PROSE
    match = (_TICKS if mark == "`" else _TILDES).match(rest)
    if match is None:
        return PROSE
    return Fence(mark, run, match[2].strip()) if whole else MORE


def _formula(rest: str, at: int, whole: bool) -> Start | More:
    """Judge `$$` and `\\[`, which open a formula of their own lines or of the rest of this one."""
    opening = next((mark for mark in _FORMULAS if rest.startswith(mark[: len(rest)])), "")
    if not opening:
        return PROSE
    if not whole:
        return MORE
    inside = rest[len(opening) :].rstrip(" \t\r")
    closing = _FORMULAS[opening]
    if not inside and rest.startswith(opening):
        return Fence(closing, len(closing), "math")
    if rest.startswith(opening) and inside.endswith(closing) and inside[: -len(closing)].strip():
        begin = at + len(opening)
        return Formula(begin, begin + len(inside) - len(closing))
    return PROSE


def _html(rest: str, whole: bool) -> Start | More:
    for opening, closing in _RAW_ENDS.items():
        if rest.startswith(opening):
            return Raw(closing)
        if opening.startswith(rest) and not whole:
            return MORE
    match = _TAG.match(rest)
    if match is None:
        return MORE if rest in ("<", "</") and not whole else PROSE
    if match.end() == len(rest) and not whole:
        return MORE
    tag = match[1].lower()
    if rest[match.end() : match.end() + 1].strip(" \t\r>/") or not may_be_tag(match[1]):
        return PROSE
    if tag in HIDDEN_TAGS and rest[1] != "/":
        return Raw(f"</{tag}>")
    return HTML if tag in BLOCK_TAGS else PROSE


def _label(rest: str, at: int, whole: bool) -> Start | More:
    match = _LABEL.match(rest)
    if match is None:
        return MORE if not whole and _MAY_BE_LABEL.match(rest) else PROSE
    if match[1].startswith("^"):
        if match.end() == len(rest):
            return PROSE if whole else MORE
        return Footnote(f"[{match[1]}]", at + match.end())
    if not whole:
        return MORE
    target = _TARGET.match(rest, match.end())
    return Definition(match[1], target[1] or target[2] or "") if target else PROSE


def is_delimiter(rest: str, whole: bool) -> bool | More:
    """Tell whether a line is a table's second one, such as `|---|:-:|`."""
    if not whole:
        return MORE if _MAY_BE_DELIMITER.match(rest) else False
    return bool(_DELIMITER.match(rest)) and not rest.startswith("- ")


def closes_fence(rest: str, fence: Fence, whole: bool) -> bool | More:
    """Tell whether a line, without its indentation, closes a fenced code block."""
    run = len(rest) - len(rest.lstrip(fence.mark))
    if rest[run:].strip(" \t\r"):
        return False
    if not whole:
        return MORE
    return run >= fence.length
