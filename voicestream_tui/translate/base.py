"""What a translation engine must be able to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

log = logging.getLogger(__name__)


class Translator(Protocol):
    """Translates English sentences into Japanese, in the thread that made it."""

    name: str

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch, one result a sentence, in order.

        Sentences may hold slots `<c0>` … `<c9>`, which stand for untranslatable text and
        must come back unchanged. A sentence that can't be translated gives "".

        Raises:
            EngineError: the engine is broken as a whole.
        """
        ...

    def warm_up(self) -> None:
        """Load the model and run it once, so that the first real sentence does not wait."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


@runtime_checkable
class SecondSearch(Protocol):
    """What a translator may offer besides: another way to look for a translation."""

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate as `translate` does, but find something else: its result was no good."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """What a translator may offer besides, if it can take long: to be ended in the middle."""

    def interrupt(self) -> None:
        """End what is being loaded or translated, from any thread, because the program ends.

        The call that is going on, and all later ones, raise an EngineError.
        """
        ...


@runtime_checkable
class Doubting(Protocol):
    """What a translator may offer besides: to say which of its translations may be wrong."""

    def doubts(self, sentence: str, translation: str) -> bool:
        """Tell whether a translation is likelier wrong than most.

        Args:
            sentence: what `translate` was given, not long ago.
            translation: what it gave.
        """
        ...


def second_search(translator: Translator) -> Callable[[Sequence[str]], list[str]]:
    """The translator's other way to look for translations; its only one if it has no other."""
    if isinstance(translator, SecondSearch):
        return translator.translate_again
    return translator.translate


def is_doubted(translator: Translator | None, sentence: str, translation: str) -> bool:
    """Whether a translator doubts a translation; one that never tells, or fails at it, does not."""
    if not isinstance(translator, Doubting):
        return False
    try:
        return translator.doubts(sentence, translation)
    except Exception:  # of another package, perhaps; the translation is there and good
        log.exception("%s could not say whether it doubts", translator.name)
        return False
