"""A Piper voice's model: what a VITS graph of Piper's export is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples
from voicestream_tui.speak.onnx.vits_graph import VitsGraph


@dataclass(frozen=True, slots=True)
class Scales:
    """How lively (noise), slow (length) and uneven (width) a voice speaks."""

    noise: float
    length: float
    width: float


class PiperModel(VitsGraph):
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
        super().__init__(path, sample_rate, device, cache)
        if missing := {"input", "input_lengths", "scales"} - set(self.inputs):
            raise EngineError(
                f"{path} is no Piper voice: it has no input {', '.join(sorted(missing))}.",
                "Choose another voice, or the engine that this model is for.",
            )

    def sound(
        self, ids: Sequence[int], scales: Scales, speaker: int
    ) -> Iterator[tuple[Samples, float]]:
        """Yield the sound of a sentence, and how much of it has then been given, in (0, 1].

        Raises:
            EngineError: the model fails, as with a phoneme it does not know.
        """
        fed: dict[str, NDArray[Any]] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([scales.noise, scales.length, scales.width], np.float32),
        }
        if "sid" in self.inputs:
            fed["sid"] = np.array([speaker], np.int64)
        yield from self.run(fed)
