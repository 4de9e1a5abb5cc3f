"""What engines for models of SentencePiece tokens have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.slotted import Effort, SlottedTranslator
from voicestream_tui.translate.tokens.families import Family
from voicestream_tui.translate.tokens.model import Search, TokenModel, searches

_PENALTY = 1.1


class SentencePieceTranslator(SlottedTranslator):
    """Translates with the model of tokens that `open` loads."""

    def __init__(self, beam: int) -> None:
        """Remember how to search; nothing is read before the first use.

        Args:
            beam: beam size; 1 is greedy.
        """
        super().__init__()
        first, second = searches(beam, _PENALTY)
        self._searches: dict[Effort, Search] = {
            "quick": Search(1, 1.0),
            "first": first,
            "second": second,
        }
        self._loaded: tuple[Family, TokenModel] | None = None
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
        return self._opened()[0]

    def load(self) -> None:
        """See `SlottedTranslator.load`."""
        self._opened()

    def unload(self) -> None:
        """See `SlottedTranslator.unload`."""
        self._loaded = None

    @property
    def longest(self) -> int:
        """See `SlottedTranslator.longest`."""
        return self.family.longest

    def length(self, text: str) -> int:
        """Tokens that the model is given for a text."""
        return len(self.family.encode(text))

    def spells(self, text: str) -> bool:
        """True if both vocabularies have all pieces of a text."""
        return self.family.spells(text)

    def polish(self, japanese: str, english: str) -> str:
        """See `Family.polish`."""
        return self.family.polish(japanese, english)

    def run(self, texts: Sequence[str], effort: Effort) -> list[list[str]]:
        """See `SlottedTranslator.run`."""
        family, model = self._opened()
        tokens = [family.encode(text) for text in texts]
        # A Japanese sentence rarely has more pieces than twice the English one; a model that
        # goes on beyond that has lost the thread, and the gate will say so.
        most = 24 + 2 * max(map(len, tokens))
        try:
            results = model.translate(tokens, family.prefix, self._searches[effort], most)
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f'The translation engine "{self.name}" failed on {self._folder}: {error}',
                "If that goes on, its files do not belong together: fetch the model again, or "
                "choose another translation.engine.",
            ) from error
        return [[family.decode(tokens) for tokens in found] for found in results]

    def _opened(self) -> tuple[Family, TokenModel]:
        if self._loaded is None:
            self._loaded = self.open()
        return self._loaded
