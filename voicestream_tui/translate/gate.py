"""The gate behind every translation engine: nothing empty, runaway, repeating or foreign passes."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from voicestream_tui.text.figures import figures_kept

_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_REPEATED = re.compile(r"([^\W\d]{2,24}?)\1{2,}|(.{2,24}?)\2{3,}", re.DOTALL)
"""Letters three times over; anything else, such as dots and rules, four times."""
_REPEATED_CHARACTER = re.compile(r"([^\s.。…\-=_*#0-9])\1{5,}")
_RUNAWAY_FACTOR = 2.5
_RUNAWAY_ALLOWANCE = 40
_LEAST_SHARE = 0.17
_SHORT_BELOW = 60
"""Of shorter sentences nothing can be told from the length."""
_SLOT = re.compile(r"<c\d>")
_SMALL_WORDS = re.compile(r"(?<![\w.])[a-z]+(?:'[a-z]+)?(?: [a-z]+(?:'[a-z]+)?){3,}(?![\w.])")
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_NAME = re.compile(r"[A-Z][A-Za-z]{2,}")
_ALIKE = 0.7
_STRETCH = 8
_KANA_AND_KANJI = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


def problem_of(english: str, japanese: str) -> str:
    """Say in a few words why a translation can't be used; "" if it can.

    Args:
        english: the sentence, slots in place.
        japanese: what the engine made of it, slots in place.
    """
    if not japanese.strip():
        return "empty"
    if len(japanese) > _RUNAWAY_FACTOR * len(english) + _RUNAWAY_ALLOWANCE:
        return "runs away"
    if repeats_itself(english, japanese):
        return "repeats itself"
    if not _JAPANESE.search(japanese) and len(_LATIN_WORD.findall(english)) > 2:
        return "not Japanese"
    plain = _SLOT.sub("", english)
    if len(plain) > _SHORT_BELOW and len(_SLOT.sub("", japanese)) < _LEAST_SHARE * len(plain):
        return "too short"
    if any(words[0] not in _quoted(english) for words in _SMALL_WORDS.finditer(japanese)):
        return "partly English"
    if _invented(english, japanese):
        return "invents words"
    if not figures_kept(english, japanese):
        return "wrong figures"
    return ""


def repeats_itself(english: str, japanese: str) -> bool:
    """True if a translation says something over and over that its sentence does not."""
    for pattern in (_REPEATED, _REPEATED_CHARACTER):
        match = pattern.search(japanese)
        if match and not pattern.search(english):
            return True
    stretches = Counter(
        run[0][at : at + _STRETCH]
        for run in _KANA_AND_KANJI.finditer(japanese)
        for at in range(len(run[0]) - _STRETCH + 1)
    )
    return any(count > 2 for count in stretches.values())


def _quoted(english: str) -> str:
    """What stands in quotes, which may stay as it is."""
    return " ".join(re.findall(r"\"[^\"]*\"|“[^”]*”", english))


def _invented(english: str, japanese: str) -> bool:
    """True if a word in small Latin letters is none of the sentence's."""
    known = english.lower()
    words = _LONG_WORD.findall(_SLOT.sub("", japanese))
    return any(word.islower() and word[:4] not in known for word in words)


def misspells_names(english: str, japanese: str) -> bool:
    """True if a translation has a name that is nearly, but not quite, one of the sentence's."""
    known = english.lower().replace(" ", "")
    odd = [
        word
        for word in _NAME.findall(_SLOT.sub("", japanese))
        if word.lower().removesuffix("s") not in known
    ]
    names = _NAME.findall(english) if odd else []
    return any(SequenceMatcher(None, word, name).ratio() > _ALIKE for word in odd for name in names)


def is_japanese(text: str) -> bool:
    """True if a text is Japanese already and should be left as it is."""
    japanese = len(_JAPANESE.findall(text))
    return japanese > 0 and japanese >= 2 * len(_LATIN_WORD.findall(text))


def has_words(text: str) -> bool:
    """True if there is anything to translate in a text: at least one letter."""
    return any(character.isalpha() for character in text)
