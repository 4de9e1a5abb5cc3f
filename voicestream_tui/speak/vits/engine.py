"""VITS voices of Coqui and ESPnet, exported to ONNX: any character set, speakers, languages.

onnxruntime and onnx come with the extra "piper", and so does espeak-ng, which some of Coqui's
voices ask for. Graphs are cut as Piper's are (`speak.onnx.split`), so that the first sound comes
early.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, SpeechChunk, Voice
from voicestream_tui.speak.level import MEASURED, gain_for
from voicestream_tui.speak.onnx.phrases import Phrase, spoken
from voicestream_tui.speak.onnx.session import note_processor, would_run_on
from voicestream_tui.speak.onnx.vits_graph import TooLongError
from voicestream_tui.speak.parts import halves, speakable_parts
from voicestream_tui.speak.vits.config import AGAIN, VitsConfig
from voicestream_tui.speak.vits.files import ENGINE, files_of, find_vits_voices, vits_voice
from voicestream_tui.speak.vits.manner import manner_of
from voicestream_tui.speak.vits.model import Manner, VitsModel
from voicestream_tui.speak.vits.options import VitsOptions
from voicestream_tui.speak.vits.reading import symbols

log = logging.getLogger(__name__)

_USUAL_RATE = 22_050
_RATES = {200: 16_000, 256: 22_050, 300: 24_000, 320: 16_000, 480: 24_000, 512: 44_100}
"""Sample rates by samples of a frame, of voices that do not say theirs."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    config: VitsConfig
    model: VitsModel
    manner: Manner
    gain: float


class VitsSpeaker:
    """Speaks with VITS voices; the last two that were used stay loaded.

    Args:
        voices_dir: Folder in which voices are looked for, subfolders included.
        models_dir: Another one.
        device, speaker, language, length_scale, noise_scale, noise_w, sample_rate: See
            `VitsOptions`.
        cache_dir: Where the parts of their models are kept; None is the platform's folder.
    """

    name = ENGINE

    def __init__(
        self,
        voices_dir: Path | None = None,
        *,
        models_dir: Path | None = None,
        device: str = "auto",
        speaker: str = "",
        language: str = "",
        length_scale: float = 0.0,
        noise_scale: float = -1.0,
        noise_w: float = -1.0,
        sample_rate: int = 0,
        cache_dir: Path | None = None,
    ) -> None:
        self._roots = (voices_dir, models_dir)
        self._options = VitsOptions(
            device, speaker, language, length_scale, noise_scale, noise_w, sample_rate
        )
        self._cache = cache_dir or user_cache_path("voicestream-tui", appauthor=False) / ENGINE
        self._loaded: dict[Path, _Loaded] = {}

    def voices(self) -> list[Voice]:
        """The voices found: Japanese first, broken ones last. Loads no model."""
        return find_vits_voices(*self._roots)

    def voice_from_file(self, path: Path) -> Voice:
        """A voice for a model, its description or its folder anywhere.

        Raises:
            EngineError: a file is missing or broken, or it is no VITS voice.
        """
        files = files_of(path)
        if files is None:
            raise EngineError(f"{path} has no config.json or config.yaml of a VITS voice.", AGAIN)
        files.config()
        return vits_voice(files)

    def is_loaded(self, voice: Voice) -> bool:
        """Whether `speak` would begin at once."""
        return voice.path in self._loaded

    def warm_up(self, voice: Voice) -> None:
        """Load a voice and measure its level.

        Raises:
            EngineError: as `speak`.
        """
        self._load(voice)

    def runs_on(self) -> str:
        """The processor that the loaded voice's session names; without one, that of a tiny model.

        Raises:
            EngineError: ONNX Runtime is not installed, or the device asked for is not there.
        """
        for loaded in self._loaded.values():
            return loaded.model.processor
        return would_run_on(self._options.device)

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text, the first third of a second as soon as it is made.

        Samples are float32 in [-1, 1] at the voice's own rate. `start` and `end` count
        characters and, within a sentence, samples.

        Raises:
            EngineError: a package is missing, or a file of the voice is missing or broken.
        """
        parts = speakable_parts(text)
        if not parts:
            return
        loaded = self._load(voice)
        phrases = (
            Phrase(len(part), _sound(loaded.config, loaded.model, loaded.manner, part))
            for part in parts
        )
        yield from spoken(phrases, sum(map(len, parts)), loaded.model.sample_rate, loaded.gain)

    def phonemes(self, text: str) -> list[str]:
        """The symbols that the first good voice is given for a text.

        Raises:
            EngineError: there is no voice, or its symbols can't be made.
        """
        voice = next((voice for voice in self.voices() if not voice.problem), None)
        files = files_of(voice.path) if voice and voice.path else None
        if files is None:
            raise EngineError(
                f"There is no VITS voice in {self._roots[0]}.",
                "Put a voice's folder there (.onnx and config.json or config.yaml).",
            )
        config = files.config()
        return [symbol for part in speakable_parts(text) for symbol in symbols(config, part)]

    def close(self) -> None:
        """Free the voices."""
        for loaded in self._loaded.values():
            loaded.model.close()
        self._loaded.clear()

    def _load(self, voice: Voice) -> _Loaded:
        path = voice.path
        files = files_of(path) if path is not None else None
        if path is None or files is None:
            raise EngineError(f'The files of the voice "{voice.id}" are missing.', AGAIN)
        if path not in self._loaded:
            config = files.config()
            model = self._open(path, config)
            manner = manner_of(config, model, self._options)
            peak = 0.0
            for samples, _ in _sound(config, model, manner, MEASURED):
                peak = max(peak, float(np.abs(samples).max(initial=0.0)))
            # A voice takes some 100 MB: only the one in use is kept, and the one before it.
            while len(self._loaded) > 1:
                self._loaded.pop(next(iter(self._loaded))).model.close()
            self._loaded[path] = _Loaded(config, model, manner, gain_for(peak))
            way = "in pieces" if model.streams else "in whole sentences"
            note_processor(voice.key, model.processor, self._options.device, way)
        self._loaded[path] = self._loaded.pop(path)
        return self._loaded[path]

    def _open(self, path: Path, config: VitsConfig) -> VitsModel:
        said = config.sample_rate or self._options.sample_rate
        model = VitsModel(
            path, config.family, said or _USUAL_RATE, self._options.device, self._cache
        )
        if not said:
            model.sample_rate = _RATES.get(model.hop, _USUAL_RATE)
            log.warning(
                "%s does not say its sample rate, %d Hz is assumed; vits.sample_rate is for this",
                config.path,
                model.sample_rate,
            )
        return model


def _sound(
    config: VitsConfig, model: VitsModel, manner: Manner, text: str
) -> Iterator[tuple[Samples, float]]:
    """Yield the sound of a text, and how much of it has then been given.

    ESPnet's export takes no more than 512 symbols or frames: longer texts fail, or lose their end.
    """
    ids = config.alphabet.encode(symbols(config, text))
    if not ids:
        return
    begun = False
    try:
        for samples, share in model.sound(ids, manner):
            begun = True
            yield samples, share
        return
    except (TooLongError, EngineError) as error:
        parts = halves(text)
        if begun or config.family != "espnet" or len(parts) < 2:
            if isinstance(error, EngineError):
                raise
            raise EngineError(f"{model.path} can't say {text[:20]!r} to its end.", AGAIN) from error
    before = 0.0
    for part in parts:
        for samples, share in _sound(config, model, manner, part):
            yield samples, (before + share * len(part)) / len(text)
        before += len(part)
