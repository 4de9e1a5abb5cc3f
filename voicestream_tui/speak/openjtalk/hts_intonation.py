"""Livelier or flatter intonation: a copy of an HTS voice whose pitch model is stretched.

HTS Engine's Python binding offers no weight for it, but the voice's file has what it needs: the
distributions of the log pitch (stream LF0). Their distance from the mean is multiplied, their
changes from frame to frame as well. Layout as HTS Engine 1.10 reads it (HTS_model_load_pdf):
for each state the number of distributions as int32, then the distributions as float32: means,
variances and, for a stream that can be voiceless, the weight of being voiced.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError

_DATA_MARK = b"[DATA]\n"


def with_intonation(path: Path, factor: float, cache: Path) -> Path:
    """A voice file with more or less intonation; the same one for a factor of 1.

    Args:
        path: a voice that has been checked (see `htsvoice.load_htsvoice`).
        factor: 0 is monotonous, 1 as recorded, 2 twice as lively.
        cache: folder for the copies.

    Raises:
        EngineError: the copy can't be written, or the file has no such model.
    """
    if factor == 1.0:
        return path
    facts = path.stat()
    known = f"{path.absolute()} {facts.st_size} {facts.st_mtime_ns} {factor:g}"
    name = hashlib.sha256(known.encode()).hexdigest()[:16]
    copy = cache / f"{path.stem}-{name}{path.suffix}"
    if copy.is_file():
        return copy
    try:
        content = _stretched(path.read_bytes(), factor)
    except (ValueError, KeyError) as error:
        raise EngineError(
            f"The intonation of the voice {path} can't be changed: {error}.",
            "Set openjtalk.intonation = 1.0.",
        ) from error
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as file:
            file.write(content)
        os.replace(file.name, copy)  # noqa: PTH105
    except OSError as error:
        raise EngineError(
            f"{copy} can't be written: {error.strerror}.",
            "Free some space, or set openjtalk.intonation = 1.0.",
        ) from error
    return copy


def _stretched(content: bytes, factor: float) -> bytes:
    begin = content.index(_DATA_MARK) + len(_DATA_MARK)
    header = content[:begin].decode("ascii")
    data = bytearray(content[begin:])
    windows = int(_field(header, "NUM_WINDOWS[LF0]"))
    size = int(_field(header, "VECTOR_LENGTH[LF0]"))
    states = int(_field(header, "NUM_STATES"))
    voiced = int(_field(header, "IS_MSD[LF0]"))
    if size != 1 or windows < 1:
        raise ValueError(f"its pitch has {size} dimensions")
    first, last = _span(header, "STREAM_PDF[LF0]")
    rows = _rows(data, first, last, states, 2 * windows + voiced)
    weights = rows[:, -1] if voiced else np.ones(len(rows), np.float32)
    middle = np.average(rows[:, 0], weights=np.maximum(weights, 1e-6))
    rows[:, 0] = middle + factor * (rows[:, 0] - middle)
    rows[:, 1:windows] *= factor
    rows[:, windows : 2 * windows] *= max(factor, 0.05) ** 2
    _put(data, first, states, rows)
    if re.search(r"^USE_GV\[LF0\]:1$", header, re.MULTILINE):
        first, last = _span(header, "GV_PDF[LF0]")
        spread = _rows(data, first, last, 1, 2)
        spread[:, 0] *= max(factor, 0.05) ** 2
        spread[:, 1] *= max(factor, 0.05) ** 4
        _put(data, first, 1, spread)
    return content[:begin] + bytes(data)


def _rows(data: bytearray, first: int, last: int, states: int, width: int) -> NDArray[np.float32]:
    counts = np.frombuffer(data, "<i4", count=states, offset=first)
    total = int(counts.sum())
    if total <= 0 or 4 * (states + total * width) != last + 1 - first:
        raise ValueError("its pitch model has an unknown layout")
    values = np.frombuffer(data, "<f4", count=total * width, offset=first + 4 * states)
    return values.astype(np.float32).reshape(total, width)


def _put(data: bytearray, first: int, states: int, rows: NDArray[np.float32]) -> None:
    at = first + 4 * states
    data[at : at + rows.nbytes] = rows.astype("<f4").tobytes()


def _field(header: str, name: str) -> str:
    match = re.search(rf"^{re.escape(name)}:(.*)$", header, re.MULTILINE)
    if match is None:
        raise KeyError(name)
    return match[1]


def _span(header: str, name: str) -> tuple[int, int]:
    first, _, last = _field(header, name).partition("-")
    return int(first), int(last)
