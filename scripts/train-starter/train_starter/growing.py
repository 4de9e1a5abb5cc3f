"""Makes a model larger without changing what it says, to train on with more weights.

New layers of the encoder and new units of the feed-forward parts add nothing at first: what leads
out of them is zero. Chen, Goodfellow and Shlens, "Net2Net" (2016), call this function-preserving.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from train_starter.weights import Arrays

Floats = NDArray[np.float32]

_WIDE, _NARROW = "feed_forward.wide", "feed_forward.narrow"
_LEADS_OUT = ("own.out", _NARROW)


def grown(arrays: Arrays, *, encoder: int, units: int, seed: int) -> Arrays:
    """Give the weights of a model with a longer encoder and wider feed-forward parts.

    A new layer is a copy of the one below it, but for what leads out of it; a new unit listens to
    something random.

    Args:
        arrays: names and float32 arrays as `Learner.averaged` gives them.
        encoder: layers; units: of each feed-forward part.
        seed: of what new units listen to.

    Raises:
        SystemExit: the weights have more layers or units.
    """
    found = _deeper(arrays, encoder)
    chance = np.random.default_rng(seed)
    for name in [name for name in found if name.endswith(f"{_WIDE}.weight")]:
        _widen(found, name.removesuffix(f"{_WIDE}.weight"), units, chance)
    return found


def _deeper(arrays: Arrays, layers: int) -> Arrays:
    parts = [(name, *name.split(".", 2)) for name in arrays if name.startswith("encoder.")]
    before = 1 + max(int(number) for _, _, number, _ in parts)
    if layers < before:
        raise SystemExit(f"The weights have {before} encoder layers: ask for {before} or more.")
    # Spread evenly: after layer n stand as many copies as its share of the new ones is.
    ends = [layers * (n + 1) // before for n in range(before)]
    found = {name: array for name, array in arrays.items() if not name.startswith("encoder.")}
    for name, side, number, part in parts:
        first = ends[int(number) - 1] if int(number) else 0
        for at in range(first, ends[int(number)]):
            silent = at > first and part.rsplit(".", 1)[0] in _LEADS_OUT
            found[f"{side}.{at}.{part}"] = np.zeros_like(arrays[name]) if silent else arrays[name]
    return found


def _widen(arrays: Arrays, layer: str, units: int, chance: np.random.Generator) -> None:
    wide: Floats = arrays[f"{layer}{_WIDE}.weight"]
    before, width = wide.shape
    if units < before:
        raise SystemExit(f"The weights have {before} inner units: ask for as many or more.")
    # The bound of Glorot and Bengio (2010), which the other units began with, too.
    bound = (6 / (units + width)) ** 0.5
    fresh = chance.uniform(-bound, bound, (units - before, width)).astype(np.float32)
    arrays[f"{layer}{_WIDE}.weight"] = np.concatenate([wide, fresh])
    for name, columns in ((f"{_WIDE}.bias", ()), (f"{_NARROW}.weight", (width,))):
        old: Floats = arrays[layer + name]
        new = np.zeros((*columns, units - before), np.float32)
        arrays[layer + name] = np.concatenate([old, new], axis=-1)
