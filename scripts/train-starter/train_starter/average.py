"""Averages the weights of two models of one shape, one of which was trained on from the other.

Both lie in one valley of the loss, and between them it is lower than at either: Izmailov et al.,
"Averaging Weights Leads to Wider Optima and Better Generalization" (2018).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from train_starter import weights


def main(arguments: Sequence[str]) -> int:
    """`average EARLIER LATER --share 0.4 --out FILE`."""
    parser = argparse.ArgumentParser(prog="train_starter average", description=__doc__)
    parser.add_argument("earlier", type=Path, metavar="EARLIER")
    parser.add_argument("later", type=Path, metavar="LATER")
    parser.add_argument("--share", type=float, default=0.4, help="of the earlier (default 0.4)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(arguments)
    (earlier, about), (later, other) = (
        weights.load(path) for path in (options.earlier, options.later)
    )
    # Dropout is how they were trained, and no part of the shape.
    if {**about, "dropout": 0} != {**other, "dropout": 0}:
        raise SystemExit(f"The models have different shapes: {about} and {other}.")
    mixed = averaged(earlier, later, options.share)
    weights.save(options.out, weights.rounded(mixed), about)
    return 0


def averaged(earlier: weights.Arrays, later: weights.Arrays, share: float) -> weights.Arrays:
    """Mix arrays of the same names and shapes; `share` is that of the first, 0 to 1.

    Raises:
        ValueError: the share is none, or the names differ.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share")
    if earlier.keys() != later.keys():
        raise ValueError("the arrays have other names")
    return {
        name: (share * array + (1 - share) * later[name]).astype(np.float32)
        for name, array in earlier.items()
    }
