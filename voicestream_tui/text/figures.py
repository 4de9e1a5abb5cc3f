"""Whether a translation has the figures of its sentence: small models get them wrong.

English figures come in digits or in words, Japanese ones in digits with 万 and its like. Single
digits are not compared: they come and go with the wording ("one of them", 「1つ」).
"""

from __future__ import annotations

import re
from decimal import Decimal

from voicestream_tui.text.figure_values import SIZES, figures_in

_SLOT = re.compile(r"<c\d>")
_DOTTED_TIME = re.compile(r"\b(\d{1,2})\.([0-5]\d)(?= ?[ap]\.?m\b)", re.IGNORECASE)
_TENTHS = re.compile(r"(\d)割(?![り当])")
_ROMAN = re.compile(r"(?<=[a-z] )[XVI]{2,5}\b")
_ROMAN_DIGITS = {"X": 10, "V": 5, "I": 1}
_AFTERNOON = re.compile(r"\b(\d{1,2})(?:[:.]\d\d)? ?p\.?m\b", re.IGNORECASE)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
    "nineteenth"
)
_GROUPS = {"hundred": 100, "dozen": 12}
"""Sizes that multiply within a group: two hundred thousand, two dozen."""
_SAME = {
    "a": 0,
    "an": 0,
    "tenth": 10,
    "twice": 2,
    "half": 50,
    "quarter": 25,
    "teens": 10,
}
_VAGUE = (frozenset(_SAME) | {"dozen"}) - {"a", "an"}
_VALUES = {
    **{word: 10 * value for value, word in enumerate(_TENS.split())},
    **{word: value for value, word in enumerate(_ONES.split())},
    **_SAME,
}
_MEANT: dict[str, tuple[str, ...]] = {
    **{word: (str(value), "0.1") for value, word in enumerate(_ORDINALS.split(), 10)},
    **{f"{word[:-1]}ieth": (str(10 * n),) for n, word in enumerate(_TENS.split()) if n > 1},
    **{
        f"{word[:-1]}ies": (str(10 * n), str(1900 + 10 * n))
        for n, word in enumerate(_TENS.split())
        if n > 1
    },
    **{f"{word}fold": (str(10 * n),) for n, word in enumerate(_TENS.split()) if n > 0},
    "october": ("10",),
    "oct": ("10",),
    "november": ("11",),
    "nov": ("11",),
    "december": ("12",),
    "dec": ("12",),
    "decade": ("10",),
    "decades": ("10",),
    "century": ("100",),
    "centuries": ("100",),
    "millennium": ("1000",),
    "millennia": ("1000",),
    "centenary": ("100",),
    "centennial": ("100",),
    "bicentenary": ("200",),
    "bicentennial": ("200",),
    "hundredth": ("100", "0.01"),
    "hundredths": ("100", "0.01"),
    "thousandth": ("1000", "0.001"),
    "thousandths": ("1000", "0.001"),
    "tenths": ("10", "0.1"),
    "fifth": ("0.2", "20"),
    **dict.fromkeys(("teen", "teens", "teenage", "teenager", "teenagers"), ("10",)),
    "hex": ("16",),
    "hexadecimal": ("16",),
    "decimal": ("10",),
    "fortnight": ("14",),
    "noon": ("12",),
    "midnight": ("12", "24"),
    "clock": ("24",),
    "half": ("30", "0.5", "1.5", "50", "500", "500000", "500000000"),
    "halves": ("0.5", "50"),
    "quarter": ("15", "45", "25", "0.25"),
    "quarters": ("45", "75", "0.75"),
    "third": ("33",),
}
"""Words that a translator may well write with these figures."""
_HALF = re.compile(r"\band a half\b", re.IGNORECASE)
_KNOWN = {**_VALUES, **SIZES, **_GROUPS}
_NUMBER_WORD = rf"(?:{'|'.join(_KNOWN)})"
_NUMBER_WORDS = re.compile(rf"\b{_NUMBER_WORD}(?:(?:[ -]|,? and ){_NUMBER_WORD}){{0,8}}s?\b", re.I)
_DECADES = re.compile(rf"\b(\d+|{_NUMBER_WORD}) (decades|centuries)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")


def figures_kept(english: str, japanese: str) -> bool:
    """Tell whether a translation has every figure of two or more digits, and no other one.

    Args:
        english: the sentence, slots in place. Its figures in words need not come back, but may.
        japanese: its translation, slots in place.
    """
    written = _figures(plain_times(english))
    found = _figures(japanese)
    if written == found:
        return True
    tenths = {f"{digit}0" for digit in _TENTHS.findall(japanese)}
    return written <= found | tenths and found - written <= _in_words(english)


def plain_times(english: str) -> str:
    """Write "7.15 a.m." as "7:15 a.m."."""
    return _DOTTED_TIME.sub(r"\1:\2", english) if "." in english else english


def without_decades(english: str) -> str:
    """Leave out "two decades", which may become 「20年」."""
    return _DECADES.sub(" ", english)


def _figures(text: str) -> set[str]:
    """The figures of two or more digits, without commas and needless zeros."""
    found: set[str] = set()
    above = ""
    for figure in figures_in(_SLOT.sub(" ", text)):
        if figure.continues:
            found.discard(above)
        above = _digits_of(figure.value)
        found.add(above)
    return {digits for digits in found if len(digits) > 1}


def _digits_of(value: Decimal) -> str:
    return f"{value:f}"


def _in_words(english: str) -> set[str]:
    """The values of numbers in words and of what a figure may stand for, such as a month."""
    found = {str(int(match[1]) + 12) for match in _AFTERNOON.finditer(english)}
    for word in _WORD.findall(english.lower()):
        found.update(_MEANT.get(word, ()))
    for match in _NUMBER_WORDS.finditer(english):
        found.update(map(str, _values(match[0])))
    for number, span in _DECADES.findall(english.lower()):
        years = 10 if span == "decades" else 100
        found.add(str(years * (int(number) if number.isdigit() else _KNOWN[number])))
    for digits in _ROMAN.findall(english):
        found.add(str(_roman(digits)))
    if _HALF.search(english):
        whole = {"1", *found, *(_digits_of(f.written) for f in figures_in(english))}
        whole.update(
            str(_VALUES[word]) for word in _WORD.findall(english.lower()) if word in _VALUES
        )
        found.update(f"{value}.5" for value in whole if value.isdigit())
    return found


def _roman(digits: str) -> int:
    values = [_ROMAN_DIGITS[digit] for digit in digits]
    return sum(
        -value if behind > value else value
        for value, behind in zip(values, [*values[1:], 0], strict=True)
    )


def _values(words: str) -> list[int]:
    """The values of number words: one, or several joined by "and"."""
    found: list[int] = []
    total = group = 0
    after_size = False
    for word in _WORD.findall(words.lower()):
        if word == "and" and not after_size:
            found.append(total + group)
            total = group = 0
        word = word if word in _KNOWN else word.removesuffix("s")
        size = SIZES.get(word, 0)
        after_size = size > 0 or word in _GROUPS
        if word in _GROUPS:
            group = max(group, 1) * _GROUPS[word]
        elif size:
            total, group = total + max(group, 1) * size, 0
        else:
            value = _VALUES.get(word, 0)
            if value >= 10 and group % 100:  # "two ten-minute calls"
                found.append(total + group)
                total = group = 0
            group += value
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
