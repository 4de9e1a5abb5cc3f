"""Piper voices: neural speech from ONNX models, in Japanese and many other languages.

The packages (piper-tts, onnxruntime, onnx) come with the extra "piper" and are imported with
the first use. A voice's level is measured once, with a sentence nobody hears.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from voicestream_tui.errors import EngineError
from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.speak.level import MEASURED, gain_for
from voicestream_tui.speak.onnx.phrases import Phrase, spoken
from voicestream_tui.speak.onnx.session import note_processor, would_run_on
from voicestream_tui.speak.parts import speakable_parts
from voicestream_tui.speak.piper.model import PiperModel, Scales
from voicestream_tui.speak.piper.options import PiperOptions
from voicestream_tui.speak.piper.phonemes import Phonemes
from voicestream_tui.speak.piper.voices import (
    PiperConfig,
    check_files,
    find_piper_voices,
    piper_voice,
)

_MEASURED_ELSEWHERE = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10."


@dataclass(frozen=True, slots=True)
class _Loaded:
    config: PiperConfig
    phonemes: Phonemes
    model: PiperModel
    scales: Scales
    speaker: int
    gain: float

    def phrases(self, part: str) -> Iterator[Phrase]:
        """The sentences that espeak-ng, or the Japanese analysis, finds in a part of a text."""
        sentences = [ids for _, ids in self.phonemes.sentences(part)]
        for ids in sentences:
            sound = self.model.sound(ids, self.scales, self.speaker)
            yield Phrase(len(part) / len(sentences), sound)


class PiperSpeaker:
    """Speaks with Piper voices; the last voice that was used stays loaded.

    Args:
        voices_dir: Folder in which voices are looked for, subfolders included.
        device, speaker, length_scale, noise_scale, noise_w: See `PiperOptions`.
        cache_dir: Where the parts of their models are kept; None is the platform's folder.
    """

    name = "piper"

    def __init__(
        self,
        voices_dir: Path | None = None,
        *,
        device: str = "auto",
        speaker: str = "",
        length_scale: float = 0.0,
        noise_scale: float = -1.0,
        noise_w: float = -1.0,
        cache_dir: Path | None = None,
    ) -> None:
        self._voices_dir = voices_dir
        self._options = PiperOptions(device, speaker, length_scale, noise_scale, noise_w)
        self._cache = cache_dir or user_cache_path("voicestream-tui", appauthor=False) / "piper"
        self._loaded: dict[Path, _Loaded] = {}

    def voices(self) -> list[Voice]:
        """The voices found: Japanese first, broken ones last. Loads no model."""
        return find_piper_voices(self._voices_dir)

    def voice_from_file(self, path: Path) -> Voice:
        """A voice for an .onnx file anywhere.

        Raises:
            EngineError: a file is missing or broken.
        """
        check_files(path)
        return piper_voice(path)

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
        phrases = (phrase for part in parts for phrase in loaded.phrases(part))
        yield from spoken(phrases, sum(map(len, parts)), loaded.config.sample_rate, loaded.gain)

    def phonemes(self, text: str) -> list[str]:
        """The phonemes that the first good voice of the folder is given for a text.

        Raises:
            EngineError: there is no voice, or its phonemes can't be made.
        """
        voice = next((voice for voice in self.voices() if not voice.problem), None)
        if voice is None or voice.path is None:
            raise EngineError(
                f"There is no Piper voice in {self._voices_dir}.",
                "Put a voice's two files there (.onnx and .onnx.json).",
            )
        maker = Phonemes(check_files(voice.path), voice.path)
        return [
            phoneme
            for part in speakable_parts(text)
            for phonemes, _ in maker.sentences(part)
            for phoneme in phonemes
        ]

    def close(self) -> None:
        """Free the voices."""
        for loaded in self._loaded.values():
            loaded.model.close()
        self._loaded.clear()

    def _load(self, voice: Voice) -> _Loaded:
        path = voice.path
        if path is None:
            raise EngineError(f'The voice "{voice.id}" has no file.', "Choose another voice.")
        if path not in self._loaded:
            config = check_files(path)
            speaker = _speaker(config, self._options.speaker, path)
            phonemes = Phonemes(config, path)
            model = PiperModel(path, config.sample_rate, self._options.device, self._cache)
            scales = _scales(config, self._options)
            gain = _gain(config, phonemes, model, scales, speaker)
            # A voice takes some 100 MB: only the one in use is kept, and the one before it.
            while len(self._loaded) > 1:
                self._loaded.pop(next(iter(self._loaded))).model.close()
            self._loaded[path] = _Loaded(config, phonemes, model, scales, speaker, gain)
            way = "in pieces" if model.streams else "in whole sentences"
            note_processor(voice.key, model.processor, self._options.device, way)
        self._loaded[path] = self._loaded.pop(path)
        return self._loaded[path]


def _scales(config: PiperConfig, options: PiperOptions) -> Scales:
    return Scales(
        noise=options.noise_scale if options.noise_scale >= 0 else config.noise_scale,
        length=options.length_scale or config.length_scale,
        width=options.noise_w if options.noise_w >= 0 else config.noise_w,
    )


def _speaker(config: PiperConfig, wanted: str, path: Path) -> int:
    """The number of the speaker that settings name; a voice with one speaker has no choice."""
    if config.speaker_count == 1:
        return 0
    if not wanted:
        return config.default_speaker
    if wanted in config.speakers:
        return config.speakers[wanted]
    if wanted.isascii() and wanted.isdecimal() and int(wanted) < config.speaker_count:
        return int(wanted)
    names = ", ".join(list(config.speakers)[:20]) or "none by name"
    raise EngineError(
        f'piper.speaker is "{wanted}", but {path.stem} has no such speaker.',
        f"Use a number from 0 to {config.speaker_count - 1}, or a name: {names}.",
    )


def _gain(
    config: PiperConfig, phonemes: Phonemes, model: PiperModel, scales: Scales, speaker: int
) -> float:
    """What brings a voice to the level of the others; its models are trained to many."""
    text = MEASURED if config.language == "ja" else _MEASURED_ELSEWHERE
    peak = 0.0
    for _, ids in phonemes.sentences(text):
        for samples, _ in model.sound(ids, scales, speaker):
            peak = max(peak, float(np.abs(samples).max(initial=0.0)))
    return gain_for(peak)
