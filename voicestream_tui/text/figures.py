"""Whether a translation has the figures of its sentence: small models get them wrong.

English figures come in digits or in words, Japanese ones in digits with 万 and its like. Single
digits are not compared: they come and go with the wording ("one of them", 「1つ」).
"""

from __future__ import annotations

import re

_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_SLOT = re.compile(r"<c\d>")
_SCALES = ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (10**3, "千"))
_AFTERNOON = re.compile(r"\b(\d{1,2})(?::\d\d)? ?p\.?m\b", re.IGNORECASE)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_SIZES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SAME = {
    "a": 1,
    "an": 1,
    "dozen": 12,
    "tenth": 10,
    "twice": 2,
    "half": 50,
    "quarter": 25,
    "teens": 10,
}
_VAGUE = frozenset(_SAME) - {"a", "an"}
_VALUES = {
    **{word: 10 * value for value, word in enumerate(_TENS.split())},
    **{word: value for value, word in enumerate(_ONES.split())},
    **_SAME,
}
_NUMBER_WORD = rf"(?:{'|'.join([*_VALUES, *_SIZES])})"
_NUMBER_WORDS = re.compile(rf"\b{_NUMBER_WORD}(?:(?:[ -]|,? and ){_NUMBER_WORD}){{0,8}}s?\b", re.I)
_WORD = re.compile(r"[a-z]+")


def figures_kept(english: str, japanese: str) -> bool:
    """Tell whether a translation has every figure of two or more digits, and no other one.

    Args:
        english: the sentence, slots in place. Its figures in words need not come back, but may.
        japanese: its translation, slots in place.
    """
    written = _figures(english)
    found = _figures(japanese)
    if written == found:
        return True
    return written <= found and found - written <= _in_words(english)


def _figures(text: str) -> set[str]:
    """The figures of two or more digits, without commas and needless zeros."""
    figures: set[str] = set()
    text = _SLOT.sub(" ", text)
    for match in _FIGURE.finditer(text):
        value = match[0].replace(",", "").lstrip("0") or "0"
        for size, word in _SCALES:
            if text.startswith(word, match.end()):
                value = f"{float(value) * size:.0f}"
        if "." in value:
            value = value.rstrip("0").rstrip(".")
        if len(value) > 1:
            figures.add(value)
    return figures


def _in_words(english: str) -> set[str]:
    """The values of the numbers in words, and of hours in the afternoon."""
    found = {str(int(match[1]) + 12) for match in _AFTERNOON.finditer(english)}
    for match in _NUMBER_WORDS.finditer(english):
        found.update(map(str, _values(match[0])))
    return found


def _values(words: str) -> list[int]:
    """The values of number words: one, or several joined by "and"."""
    found: list[int] = []
    total = group = 0
    after_size = False
    for word in _WORD.findall(words.lower()):
        if word == "and" and not after_size:
            found.append(total + group)
            total = group = 0
        word = word if word in _VALUES or word in _SIZES else word.removesuffix("s")
        size = _SIZES.get(word, 0)
        after_size = size > 0
        if size == 100:
            group = max(group, 1) * size
        elif size:
            total, group = total + max(group, 1) * size, 0
        else:
            group += _VALUES.get(word, 0)
    return [*found, total + group]


def find_number_words(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Find the numbers from ten on that are written in words in text[start:end].

    Returns:
        Their places, in order, each with its value.
    """
    found = []
    for match in _NUMBER_WORDS.finditer(text, start, end):
        word = match[0].lower()
        values = _values(word)
        vague = word[-1] == "s" or not _VAGUE.isdisjoint(_WORD.findall(word))
        if len(values) == 1 and values[0] >= 10 and not vague:
            found.append((*match.span(), values[0]))
    return found
