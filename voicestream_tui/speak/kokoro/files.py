"""Which Kokoro voices are there, and in which files. Loads no model.

Two layouts are known, both as they are published:

- onnx-community/Kokoro-82M-v1.0-ONNX: `onnx/model*.onnx`, a file `voices/NAME.bin` for each voice,
  tokenizer.json. A voice is a table of float32 numbers, 256 for each count of phonemes from 1 on.
- the releases of kokoro-onnx: `kokoro-v1.0*.onnx` and `voices-v1.0.bin`, an archive of NumPy (npz)
  with such a table for each voice.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.onnx_file import fault_of

STYLE = 256
"""Numbers of a style."""
_ROW = STYLE * 4
_DEEPEST = 4
_PLAIN = re.compile(r"model|kokoro(-v\d+\.\d+)?(-[a-z]+)?")
_AGAIN = "Download the model's files again, or choose another voice."


@dataclass(frozen=True, slots=True)
class StyleFile:
    """Where the table of a voice is: a file of its own, or an entry of an archive."""

    path: Path
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder with a Kokoro model and its voices.

    Attributes:
        models: The model in one precision or several, the best first.
        styles: The voices by name.
        problem: What is wrong with its files; "" if nothing is known.
    """

    folder: Path
    models: tuple[Path, ...]
    styles: Mapping[str, StyleFile]
    problem: str = ""

    def model(self, wanted: str) -> Path:
        """The model's file; of several the one whose name has what is wanted.

        Raises:
            EngineError: there is none, or its file is broken.
        """
        if self.problem:
            raise EngineError(f"{self.problem}.", _AGAIN)
        named = [path for path in self.models if wanted in (path.stem, path.name)]
        named = named or [path for path in self.models if wanted in path.stem]
        if not named:
            names = ", ".join(path.stem for path in self.models)
            raise EngineError(
                f'kokoro.model is "{wanted}", but {self.folder} has no such model.',
                f"Choose one of these: {names}.",
            )
        if fault := fault_of(named[0]):
            raise EngineError(f"The model {named[0]} can't be used: {fault}.", _AGAIN)
        return named[0]


def find_bundles(*roots: Path | None) -> list[Bundle]:
    """The Kokoro models in some folders and their subfolders."""
    found: dict[Path, Bundle] = {}
    for root in roots:
        for folder in _folders(root) if root and root.is_dir() else ():
            if folder not in found and (bundle := bundle_in(folder)) is not None:
                found[folder] = bundle
    return list(found.values())


def bundle_in(folder: Path) -> Bundle | None:
    """The Kokoro model of a folder; None if it has the files of none."""
    alone = sorted((folder / "voices").glob("*.bin"))
    archives = sorted(folder.glob("voices*.bin"))
    models = sorted([*folder.glob("*.onnx"), *(folder / "onnx").glob("*.onnx")], key=_rank)
    models = [path for path in models if path.stem.startswith(("model", "kokoro"))]
    if not alone and not archives:
        lost = [path for path in models if path.stem.startswith("kokoro")]
        problem = f"there are no voices (voices-v1.0.bin, or a folder voices) in {folder}"
        return Bundle(folder, tuple(lost), {}, problem) if lost else None
    styles = {path.stem: StyleFile(path) for path in alone}
    problem = (
        "" if models else f"there is no model (onnx/model.onnx or kokoro-v1.0.onnx) in {folder}"
    )
    for archive in archives:
        try:
            styles |= {entry: StyleFile(archive, entry) for entry in _entries(archive)}
        except (OSError, zipfile.BadZipFile) as error:
            problem = f"{archive} can't be read: {' '.join(str(error).split())[:100]}"
    return Bundle(folder, tuple(models), styles, problem)


def fault_of_style(style: StyleFile) -> str:
    """What is wrong with a voice's file, as far as its size tells; "" if it looks whole."""
    if style.entry:
        return ""
    try:
        size = style.path.stat().st_size
    except OSError as error:
        return error.strerror or str(error)
    if size and size % _ROW == 0:
        return ""
    return f"it has {size:,} bytes, and a voice has a multiple of {_ROW:,}"


def read_style(style: StyleFile) -> NDArray[np.float32]:
    """The table of a voice, [counts of phonemes, 256], float32; row 0 is for one phoneme.

    Raises:
        EngineError: the file is missing or broken.
    """
    try:
        if style.entry:
            with style.path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                table = np.asarray(archive[style.entry], np.float32)
        else:
            table = np.fromfile(style.path, np.float32)
        table = table.reshape(-1, STYLE)
    except OSError as error:
        raise EngineError(
            f"The voice file {style.path} can't be read: {error.strerror or error}.", _AGAIN
        ) from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise EngineError(
            f"The voice file {style.path} is broken: {fault_of_style(style) or error}.", _AGAIN
        ) from error
    if not len(table) or not np.isfinite(table).all():
        raise EngineError(f"The voice file {style.path} is broken: it has no style.", _AGAIN)
    return table


def _entries(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as file:
        return sorted(name.removesuffix(".npy") for name in file.namelist())


def _folders(root: Path) -> Iterator[Path]:
    """A folder and those below it, hidden ones left out; not without end."""
    deepest = len(root.parts) + _DEEPEST
    for name, below, _ in os.walk(root, followlinks=True):
        folder = Path(name)
        below[:] = sorted(part for part in below if not part.startswith("."))
        if len(folder.parts) >= deepest:
            below.clear()
        yield folder


def _rank(path: Path) -> tuple[int, str]:
    """Full precision first, then half, then the others: quality before size."""
    plain = _PLAIN.fullmatch(path.stem)
    half = path.stem.endswith("fp16")
    return (0 if plain else 1 if half else 2), path.stem
