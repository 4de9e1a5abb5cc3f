"""Whether a place in a sentence lies inside brackets or quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicestream_tui.model import Span
from voicestream_tui.text.plain import Plain

FARTHEST = 200
"""A bracket that is still open after so many characters is no longer believed in."""

_MARK = re.compile(r"[()\[\]{}「」『』（）【】“”«»\"]")
_CLOSING = {
    ")": "(",
    "]": "[",
    "}": "{",
    "」": "「",
    "』": "『",
    "）": "（",
    "】": "【",
    "”": "“",
    "»": "«",
}


def guard_at(guards: Sequence[Span], at: int) -> Span | None:
    """The code span or link that text[at] belongs to."""
    for guard in guards:
        if guard.start <= at < guard.end:
            return guard
    return None


def is_within(plain: Plain, begin: int, at: int) -> bool:
    """Tell whether a bracket or quote that opens in text[begin:at] is still open at `at`."""
    text = plain.text
    opened: list[tuple[str, int]] = []
    for match in _MARK.finditer(text, begin, at):
        mark, place = match[0], match.start()
        if guard_at(plain.guards, place):
            continue
        if mark == '"':
            is_open = any(other == mark for other, _ in opened)
            if not is_open and (place == begin or text[place - 1] in " \n\t(（[「—–"):
                opened.append((mark, place))
                continue
            mark, opening = "", '"'
        else:
            opening = _CLOSING.get(mark, "")
        if not opening:
            if mark != "(" or place == begin or text[place - 1] not in ":;=":  # no ":("
                opened.append((mark, place))
            continue
        while any(other == opening for other, _ in opened):
            if opened.pop()[0] == opening:
                break
    return bool(opened) and any(at - place < FARTHEST for _, place in opened)
