"""CommonMark's emphasis rules: which runs of `*`, `_` and `~~` open and close which."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from voicestream_tui.model import SpanStyle


@dataclass(slots=True)
class Run:
    """A run of one mark that may open or close emphasis."""

    mark: str
    node: int
    """Number of the node it stands in."""
    length: int
    """How long it was written."""
    count: int
    """How many of its marks are not used yet; what remains is shown as written."""
    opens: bool
    closes: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A style from behind the node `opener` to before the node `closer`."""

    opener: int
    closer: int
    style: SpanStyle
    target: str = ""


def flanks(mark: str, before: str, after: str) -> tuple[bool, bool]:
    """Tell whether a run between two characters may open and may close emphasis.

    Beside CJK characters, which are written without blanks, punctuation does not count: a
    `**` between 。 and a kanji closes, as its writer meant.
    """
    blank_before, blank_after = before.isspace(), after.isspace()
    point_before, point_after = _is_point(before), _is_point(after)
    near_cjk = _is_cjk(before) or _is_cjk(after)
    left = not blank_after and (not point_after or blank_before or point_before or near_cjk)
    right = not blank_before and (not point_before or blank_after or point_after or near_cjk)
    if mark == "_":
        return left and (not right or point_before), right and (not left or point_after)
    return left, right


def _is_point(character: str) -> bool:
    return not character.isalnum() and unicodedata.category(character)[0] in "PS"


def _is_cjk(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def match_runs(runs: list[Run], bottom: int, marks: list[Mark]) -> None:
    """Match closers with openers from `runs[bottom]` on; append to `marks`, drop what is settled.

    What stays in `runs` may still open emphasis for a closer that comes later.
    """
    at = bottom
    while at < len(runs):
        closer = runs[at]
        if not closer.closes:
            at += 1
            continue
        before = at - 1
        while before >= bottom and not _pair(runs[before], closer):
            before -= 1
        if before < bottom:
            if closer.opens:
                at += 1
            else:
                del runs[at]
            continue
        opener = runs[before]
        both = 2 if opener.count >= 2 and closer.count >= 2 else 1
        marks.append(Mark(opener.node, closer.node, _style(closer.mark, both)))
        opener.count -= both
        closer.count -= both
        del runs[before + 1 : at]
        at = before + 1
        if opener.count == 0:
            del runs[before]
            at -= 1
        if closer.count == 0:
            del runs[at]


def _pair(opener: Run, closer: Run) -> bool:
    if opener.mark != closer.mark or not opener.opens:
        return False
    if opener.closes or closer.opens:
        both = opener.length + closer.length
        return both % 3 != 0 or (opener.length % 3 == 0 and closer.length % 3 == 0)
    return True


def _style(mark: str, count: int) -> SpanStyle:
    if mark == "~":
        return SpanStyle.STRIKE
    return SpanStyle.STRONG if count == 2 else SpanStyle.EMPHASIS
