"""A Kokoro model: phonemes and a style in, 24 kHz out.

The decoder (iSTFTNet of StyleTTS 2) norms every layer over the whole length, so it can't be run
over pieces of a sentence as that of VITS can: what one run gives depends on all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples
from voicestream_tui.speak.kokoro.files import STYLE
from voicestream_tui.speak.kokoro.vocabulary import MOST_TOKENS, PAD
from voicestream_tui.speak.onnx.session import open_session, processor

SAMPLE_RATE = 24_000
_TOKENS = ("input_ids", "tokens")
"""What the tokens are called by the hub's export and by that of kokoro-onnx."""
_KINDS: Mapping[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
}


class KokoroModel:
    """A loaded model; its voices are tables that are handed in."""

    def __init__(self, path: Path, device: str) -> None:
        """Load the model.

        Args:
            path: The .onnx.
            device: "auto", "cpu", "cuda" or "cuda:N".

        Raises:
            EngineError: the file is no Kokoro model, or the device is not there.
        """
        self.path = path
        self._session = open_session(path, device, of=path)
        self._kinds = {
            value.name: _KINDS.get(value.type, np.float32) for value in self._session.get_inputs()
        }
        self._tokens = next((name for name in _TOKENS if name in self._kinds), "")
        missing = {"style", "speed"} - set(self._kinds)
        if not self._tokens or missing:
            lacks = ", ".join(sorted(missing | ({_TOKENS[0]} if not self._tokens else set())))
            raise EngineError(
                f"{path} is no Kokoro model: it has no input {lacks}.",
                "Choose another voice, or the engine that this model is for.",
            )

    @property
    def processor(self) -> str:
        """What the model runs on, as its session says."""
        return processor(self._session)

    def sound(self, tokens: Sequence[int], table: NDArray[np.float32], speed: float) -> Samples:
        """The sound of at most 510 tokens, float32 at 24 kHz.

        Args:
            tokens: Numbers of phonemes, without the pads around them.
            table: A voice's styles, [counts of phonemes, 256].
            speed: Above 1 is quicker. A model with a whole number for it gets the nearest one.

        Raises:
            EngineError: the model fails, as with a token it does not know.
        """
        if not 0 < len(tokens) <= MOST_TOKENS:
            raise ValueError(f"{len(tokens)} tokens")
        style = table[min(len(tokens), len(table)) - 1].reshape(1, STYLE)
        kind = self._kinds["speed"]
        whole = np.issubdtype(kind, np.integer)
        fed = {
            self._tokens: np.array([[PAD, *tokens, PAD]], self._kinds[self._tokens]),
            "style": style.astype(self._kinds["style"]),
            "speed": np.array([max(1, round(speed)) if whole else speed], kind),
        }
        try:
            made = self._session.run(None, fed)[0]
        except Exception as error:
            raise EngineError(
                f"The model {self.path} failed: {' '.join(str(error).split())[:300]}",
                "Do the model, its tokenizer.json and its voices belong together? Download them "
                "again, or choose another voice.",
            ) from error
        return np.nan_to_num(np.asarray(made, np.float32).reshape(-1))

    def close(self) -> None:
        """Free the model."""
        self._session = None
