"""A VITS voice's model: what graphs of Coqui's and ESPnet's exports are given.

ESPnet's exporter leaves inputs out that a voice does not have, and PyTorch then gives their names
to the next ones: a speaker's number may be called "feats". So all inputs but the text are told
apart by their type and place.
"""

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
from voicestream_tui.speak.vits.config import Family

_COQUI = ("input", "input_lengths", "scales")
_EMBEDDING = "spembs.npy"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a voice is spoken: its scales, and the numbers of its speaker and language."""

    noise: float
    length: float
    width: float
    speaker: int = 0
    language: int = 0


class VitsModel(VitsGraph):
    """A loaded voice, in parts where its graph allows it."""

    def __init__(
        self, path: Path, family: Family, sample_rate: int, device: str, cache: Path | None
    ) -> None:
        """Load the model.

        Args:
            path: The .onnx.
            family: Whose export it is.
            sample_rate: Hz.
            device: "auto", "cpu", "cuda" or "cuda:N".
            cache: Folder for the parts; None keeps nothing.

        Raises:
            EngineError: the file is no voice of that family, or the device is not there.
        """
        super().__init__(path, sample_rate, device, cache)
        self._family = family
        needed = _COQUI if family == "coqui" else ("text",)
        if missing := set(needed) - set(self.inputs):
            raise EngineError(
                f"{path} is no VITS voice of {family}'s export: it has no input "
                f"{', '.join(sorted(missing))}.",
                "Do the model and its description belong together? Choose another voice, or the "
                "engine that this model is for.",
            )
        kinds = {name: value.kind for name, value in self.inputs.items() if name not in needed}
        whole = [name for name, kind in kinds.items() if "int" in kind]
        if family == "coqui":
            self._speaker = "sid" if "sid" in kinds else ""
            self._language = "langid" if "langid" in kinds else ""
        else:
            alone_is_language = len(whole) == 1 and whole[0] == "lids"
            self._speaker = whole[0] if whole and not alone_is_language else ""
            self._language = whole[-1] if len(whole) > 1 or alone_is_language else ""
        self._embeddings = [name for name, kind in kinds.items() if "float" in kind]
        self._embedding = self._read_embedding() if self._embeddings else None

    @property
    def has_speakers(self) -> bool:
        """Whether it takes a speaker's number."""
        return bool(self._speaker)

    @property
    def has_languages(self) -> bool:
        """Whether it takes a language's number."""
        return bool(self._language)

    @property
    def has_scales(self) -> bool:
        """Whether liveliness and slowness can be chosen; ESPnet's export has them built in."""
        return "scales" in self.inputs

    def sound(self, ids: Sequence[int], manner: Manner) -> Iterator[tuple[Samples, float]]:
        """Yield the sound of a sentence, and how much of it has then been given, in (0, 1].

        Raises:
            EngineError: the model fails, as with a symbol it does not know.
            TooLongError: before anything is given, if the model would leave out the end.
        """
        numbers = np.array(ids, np.int64)
        fed: dict[str, NDArray[Any]]
        if self._family == "coqui":
            fed = {
                "input": numbers[None],
                "input_lengths": np.array([len(ids)], np.int64),
                "scales": np.array([manner.noise, manner.length, manner.width], np.float32),
            }
        else:
            fed = {"text": numbers}
        if self._speaker:
            fed[self._speaker] = self._shaped(self._speaker, manner.speaker)
        if self._language:
            fed[self._language] = self._shaped(self._language, manner.language)
        if self._embedding is not None:
            fed[self._embeddings[0]] = self._embedding
        yield from self.run(fed)

    def _shaped(self, name: str, number: int) -> NDArray[np.int64]:
        return np.full((1,) * self.inputs[name].axes, number, np.int64)

    def _read_embedding(self) -> NDArray[np.float32]:
        """The speaker's embedding that the voice asks for, of a file in its folder."""
        places = [self.path.with_name(_EMBEDDING), self.path.parent.with_name(_EMBEDDING)]
        path = next((place for place in places if place.is_file()), None)
        if path is None or len(self._embeddings) > 1:
            raise EngineError(
                f"{self.path} asks for {', '.join(self._embeddings)}, a speaker's embedding, and "
                f"{places[0]} is missing.",
                "Save one there with NumPy (float32, one axis), or choose another voice.",
            )
        try:
            return np.asarray(np.load(path, allow_pickle=False), np.float32).reshape(-1)
        except (OSError, ValueError, EOFError) as error:
            raise EngineError(f"{path} can't be read: {error}.", "Save it again.") from error
