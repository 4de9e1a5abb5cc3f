"""Batches of one shape each, the same ones for the same seed, from any step on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BEGIN, END = 2, 3
_STEP = 8
"""Widths are multiples of this: each new shape costs time where kernels are made for it."""

Ints = NDArray[np.int64]


class TokenPairs:
    """The token arrays of one set, as `vocabulary` writes them."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as file:
            self.tokens = [file["source"], file["target"]]
            self.vocabulary = int(file["vocabulary"])
            self.lengths = [file["source_lengths"], file["target_lengths"]]
        self.starts = [np.concatenate([[0], np.cumsum(n)]) for n in self.lengths]
        self.longest = np.maximum(*self.lengths)

    def __len__(self) -> int:
        return len(self.longest)

    def rows(self, side: int, which: Ints, width: int) -> Ints:
        """Tokens (rows, width) with the end token behind them and padding behind that."""
        lengths = self.lengths[side][which]
        columns = np.arange(width)[None]
        places = self.starts[side][which][:, None] + columns
        out: Ints = self.tokens[side][np.minimum(places, len(self.tokens[side]) - 1)].astype(
            np.int64
        )
        out[columns >= lengths[:, None]] = 0
        out[np.arange(len(which)), lengths] = END
        return out


@dataclass(frozen=True, slots=True)
class Batch:
    source: Ints
    target_in: Ints
    target_out: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """How batches are made."""

    tokens: int
    """Target tokens of a batch, padding included."""
    pool: int
    """Pairs that are sorted by length together."""
    seed: int = 0
    shares: tuple[float, ...] = (0.10, 0.16, 0.30)
    """Share of the second set in the pool before half of the way, before 80 %, and after."""


def batches(
    sets: list[TokenPairs], plan: Plan, *, pool: int, skip: int, progress: float
) -> Iterator[Batch]:
    """Yield the batches of pool number `pool`, the first `skip` of them left out.

    Args:
        sets: the main set, and one that is mixed in by `plan.shares` (or none).
        progress: how far training is, 0 to 1, where the pool begins.
    """
    made: list[tuple[TokenPairs, Ints, int]] = []
    for number, pairs in enumerate(sets):
        which = _drawn(pairs, plan, number, len(sets), pool, progress)
        widths = (pairs.longest[which] + _STEP) // _STEP * _STEP
        for width in np.unique(widths):
            rows = which[widths == width]
            size = max(_STEP, plan.tokens // int(width) // _STEP * _STEP)
            # The rest would be a batch whose gradient is mostly chance.
            end = len(rows) - len(rows) % size if len(rows) % size < size // 3 else len(rows)
            made += [
                (pairs, rows[at : at + size], int(width)) for at in range(0, end or len(rows), size)
            ]
    order = np.random.default_rng([plan.seed, 2, pool]).permutation(len(made))
    for at in order[skip:]:
        pairs, rows, width = made[at]
        target = pairs.rows(1, rows, width)
        begin = np.full((len(rows), 1), BEGIN)
        # The end token is no input; what stands behind it is padding and does not count.
        shifted = np.concatenate([begin, target[:, :-1]], 1)
        yield Batch(pairs.rows(0, rows, width), shifted, target)


def _drawn(
    pairs: TokenPairs, plan: Plan, number: int, sets: int, pool: int, progress: float
) -> Ints:
    """The pairs of one set for one pool; the main set is gone through from end to end."""
    stage = 0 if progress < 0.5 else 1 if progress < 0.8 else 2
    share = plan.shares[min(stage, len(plan.shares) - 1)] if sets > 1 else 0.0
    if number:
        chance = np.random.default_rng([plan.seed, 1, pool, number])
        return chance.integers(len(pairs), size=max(1, int(plan.pool * share)))
    size = min(len(pairs), plan.pool)
    first = pool * size
    found = []
    for epoch in range(first // len(pairs), (first + size - 1) // len(pairs) + 1):
        order = np.random.default_rng([plan.seed, 0, epoch]).permutation(len(pairs))
        begin = max(0, first - epoch * len(pairs))
        found.append(order[begin : first + size - epoch * len(pairs)])
    return np.concatenate(found)
