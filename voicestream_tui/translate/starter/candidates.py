"""What a model proposes for a sentence: for the whole, or put together from its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voicestream_tui.text.rephrase import is_ended, short_sentences
from voicestream_tui.translate.parts import joined

_STATEMENT = re.compile(r"(?:ます|ません|ました|です|でした|でしょう|ください)。?\Z")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A translation of a sentence."""

    text: str
    pieces: tuple[int, ...]
    score: float
    """Mean log likelihood of a piece, by the model."""
    merit: float = float("-inf")
    """What it is chosen by: the score, and how well it covers the English."""
    loss: int = 0
    """What it loses, see `choice.loss_of`; that comes before its merit."""


class Found(NamedTuple):
    """What the model has found for a text."""

    english: tuple[int, ...]
    """The text's own pieces."""
    candidates: list[Candidate]


def order(candidate: Candidate) -> tuple[int, float]:
    """The better, the smaller."""
    return candidate.loss, -candidate.merit


def plan_of(sentence: str, short: int) -> tuple[str, ...]:
    """What is translated for a sentence: itself, and its parts if it is long and has some."""
    parts = short_sentences(sentence, short)
    return (sentence, *parts) if len(parts) > 1 else (sentence,)


def lead_on(parts: Sequence[str], translations: Sequence[Candidate]) -> bool:
    """True if what should lead into the next part has become no statement: 「失敗すると」."""
    return not any(
        _STATEMENT.search(one.text)
        for part, one in zip(parts, translations, strict=True)
        if not is_ended(part)
    )


def put_together(parts: Sequence[str], translations: Sequence[Candidate]) -> Candidate:
    """The translation of a sentence from those of its parts."""
    pieces = tuple(piece for one in translations for piece in one.pieces)
    total = sum(one.score * len(one.pieces) for one in translations)
    text = joined(parts, [one.text for one in translations])
    return Candidate(text, pieces, total / max(1, len(pieces)))
