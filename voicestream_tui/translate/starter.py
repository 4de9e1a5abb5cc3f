"""The engine "starter": the small English-to-Japanese model that ships with the program.

A Transformer in CTranslate2 format (int8) with its SentencePiece vocabulary, in which the
slots `<c0>` … `<c9>` are symbols of their own. Beside it lies a table of words, which weighs what
the model proposes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import ctranslate2
import sentencepiece

from voicestream_tui.errors import EngineError
from voicestream_tui.text.rephrase import is_ended, short_sentences
from voicestream_tui.translate.choice import loss_of
from voicestream_tui.translate.coverage import WordTable
from voicestream_tui.translate.first_words import FirstWords
from voicestream_tui.translate.parts import joined

PACKAGED_MODEL = Path(__file__).parent / "starter_model"
_POSITIONS = 256
"""Positions the model knows; what is longer can't be translated as one sentence."""
_PENALTY, _STRONG_PENALTY = 1.1, 1.3
_BEAM = 8
_WIDER = 3
"""So many candidates more are weighed when the first result was no good."""
_COVERAGE = 0.4
"""Weight of the coverage beside the model's own likelihood of a Japanese piece."""
_SHORT = 20
"""A sentence of more words is translated as several short ones, too, and the better is taken."""
_STATEMENT = re.compile(r"(?:ます|ません|ました|です|でした|でしょう|ください)。?\Z")
_WORDS, _FIRST_WORDS = "words.npz", "first_words.txt"
_FILES = ("model.bin", "config.json", "shared_vocabulary.json", "spm.model")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A translation of a sentence."""

    text: str
    pieces: tuple[int, ...]
    score: float
    """Mean log likelihood of a piece, by the model."""


class _Found(NamedTuple):
    """What the model has found for a text."""

    english: tuple[int, ...]
    """The text's own pieces."""
    candidates: list[_Candidate]


class StarterTranslator:
    """Translates with a CTranslate2 model folder of the starter's layout."""

    name = "starter"

    def __init__(self, folder: Path = PACKAGED_MODEL, *, threads: int = 0, beam: int = 0) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            folder: holds `model.bin`, `config.json`, `shared_vocabulary.json`, `spm.model`, and
                perhaps `words.npz` (see `coverage.WordTable`) and `first_words.txt` (see
                `first_words.FirstWords`).
            threads: threads of one translation; 0 = 1, which is the fastest for single sentences
                of a model this small.
            beam: beam size; 1 is greedy, 0 what this model is good and still quick with.
        """
        self._folder = folder
        self._threads = threads or 1
        self._beam = beam or _BEAM
        self._pieces: sentencepiece.SentencePieceProcessor | None = None
        self._model: ctranslate2.Translator | None = None
        self._words: WordTable | None = None
        self._firsts = FirstWords(frozenset())

    def _load(self) -> None:
        for name in _FILES:
            if not (self._folder / name).is_file():
                raise EngineError(
                    f"The translation model {self._folder} has no file {name}.",
                    "Install the program again, or name another folder.",
                )
        try:
            self._pieces = sentencepiece.SentencePieceProcessor(
                model_file=str(self._folder / "spm.model")
            )
            if (self._folder / _WORDS).is_file():
                self._words = WordTable(self._folder / _WORDS, self._pieces.get_piece_size())
            if (self._folder / _FIRST_WORDS).is_file():
                self._firsts = FirstWords.read(self._folder / _FIRST_WORDS)
            self._model = ctranslate2.Translator(
                str(self._folder), device="cpu", inter_threads=1, intra_threads=self._threads
            )
        except (RuntimeError, OSError, ValueError, KeyError, BadZipFile) as error:
            raise EngineError(
                f"The translation model {self._folder} could not be loaded: {error}",
                "The files are damaged; install the program again.",
            ) from error

    def warm_up(self) -> None:
        """Load the model and translate one word."""
        self.translate(["Hello."])

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch; see `Translator.translate`."""
        return self._translate(sentences, self._beam, _PENALTY)

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch with a wider beam that does not like repetition."""
        return self._translate(sentences, self._beam + _WIDER, _STRONG_PENALTY)

    def _translate(self, sentences: Sequence[str], beam: int, penalty: float) -> list[str]:
        if self._model is None:
            self._load()
        plans = [_plan(sentence) for sentence in sentences]
        texts = [text for plan in plans for text in plan]
        found = self._search(texts, beam, penalty)
        return [self._best(plan, found).text for plan in plans]

    def _search(self, texts: Sequence[str], beam: int, penalty: float) -> Iterator[_Found]:
        """Give what is found for each text."""
        assert self._model is not None
        assert self._pieces is not None
        tokens = [self._pieces.encode(self._firsts.lowered(text), out_type=str) for text in texts]
        # Of 965,000 pairs 12 have more Japanese pieces than this allows; a model that goes on
        # beyond that has lost the thread, and the gate will say so.
        longest = max((len(pieces) for pieces in tokens), default=0)
        try:
            results = self._model.translate_batch(
                tokens,
                beam_size=beam,
                num_hypotheses=beam,
                return_scores=True,
                repetition_penalty=penalty,
                max_decoding_length=min(_POSITIONS - 1, 16 + 3 * longest // 2),
                max_input_length=_POSITIONS - 1,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"The starter translator failed: {error}", "See the log for the sentence."
            ) from error
        for english, result in zip(tokens, results, strict=True):
            decoded = self._pieces.decode(result.hypotheses)
            candidates = [
                _Candidate(str(text).strip(), self._numbers(pieces), score)
                for text, pieces, score in zip(
                    decoded, result.hypotheses, result.scores, strict=True
                )
            ]
            yield _Found(self._numbers(english), candidates)

    def _best(self, plan: Sequence[str], found: Iterator[_Found]) -> _Candidate:
        """The best translation of a sentence: as a whole, or put together from its parts."""
        sentence, *parts = plan
        english, candidates = next(found)
        if parts:
            translations = [self._best([part], found) for part in parts]
            if _lead_on(parts, translations):
                candidates.append(_put_together(parts, translations))
        merits = [candidate.score for candidate in candidates]
        if self._words is not None:
            covered = self._words.coverage(english, [c.pieces for c in candidates])
            merits = [s + _COVERAGE * c for s, c in zip(merits, covered, strict=True)]
        order = sorted(range(len(merits)), key=lambda n: -merits[n])
        return min((candidates[n] for n in order), key=lambda c: loss_of(sentence, c.text))

    def _numbers(self, pieces: Sequence[str]) -> tuple[int, ...]:
        assert self._pieces is not None
        return tuple(self._pieces.piece_to_id(piece) for piece in pieces)

    def close(self) -> None:
        """Free the model."""
        self._model = None
        self._pieces = None
        self._words = None


def _plan(sentence: str) -> tuple[str, ...]:
    """What is translated for a sentence: itself, and its parts if it is long and has some."""
    parts = short_sentences(sentence, _SHORT)
    return (sentence, *parts) if len(parts) > 1 else (sentence,)


def _lead_on(parts: Sequence[str], translations: Sequence[_Candidate]) -> bool:
    """True if what should lead into the next part has become no statement: 「失敗すると」."""
    return not any(
        _STATEMENT.search(one.text)
        for part, one in zip(parts, translations, strict=True)
        if not is_ended(part)
    )


def _put_together(parts: Sequence[str], translations: Sequence[_Candidate]) -> _Candidate:
    """The translation of a sentence from those of its parts."""
    pieces = tuple(piece for one in translations for piece in one.pieces)
    total = sum(one.score * len(one.pieces) for one in translations)
    text = joined(parts, [one.text for one in translations])
    return _Candidate(text, pieces, total / max(1, len(pieces)))
