"""Reads what a Marian model for Firefox says about itself, and whether it is whole.

The engine that runs these models ends with a panic where a tensor is missing; so this looks first.
Binary layout, little-endian, after marian-dev's `common/binary.cpp`: version 1 and the number of
tensors as 64 bits; of each the lengths of name and shape, the kind and the length of its data as
64 bits; all names with zeros behind them; all shapes as 32 bits; a gap, its length first; all data.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

_VERSION = 1
_INT8, _FLOAT = 0x4101, 0x404
_DESCRIPTION = "special:model.yml"
_MOST_TENSORS = 100_000
_MOST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    shape: tuple[int, ...]
    start: int
    length: int

    @property
    def size(self) -> int:
        """Numbers in it."""
        size = 1
        for extent in self.shape:
            size *= extent
        return size


@dataclass(frozen=True, slots=True)
class FirefoxModel:
    """What has to fit the other files of a model."""

    source_rows: int
    """Pieces of the source that it knows."""
    target_rows: int
    """Pieces of the target that it knows."""


def inspect_model(file: Path) -> FirefoxModel:
    """Read a model's headers and make sure that everything is there that running it needs.

    Raises:
        ValueError: it is no such model, or something is missing; says what.
        OSError: the file can't be read.
    """
    with file.open("rb") as stream:
        tensors = _tensors(stream, file.stat().st_size)
        text = _description(stream, tensors)
    names = ("Wemb", "Wemb") if "Wemb" in tensors else ("encoder_Wemb", "decoder_Wemb")
    source, target = (_embedding(tensors, name) for name in names)
    is_int8 = target.kind == _INT8
    size = target.shape[-1]
    heads, encoder, decoder = (
        _number(text, key, usual)
        for key, usual in (("transformer-heads", 8), ("enc-depth", 6), ("dec-depth", 4))
    )
    if source.shape[-1] != size or not heads or size % heads:
        raise ValueError(f"its {heads} heads do not fit {size} dimensions")
    for name in _needed_matrices(encoder, decoder):
        _check_matrix(tensors, name, is_int8=is_int8)
    for name in _needed_vectors(encoder, decoder):
        _check(tensors, name, _FLOAT)
    alphas = ("none_QuantMultA", "decoder_Wemb_QuantMultA")
    if is_int8 and not any(name in tensors for name in alphas):
        raise ValueError(f"it has no {' and no '.join(alphas)}")
    return FirefoxModel(source.shape[0], target.shape[0])


def _tensors(stream: BinaryIO, size: int) -> dict[str, _Tensor]:
    version, count = struct.unpack("<QQ", _exactly(stream, 16))
    if version != _VERSION or count > _MOST_TENSORS:
        raise ValueError("it is no binary Marian model of version 1")
    headers = list(struct.iter_unpack("<QQQQ", _exactly(stream, 32 * count)))
    names = [
        _exactly(stream, min(length, size)).split(b"\0")[0].decode("utf-8", "replace")
        for length, *_ in headers
    ]
    shapes = [
        struct.unpack(f"<{rank}i", _exactly(stream, 4 * rank))
        for rank in (min(rank, size) for _, _, rank, _ in headers)
    ]
    (gap,) = struct.unpack("<Q", _exactly(stream, 8))
    start = stream.tell() + gap
    found: dict[str, _Tensor] = {}
    for name, shape, (_, kind, _, length) in zip(names, shapes, headers, strict=True):
        found[name] = _Tensor(kind, shape, start, length)
        start += length
    if start > size:
        raise ValueError(f"it ends too early ({size} of {start} bytes)")
    return found


def _exactly(stream: BinaryIO, count: int) -> bytes:
    read = stream.read(count)
    if len(read) != count:
        raise ValueError("it ends too early")
    return read


def _description(stream: BinaryIO, tensors: dict[str, _Tensor]) -> str:
    tensor = tensors.get(_DESCRIPTION)
    if tensor is None:
        raise ValueError(f"it has no {_DESCRIPTION}")
    stream.seek(tensor.start)
    return stream.read(min(tensor.length, _MOST_TEXT)).decode("utf-8", "replace")


def _number(text: str, key: str, usual: int) -> int:
    found = re.search(rf"^\s*{key}:\s*(\d+)\s*$", text, re.MULTILINE)
    return int(found[1]) if found else usual


def _embedding(tensors: dict[str, _Tensor], name: str) -> _Tensor:
    tensor = _check(tensors, name, _INT8, _FLOAT)
    if len(tensor.shape) != 2 or min(tensor.shape) < 1:
        raise ValueError(f"{name} has the shape {tensor.shape}")
    return tensor


def _needed_matrices(encoder: int, decoder: int) -> Iterator[str]:
    """Names of all matrices that something is multiplied by."""
    for layer in range(1, encoder + 1):
        yield from (f"encoder_l{layer}_self_W{part}" for part in "qkvo")
        yield from (f"encoder_l{layer}_ffn_W{part}" for part in "12")
    for layer in range(1, decoder + 1):
        yield from (f"decoder_l{layer}_rnn_W", f"decoder_l{layer}_rnn_Wf")
        yield from (f"decoder_l{layer}_context_W{part}" for part in "qkvo")
        yield from (f"decoder_l{layer}_ffn_W{part}" for part in "12")


def _needed_vectors(encoder: int, decoder: int) -> Iterator[str]:
    """Names of what is added, and of the scales of normalising."""
    for layer in range(1, encoder + 1):
        yield from (f"encoder_l{layer}_self_b{part}" for part in "qkvo")
        yield from (f"encoder_l{layer}_ffn_b{part}" for part in "12")
        yield from (f"encoder_l{layer}_{part}_ln_scale" for part in ("self_Wo", "ffn_ffn"))
    for layer in range(1, decoder + 1):
        yield f"decoder_l{layer}_rnn_bf"
        yield from (f"decoder_l{layer}_context_b{part}" for part in "qkvo")
        yield from (f"decoder_l{layer}_ffn_b{part}" for part in "12")
        yield from (
            f"decoder_l{layer}_{part}_ln_scale" for part in ("rnn_ffn", "context_Wo", "ffn_ffn")
        )


def _check_matrix(tensors: dict[str, _Tensor], name: str, *, is_int8: bool) -> None:
    tensor = _check(tensors, name, _INT8 if is_int8 else _FLOAT)
    if len(tensor.shape) != 2:
        raise ValueError(f"{name} has the shape {tensor.shape}")
    if is_int8:
        _check(tensors, f"{name}_QuantMultA", _FLOAT)


def _check(tensors: dict[str, _Tensor], name: str, *kinds: int) -> _Tensor:
    tensor = tensors.get(name)
    if tensor is None:
        raise ValueError(f"it has no {name}")
    if tensor.kind not in kinds:
        raise ValueError(f"{name} is stored in another way (type {tensor.kind:#x})")
    needed = 4 * tensor.size if tensor.kind == _FLOAT else tensor.size + 4
    if min(tensor.shape, default=1) < 1 or tensor.length < needed:
        raise ValueError(f"{name} is cut off")
    return tensor


def inspect_shortlist(file: Path, target_rows: int) -> None:
    """Make sure that a binary lexical shortlist is whole and fits a model.

    After marian-dev's `data/shortlist.cpp`: six numbers of 64 bits (magic, checksum, first, best,
    and the lengths of what follows), an offset of 64 bits for each piece of the source and one
    more, pieces of the target as 32 bits.

    Raises:
        ValueError: it is not; says what is wrong.
        OSError: the file can't be read.
    """
    data = file.read_bytes()
    if len(data) < 48 or struct.unpack_from("<Q", data)[0] != _SHORTLIST:
        raise ValueError("it is no binary shortlist")
    first, _, offsets, words = struct.unpack_from("<QQQQ", data, 16)
    if len(data) != 48 + 8 * offsets + 4 * words:
        raise ValueError("its length is not what it says")
    places = struct.unpack_from(f"<{offsets}Q", data, 48)
    pieces = struct.unpack_from(f"<{words}I", data, 48 + 8 * offsets)
    is_sorted = all(a <= b for a, b in pairwise(places))
    if not is_sorted or (places and places[-1] > words):
        raise ValueError("its offsets lead out of it")
    if max(pieces, default=0) >= target_rows or first > target_rows:
        raise ValueError("it is for another vocabulary than the model")


_SHORTLIST = 0xF11A48D5013417F5
"""The magic number of a binary shortlist."""
