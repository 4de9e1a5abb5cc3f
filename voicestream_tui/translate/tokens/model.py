"""What a model of tokens must do, whatever runs it, and how a translation is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MOST_AT_ONCE = 32
"""Sentences in one pass through a model."""
_BEAM = 2
_WIDER = 3
_STRONGER = 0.2
_NO_LOOP = 4


@dataclass(frozen=True, slots=True)
class Search:
    """How a translation is looked for."""

    beam: int
    repetition_penalty: float
    no_repeat: int = 0
    """No sequence of so many pieces comes twice; 0 allows it."""


class TokenModel(Protocol):
    """A loaded model that makes tokens of tokens."""

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        prefix: Sequence[str],
        search: Search,
        most: int,
    ) -> list[list[list[str]]]:
        """Translate a batch.

        Args:
            sources: tokens with everything around them that the model wants.
            prefix: what every translation begins with.
            search: how.
            most: tokens of a translation, at most.

        Returns:
            The translations of each that the search has found, the likeliest first, at least one
            and no more than its beam; without the end, with or without the prefix.

        Raises:
            RuntimeError: the model can't be run.
            ValueError: its files do not belong together.
        """
        ...


def searches(beam: int, penalty: float) -> tuple[Search, Search]:
    """The first search and a second one that looks farther and never repeats itself.

    The first one may: there are sentences that do. What goes round in circles is the gate's.

    Args:
        beam: beam size; 0 is two: more costs large models more than it gives.
        penalty: of what was said already, in the first search.
    """
    beam = beam or _BEAM
    return Search(beam, penalty), Search(beam + _WIDER, penalty + _STRONGER, _NO_LOOP)
