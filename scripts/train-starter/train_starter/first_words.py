"""Finds the words that lose their capital at the beginning of a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from voicestream_tui.translate.starter.first_words import FIRST_WORD

_WORD = re.compile(r"(?<![\w.<])[A-Za-z][a-z]*(?!\.?\w)")
_MOST_CAPITALS = 0.15
"""Of a word's places inside of sentences."""
_FEWEST = 2


def first_words(texts: Iterable[str], pieces: Callable[[str], int]) -> list[str]:
    """Give the words, in lower case, that are hardly ever written with a capital elsewhere.

    Headings in capitals do not count. A word that falls into more pieces without the capital keeps
    it.

    Args:
        texts: English texts.
        pieces: how many pieces of the vocabulary a word is.
    """
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for text in texts:
        firsts = {match.start(1) for match in FIRST_WORD.finditer(text)}
        words = [match[0] for match in _WORD.finditer(text) if match.start() not in firsts]
        capitals = [word for word in words if not word.islower()]
        small.update(word for word in words if word.islower())
        if 3 * len(capitals) < len(words):
            large.update(word.lower() for word in capitals)
    return sorted(
        word
        for word, count in small.items()
        if count >= _FEWEST
        and large[word] <= _MOST_CAPITALS * (count + large[word])
        and pieces(word) <= pieces(word.capitalize())
    )
