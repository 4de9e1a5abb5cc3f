"""The gate behind every translation engine: nothing empty, runaway or repeating gets through."""

from __future__ import annotations

import re

_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_REPEATED = re.compile(r"([^\W\d]{2,24}?)\1{2,}|(.{2,24}?)\2{3,}", re.DOTALL)
"""Letters three times over; anything else, such as dots and rules, four times."""
_REPEATED_CHARACTER = re.compile(r"([^\s.。…\-=_*#0-9])\1{5,}")
_RUNAWAY_FACTOR = 2.5
_RUNAWAY_ALLOWANCE = 40


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
    for pattern in (_REPEATED, _REPEATED_CHARACTER):
        match = pattern.search(japanese)
        if match and not pattern.search(english):
            return "repeats itself"
    if not _JAPANESE.search(japanese) and len(_LATIN_WORD.findall(english)) > 2:
        return "not Japanese"
    return ""


def is_japanese(text: str) -> bool:
    """True if a text is Japanese already and should be left as it is."""
    japanese = len(_JAPANESE.findall(text))
    return japanese > 0 and japanese >= 2 * len(_LATIN_WORD.findall(text))


def has_words(text: str) -> bool:
    """True if there is anything to translate in a text: at least one letter."""
    return any(character.isalpha() for character in text)
