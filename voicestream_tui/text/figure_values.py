"""The figures in a text, English or Japanese, with what they amount to: 7万5000, 14.7 billion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

SIZES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
"""English words behind a figure that multiply it."""
SCALES = {"千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12}
"""Their Japanese like."""

_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_SIZES = SIZES | SCALES
_SIZE = re.compile(rf"[{''.join(SCALES)}]|[ -](?:{'|'.join(SIZES)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A stretch of digits."""

    start: int
    end: int
    """Where it stands in the text, with the word of size behind it."""
    written: Decimal
    """The digits alone."""
    value: Decimal
    """With its size, and with the figure before it if the two are one number: 7万5000."""
    continues: bool
    """The figure before belongs to it."""


def figures_in(text: str) -> Iterator[Figure]:
    """Yield the figures of a text in order."""
    above, last = Decimal(0), -1
    for match in _DIGITS.finditer(text):
        written = Decimal(match[0].replace(",", "")).normalize()
        size = _SIZE.match(text, match.end())
        continues = match.start() == last
        value = written * (_SIZES[size[0].lstrip(" -").lower()] if size else 1)
        if continues:
            value += above
        end = size.end() if size else match.end()
        # Only a size joins two figures: 7万5000, but not 7 5000.
        above, last = (value, end) if size else (Decimal(0), -1)
        yield Figure(match.start(), end, written, value.normalize(), continues)
