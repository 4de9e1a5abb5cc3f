"""Cuts a text into parts that an engine takes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST_PART = 160
"""Characters analysed at once."""
_SHORTEST_CUT = 8
_CLAUSE_ENDS = "、。！？!?\n"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]+")
_PART = re.compile(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+")


def speakable_parts(text: str) -> list[str]:
    """Sentences, the longest ones cut after a comma, a blank or where it must be.

    Lone surrogates and control characters are left out, and so is what has no letter or digit.
    """
    return [part for part in _parts(_cleaned(text)) if any(map(str.isalnum, part))]


def _cleaned(text: str) -> str:
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub(lambda match: "\n" if "\n" in match[0] else " ", whole)


def _parts(text: str) -> Iterator[str]:
    for match in _PART.finditer(text):
        sentence = match[0]
        while len(sentence) > _LONGEST_PART:
            reach = sentence[:_LONGEST_PART]
            cut = max(reach.rfind("、"), reach.rfind(" ")) + 1
            cut = cut if cut > _LONGEST_PART // 3 else _LONGEST_PART
            yield sentence[:cut]
            sentence = sentence[cut:]
        yield sentence


def clause_at(text: str, fraction: float) -> int:
    """Where the clause begins in which a fraction of the text lies, to speak it once more.

    Gives the length of the text if the fraction is all of it.
    """
    if fraction >= 1.0:
        return len(text)
    reach = text[: int(fraction * len(text) + 1e-6)]
    return max((at for at, sign in enumerate(reach, 1) if sign in _CLAUSE_ENDS), default=0)


def halves(text: str) -> list[str]:
    """A text in two, after the comma or blank next to its middle, else in the middle.

    Gives the text alone if it is too short to be cut.
    """
    if len(text) < _SHORTEST_CUT:
        return [text]
    middle = len(text) // 2
    places = [at + 1 for at, sign in enumerate(text[:-1]) if sign in "、, " and at]
    at = min(places, key=lambda place: abs(place - middle), default=middle)
    at = at if len(text) // 5 < at < len(text) - len(text) // 5 else middle
    return [text[:at], text[at:]]
