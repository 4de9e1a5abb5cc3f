"""SentencePiece files, loaded with messages that name them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sentencepiece

from voicestream_tui.translate.model_folder import damaged

BLANK = "▁"
"""How a piece writes the blank before it."""


class Pieces:
    """One SentencePiece model."""

    def __init__(self, file: Path) -> None:
        """Load a file.

        Raises:
            EngineError: it is damaged.
        """
        self._model = sentencepiece.SentencePieceProcessor()
        try:
            self._model.LoadFromSerializedProto(file.read_bytes())
        except (RuntimeError, OSError, ValueError) as error:
            raise damaged(file, str(error).strip() or type(error).__name__) from error

    def encode(self, text: str) -> list[str]:
        """The pieces of a text."""
        return list(self._model.encode(text, out_type=str))

    def decode(self, pieces: Sequence[str]) -> str:
        """The text of pieces, of those too that only the other language's model knows."""
        return str(self._model.decode(list(pieces))).replace(BLANK, " ").strip()

    def __len__(self) -> int:
        """Number of pieces in the vocabulary."""
        return int(self._model.get_piece_size())

    def knows(self, text: str) -> bool:
        """True if a text is written in pieces, none of them unknown or a mere byte."""
        numbers = self._model.encode(text, out_type=int)
        return not any(self._model.is_unknown(n) or self._model.is_byte(n) for n in numbers)
