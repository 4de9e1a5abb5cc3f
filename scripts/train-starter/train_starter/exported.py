"""Reads an exported CTranslate2 model back as weights, to train on from what was shipped.

The format is that of CTranslate2's binary version 6 (`python/ctranslate2/specs/model_spec.py`):
little-endian; a string is its length with the closing zero byte (uint16) and its bytes; a
variable is its name, rank (uint8), dimensions (uint32), type (uint8), size in bytes (uint32) and
data; in the end come aliases, pairs of strings.
"""

from __future__ import annotations

import argparse
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from train_starter import weights

_VERSION = 6
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)


def main(arguments: Sequence[str]) -> int:
    """`from-export --model FOLDER --out weights.npz`."""
    parser = argparse.ArgumentParser(prog="train_starter from-export", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(arguments)
    arrays, about = read(options.model / "model.bin")
    weights.save(options.out, weights.rounded(arrays), about)
    print(f"{options.out}: {sum(array.size for array in arrays.values()):,} weights, {about}")
    return 0


def read(path: Path) -> tuple[weights.Arrays, dict[str, int]]:
    """Give the weights by the names that training has for them, float32, and the shape.

    int8 matrices become float again: what rounding lost stays lost, and a few steps of training
    mend it.

    Raises:
        SystemExit: it is no CTranslate2 file of this version, or no model of this recipe.
    """
    variables = dict(_variables(path))
    try:
        return _named(variables)
    except KeyError as error:
        raise SystemExit(f"{path} is no model of this recipe: {error} is missing.") from None


def _named(found: dict[str, NDArray[np.generic]]) -> tuple[weights.Arrays, dict[str, int]]:
    arrays: weights.Arrays = {}

    def take(name: str, path: str) -> None:
        array = found[path].astype(np.float32)
        if f"{path}_scale" in found:
            array /= found[f"{path}_scale"].astype(np.float32)[:, None]
        arrays[name] = array

    def linear(name: str, path: str) -> None:
        take(f"{name}.weight", f"{path}/weight")
        take(f"{name}.bias", f"{path}/bias")

    def norm(name: str, path: str) -> None:
        take(f"{name}.weight", f"{path}/gamma")
        take(f"{name}.bias", f"{path}/beta")

    take("embedding.weight", "decoder/embeddings/weight")
    take("bias", "decoder/projection/bias")
    layers = {}
    for side in ("encoder", "decoder"):
        norm(f"{side}_norm", f"{side}/layer_norm")
        number = 0
        while f"{side}/layer_{number}/ffn/linear_0/weight" in found:
            name, path = f"{side}.{number}", f"{side}/layer_{number}"
            norm(f"{name}.own_norm", f"{path}/self_attention/layer_norm")
            linear(f"{name}.own.all", f"{path}/self_attention/linear_0")
            linear(f"{name}.own.out", f"{path}/self_attention/linear_1")
            if side == "decoder":
                norm(f"{name}.cross_norm", f"{path}/attention/layer_norm")
                for part, of in enumerate(("query", "memory", "out")):
                    linear(f"{name}.cross.{of}", f"{path}/attention/linear_{part}")
            norm(f"{name}.forward_norm", f"{path}/ffn/layer_norm")
            linear(f"{name}.feed_forward.wide", f"{path}/ffn/linear_0")
            linear(f"{name}.feed_forward.narrow", f"{path}/ffn/linear_1")
            number += 1
        layers[side] = number
    vocabulary, width = arrays["embedding.weight"].shape
    inner = arrays["encoder.0.feed_forward.wide.weight"].shape[0] // width
    positions = len(found["encoder/position_encodings/encodings"])
    return arrays, {
        "vocabulary": vocabulary,
        "width": width,
        **layers,
        "inner": inner,
        "positions": positions,
    }


def _variables(path: Path) -> Iterator[tuple[str, NDArray[np.generic]]]:
    data = path.read_bytes()
    at = 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{kind}", data, at)
        at += struct.calcsize(kind)
        return int(value)

    def string() -> str:
        nonlocal at
        length = number("H")
        at += length
        return data[at - length : at - 1].decode()

    try:
        if number("I") != _VERSION:
            raise SystemExit(f"{path} is no CTranslate2 model of binary version {_VERSION}.")
        string(), number("I")
        variables = {}
        for _ in range(number("I")):
            name = string()
            shape = tuple(number("I") for _ in range(number("B")))
            kind = _TYPES[number("B")]
            size = number("I")
            variables[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at)
            variables[name] = variables[name].reshape(shape)
            at += size
        for _ in range(number("I")):
            alias = string()
            variables[alias] = variables[string()]
    except (struct.error, IndexError, ValueError, KeyError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path} is not whole: {error}") from None
    yield from variables.items()
