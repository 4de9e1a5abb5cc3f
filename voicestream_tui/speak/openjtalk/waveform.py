"""What becomes of the engine's samples before they are played: level, fades, joins, pauses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.model import Samples
from voicestream_tui.speak.openjtalk.plan import Piece

_FULL_SCALE = 32_768 / 0.7
"""HTS speaks close to the 16-bit limit and sometimes above it: leave some headroom."""
_KNEE = 0.85
"""Level above which the few peaks that need more are bent back below 1."""
_FADE_IN = 0.003
_FADE_OUT = 0.040
TAIL = 0.070
"""Seconds of the silence after speech that are kept, for its decay."""
_SILENCE = 0.001
"""Level below which the beginning of an utterance is cut off, linear."""
_LEAD_CUT = 0.080
_PAUSE_SHORTEST, _PAUSE_LONGEST = 0.25, 0.45


def normalised(wave: NDArray[np.float64]) -> Samples:
    """The engine's 16-bit scale as float32 below 1; the loudest peaks are bent, not cut."""
    samples = np.asarray(wave / _FULL_SCALE, dtype=np.float32)
    over = np.abs(samples) > _KNEE
    if over.any():
        excess = (np.abs(samples[over]) - _KNEE) / (1 - _KNEE)
        samples[over] = np.sign(samples[over]) * (_KNEE + (1 - _KNEE) * np.tanh(excess))
    return samples


def shaped(
    wave: Samples, piece: Piece, tail: Samples | None, rate: int, last: bool
) -> tuple[Samples, Samples | None]:
    """The part of a piece's sound to play, and what the next piece is to be joined with.

    Args:
        wave: The sound of all labels of the piece.
        piece: What of it to keep.
        tail: What the piece before left to be joined with.
        rate: Hz.
        last: Whether no pause follows.
    """
    decay = round(TAIL * rate) if not piece.join else 0
    samples = wave[piece.begin : piece.end + decay].copy()
    if tail is None:
        fade = min(round(_FADE_IN * rate), len(samples))
        samples[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    else:
        angle = np.linspace(0, np.pi / 2, len(tail), dtype=np.float32)
        samples[: len(tail)] *= np.sin(angle)
        samples[: len(tail)] += tail * np.cos(angle)
    if piece.join:
        return samples, wave[piece.end : piece.end + piece.join].copy()
    fade = min(round(_FADE_OUT * rate), len(samples))
    samples[len(samples) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    if not last:
        pause = min(max(piece.pause / rate, _PAUSE_SHORTEST), _PAUSE_LONGEST)
        silence = np.zeros(max(0, round(pause * rate) - decay), np.float32)
        samples = np.concatenate([samples, silence])
    return samples, None


def without_lead(samples: Samples, rate: int) -> Samples:
    """Cut off the closure before the first sound of an utterance, at most 80 ms."""
    head = np.abs(samples[: round(_LEAD_CUT * rate)]) > _SILENCE
    onset = int(head.argmax()) if head.any() else len(head)
    return samples[max(0, onset - rate // 200) :]
