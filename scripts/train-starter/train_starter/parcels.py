"""Cuts a file into parts that a narrow way lets through, and joins them on the other side."""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

PART = 15 * 1024 * 1024
"""Bytes of a part."""
_SUM = ".sha256"


def main(arguments: Sequence[str]) -> int:
    """`parcels split FILE FOLDER` or `parcels join FOLDER FILE`."""
    parser = argparse.ArgumentParser(prog="train_starter parcels", description=__doc__)
    parser.add_argument("action", choices=("split", "join"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--part", type=int, default=PART, help="most bytes of a part")
    options = parser.parse_args(arguments)
    if options.action == "split":
        for path in split(options.source, options.target, options.part):
            print(path)
    else:
        join(options.source, options.target)
        print(options.target)
    return 0


def split(file: Path, folder: Path, part: int = PART) -> list[Path]:
    """Write NAME.00, NAME.01, … and NAME.sha256 into a folder; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    content = file.read_bytes()
    paths = []
    for number, at in enumerate(range(0, max(1, len(content)), part)):
        paths.append(folder / f"{file.name}.{number:02}")
        paths[-1].write_bytes(content[at : at + part])
    paths.append(folder / f"{file.name}{_SUM}")
    paths[-1].write_text(hashlib.sha256(content).hexdigest() + "\n")
    return paths


def join(folder: Path, file: Path) -> None:
    """Join the parts of a file's name that lie in a folder.

    Raises:
        SystemExit: parts are missing or damaged.
    """
    known = re.compile(re.escape(file.name) + r"\.\d\d+\Z")
    parts = sorted(path for path in folder.iterdir() if known.match(path.name))
    content = b"".join(path.read_bytes() for path in parts)
    expected = (folder / f"{file.name}{_SUM}").read_text().strip()
    if hashlib.sha256(content).hexdigest() != expected:
        raise SystemExit(
            f"The {len(parts)} parts of {file.name} in {folder} are not the whole file: "
            "carry them again."
        )
    file.write_bytes(content)
