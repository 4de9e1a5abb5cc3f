"""The engine "starter": the small English-to-Japanese model that ships with the program.

A Transformer in CTranslate2 format (int8) with its SentencePiece vocabulary, in which the
slots `<c0>` … `<c9>` are symbols of their own. Beside it lies a table of words, which weighs what
the model proposes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile

import ctranslate2
import sentencepiece

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.choice import loss_of
from voicestream_tui.translate.starter.candidates import (
    Candidate,
    Found,
    lead_on,
    order,
    plan_of,
    put_together,
)
from voicestream_tui.translate.starter.coverage import WordTable
from voicestream_tui.translate.starter.first_words import FirstWords

PACKAGED_MODEL = Path(__file__).parent / "model"
_POSITIONS = 256
"""Positions the model knows; what is longer can't be translated as one sentence."""
_PENALTY, _STRONG_PENALTY = 1.1, 1.3
_BEAM = 8
_WIDER = 3
"""So many candidates more are weighed when the first result was no good."""
_COVERAGE = 0.4
"""Weight of the coverage beside the model's own likelihood of a Japanese piece."""
_DOUBT = -2.2
"""A translation of less merit is doubted."""
_REMEMBERED = 500
"""So many translations can be asked about."""
_SHORT = 20
"""A sentence of more words is translated as several short ones, too, and the better is taken."""
_SHORTER = 9
"""The same if what was found is doubted."""
_WORDS, _FIRST_WORDS = "words.npz", "first_words.txt"
_FILES = ("model.bin", "config.json", "shared_vocabulary.json", "spm.model")


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
        self._merits: dict[tuple[str, str], float] = {}
        """Of the last translations."""

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
        plans = [plan_of(sentence, _SHORT) for sentence in sentences]
        found = dict(self._search([text for plan in plans for text in plan], beam, penalty))
        best = [self._best(plan, found) for plan in plans]
        finer = {
            n: plan
            for n, one in enumerate(best)
            if one.merit < _DOUBT and len(plan := plan_of(sentences[n], _SHORTER)) > len(plans[n])
        }
        missing = {text for plan in finer.values() for text in plan if text not in found}
        found.update(self._search(sorted(missing), beam, penalty))
        for n, plan in finer.items():
            best[n] = min(best[n], self._best(plan, found), key=order)
        for sentence, one in zip(sentences, best, strict=True):
            self._merits.pop((sentence, one.text), None)
            self._merits[sentence, one.text] = one.merit
        for forgotten in list(self._merits)[:-_REMEMBERED]:
            del self._merits[forgotten]
        return [one.text for one in best]

    def doubts(self, sentence: str, translation: str) -> bool:
        """Tell whether a translation is likelier wrong than most; see `Doubting.doubts`.

        What was put together from several answers is doubted: the whole had been no good. The limit
        is that of the model that comes with the program and of its table of words.
        """
        return self._merits.get((sentence, translation), float("-inf")) < _DOUBT

    def _search(
        self, texts: Sequence[str], beam: int, penalty: float
    ) -> Iterator[tuple[str, Found]]:
        """Give each text with what is found for it."""
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
        for text, english, result in zip(texts, tokens, results, strict=True):
            decoded = self._pieces.decode(result.hypotheses)
            candidates = [
                Candidate(str(japanese).strip(), self._numbers(pieces), score)
                for japanese, pieces, score in zip(
                    decoded, result.hypotheses, result.scores, strict=True
                )
            ]
            yield text, Found(self._numbers(english), candidates)

    def _best(self, plan: Sequence[str], found: Mapping[str, Found]) -> Candidate:
        """The best translation of a sentence: as a whole, or put together from its parts."""
        sentence, *parts = plan
        english, candidates = found[sentence]
        if parts:
            translations = [self._best([part], found) for part in parts]
            if lead_on(parts, translations):
                candidates = [*candidates, put_together(parts, translations)]
        merits = [candidate.score for candidate in candidates]
        if self._words is not None:
            covered = self._words.coverage(english, [c.pieces for c in candidates])
            merits = [s + _COVERAGE * c for s, c in zip(merits, covered, strict=True)]
        weighed = (
            replace(c, merit=m, loss=loss_of(sentence, c.text))
            for c, m in zip(candidates, merits, strict=True)
        )
        return min(weighed, key=order)

    def _numbers(self, pieces: Sequence[str]) -> tuple[int, ...]:
        assert self._pieces is not None
        return tuple(self._pieces.piece_to_id(piece) for piece in pieces)

    def close(self) -> None:
        """Free the model."""
        self._model = None
        self._pieces = None
        self._words = None
