"""Which phonemes are spoken at once: whole clauses, the first one by itself to be heard early."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from voicestream_tui.model import Samples

_CLAUSE = re.compile(r"[^.,!?:;…—]*[.,!?:;…—]*[”\" ]*")
_SHORTEST_FIRST = 8
"""Phonemes; the voices speak shorter texts badly."""
_SHORTEST = 24
_LONGEST = 240
"""Phonemes, some 20 seconds; of longer texts the voices lose words."""
_SENTENCE_PAUSE, _CLAUSE_PAUSE = 0.3, 0.15
_QUIET = 0.01
"""Level, relative to the loudest, of what is no speech."""
_KEPT_AROUND = 0.03
"""Seconds of it that are kept on both sides."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is spoken at once, and the seconds of silence after it."""

    phonemes: str
    pause: float


def pieces(phonemes: str, early: bool) -> list[Piece]:
    """Cut phonemes at clauses.

    Args:
        phonemes: A text's phonemes, in one line.
        early: The first clause by itself, the next ones as soon as they are long enough; else as
            much at once as the model takes well.
    """
    found: list[str] = []
    for clause in (part for part in _CLAUSE.findall(phonemes) if part.strip()):
        least = (_SHORTEST_FIRST if len(found) == 1 else _SHORTEST) if early else _LONGEST
        full = found and len(found[-1].strip()) >= least
        if found and not full and len(found[-1]) + len(clause) <= _LONGEST:
            found[-1] += clause
        else:
            found.append(clause)
    if early and len(found) > 1 and len(found[-1].strip()) < _SHORTEST_FIRST:
        # What is left alone at the end would be spoken badly, too.
        found[-2:] = [found[-2] + found[-1]]
    cut = [part for piece in found for part in _cut(piece.strip())]
    return [Piece(piece, _pause(piece)) for piece in cut]


def without_silence(samples: Samples, rate: int) -> Samples:
    """A sound without the silence that the model puts before and after it."""
    level = np.abs(samples)
    loud = np.flatnonzero(level > _QUIET * level.max(initial=0.0))
    if not len(loud):
        return samples[:0]
    kept = round(_KEPT_AROUND * rate)
    return samples[max(0, loud[0] - kept) : loud[-1] + 1 + kept]


def _cut(piece: str) -> list[str]:
    """A piece that is too long even so, between words or, without any, anywhere."""
    parts = []
    while len(piece) > _LONGEST:
        at = piece.rfind(" ", _LONGEST // 3, _LONGEST) + 1 or _LONGEST
        parts.append(piece[:at].strip())
        piece = piece[at:].strip()
    return [*parts, piece]


def _pause(piece: str) -> float:
    last = piece.rstrip('”" ')[-1:]
    if last in ".!?…":
        return _SENTENCE_PAUSE
    return _CLAUSE_PAUSE if last in ",:;—" else 0.0
