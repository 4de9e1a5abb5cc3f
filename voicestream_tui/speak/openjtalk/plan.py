"""Which part of a sentence is synthesised when: the first sound early, the prosody whole.

The full-context labels of a sentence are made once. Here they are cut into pieces that are
synthesised one after another, a little first and then much: synthesis is some twenty times
faster than speech, so that the second piece is ready long before the first has sounded.

A piece ends at a pause, or, in a long run without one, before a voiceless consonant, where two
waveforms join unheard: one that begins an accent phrase, if there is one in reach. Labels
beyond a piece's ends may be synthesised with it and thrown away: they give it the pitch and
level that it has within the whole sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_PHONEME = re.compile(r"-(.+?)\+")
_MORA_IN_PHRASE = re.compile(r"/A:[^+]*\+(\d+)\+")
_VOICELESS = frozenset({"k", "s", "t", "h", "p", "sh", "ch", "ts", "f", "ky", "hy", "py"})
_SILENT = frozenset({"sil", "pau"})

_FIRST_SHORTEST = 0.9
"""Seconds; a first piece without a pause is at least this long."""
_LAST_SHORTEST = 0.45
_FIRST_LONGEST = 2.4
_FIRST_LONGEST_WITH_CONTEXT = 3.0
_LONGEST = 5.0
"""Seconds; bounds how long one call into the engine takes."""
_SLACK = 1.25
"""A rest that is longer than allowed by no more than this factor is not cut again."""
_FIRST_CONTEXT = 2.0
_CONTEXT = 7.0
"""Seconds synthesised at least where global variance would distort a short piece: little
before the first sound, afterwards mostly the whole sentence."""
_RIGHT = 0.45
"""Seconds of context right of a join."""
_LEFT_LABELS = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of labels to synthesise and the part of its sound to keep.

    Counts are of samples. `labels[first:last]` are synthesised; the sound to keep begins at
    `begin` and ends at `end`; when `join` is not zero, that many samples after `end` are to
    be cross-faded with the beginning of the next piece.
    """

    first: int
    last: int
    begin: int
    end: int
    join: int
    pause: int
    """Length of the pause after the piece as the voice has it; 0 at a join."""
    start_fraction: float
    end_fraction: float
    """Which part of the sentence's phonemes is kept."""


def phoneme(label: str) -> str:
    """The phoneme that a full-context label stands for."""
    match = _PHONEME.search(label)
    return match[1] if match else "sil"


def plan(
    labels: Sequence[str], lengths: Sequence[int], sample_rate: int, context: bool
) -> list[Piece]:
    """Cut a sentence's labels into pieces.

    Args:
        labels: Full-context labels, silence labels at both ends included.
        lengths: Samples that the voice gives to each label.
        sample_rate: Hz.
        context: Whether short pieces need context (voices with global variance do).

    Returns:
        The pieces in order; none if nothing sounds.
    """
    return _Planner(labels, lengths, sample_rate, context).pieces()


class _Planner:
    def __init__(
        self, labels: Sequence[str], lengths: Sequence[int], sample_rate: int, context: bool
    ) -> None:
        self.lengths = lengths
        self.rate = sample_rate
        self.context = context
        self.at = [0, *accumulate(lengths)]
        phonemes = [phoneme(label) for label in labels]
        self.counts = [0, *accumulate(p not in _SILENT for p in phonemes)]
        self.final = len(labels) - 1
        inner = range(1, self.final)
        self.pauses = [i for i in inner if phonemes[i] == "pau"]
        voiceless = [i for i in inner if phonemes[i] in _VOICELESS]
        self.joins = [i for i in voiceless if phonemes[i - 1] not in _SILENT]
        self.phrase_joins = [i for i in self.joins if _begins_phrase(labels, i)]

    def seconds(self, first: int, last: int) -> float:
        return (self.at[last] - self.at[first]) / self.rate

    def pieces(self) -> list[Piece]:
        made: list[Piece] = []
        start = 1
        longest = _FIRST_LONGEST_WITH_CONTEXT if self.context else _FIRST_LONGEST
        while start < self.final and self.counts[-1]:
            end = self._end(start, longest, first=not made)
            made.append(self._piece(start, end))
            longest = _CONTEXT if self.context else _LONGEST
            start = end + 1 if end in self.pauses else end
        return made

    def _end(self, start: int, longest: float, first: bool) -> int:
        """The label at which a piece that begins at `start` ends."""
        pauses = self.pauses[bisect_left(self.pauses, start + 1) :]
        if first and pauses and self.seconds(start, pauses[0]) <= longest:
            return pauses[0]
        slack = 1 if first else _SLACK
        if self.seconds(start, self.final) <= longest * slack:
            return self.final
        near = [i for i in pauses if self.seconds(start, i) <= longest]
        if near:
            return near[-1]
        reach = pauses[0] if pauses else self.final
        for borders in (self.phrase_joins, self.joins):
            near = [
                i
                for i in borders[bisect_left(borders, start + 1) : bisect_left(borders, reach)]
                if _FIRST_SHORTEST <= self.seconds(start, i) <= longest
                and self.seconds(i, reach) >= _LAST_SHORTEST
            ]
            if near:
                return near[0] if first else near[-1]
        return reach

    def _piece(self, start: int, end: int) -> Piece:
        at_pause = end == self.final or end in self.pauses
        joined = start > 1 and start - 1 not in self.pauses
        first = max(1, start - _LEFT_LABELS) if joined else start
        last = end + 1
        while last <= self.final and not at_pause and self.seconds(end, last) < _RIGHT:
            last += 1
        if self.context:
            wanted = _FIRST_CONTEXT if start == 1 else _CONTEXT
            while first > 1 and self.seconds(first, last) < wanted:
                first -= 1
            while last <= self.final and self.seconds(first, last) < wanted:
                last += 1
        base = self.at[first]
        return Piece(
            first=first,
            last=last,
            begin=self.at[start] - base,
            end=self.at[end] - base,
            join=0 if at_pause else self.lengths[end],
            pause=self.lengths[end] if at_pause else 0,
            start_fraction=self.counts[start] / self.counts[-1],
            end_fraction=self.counts[end] / self.counts[-1],
        )


def _begins_phrase(labels: Sequence[str], index: int) -> bool:
    """Whether an accent phrase begins with this label."""
    if index == 0:
        return False
    here, before = (_MORA_IN_PHRASE.search(labels[i]) for i in (index, index - 1))
    return here is not None and here[1] == "1" and (before is None or before[1] != "1")
