"""A Piper voice's model: from phonemes to sound, the first of it early.

The graph is cut before its flow and its decoder; the noisy frames of a whole sentence come from the
first part, and the others make sound of a few frames at a time, with as many around them as they
look at. What is joined is the same sound as in one piece. The parts are kept in the cache folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples
from voicestream_tui.speak.onnx_session import open_session, processor

log = logging.getLogger(__name__)

_FIRST_SECONDS = 0.3
"""Length of the first piece of sound; each further one is twice as long."""
_LONGEST_SECONDS = 3.0
_LAYOUT = 2
"""Changes when what is kept in the cache does."""


@dataclass(frozen=True, slots=True)
class Scales:
    """How lively (noise), slow (length) and uneven (width) a voice speaks."""

    noise: float
    length: float
    width: float


@dataclass(frozen=True, slots=True)
class _Stage:
    """How a part of the model is run over pieces (see `onnx_split.Stage`)."""

    inputs: tuple[str, ...]
    rate: int
    margin: int


class _Runner:
    """Runs a stage over a range of frames."""

    def __init__(self, stage: _Stage, session: Any, source: Path) -> None:
        self.stage = stage
        self._session = session
        self._source = source

    def run(
        self, frames: NDArray[Any], around: Mapping[str, NDArray[Any]], begin: int, end: int
    ) -> NDArray[Any]:
        """What the frames from `begin` to `end` become, all others being what they are.

        Args:
            frames: [1, channels, frames]; read from a margin before to a margin after.
            around: The other inputs, for all frames.
        """
        count, margin, rate = frames.shape[-1], self.stage.margin, self.stage.rate
        low, high = max(0, begin - margin), min(count, end + margin)
        fed = {self.stage.inputs[0]: np.ascontiguousarray(frames[..., low:high])}
        for name in self.stage.inputs[1:]:
            value = around[name]
            long = value.ndim == 3 and value.shape[-1] == count
            fed[name] = np.ascontiguousarray(value[..., low:high]) if long else value
        made = _run(self._session, fed, self._source)[0]
        return made[..., (begin - low) * rate : (end - low) * rate]


class PiperModel:
    """A loaded voice, in parts where its graph allows it."""

    def __init__(self, path: Path, sample_rate: int, device: str, cache: Path | None) -> None:
        """Load the model.

        Args:
            path: The voice's .onnx.
            sample_rate: Hz.
            device: "auto", "cpu", "cuda" or "cuda:N".
            cache: Folder for the parts; None keeps nothing.

        Raises:
            EngineError: the file is no Piper voice, or the device is not there.
        """
        self._path = path
        self._rate = sample_rate
        self._stages: list[_Runner] = []
        try:
            self._encoder, self._stages = _open_parts(path, device, cache)
        except _WholeError as reason:
            log.warning("%s is spoken sentence by sentence: %s", path.name, reason)
            self._encoder = open_session(path, device, of=path)
        self._inputs = {value.name for value in self._encoder.get_inputs()}
        self._outputs = [value.name for value in self._encoder.get_outputs()]
        if missing := {"input", "input_lengths", "scales"} - self._inputs:
            raise EngineError(
                f"{path} is no Piper voice: it has no input {', '.join(sorted(missing))}.",
                "Choose another voice, or the engine that this model is for.",
            )

    @property
    def streams(self) -> bool:
        """Whether the first sound of a sentence comes before all of it is made."""
        return bool(self._stages)

    @property
    def processor(self) -> str:
        """What the model runs on, as its session says."""
        return processor(self._encoder)

    def sound(
        self, ids: Sequence[int], scales: Scales, speaker: int
    ) -> Iterator[tuple[Samples, float]]:
        """Yield the sound of a sentence, and how much of it has then been given, in (0, 1].

        Raises:
            EngineError: the model fails, as with a phoneme it does not know.
        """
        made = _run(self._encoder, self._fed(ids, scales, speaker), self._path)
        if not self._stages:
            yield np.asarray(made[0], np.float32).reshape(-1), 1.0
            return
        values = dict(zip(self._outputs, made, strict=True))
        flow, decoder = self._stages[0], self._stages[-1]
        noisy = values[flow.stage.inputs[0]]
        count = noisy.shape[-1]
        frames = noisy if flow is decoder else np.empty_like(noisy)
        ready = count if flow is decoder else 0
        for begin, end in _pieces(count, decoder.stage.rate, self._rate):
            needed = min(count, end + decoder.stage.margin)
            if ready < needed:
                frames[..., ready:needed] = flow.run(noisy, values, ready, needed)
                ready = needed
            wave = decoder.run(frames, values, begin, end)
            yield np.asarray(wave, np.float32).reshape(-1), end / count

    def close(self) -> None:
        """Free the model."""
        self._encoder = None
        self._stages.clear()

    def _fed(self, ids: Sequence[int], scales: Scales, speaker: int) -> dict[str, NDArray[Any]]:
        fed: dict[str, NDArray[Any]] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([scales.noise, scales.length, scales.width], np.float32),
        }
        if "sid" in self._inputs:
            fed["sid"] = np.array([speaker], np.int64)
        return fed


class _WholeError(Exception):
    """A voice's graph can't be cut; says why."""


def _run(session: Any, fed: dict[str, NDArray[Any]], source: Path) -> list[NDArray[Any]]:
    try:
        made: list[NDArray[Any]] = session.run(None, fed)
    except Exception as error:
        raise EngineError(
            f"The voice {source} failed: {' '.join(str(error).split())[:300]}",
            "Do its .onnx and .onnx.json belong together? Download both again, or choose "
            "another voice.",
        ) from error
    return made


def _pieces(frames: int, hop: int, rate: int) -> Iterator[tuple[int, int]]:
    """Where to cut: a short piece first, then longer and longer ones, no tiny one at the end."""
    length = max(1, round(_FIRST_SECONDS * rate / hop))
    longest = max(1, round(_LONGEST_SECONDS * rate / hop))
    begin = 0
    while begin < frames:
        end = begin + length
        end = frames if frames - end < length // 2 else end
        yield begin, end
        begin, length = end, min(2 * length, longest)


def _open_parts(path: Path, device: str, cache: Path | None) -> tuple[Any, list[_Runner]]:
    """Load the encoder and the stages.

    Raises:
        _WholeError: the voice can't be cut.
        EngineError: its file is broken.
    """
    stages, encoder, parts = _parts(path, cache)
    try:
        return open_session(encoder, device, of=path), [
            _Runner(stage, open_session(part, device, of=path), path)
            for stage, part in zip(stages, parts, strict=True)
        ]
    except EngineError as error:
        # If it is not the cut that is at fault, the whole fails alike and tells so.
        raise _WholeError(error.message) from error


_Cut = tuple[list[_Stage], Path | bytes, Sequence[Path | bytes]]


def _parts(path: Path, cache: Path | None) -> _Cut:
    """The parts of a voice: how the stages are run, the encoder, the stages.

    Raises:
        _WholeError: it can't be cut.
        EngineError: its file is broken.
    """
    folder = cache / _cache_name(path) if cache is not None else None
    if folder is not None and (kept := _kept(folder, path)) is not None:
        return kept
    try:
        import onnx
    except ImportError as error:
        raise _WholeError('the package "onnx" is missing (uv pip install onnx).') from error
    from voicestream_tui.speak.onnx_split import SplitError, split

    try:
        cut = split(onnx.load(path))
    except SplitError as reason:
        raise _WholeError(f"its graph can't be cut, {reason}.") from reason
    except Exception as error:
        raise EngineError(
            f"The voice file {path} can't be loaded: {' '.join(str(error).split())[:200]}",
            "Download the file again or remove it, or choose another voice.",
        ) from error
    stages = [_Stage(stage.inputs, stage.rate, stage.margin) for stage in cut.stages]
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


def _kept(folder: Path, path: Path) -> _Cut | None:
    """What the cache has of a voice, if it was made of this very file and is whole."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        files = _part_files(folder, len(about["sizes"]))
        sizes = [file.stat().st_size for file in files]
        if about["made_of"] != _stamp(path) or about["sizes"] != sizes:
            return None
        stages = [_Stage(tuple(names), *numbers) for names, *numbers in about["stages"]]
        return stages, files[0], files[1:]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, path: Path, stages: list[_Stage], parts: list[bytes]) -> bool:
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
