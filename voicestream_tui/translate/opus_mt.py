"""The engine "opus-mt": models of the Marian family in CTranslate2 format.

FuguMT, ElanMT, those of OPUS-MT and of the Tatoeba challenge: `source.spm` and `target.spm`
beside what `ct2-transformers-converter` or `ct2-opus-mt-converter` wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import ctranslate2

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.model_folder import (
    MARIAN,
    ModelFolder,
    find_folder,
    open_folder,
)
from voicestream_tui.translate.pieces import Pieces
from voicestream_tui.translate.placement import Placement, load
from voicestream_tui.translate.sentencepieces import SentencePieceTranslator, searches

_END = "</s>"
_PENALTY = 1.1
_LONGEST = 200
"""Marian models know 512 positions, and are trained on sentences."""
_JAPANESE = (">>jpn<<", ">>jpn_Jpan<<", ">>ja<<", ">>jap<<", ">>jpn_Hani<<")
_LANGUAGE = re.compile(r">>[A-Za-z_]+<<\Z")
_ADDED = ("<unk>", "<s>", "</s>", "<pad>")


class OpusMtTranslator(SentencePieceTranslator):
    """Translates English into Japanese with a Marian model."""

    name = "opus-mt"
    longest = _LONGEST

    def __init__(
        self,
        *,
        model: str = "",
        models_dir: Path = Path("models"),
        threads: int = 0,
        beam: int = 2,
        device: str = "auto",
        compute_type: str = "default",
    ) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            model: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            threads: threads of one translation; 0 leaves it to CTranslate2.
            beam: beam size; 1 is greedy.
            device: auto, cpu, cuda or cuda:N.
            compute_type: as CTranslate2 names it.
        """
        super().__init__(Placement(device, compute_type, threads))
        self._named, self._models_dir = model, models_dir
        self.first_search, self.second_search = searches(beam, _PENALTY)
        self._source: Pieces | None = None
        self._target: Pieces | None = None
        self._known: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._before: list[str] = []
        self._after: list[str] = []

    def open(self) -> ctranslate2.Translator:
        """Load everything; see `SentencePieceTranslator.open`."""
        files = open_folder(MARIAN, find_folder(MARIAN, self._named, self._models_dir))
        self._folder = files.path
        self._source, self._target = (Pieces(file) for file in files.pieces)
        self._known = frozenset(files.source_vocabulary), frozenset(files.target_vocabulary)
        self._before = _language(files)
        # What Marian's own converter wrote adds the end by itself, what the one for
        # Transformers wrote does not; without it a model goes on and on.
        self._after = [] if files.config.get("add_source_eos") else [_END]
        return load(self.name, files.path, self._placement)

    def encode(self, text: str) -> list[str]:
        """Pieces between the target language, if the model wants one, and the end."""
        assert self._source is not None
        return [*self._before, *self._source.encode(text), *self._after]

    def decode(self, tokens: Sequence[str]) -> str:
        """The Japanese of pieces of the target's model."""
        assert self._target is not None
        return self._target.decode(
            [t for t in tokens if t not in _ADDED and not _LANGUAGE.match(t)]
        )

    def spells(self, text: str) -> bool:
        """True if both vocabularies have all pieces of a text."""
        assert self._source is not None
        assert self._target is not None
        source, target = self._known
        return source.issuperset(self._source.encode(text)) and target.issuperset(
            self._target.encode(text)
        )

    def close(self) -> None:
        """Free the model."""
        super().close()
        self._source = self._target = None


def _language(files: ModelFolder) -> list[str]:
    """The token that asks for Japanese, if the model translates into several languages.

    Raises:
        EngineError: Japanese is none of them.
    """
    languages = [token for token in files.source_vocabulary if _LANGUAGE.match(token)]
    if not languages:
        return []
    for token in _JAPANESE:
        if token in languages:
            return [token]
    shown = ", ".join(token.strip("<>") for token in languages[:8])
    raise EngineError(
        f"The translation model {files.path} does not translate into Japanese, but into: {shown}.",
        "Choose a model from English to Japanese, such as FuguMT (staka/fugumt-en-ja).",
    )
