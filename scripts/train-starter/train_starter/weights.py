"""Arrays by name in .npz files: no pickle, so that any version of anything can read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_ABOUT = "about"
_SCALE = ":scale"
_FEWEST = 4096
"""Smaller arrays are not worth rounding to bytes."""


def save(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write arrays, and a description as JSON, so that the file is whole or not there."""
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    named: dict[str, Any] = {_ABOUT: text, **arrays}
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        np.savez(file, **named)
    fresh.replace(path)


def load(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """Read what `save` wrote: arrays (int8 ones made float again) and the description."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(arrays.pop(_ABOUT).tobytes())
    for name in [name for name in arrays if name.endswith(_SCALE)]:
        scale = arrays.pop(name)
        plain = name.removesuffix(_SCALE)
        arrays[plain] = arrays[plain].astype(np.float32) * scale[:, None]
    return arrays, about


def rounded(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Round matrices to bytes, a scale a row: half the size of float16.

    It is what the exported model does with them anyway, so nothing more is lost.
    """
    small: Arrays = {}
    for name, array in arrays.items():
        if array.ndim != 2 or array.size < _FEWEST:
            small[name] = array.astype(np.float16)
            continue
        scale = np.maximum(np.abs(array).max(axis=1), 1e-8).astype(np.float32) / 127
        small[name] = np.rint(array / scale[:, None]).astype(np.int8)
        small[name + _SCALE] = scale
    return small
