"""The first word of a sentence without its capital: "Money should …" is "money should …".

A small model knows a word far better by one spelling than by two, of which one only ever stands at
the beginning. Names keep their capital, and so does every word that is not known.
"""

from __future__ import annotations

import re
from pathlib import Path

FIRST_WORD = re.compile(
    r"""(?:^|[.!?:]\s)   # where a sentence begins
        ["'“‘(]*         # perhaps in quotes
        ([A-Z][a-z]*)    # the word, up to an apostrophe or a hyphen
        (?!\.?\w)        # all of it: not the Mc of McGee, not the Node of Node.js
    """,
    re.VERBOSE,
)


class FirstWords:
    """The words that have a capital for no other reason than where they stand."""

    def __init__(self, words: frozenset[str]) -> None:
        """Take the words, in lower case."""
        self._words = words

    @classmethod
    def read(cls, path: Path) -> FirstWords:
        """Read them, one a line, UTF-8.

        Raises:
            OSError, UnicodeDecodeError: there is no such file, or it is damaged.
        """
        return cls(frozenset(path.read_text("utf-8").split()))

    def lowered(self, text: str) -> str:
        """Give the text with small letters at the beginning of its sentences."""
        return FIRST_WORD.sub(self._lower, text)

    def _lower(self, match: re.Match[str]) -> str:
        word = match[1].lower()
        if word not in self._words:
            return match[0]
        return match[0][: -len(word)] + word
