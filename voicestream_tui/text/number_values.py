"""The numbers that a sentence has, as values: in digits, in English words, in kanji.

Stricter than `text.figures`, which lets single digits pass: a translation that keeps all of them
is to be preferred, one that does not may still be right ("both", 「両者」). "one" does not count:
it is mostly no number.
"""

from __future__ import annotations

import re
from decimal import Decimal

from voicestream_tui.text.figure_values import SCALES, figures_in
from voicestream_tui.text.figures import find_number_words, plain_times, without_decades

_SLOT = re.compile(r"<c\d>")
_IN_A_NAME = re.compile(r"[A-Za-z]\d+")
"""The 2 of "v2" and the like is no number."""
_SMALL_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL = {word: Decimal(value) for value, word in enumerate(_SMALL_WORDS, 2)}
_SMALL_WORD = re.compile(rf"\b({'|'.join(_SMALL)})\b", re.IGNORECASE)
_FULL_HOUR = re.compile(r"(?<=\d):00\b")
_KANJI = dict(zip("〇一二三四五六七八九", range(10), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十百千]+")
_UP_TO = re.compile(rf"(?:[~～〜–-]|から)(?=\d[\d,.]*([{''.join(SCALES)}]))")
"""Between 「200～300万」: what is behind counts for both."""
_AND_A_HALF = re.compile(r"[^\d\s。、]{1,3}半")
_HALVES = (("半分", 2), ("両方", 2), ("両", 2), ("ダブル", 2))


def numbers_in_english(text: str) -> set[Decimal]:
    """The values of digits and number words from two on; slots are none."""
    text = without_decades(plain_times(_SLOT.sub(" ", text)))
    text = _IN_A_NAME.sub(" ", _FULL_HOUR.sub("", text))
    figures = list(figures_in(text))
    found = {figure.value for figure in figures}
    taken = [(figure.start, figure.end) for figure in figures]
    for start, end, value in find_number_words(text, 0, len(text)):
        if not any(begin <= start < stop for begin, stop in taken):
            found.add(Decimal(value).normalize())
        taken.append((start, end))
    for match in _SMALL_WORD.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            found.add(_SMALL[match[1].lower()])
    return found


def numbers_in_japanese(text: str) -> set[Decimal]:
    """The values that a Japanese text has, read in every way that makes sense."""
    text = _SLOT.sub(" ", text)
    found: set[Decimal] = set()
    for figure in figures_in(text):
        found |= {figure.written, figure.value}
        if text.startswith("割", figure.end):
            found.add((figure.written * 10).normalize())
        has_size = figure.value != figure.written
        if not has_size and (up_to := _UP_TO.match(text, figure.end)):
            found.add((figure.written * SCALES[up_to[1]]).normalize())
        if _AND_A_HALF.match(text, figure.end):
            found.add(figure.written + Decimal("0.5"))
    for match in _KANJI_NUMBER.finditer(text):
        found.add(Decimal(_kanji_value(match[0])))
    found |= {Decimal(value) for word, value in _HALVES if word in text}
    return found


def keeps_numbers(english: str, japanese: str) -> bool:
    """True if the Japanese has every number of the English."""
    wanted = numbers_in_english(english)
    return not wanted or wanted <= numbers_in_japanese(japanese)


def _kanji_value(text: str) -> int:
    total = digit = 0
    for character in text:
        if character in _UNITS:
            total, digit = total + max(digit, 1) * _UNITS[character], 0
        else:
            digit = 10 * digit + _KANJI[character]
    return total + digit
