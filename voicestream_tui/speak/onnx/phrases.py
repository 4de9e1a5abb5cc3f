"""What the engines on ONNX Runtime say of a text: one stretch of sound after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from voicestream_tui.model import Samples, SpeechChunk
from voicestream_tui.speak.level import levelled

SENTENCE_PAUSE = 0.25
"""Seconds of silence between two sentences."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of a text: a sentence, or what an engine makes at a time."""

    weight: float
    """How much of the text it is, in any unit that all of its phrases share."""
    sound: Iterable[tuple[Samples, float]]
    """Samples, and the share of the phrase (0 to 1) that has then been given."""
    rest: float = SENTENCE_PAUSE
    """Seconds of silence behind it, if something follows."""


def spoken(
    phrases: Iterable[Phrase], total: float, rate: int, gain: float
) -> Iterator[SpeechChunk]:
    """Yield the chunks of a text at a level, as soon as each is made.

    Silence stands at the beginning of the chunk behind it, so that none ends the text.

    Args:
        phrases: made as they are asked for; one without sound leaves no silence.
        total: their weights together.
        rate: Hz.
        gain: see `level.gain_for`.
    """
    done, last, rest = 0.0, 0.0, 0.0
    for phrase in phrases:
        sounded = False
        for samples, share in phrase.sound:
            end = min(1.0, (done + share * phrase.weight) / total)
            silence = np.zeros(round(rest * rate), np.float32)
            shaped = np.concatenate([silence, levelled(samples, gain)])
            yield SpeechChunk(shaped, rate, start=last, end=end)
            last, rest, sounded = end, 0.0, True
        if sounded:
            rest = phrase.rest
        done += phrase.weight
