"""The engine "nllb": NLLB-200 (distilled 600M, 1.3B and larger) in CTranslate2 format.

The model is given `eng_Latn pieces </s>` and begins its translation with `jpn_Jpan`. It leaves
out all but one of several short sentences, so these go in one at a time; it ends Japanese
sentences with an ASCII full stop; and where it understands nothing it says that it is sorry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import ctranslate2

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.model_folder import NLLB, find_folder, open_folder
from voicestream_tui.translate.pieces import Pieces
from voicestream_tui.translate.placement import Placement, load
from voicestream_tui.translate.sentencepieces import SentencePieceTranslator, searches
from voicestream_tui.translate.vocabulary_map import ensure_map

_END = "</s>"
_TARGET = "jpn_Jpan"
_PENALTY = 1.1
_LONGEST = 90
"""The model knows 1024 positions, but of long sentences it leaves out the second half."""
_LANGUAGE = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}\Z")
_ADDED = ("<unk>", "<s>", "</s>", "<pad>")
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


class NllbTranslator(SentencePieceTranslator):
    """Translates one of the 200 languages into Japanese with an NLLB model."""

    name = "nllb"
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
        source_language: str = "eng_Latn",
        vocabulary_map: bool = False,
    ) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            model: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            threads: threads of one translation; 0 leaves it to CTranslate2.
            beam: beam size; 1 is greedy.
            device: auto, cpu, cuda or cuda:N.
            compute_type: as CTranslate2 names it.
            source_language: what is translated, as the model names it (eng_Latn, deu_Latn).
            vocabulary_map: look among words that Japanese can have only; makes the file
                `vmap.txt` in the model's folder, if it is not there.
        """
        super().__init__(Placement(device, compute_type, threads))
        self._named, self._models_dir = model, models_dir
        self.first_search, self.second_search = searches(beam, _PENALTY)
        self._language = source_language
        self._wants_map = vocabulary_map
        self._pieces: Pieces | None = None
        self._known: frozenset[str] = frozenset()

    def open(self) -> ctranslate2.Translator:
        """Load everything; see `SentencePieceTranslator.open`."""
        files = open_folder(NLLB, find_folder(NLLB, self._named, self._models_dir))
        self._folder = files.path
        self._pieces = Pieces(files.pieces[0])
        self._known = frozenset(files.target_vocabulary)
        for language in (self._language, _TARGET):
            if language not in self._known:
                raise _unknown(files.path, language, files.target_vocabulary)
        if self._wants_map:
            self._use_map = ensure_map(files.path, files.target_vocabulary)
        return load(self.name, files.path, self._placement)

    def encode(self, text: str) -> list[str]:
        """Pieces between their language and the end."""
        assert self._pieces is not None
        return [self._language, *self._pieces.encode(text), _END]

    def prefix(self) -> list[str]:
        """Every translation begins with its language."""
        return [_TARGET]

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of pieces, without the languages among them."""
        assert self._pieces is not None
        return self._pieces.decode(
            [t for t in tokens if t not in _ADDED and not _LANGUAGE.match(t)]
        )

    def spells(self, text: str) -> bool:
        """True if the vocabulary has all pieces of a text."""
        assert self._pieces is not None
        return self._known.issuperset(self._pieces.encode(text))

    def polish(self, japanese: str, english: str) -> str:
        """Give Japanese its own signs; "" if the model only says that it is sorry."""
        if _SORRY.search(japanese) and not _IS_SORRY.search(english):
            return ""
        japanese = _COMMA.sub("、", _STOP.sub("。", japanese))
        if _JAPANESE.search(japanese):
            japanese = _LAST_STOP.sub("。", japanese)
        return _BLANK.sub("", japanese).strip()

    def close(self) -> None:
        """Free the model."""
        super().close()
        self._pieces = None


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
