"""Tokens of NLLB-200, and what its models are known for.

A model is given `eng_Latn pieces </s>` and begins its translation with `jpn_Jpan`. It ends
Japanese sentences with an ASCII full stop; and where it understands nothing it says that it is
sorry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.tokens.families import ADDED, END
from voicestream_tui.translate.tokens.pieces import Pieces

TARGET = "jpn_Jpan"
_LONGEST = 90
"""The models know 1024 positions, but of long sentences they leave out the second half."""
_LANGUAGE = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}\Z")
_J = r"\u3040-\u30ff\u3400-\u9fff々〆〇ー」』）"
_JAPANESE = re.compile(f"[{_J}]")
_STOP = re.compile(rf"(?<=[{_J}>])\s*\.(?=\s|\Z|[{_J}])")
_LAST_STOP = re.compile(r"(?<!\.)\.\Z")
_COMMA = re.compile(rf"(?<=[{_J}])\s*,(?!\d)\s*")
_BLANK = re.compile(rf"(?<=[{_J}、。！？])\s+(?=[{_J}])")
_SORRY = re.compile(r"すみません|すいません|ごめん|申し訳|残念")
_IS_SORRY = re.compile(
    r"\b(?:sorry|apolog\w*|excus\w*|pardon\w*|forgiv\w*|regret\w*|unfortunate\w*|sad\w*|afraid"
    r"|shame|pity|disappoint\w*)\b",
    re.IGNORECASE,
)


class NllbTokens:
    """The pieces of a sentence between its language and the end."""

    longest = _LONGEST
    prefix: Sequence[str] = (TARGET,)

    def __init__(
        self, folder: Path, pieces: Path, vocabulary: Sequence[str], language: str
    ) -> None:
        """Load the pieces.

        Args:
            folder: of the model, for messages.
            pieces: the SentencePiece file.
            vocabulary: tokens that the model has.
            language: what is translated, as the model names it (eng_Latn, deu_Latn).

        Raises:
            EngineError: the file is damaged, or the model does not know a language.
        """
        self._pieces = Pieces(pieces)
        self._known = frozenset(vocabulary)
        self._language = language
        for wanted in (language, TARGET):
            if wanted not in self._known:
                raise _unknown(folder, wanted, vocabulary)

    def encode(self, text: str) -> list[str]:
        """See `Family.encode`."""
        return [self._language, *self._pieces.encode(text), END]

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of pieces, without the languages among them."""
        return self._pieces.decode([t for t in tokens if t not in ADDED and not _LANGUAGE.match(t)])

    def spells(self, text: str) -> bool:
        """See `Family.spells`."""
        return self._known.issuperset(self._pieces.encode(text))

    def polish(self, japanese: str, english: str) -> str:
        """See `polish`."""
        return polish(japanese, english)


def polish(japanese: str, english: str) -> str:
    """Give Japanese its own signs; "" if the model only says that it is sorry."""
    if _SORRY.search(japanese) and not _IS_SORRY.search(english):
        return ""
    japanese = _COMMA.sub("、", _STOP.sub("。", japanese))
    if _JAPANESE.search(japanese):
        japanese = _LAST_STOP.sub("。", japanese)
    return _BLANK.sub("", japanese).strip()


def _unknown(folder: Path, language: str, vocabulary: Sequence[str]) -> EngineError:
    known = [token for token in vocabulary if _LANGUAGE.match(token)]
    if not known:
        return EngineError(
            f"The translation model {folder} has no language tokens such as eng_Latn.",
            "It is no NLLB model; choose another folder or engine.",
        )
    alike = sorted(token for token in known if token[:2] == language[:2])
    return EngineError(
        f'The translation model {folder} does not know the language "{language}".',
        f"translation.source_language is written as in the model, such as "
        f"{', '.join(alike[:5] or sorted(known)[:5])}.",
    )
