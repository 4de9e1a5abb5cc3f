"""Pairs with other numbers in them: a model must copy a number, not know it."""

from __future__ import annotations

import random
import re

_ALONE = r"(?<![A-Za-z\d])(?<!\d[.,:/-]){}(?![A-Za-z\d]|[.,:/-]\d)"
_LONE = re.compile(_ALONE.format(r"\d{2,4}"))


def varied(english: str, japanese: str, chance: random.Random) -> tuple[str, str] | None:
    """A pair with other numbers, the same on both sides; None if it has none to change.

    Only figures of two to four digits that stand once on either side are changed, years not.
    """
    theirs = [match[0] for match in _LONE.finditer(japanese)]
    mine = [match[0] for match in _LONE.finditer(english)]
    same = [
        figure
        for figure in mine
        if mine.count(figure) == theirs.count(figure) == 1 and not 1900 <= int(figure) <= 2100
    ]
    if not same:
        return None
    for figure in same:
        low = 10 ** (len(figure) - 1)
        other = str(chance.randrange(low, 10 * low))
        one = re.compile(_ALONE.format(figure))
        english, japanese = one.sub(other, english), one.sub(other, japanese)
    return english, japanese
