"""What a family of models wants around a sentence, and what it is known to do wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

END = "</s>"
ADDED = frozenset(("<unk>", "<s>", END, "<pad>", "<mask>"))
"""Tokens that are no text."""


class Family(Protocol):
    """Turns a sentence into a model's tokens, and tokens into text."""

    longest: int
    """Pieces of a sentence that these models translate well; longer ones are split."""
    prefix: Sequence[str]
    """What every translation begins with."""

    def encode(self, text: str) -> list[str]:
        """What the model is given for a sentence, with its end and language tokens."""
        ...

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of what a model gave."""
        ...

    def spells(self, text: str) -> bool:
        """True if both vocabularies have all pieces of a text."""
        ...

    def polish(self, japanese: str, english: str) -> str:
        """Mend what these models are known to do; "" for what is no translation."""
        ...
