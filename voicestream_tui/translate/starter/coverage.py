"""How much of a sentence a translation accounts for: IBM Model 1, English given Japanese.

A translation model weighs how likely the Japanese is, and a fluent sentence that lost half of its
meaning is likely. Model 1 looks the other way: could each English piece come from one of the
Japanese ones? The two together are the noisy channel in its simplest form (Brown et al., "The
Mathematics of Statistical Machine Translation", 1993; as a feature for the candidates of a beam,
Och et al., "A Smorgasbord of Features for Statistical Machine Translation", 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLOOR = 1e-4
"""Nothing is less likely than this: what the table does not have may still be right."""
STEPS = 24
"""Steps of the stored chances to a halving: 2 ** (-n / STEPS) for n up to 255."""
NOTHING = 0
"""Stands in the table for English pieces that no Japanese one stands for."""


class WordTable:
    """The chance of an English piece where there is a Japanese piece, for those that matter."""

    def __init__(self, path: Path, vocabulary: int) -> None:
        """Read a table.

        Args:
            path: .npz with `starts` (vocabulary + 1, uint32): where the entries of each English
                piece begin; `japanese` (entries, uint16): the Japanese piece; `chances` (entries,
                uint8): as `STEPS` tells.
            vocabulary: how many pieces the model has.

        Raises:
            ValueError, KeyError, OSError: it is no such file, or one of another vocabulary.
        """
        with np.load(path, allow_pickle=False) as file:
            self._starts, self._japanese = file["starts"], file["japanese"]
            self._chances = np.exp2(-file["chances"].astype(np.float32) / STEPS)
        if self._starts[-1] != len(self._japanese) or len(self._japanese) != len(self._chances):
            raise ValueError(f"{path} has entries of different number")
        if len(self._starts) != vocabulary + 1:
            raise ValueError(f"{path} is for {len(self._starts) - 1} pieces, not {vocabulary}")

    def coverage(self, english: Sequence[int], candidates: Sequence[Sequence[int]]) -> list[float]:
        """Give the mean log likelihood of an English piece for each candidate; 0 is the best.

        Args:
            english: numbers of the sentence's pieces.
            candidates: numbers of the pieces of its translations.
        """
        rows: NDArray[np.float32] = np.zeros((len(english), len(self._starts) - 1), np.float32)
        for row, piece in zip(rows, english, strict=True):
            entries = slice(self._starts[piece], self._starts[piece + 1])
            row[self._japanese[entries]] = self._chances[entries]
        means = []
        for candidate in candidates:
            pieces = [NOTHING, *candidate]
            likelihoods = rows[:, pieces].sum(1) / len(pieces)
            means.append(float(np.log(np.maximum(likelihoods, FLOOR)).mean()) if len(rows) else 0.0)
        return means
