"""The parts that a Piper voice's model is cut into, kept in the cache folder."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicestream_tui.errors import EngineError

log = logging.getLogger(__name__)

_LAYOUT = 2
"""Changes when what is kept in the cache does."""


@dataclass(frozen=True, slots=True)
class PieceStage:
    """How a part of the model is run over pieces (see `split.Stage`)."""

    inputs: tuple[str, ...]
    rate: int
    margin: int


class WholeError(Exception):
    """A voice's graph can't be cut; says why."""


Cut = tuple[list[PieceStage], Path | bytes, Sequence[Path | bytes]]


def cut_parts(path: Path, cache: Path | None) -> Cut:
    """The parts of a voice: how the stages are run, the encoder, the stages.

    Raises:
        WholeError: it can't be cut.
        EngineError: its file is broken.
    """
    folder = cache / _cache_name(path) if cache is not None else None
    if folder is not None and (kept := _kept(folder, path)) is not None:
        return kept
    try:
        import onnx
    except ImportError as error:
        raise WholeError('the package "onnx" is missing (uv pip install onnx).') from error
    from voicestream_tui.speak.onnx.split import SplitError, split

    try:
        cut = split(onnx.load(path))
    except SplitError as reason:
        raise WholeError(f"its graph can't be cut, {reason}.") from reason
    except Exception as error:
        raise EngineError(
            f"The voice file {path} can't be loaded: {' '.join(str(error).split())[:200]}",
            "Download the file again or remove it, or choose another voice.",
        ) from error
    stages = [PieceStage(stage.inputs, stage.rate, stage.margin) for stage in cut.stages]
    parts = [model.SerializeToString() for model in [cut.encoder, *(s.model for s in cut.stages)]]
    if folder is not None and _keep(folder, path, stages, parts):
        files = _part_files(folder, len(parts))
        return stages, files[0], files[1:]
    return stages, parts[0], parts[1:]


def _part_files(folder: Path, count: int) -> list[Path]:
    return [folder / f"part{number}.onnx" for number in range(count)]


def _cache_name(path: Path) -> str:
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
    return f"{path.stem}-{digest[:12]}"


def _stamp(path: Path) -> list[int]:
    about = path.stat()
    return [_LAYOUT, about.st_size, about.st_mtime_ns]


def _kept(folder: Path, path: Path) -> Cut | None:
    """What the cache has of a voice, if it was made of this very file and is whole."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        files = _part_files(folder, len(about["sizes"]))
        sizes = [file.stat().st_size for file in files]
        if about["made_of"] != _stamp(path) or about["sizes"] != sizes:
            return None
        stages = [PieceStage(tuple(names), *numbers) for names, *numbers in about["stages"]]
        return stages, files[0], files[1:]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, path: Path, stages: list[PieceStage], parts: list[bytes]) -> bool:
    """Write the parts, the note that makes them count last; False if there is no room."""
    about = {
        "made_of": _stamp(path),
        "sizes": [len(part) for part in parts],
        "stages": [[stage.inputs, stage.rate, stage.margin] for stage in stages],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "about.json").unlink(missing_ok=True)
        for file, part in zip(_part_files(folder, len(parts)), parts, strict=True):
            _write(file, part)
        _write(folder / "about.json", json.dumps(about).encode())
    except OSError as error:
        log.warning("the parts of %s can't be kept in %s: %s", path.name, folder, error.strerror)
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
