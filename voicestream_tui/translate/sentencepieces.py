"""What engines for models of SentencePiece tokens have in common.

A text becomes sentences or parts that the model takes, their slots are written in the form that
this model hands through, and everything goes through the model in one batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.families import Family
from voicestream_tui.translate.parts import joined, parts, sentences_of
from voicestream_tui.translate.slot_forms import FORMS, SlotForm, numbers
from voicestream_tui.translate.slot_probe import order_forms
from voicestream_tui.translate.token_model import Search, TokenModel, searches

_PENALTY = 1.1


class SentencePieceTranslator(ABC):
    """Translates with the model of tokens that `open` loads."""

    name: str

    def __init__(self, beam: int) -> None:
        """Remember how to search; nothing is read before the first use.

        Args:
            beam: beam size; 1 is greedy.
        """
        self._first_search, self._second_search = searches(beam, _PENALTY)
        self._loaded: tuple[Family, TokenModel] | None = None
        self._forms: tuple[SlotForm, ...] = FORMS[:1]
        self._folder: Path | None = None

    @abstractmethod
    def open(self) -> tuple[Family, TokenModel]:
        """Load pieces and model, and set `_folder` to where they lie.

        Raises:
            EngineError: a file is missing or damaged.
        """

    @property
    def family(self) -> Family:
        """The tokens of the loaded model; loads it if need be.

        Raises:
            EngineError: as `open`.
        """
        return self._ready()[0]

    # --- the protocol ----------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load the model and find out in which form it hands slots through."""
        self._ready()

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch; see `Translator.translate`."""
        self._ready()
        return self._translate(sentences, self._forms, self._first_search)

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch with a wider beam, and with slots in another form."""
        self._ready()
        others = (*self._forms[1:], *self._forms[:1])
        return self._translate(sentences, others, self._second_search)

    def close(self) -> None:
        """Free the model."""
        self._loaded = None

    # --- the work --------------------------------------------------------------------------------

    def split(self, text: str) -> list[str]:
        """Split a text in what is translated at a time: sentences, and clauses of long ones.

        Models that were trained on single sentences leave out some of several.
        """
        family = self.family
        return [
            part
            for sentence in sentences_of(text)
            for part in parts(sentence, lambda part: len(family.encode(part)), family.longest)
        ]

    def _ready(self) -> tuple[Family, TokenModel]:
        if self._loaded is None:
            self._loaded = self.open()
            spells = self._loaded[0].spells
            greedy = Search(1, 1.0)
            self._forms = order_forms(self.name, lambda texts: self._run(texts, greedy), spells)
        return self._loaded

    def _translate(
        self, sentences: Sequence[str], forms: Sequence[SlotForm], search: Search
    ) -> list[str]:
        polish = self.family.polish
        pieces = [self.split(sentence) if sentence.strip() else [] for sentence in sentences]
        flat = [part for split in pieces for part in split]
        chosen = [_form_for(part, forms) for part in flat]
        given = [form.put(part) for form, part in zip(chosen, flat, strict=True)]
        outputs = iter(self._run(given, search))
        taken = iter(
            polish(form.take(output, part), part)
            for form, part, output in zip(chosen, flat, outputs, strict=True)
        )
        return [_whole([next(taken) for _ in split]) for split in pieces]

    def _run(self, texts: Sequence[str], search: Search) -> list[str]:
        """Translate texts as they are."""
        if not texts:
            return []
        family, model = self._ready()
        tokens = [family.encode(text) for text in texts]
        # A Japanese sentence rarely has more pieces than twice the English one; a model that
        # goes on beyond that has lost the thread, and the gate will say so.
        most = 24 + 2 * max(map(len, tokens))
        try:
            results = model.translate(tokens, family.prefix, search, most)
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f'The translation engine "{self.name}" failed on {self._folder}: {error}',
                "If that goes on, its files do not belong together: fetch the model again, or "
                "choose another translation.engine.",
            ) from error
        return [family.decode(result) for result in results]


def _form_for(text: str, forms: Sequence[SlotForm]) -> SlotForm:
    """The best form that can't be mistaken for something in the text."""
    if not numbers(text):
        return FORMS[0]
    return next((form for form in forms if form.fits(text)), FORMS[0])


def _whole(translations: list[str]) -> str:
    """One text of its parts' translations; a part that has none makes the whole have none."""
    return joined(translations) if all(translations) else ""
