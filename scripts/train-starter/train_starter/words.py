"""Learns which English pieces a Japanese piece stands for, to weigh candidates in the program.

IBM Model 1 by expectation-maximization (Brown et al., 1993), English given Japanese. Every piece
of an English sentence comes from one of the Japanese ones or from nothing; which one is unknown,
and each round counts by what the last one found likely. What it is good for is told in
`voicestream_tui.translate.starter.coverage`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from train_starter.batches import END, Ints, TokenPairs
from voicestream_tui.translate.starter.coverage import NOTHING, STEPS

FILE = "words.npz"
_TOGETHER = 200_000
"""Links counted at a time."""
_LONGEST = 60
"""Pieces; longer pairs have too many links for what they tell."""

Table = NDArray[np.float32]


def main(arguments: Sequence[str]) -> int:
    """`words --prepared FOLDER --model FOLDER`."""
    parser = argparse.ArgumentParser(prog="train_starter words", description=__doc__)
    parser.add_argument("--prepared", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--sets", nargs="+", default=["docs", "agent"])
    parser.add_argument("--most", type=int, default=300_000, help="random pairs of each set")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--least", type=float, default=1e-3, help="chances below are left out")
    options = parser.parse_args(arguments)
    sets = [TokenPairs(options.prepared / f"{name}.npz") for name in options.sets]
    table = learnt(sets, options.rounds, options.most)
    entries = write(options.model / FILE, table, options.least)
    print(f"{options.model / FILE}: {entries:,} entries")
    return 0


def learnt(sets: Sequence[TokenPairs], rounds: int, most: int) -> Table:
    """Give the chance of each English piece for each Japanese one, (Japanese, English)."""
    size = sets[0].vocabulary
    table: Table = np.full((size, size), 1 / size, np.float32)
    for number in range(rounds):
        counts: Table = np.zeros_like(table)
        likelihood = pieces = 0.0
        for english, japanese in (both for pairs in sets for both in _rows(pairs, most)):
            links = japanese[:, None, :] * size + english[:, :, None]
            there = (english != 0)[:, :, None] & _counts(japanese)[:, None, :]
            weights = table.reshape(-1)[links] * there
            total = weights.sum(2, keepdims=True)
            weights /= np.maximum(total, 1e-30)
            np.add.at(counts.reshape(-1), links[there], weights[there])
            each = total[:, :, 0] / _counts(japanese).sum(1)[:, None]
            likelihood += float(np.log(np.maximum(each, 1e-30))[english != 0].sum())
            pieces += float((english != 0).sum())
        table = counts
        table /= np.maximum(table.sum(1, keepdims=True), 1e-30)
        print(f"round {number + 1}: {likelihood / pieces:.3f} a piece", flush=True)
    return table


def write(path: Path, table: Table, least: float) -> int:
    """Write what is likely enough as `WordTable` reads it; gives how many entries that are."""
    by_english = table.T
    english, japanese = np.nonzero(by_english >= least)
    chances = np.rint(-STEPS * np.log2(by_english[english, japanese])).clip(0, 255)
    starts = np.concatenate([[0], np.cumsum(np.bincount(english, minlength=len(table)))])
    np.savez_compressed(
        path,
        starts=starts.astype(np.uint32),
        japanese=japanese.astype(np.uint16),
        chances=chances.astype(np.uint8),
    )
    return len(japanese)


def _counts(japanese: Ints) -> NDArray[np.bool_]:
    """Which Japanese pieces may stand for something: NOTHING in front, and no padding."""
    there: NDArray[np.bool_] = japanese != 0
    there[:, 0] = True
    return there


def _rows(pairs: TokenPairs, most: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield English (rows, n) and Japanese (rows, 1 + m) with NOTHING in front; 0 is padding."""
    which = np.random.default_rng(0).permutation(len(pairs))[:most]
    which = which[pairs.longest[which] <= _LONGEST]
    which = which[np.argsort(pairs.longest[which], kind="stable")]
    at = 0
    while at < len(which):
        # The pairs behind are longer; what is taken at once shrinks with them.
        size = max(1, _TOGETHER // (int(pairs.longest[which[at]]) + 8) ** 2)
        some = which[at : at + size]
        width = int(pairs.longest[some].max()) + 1
        english, japanese = pairs.rows(0, some, width), pairs.rows(1, some, width)
        english[english == END] = 0
        japanese[japanese == END] = 0
        nothing = np.full((len(some), 1), NOTHING)
        yield english, np.concatenate([nothing, japanese], 1)
        at += size
