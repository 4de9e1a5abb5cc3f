"""Whether every number of a sentence is in its translation, in digits or in words.

Stricter than the gate in the program (`voicestream_tui.text.figures`), which lets single digits
pass: this one is there to measure. "one" does not count: it is mostly no number.
"""

from __future__ import annotations

import random
import re
from decimal import Decimal

from voicestream_tui.text.figures import find_number_words

_SLOT = re.compile(r"<c\d>")
_DIGITS = re.compile(r"(?<![A-Za-z\d])\d+(?:,\d{3})*(?:\.\d+)?")
_SMALL_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL = {word: Decimal(value) for value, word in enumerate(_SMALL_WORDS, 2)}
_SMALL_WORD = re.compile(rf"\b({'|'.join(_SMALL)})\b", re.IGNORECASE)
_SCALES = {"千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI = dict(zip("〇一二三四五六七八九", range(10), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十百千]+")
_JA_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_HALVES = (("半分", 2), ("両方", 2), ("両", 2), ("ダブル", 2))
_ALONE = r"(?<![A-Za-z\d])(?<!\d[.,:/-]){}(?![A-Za-z\d]|[.,:/-]\d)"
_LONE = re.compile(_ALONE.format(r"\d{2,4}"))


def numbers_in_english(text: str) -> set[Decimal]:
    """The values of digits and number words from two on; slots are none."""
    text = _SLOT.sub(" ", text)
    found = {_value(match[0]) for match in _DIGITS.finditer(text)}
    words = find_number_words(text, 0, len(text))
    found |= {Decimal(value) for _, _, value in words}
    for match in _SMALL_WORD.finditer(text):
        if not any(start <= match.start() < end for start, end, _ in words):
            found.add(_SMALL[match[1].lower()])
    return found


def numbers_in_japanese(text: str) -> set[Decimal]:
    """The values that a Japanese text has, read in every way that makes sense."""
    text = _SLOT.sub(" ", text)
    found: set[Decimal] = set()
    for match in _JA_DIGITS.finditer(text):
        value = _value(match[0])
        found.add(value)
        if scale := _SCALES.get(text[match.end() : match.end() + 1]):
            found.add(value * scale)
    for match in _KANJI_NUMBER.finditer(text):
        found.add(Decimal(_kanji_value(match[0])))
    found |= {Decimal(value) for word, value in _HALVES if word in text}
    return found


def keeps_numbers(english: str, japanese: str) -> bool:
    """True if the Japanese has every number of the English."""
    return numbers_in_english(english) <= numbers_in_japanese(japanese)


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


def _value(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "")).normalize()


def _kanji_value(text: str) -> int:
    total = digit = 0
    for character in text:
        if character in _UNITS:
            total, digit = total + max(digit, 1) * _UNITS[character], 0
        else:
            digit = 10 * digit + _KANJI[character]
    return total + digit
