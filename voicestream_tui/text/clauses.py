"""Where a sentence can be cut that is too long for the translator or the listener."""

from __future__ import annotations

import re

from voicestream_tui.text.brackets import guard_at, is_within
from voicestream_tui.text.plain import Plain

WAIT = -1
"""No end is certain yet."""

LONG = 240
"""A sentence of more characters is cut at a clause, if it has one.

Measured with the starter model on sentences joined by ", and", "; " and the like: up to 200
characters a translation is as long as those of the parts, at 250 it lacks a fifth of what they
say, at 370 two fifths.
"""

LEAST_PART = 80
"""So many characters stay before a cut for length."""

LONGEST = 600
"""A sentence of more characters is cut at the best border within them."""

SUBORDINATE = (
    "because|since|which|who|while|where|when|whereas|though|although"
    "|unless|until|if|then|yet|nor|as"
)
"""Words that a clause begins with, as alternatives of a pattern."""

_CLAUSE = re.compile(
    r"[;:](?=\s)|\s[—–](?=\s)|\)(?=\s)|、|；"
    rf"|,(?=\s+(?:and|but|or|so|{SUBORDINATE})\s)"
)
_COMMA = re.compile(r",(?=\s)|，")


def clause_end(plain: Plain, begin: int, least: int, limit: int) -> int:
    """Return the last clause border with at least `least` characters before it, or `WAIT`.

    Looks at text[begin:limit] only. A border is outside of code, links and brackets.
    """
    return _last_border(_CLAUSE, plain, begin, begin + least, limit)


def long_end(plain: Plain, begin: int, limit: int) -> int:
    """Return the last clause border, else the last comma, or `WAIT` if it has neither."""
    for pattern in (_CLAUSE, _COMMA):
        end = _last_border(pattern, plain, begin, begin + LEAST_PART, limit)
        if end != WAIT:
            return end
    return WAIT


def forced_end(plain: Plain, begin: int, limit: int) -> int:
    """Return the best place to cut a sentence that is too long, at or before `limit`.

    Only a code span or link that is longer than the limit itself lets it be later.
    """
    half = begin + LONGEST // 2
    for pattern in (_CLAUSE, _COMMA):
        end = _last_border(pattern, plain, begin, half, limit)
        if end != WAIT:
            return end
    end = max(plain.text.rfind(blank, half, limit - 1) for blank in " \u3000")
    while end > begin:
        guard = guard_at(plain.guards, end)
        if guard is None:
            return end + 1
        end = plain.text.rfind(" ", begin, guard.start)
    guard = guard_at(plain.guards, limit)
    if guard is None or guard.start == limit:
        return limit
    return guard.start if guard.start > begin else guard.end


def _last_border(pattern: re.Pattern[str], plain: Plain, begin: int, least: int, limit: int) -> int:
    text = plain.text
    best = WAIT
    for match in pattern.finditer(text, begin, limit):
        end = match.end()
        if end < least or end >= limit or guard_at(plain.guards, match.start()):
            continue
        if is_within(plain, begin, end):
            continue
        best = end + 1 if text[end].isspace() else end
    return best
