"""Tokens of the Marian family: FuguMT, ElanMT, OPUS-MT and those of the Tatoeba challenge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.tokens.families import ADDED, END
from voicestream_tui.translate.tokens.pieces import Pieces

_LONGEST = 200
"""Marian models know 512 positions, and are trained on sentences."""
_JAPANESE = (">>jpn<<", ">>jpn_Jpan<<", ">>ja<<", ">>jap<<", ">>jpn_Hani<<")
_LANGUAGE = re.compile(r">>[A-Za-z_]+<<\Z")


class MarianTokens:
    """The pieces of a sentence between the target language, if one is wanted, and the end."""

    longest = _LONGEST
    prefix: Sequence[str] = ()

    def __init__(
        self,
        folder: Path,
        pieces: Sequence[Path],
        vocabularies: Sequence[Sequence[str]],
        *,
        adds_end: bool = False,
    ) -> None:
        """Load the pieces.

        Args:
            folder: of the model, for messages.
            pieces: SentencePiece files of the source and the target.
            vocabularies: tokens that the model has for the source and for the target.
            adds_end: the model adds the end by itself.

        Raises:
            EngineError: a file is damaged, or the model does not translate into Japanese.
        """
        source, target = vocabularies
        self._source, self._target = (Pieces(file) for file in pieces)
        self._known = frozenset(source), frozenset(target)
        self._before = _language(folder, source)
        self._after = [] if adds_end else [END]

    def encode(self, text: str) -> list[str]:
        """See `Family.encode`."""
        return [*self._before, *self._source.encode(text), *self._after]

    def decode(self, tokens: Sequence[str]) -> str:
        """The Japanese of pieces of the target's model."""
        return self._target.decode([t for t in tokens if t not in ADDED and not _LANGUAGE.match(t)])

    def spells(self, text: str) -> bool:
        """See `Family.spells`."""
        source, target = self._known
        return source.issuperset(self._source.encode(text)) and target.issuperset(
            self._target.encode(text)
        )

    def polish(self, japanese: str, english: str) -> str:
        """These models need no mending."""
        return japanese


def _language(folder: Path, vocabulary: Sequence[str]) -> list[str]:
    """The token that asks for Japanese, if the model translates into several languages.

    Raises:
        EngineError: Japanese is none of them.
    """
    languages = [token for token in vocabulary if _LANGUAGE.match(token)]
    if not languages:
        return []
    for token in _JAPANESE:
        if token in languages:
            return [token]
    shown = ", ".join(token.strip("<>") for token in languages[:8])
    raise EngineError(
        f"The translation model {folder} does not translate into Japanese, but into: {shown}.",
        "Choose a model from English to Japanese, such as FuguMT (staka/fugumt-en-ja).",
    )
