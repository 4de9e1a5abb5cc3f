"""A Piper voice's model: from phonemes to sound, the first of it early.

The graph is cut before its decoder; the frames of a whole sentence come from the first half, and
the second half makes sound of a few frames at a time, with as many around them as it looks at.
What is joined is the same sound as in one piece. The halves are kept in the cache folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
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
_LAYOUT = 1
"""Changes when what is kept in the cache does."""


@dataclass(frozen=True, slots=True)
class Scales:
    """How lively (noise), slow (length) and uneven (width) a voice speaks."""

    noise: float
    length: float
    width: float


@dataclass(frozen=True, slots=True)
class _Seam:
    names: tuple[str, ...]
    hop: int
    margin: int


class PiperModel:
    """A loaded voice, in two halves where its graph allows it."""

    def __init__(self, path: Path, sample_rate: int, device: str, cache: Path | None) -> None:
        """Load the model.

        Args:
            path: The voice's .onnx.
            sample_rate: Hz.
            device: "auto", "cpu", "cuda" or "cuda:N".
            cache: Folder for the halves; None keeps nothing.

        Raises:
            EngineError: the file is no Piper voice, or the device is not there.
        """
        self._path = path
        self._rate = sample_rate
        self._seam: _Seam | None = None
        self._decoder: Any = None
        halves = _halves(path, cache)
        if isinstance(halves, str):
            log.warning("%s is spoken sentence by sentence: %s", path.name, halves)
            self._encoder = open_session(path, device, of=path)
        else:
            self._seam, encoder, decoder = halves
            self._encoder = open_session(encoder, device, of=path)
            self._decoder = open_session(decoder, device, of=path)
        self._inputs = {value.name for value in self._encoder.get_inputs()}
        if missing := {"input", "input_lengths", "scales"} - self._inputs:
            raise EngineError(
                f"{path} is no Piper voice: it has no input {', '.join(sorted(missing))}.",
                "Choose another voice, or the engine that this model is for.",
            )

    @property
    def streams(self) -> bool:
        """Whether the first sound of a sentence comes before all of it is made."""
        return self._seam is not None

    @property
    def processor(self) -> str:
        """What the model runs on, as its session says."""
        return processor(self._decoder or self._encoder)

    def sound(
        self, ids: Sequence[int], scales: Scales, speaker: int
    ) -> Iterator[tuple[Samples, float]]:
        """Yield the sound of a sentence, and how much of it has then been given, in (0, 1].

        Raises:
            EngineError: the model fails, as with a phoneme it does not know.
        """
        made = self._run(self._encoder, self._fed(ids, scales, speaker))
        if self._seam is None:
            yield np.asarray(made[0], np.float32).reshape(-1), 1.0
            return
        names, hop, margin = self._seam.names, self._seam.hop, self._seam.margin
        frames = made[0].shape[-1]
        around = dict(zip(names[1:], made[1:], strict=True))
        # What is there beside the frames must hold for every piece of them.
        moves = any(value.shape[-1] != 1 for value in around.values())
        for begin, end in _pieces(frames, hop, self._rate) if not moves else [(0, frames)]:
            low, high = max(0, begin - margin), min(frames, end + margin)
            fed = {names[0]: np.ascontiguousarray(made[0][..., low:high]), **around}
            wave = np.asarray(self._run(self._decoder, fed)[0], np.float32).reshape(-1)
            yield wave[(begin - low) * hop : (end - low) * hop], end / frames

    def close(self) -> None:
        """Free the model."""
        self._encoder = self._decoder = None

    def _fed(self, ids: Sequence[int], scales: Scales, speaker: int) -> dict[str, NDArray[Any]]:
        fed: dict[str, NDArray[Any]] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([scales.noise, scales.length, scales.width], np.float32),
        }
        if "sid" in self._inputs:
            fed["sid"] = np.array([speaker], np.int64)
        return fed

    def _run(self, session: Any, fed: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        try:
            made: list[NDArray[Any]] = session.run(None, fed)
        except Exception as error:
            raise EngineError(
                f"The voice {self._path} failed: {' '.join(str(error).split())[:300]}",
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


def _halves(path: Path, cache: Path | None) -> tuple[_Seam, Path | bytes, Path | bytes] | str:
    """The two halves of a voice; a reason if it can't be cut."""
    folder = cache / _cache_name(path) if cache is not None else None
    if folder is not None and (kept := _kept(folder, path)) is not None:
        return kept
    try:
        import onnx
    except ImportError:
        return 'its graph can\'t be cut without the package "onnx" (uv pip install onnx).'
    from voicestream_tui.speak.onnx_split import SplitError, split, weights_as_initializers

    try:
        model = onnx.load(path)
        weights_as_initializers(model)
        halves = split(model)
    except SplitError as reason:
        return f"its graph can't be cut, {reason}."
    except Exception as error:
        raise EngineError(
            f"The voice file {path} can't be loaded: {' '.join(str(error).split())[:200]}",
            "Download the file again or remove it, or choose another voice.",
        ) from error
    seam = _Seam(halves.seam, halves.hop, halves.margin)
    parts = halves.encoder.SerializeToString(), halves.decoder.SerializeToString()
    if folder is not None and _keep(folder, path, seam, parts):
        return seam, folder / "encoder.onnx", folder / "decoder.onnx"
    return seam, *parts


def _cache_name(path: Path) -> str:
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
    return f"{path.stem}-{digest[:12]}"


def _stamp(path: Path) -> list[int]:
    about = path.stat()
    return [_LAYOUT, about.st_size, about.st_mtime_ns]


def _kept(folder: Path, path: Path) -> tuple[_Seam, Path, Path] | None:
    """What the cache has of a voice, if it was made of this very file and is whole."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        parts = folder / "encoder.onnx", folder / "decoder.onnx"
        if about["made_of"] != _stamp(path) or about["sizes"] != [p.stat().st_size for p in parts]:
            return None
        return _Seam(tuple(about["seam"]), about["hop"], about["margin"]), *parts
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, path: Path, seam: _Seam, parts: tuple[bytes, bytes]) -> bool:
    """Write the halves, the note that makes them count last; False if there is no room."""
    about = {
        "made_of": _stamp(path),
        "sizes": [len(part) for part in parts],
        "seam": seam.names,
        "hop": seam.hop,
        "margin": seam.margin,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "about.json").unlink(missing_ok=True)
        for name, part in zip(("encoder.onnx", "decoder.onnx"), parts, strict=True):
            _write(folder / name, part)
        _write(folder / "about.json", json.dumps(about).encode())
    except OSError as error:
        log.warning("the halves of %s can't be kept in %s: %s", path.name, folder, error.strerror)
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
