"""Files of pairs: English, a tab, Japanese, and perhaps a tab and where they come from."""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple


class Pair(NamedTuple):
    english: str
    japanese: str
    source: str = ""


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a .tsv or .tsv.xz file.

    Raises:
        ValueError: a line has fewer than two columns; names the file and the line.
    """
    with _open(path, "rt") as file:
        for number, line in enumerate(file, 1):
            columns = line.rstrip("\n").split("\t")
            if len(columns) < 2:
                raise ValueError(f"{path}, line {number}: no tab between English and Japanese")
            yield Pair(*columns[:3])


def read_english(path: Path) -> Iterator[str]:
    """Yield what stands before the first tab of each line of a text file, .xz or not."""
    with _open(path, "rt") as file:
        for line in file:
            if english := line.partition("\t")[0].strip():
                yield english


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Write English and Japanese."""
    with _open(path, "wt") as file:
        for pair in pairs:
            file.write(f"{pair.english}\t{pair.japanese}\n")


def read_parallel(english: Path, japanese: Path) -> list[Pair]:
    """Read two files of which line n belongs to line n.

    Raises:
        ValueError: they have different numbers of lines.
    """
    left = english.read_text(encoding="utf-8").splitlines()
    right = japanese.read_text(encoding="utf-8").splitlines()
    if len(left) != len(right):
        raise ValueError(f"{english} has {len(left)} lines and {japanese} has {len(right)}")
    return [Pair(*both) for both in zip(left, right, strict=True)]


def set_name(path: Path) -> str:
    """The name of a set of pairs: its file's without the endings."""
    return path.name.split(".")[0]


def _open(path: Path, mode: str) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, mode, encoding="utf-8", newline="\n")  # type: ignore[return-value]
    return path.open(mode, encoding="utf-8", newline="\n")
