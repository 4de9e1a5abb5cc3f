"""What translation engines on CTranslate2 and SentencePiece have in common.

A text becomes sentences or parts that the model takes, their slots are written in the form that
this model hands through, and everything goes through the model in one batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.parts import joined, parts, sentences_of
from voicestream_tui.translate.placement import Placement
from voicestream_tui.translate.slot_forms import FORMS, SlotForm, numbers
from voicestream_tui.translate.slot_probe import order_forms

_WIDER = 3
_STRONGER = 0.2
_NO_LOOP = 4
_MOST_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Search:
    """How a translation is looked for."""

    beam: int
    repetition_penalty: float
    no_repeat: int = 0
    """No sequence of so many pieces comes twice; 0 allows it."""


class SentencePieceTranslator(ABC):
    """Translates with a model that `load_pieces` and `placement.load` make ready."""

    name: str
    longest: int
    """Pieces of a sentence that the model translates well; longer ones are split."""
    first_search: Search
    second_search: Search

    def __init__(self, placement: Placement) -> None:
        """Remember where to run; nothing is read before the first use."""
        self._placement = placement
        self._model: ctranslate2.Translator | None = None
        self._forms: tuple[SlotForm, ...] = FORMS[:1]
        self._use_map = False
        self._folder: Path | None = None

    # --- what a family of models says about itself -----------------------------------------------

    @abstractmethod
    def open(self) -> ctranslate2.Translator:
        """Load pieces and model.

        Raises:
            EngineError: a file is missing or damaged.
        """

    @abstractmethod
    def encode(self, text: str) -> list[str]:
        """What the model is given for a sentence, with its end and language tokens."""

    @abstractmethod
    def decode(self, tokens: Sequence[str]) -> str:
        """The text of what a model gave."""

    @abstractmethod
    def spells(self, text: str) -> bool:
        """True if both vocabularies have all pieces of a text."""

    def prefix(self) -> list[str] | None:
        """What every translation begins with."""
        return None

    def split(self, text: str) -> list[str]:
        """Split a text in what is translated at a time: sentences, and clauses of long ones.

        Models that were trained on single sentences leave out some of several.
        """
        return [
            part
            for sentence in sentences_of(text)
            for part in parts(sentence, lambda part: len(self.encode(part)), self.longest)
        ]

    def polish(self, japanese: str, english: str) -> str:
        """Mend what this family of models is known to do; "" for what is no translation."""
        return japanese

    # --- the protocol ----------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load the model and find out in which form it hands slots through."""
        self._ready()

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch; see `Translator.translate`."""
        self._ready()
        return self._translate(sentences, self._forms, self.first_search)

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch with a wider beam, and with slots in another form."""
        self._ready()
        others = (*self._forms[1:], *self._forms[:1])
        return self._translate(sentences, others, self.second_search)

    def close(self) -> None:
        """Free the model."""
        self._model = None

    # --- the work --------------------------------------------------------------------------------

    def _ready(self) -> None:
        if self._model is not None:
            return
        self._model = self.open()
        greedy = Search(1, 1.0)
        self._forms = order_forms(self.name, lambda texts: self._run(texts, greedy), self.spells)

    def _translate(
        self, sentences: Sequence[str], forms: Sequence[SlotForm], search: Search
    ) -> list[str]:
        pieces = [self.split(sentence) if sentence.strip() else [] for sentence in sentences]
        flat = [part for split in pieces for part in split]
        chosen = [_form_for(part, forms) for part in flat]
        given = [form.put(part) for form, part in zip(chosen, flat, strict=True)]
        outputs = iter(self._run(given, search))
        taken = iter(
            self.polish(form.take(output, part), part)
            for form, part, output in zip(chosen, flat, outputs, strict=True)
        )
        return [_whole([next(taken) for _ in split]) for split in pieces]

    def _run(self, texts: Sequence[str], search: Search) -> list[str]:
        """Translate texts as they are."""
        if not texts:
            return []
        assert self._model is not None
        tokens = [self.encode(text) for text in texts]
        prefix = self.prefix()
        # A Japanese sentence rarely has more pieces than twice the English one; a model that
        # goes on beyond that has lost the thread, and the gate will say so.
        longest = max(map(len, tokens))
        try:
            results = self._model.translate_batch(
                tokens,
                target_prefix=[prefix] * len(tokens) if prefix else None,
                max_batch_size=_MOST_AT_ONCE,
                beam_size=search.beam,
                repetition_penalty=search.repetition_penalty,
                no_repeat_ngram_size=search.no_repeat,
                max_input_length=0,  # nothing is cut off in silence
                max_decoding_length=24 + 2 * longest,
                disable_unk=True,
                use_vmap=self._use_map,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f'The translation engine "{self.name}" failed on {self._folder}: {error}',
                "If that goes on, its files do not belong together: fetch the model again, or "
                "choose another translation.engine.",
            ) from error
        return [self.decode(result.hypotheses[0]) for result in results]


def searches(beam: int, penalty: float) -> tuple[Search, Search]:
    """The first search and a second one that looks farther and never repeats itself.

    The first one may: there are sentences that do. What goes round in circles is the gate's.
    """
    return Search(beam, penalty), Search(beam + _WIDER, penalty + _STRONGER, _NO_LOOP)


def _form_for(text: str, forms: Sequence[SlotForm]) -> SlotForm:
    """The best form that can't be mistaken for something in the text."""
    if not numbers(text):
        return FORMS[0]
    return next((form for form in forms if form.fits(text)), FORMS[0])


def _whole(translations: list[str]) -> str:
    """One text of its parts' translations; a part that has none makes the whole have none."""
    return joined(translations) if all(translations) else ""
