"""The engine "starter": the small English-to-Japanese model that ships with the program.

A Transformer in CTranslate2 format (int8) with its SentencePiece vocabulary, in which the
slots `<c0>` … `<c9>` are symbols of their own. Beside it lies a table of words, which weighs what
the model proposes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import ctranslate2
import sentencepiece

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.choice import least_lost
from voicestream_tui.translate.coverage import WordTable

PACKAGED_MODEL = Path(__file__).parent / "starter_model"
_POSITIONS = 256
"""Positions the model knows; what is longer can't be translated as one sentence."""
_PENALTY, _STRONG_PENALTY = 1.1, 1.3
_BEAM = 8
_WIDER = 3
"""So many candidates more are weighed when the first result was no good."""
_COVERAGE = 0.7
"""Weight of the coverage beside the model's own likelihood of a Japanese piece."""
_WORDS = "words.npz"
_FILES = ("model.bin", "config.json", "shared_vocabulary.json", "spm.model")


class StarterTranslator:
    """Translates with a CTranslate2 model folder of the starter's layout."""

    name = "starter"

    def __init__(self, folder: Path = PACKAGED_MODEL, *, threads: int = 0, beam: int = 0) -> None:
        """Remember what to load; nothing is read before the first use.

        Args:
            folder: holds `model.bin`, `config.json`, `shared_vocabulary.json`, `spm.model`, and
                perhaps `words.npz` (see `coverage.WordTable`).
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
        assert self._model is not None
        assert self._pieces is not None
        tokens = [self._pieces.encode(sentence, out_type=str) for sentence in sentences]
        # A Japanese sentence rarely has more pieces than twice the English one; a model that
        # goes on beyond that has lost the thread, and the gate will say so.
        longest = max((len(pieces) for pieces in tokens), default=0)
        try:
            results = self._model.translate_batch(
                tokens,
                beam_size=beam,
                num_hypotheses=beam,
                return_scores=True,
                repetition_penalty=penalty,
                max_decoding_length=min(_POSITIONS - 1, 24 + 2 * longest),
                max_input_length=_POSITIONS - 1,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"The starter translator failed: {error}", "See the log for the sentence."
            ) from error
        return [
            least_lost(sentence, self._ranked(pieces, result))
            for sentence, pieces, result in zip(sentences, tokens, results, strict=True)
        ]

    def _ranked(
        self, pieces: Sequence[str], result: ctranslate2.TranslationResult
    ) -> Sequence[str]:
        """The candidates, best first: likely, and accounting for what the sentence says."""
        assert self._pieces is not None
        merits = list(result.scores)
        if self._words is not None:
            number = self._pieces.piece_to_id
            candidates = [[number(piece) for piece in found] for found in result.hypotheses]
            covered = self._words.coverage([number(piece) for piece in pieces], candidates)
            merits = [s + _COVERAGE * c for s, c in zip(merits, covered, strict=True)]
        order = sorted(range(len(merits)), key=lambda n: -merits[n])
        decoded = self._pieces.decode([result.hypotheses[n] for n in order])
        return [str(text).strip() for text in decoded]

    def close(self) -> None:
        """Free the model."""
        self._model = None
        self._pieces = None
        self._words = None
