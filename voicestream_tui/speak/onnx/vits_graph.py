"""A VITS voice's graph: from numbers of phonemes to sound, the first of it early.

The graph is cut before its flow and its decoder; the noisy frames of a whole sentence come from the
first part, and the others make sound of a few frames at a time, with as many around them as they
look at. What is joined is the same sound as in one piece. `parts` keeps the parts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples
from voicestream_tui.speak.onnx.parts import PieceStage, WholeError, cut_parts
from voicestream_tui.speak.onnx.session import open_session, processor

log = logging.getLogger(__name__)

_FIRST_SECONDS = 0.3
"""Length of the first piece of sound; each further one is twice as long."""
_LONGEST_SECONDS = 3.0
_DURATIONS = "dur"
"""An output of ESPnet's export: frames of each phoneme."""


class TooLongError(Exception):
    """The model leaves out the end of a text that takes this long."""


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a graph: ONNX Runtime's name of its type, and how many axes it has."""

    kind: str
    axes: int


class _Runner:
    """Runs a stage over a range of frames."""

    def __init__(self, stage: PieceStage, session: Any, source: Path) -> None:
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


class VitsGraph:
    """A loaded voice, in parts where its graph allows it."""

    def __init__(self, path: Path, sample_rate: int, device: str, cache: Path | None) -> None:
        """Load the model.

        Args:
            path: Its .onnx.
            sample_rate: Hz.
            device: "auto", "cpu", "cuda" or "cuda:N".
            cache: Folder for the parts; None keeps nothing.

        Raises:
            EngineError: the file is broken, or the device is not there.
        """
        self.path = path
        self.sample_rate = sample_rate
        self._stages: list[_Runner] = []
        try:
            self._encoder, self._stages = _open_parts(path, device, cache)
        except WholeError as reason:
            log.warning("%s is spoken sentence by sentence: %s", path.name, reason)
            self._encoder = open_session(path, device, of=path)
        self.inputs = {
            value.name: Input(value.type, len(value.shape)) for value in self._encoder.get_inputs()
        }
        self._outputs = [value.name for value in self._encoder.get_outputs()]
        self._hop = self._stages[-1].stage.rate if self._stages else 0

    @property
    def streams(self) -> bool:
        """Whether the first sound of a sentence comes before all of it is made."""
        return bool(self._stages)

    @property
    def hop(self) -> int:
        """Samples of a frame; 0 if that is not known."""
        return self._hop

    @property
    def processor(self) -> str:
        """What the model runs on, as its session says."""
        return processor(self._encoder)

    def run(self, fed: Mapping[str, NDArray[Any]]) -> Iterator[tuple[Samples, float]]:
        """Yield the sound of a sentence, and how much of it has then been given, in (0, 1].

        Raises:
            EngineError: the model fails, as with a phoneme it does not know.
            TooLongError: before anything is given, if the model would leave out the end.
        """
        made = _run(self._encoder, fed, self.path)
        values = dict(zip(self._outputs, made, strict=True))
        if not self._stages:
            whole = np.asarray(made[0], np.float32).reshape(-1)
            self._look_whether_all(values, whole.size)
            yield whole, 1.0
            return
        flow, decoder = self._stages[0], self._stages[-1]
        noisy = values[flow.stage.inputs[0]]
        count = noisy.shape[-1]
        self._look_whether_all(values, count * self._hop)
        frames = noisy if flow is decoder else np.empty_like(noisy)
        ready = count if flow is decoder else 0
        for begin, end in _pieces(count, decoder.stage.rate, self.sample_rate):
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

    def _look_whether_all(self, values: Mapping[str, NDArray[Any]], samples: int) -> None:
        """Compare what is made with what the phonemes should take, where the model tells that."""
        frames = float(values[_DURATIONS].sum()) if _DURATIONS in values else 0.0
        if frames < 1:
            return
        # Of a graph that can't be cut the samples of a frame are known by the shorter sentences.
        self._hop = max(self._hop, round(samples / frames))
        if samples < (frames - 1) * self._hop:
            raise TooLongError


def _run(session: Any, fed: Mapping[str, NDArray[Any]], source: Path) -> list[NDArray[Any]]:
    try:
        made: list[NDArray[Any]] = session.run(None, dict(fed))
    except Exception as error:
        raise EngineError(
            f"The voice {source} failed: {' '.join(str(error).split())[:300]}",
            "Do the model and its description (.json, .yaml) belong together? Download both "
            "again, or choose another voice.",
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
        WholeError: the voice can't be cut.
        EngineError: its file is broken.
    """
    stages, encoder, parts = cut_parts(path, cache)
    try:
        return open_session(encoder, device, of=path), [
            _Runner(stage, open_session(part, device, of=path), path)
            for stage, part in zip(stages, parts, strict=True)
        ]
    except EngineError as error:
        # If it is not the cut that is at fault, the whole fails alike and tells so.
        raise WholeError(error.message) from error
