"""Whether a file is an ONNX model in one piece. Reads a few bytes of it, whatever its size."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_GRAPH = 7
"""The field of a model that holds its graph, and nearly all of its bytes."""
_LAST_FIELD = 64


def fault_of(path: Path) -> str:
    """What is wrong with a model's file, in a few words; "" if it looks whole.

    A file that was cut off, a page of a web server and the pointer of a large-file store are
    told; a wrong byte in the middle is not.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _fault(file, size)
    except OSError as error:
        return error.strerror or str(error)


def _fault(file: BinaryIO, size: int) -> str:
    start = file.read(64)
    if not start:
        return "it is empty"
    if start.startswith(b"version https://git-lfs"):
        return "it is only the pointer that stands for the file in a Git LFS repository"
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"{", b"<?xml")):
        return "it is a text and no model"
    file.seek(0)
    graph = False
    while file.tell() < size:
        tag = _varint(file)
        field, kind = (tag >> 3, tag & 7) if tag is not None else (0, 0)
        if not 0 < field <= _LAST_FIELD:
            return "it is no ONNX model"
        graph = graph or (field == _GRAPH and kind == _LENGTH)
        if not _skip(file, kind):
            return "it is no ONNX model"
        if file.tell() > size:
            return f"it ends too early, after {size:,} of at least {file.tell():,} bytes"
    return "" if graph else "it is no ONNX model"


def _skip(file: BinaryIO, kind: int) -> bool:
    """Go past a field's value; False if there is no such kind of value."""
    match kind:
        case 0:
            return _varint(file) is not None
        case 1 | 5:
            file.seek(8 if kind == _FIXED64 else 4, 1)
        case 2:
            length = _varint(file)
            if length is None:
                return False
            file.seek(length, 1)
        case _:
            return False
    return True


def _varint(file: BinaryIO) -> int | None:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    return None
