"""What engines have in common whose models translate one sentence at a time and know no slots.

A text becomes sentences or parts that the model takes, their slots are written in the form that
this model hands through, and everything goes through the model in one batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

from voicestream_tui.translate.choice import least_lost
from voicestream_tui.translate.parts import joined, parts, sentences_of
from voicestream_tui.translate.slot_forms import FORMS, SlotForm, numbers
from voicestream_tui.translate.slot_probe import order_forms

Effort = Literal["quick", "first", "second"]
"""How well a translation is looked for: to try something out, at first, and once more."""


class SlottedTranslator(ABC):
    """Translates sentences of any length with slots, by a model that knows neither."""

    name: str

    def __init__(self) -> None:
        """Nothing is loaded before the first use."""
        self._is_ready = False
        self._forms: tuple[SlotForm, ...] = FORMS[:1]

    # --- what a model says about itself ----------------------------------------------------------

    @abstractmethod
    def load(self) -> None:
        """Make the model ready.

        Raises:
            EngineError: a file is missing or damaged.
        """

    @abstractmethod
    def unload(self) -> None:
        """Free the model, if it is loaded."""

    @property
    @abstractmethod
    def longest(self) -> int:
        """Pieces of a sentence that the model translates well; longer ones are split."""

    @abstractmethod
    def length(self, text: str) -> int:
        """Pieces of a text."""

    @abstractmethod
    def spells(self, text: str) -> bool:
        """True if the model can write a text as it is."""

    @abstractmethod
    def run(self, texts: Sequence[str], effort: Effort) -> list[list[str]]:
        """Translate texts as they are, none of them longer than `longest`.

        Returns:
            Of each the translations that were weighed, the likeliest first; at least one.

        Raises:
            EngineError: the model is broken as a whole.
        """

    def polish(self, japanese: str, english: str) -> str:
        """Mend what this kind of model is known to do; "" for what is no translation."""
        return japanese

    # --- the protocol ----------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load the model and find out in which form it hands slots through."""
        if self._is_ready:
            return
        self.load()
        self._forms = order_forms(
            self.name, lambda texts: [found[0] for found in self.run(texts, "quick")], self.spells
        )
        self._is_ready = True

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch; see `Translator.translate`."""
        self.warm_up()
        return self._translate(sentences, self._forms, "first")

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch with more effort, and with slots in another form."""
        self.warm_up()
        others = (*self._forms[1:], *self._forms[:1])
        return self._translate(sentences, others, "second")

    def close(self) -> None:
        """Free the model."""
        self._is_ready = False
        self.unload()

    # --- the work --------------------------------------------------------------------------------

    def split(self, text: str) -> list[str]:
        """Split a text in what is translated at a time: sentences, and clauses of long ones.

        Models that were trained on single sentences leave out some of several.
        """
        return [
            part
            for sentence in sentences_of(text)
            for part in parts(sentence, self.length, self.longest)
        ]

    def _translate(
        self, sentences: Sequence[str], forms: Sequence[SlotForm], effort: Effort
    ) -> list[str]:
        pieces = [self.split(sentence) if sentence.strip() else [] for sentence in sentences]
        flat = [part for split in pieces for part in split]
        chosen = [_form_for(part, forms) for part in flat]
        given = [form.put(part) for form, part in zip(chosen, flat, strict=True)]
        outputs = iter(self.run(given, effort) if given else [])
        taken = iter(
            least_lost(part, [self.polish(form.take(output, part), part) for output in found])
            for form, part, found in zip(chosen, flat, outputs, strict=True)
        )
        return [joined(split, [next(taken) for _ in split]) for split in pieces]


def _form_for(text: str, forms: Sequence[SlotForm]) -> SlotForm:
    """The best form that can't be mistaken for something in the text."""
    if not numbers(text):
        return FORMS[0]
    return next((form for form in forms if form.fits(text)), FORMS[0])
