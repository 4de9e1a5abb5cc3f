"""Kokoro: 82 million weights, 24 kHz, five Japanese voices, and mixtures of any of its voices.

The model is of the StyleTTS 2 family: a voice is a table of styles, so that one loaded model speaks
with all of them, and styles can be mixed. onnxruntime comes with the extra "piper".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, SpeechChunk, Voice
from voicestream_tui.speak import blend as blends
from voicestream_tui.speak.kokoro.model import SAMPLE_RATE, KokoroModel
from voicestream_tui.speak.kokoro.phonemes import phonemes
from voicestream_tui.speak.kokoro.pieces import pieces, without_silence
from voicestream_tui.speak.kokoro.vocabulary import MOST_TOKENS, vocabulary_beside
from voicestream_tui.speak.kokoro.voices import ENGINE, KokoroVoices
from voicestream_tui.speak.level import MEASURED, gain_for
from voicestream_tui.speak.onnx.phrases import Phrase, spoken
from voicestream_tui.speak.onnx.session import note_processor, would_run_on
from voicestream_tui.speak.parts import speakable_parts

_MOST_VOICES = 16
"""Tables of voices that are kept, half a megabyte each."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: KokoroModel
    vocabulary: Mapping[str, int]
    table: NDArray[np.float32]
    gain: float


class KokoroSpeaker:
    """Speaks with the voices of a Kokoro model.

    Args:
        voices_dir: Folder in which models with their voices are looked for, and voice profiles.
        models_dir: Another one, without profiles.
        device: "auto", "cpu", "cuda" or "cuda:N".
        model: Which file of several, by its name or a part of it ("fp16"); "" is the best one.
        speed: Above 1 is quicker, as the model itself speaks it.
        clauses: Make the first clause by itself, so that it is heard early; False makes a sentence
            at once.
    """

    name = ENGINE

    def __init__(
        self,
        voices_dir: Path | None = None,
        *,
        models_dir: Path | None = None,
        device: str = "auto",
        model: str = "",
        speed: float = 1.0,
        clauses: bool = True,
    ) -> None:
        self._voices_dir = voices_dir
        self._voices = KokoroVoices(voices_dir, models_dir, model)
        self._device = device
        self._model = model
        self._speed = speed
        self._clauses = clauses
        self._models: dict[Path, KokoroModel] = {}
        self._loaded: dict[tuple[str, Path | None], _Loaded] = {}

    def voices(self) -> list[Voice]:
        """The voices found: Japanese, saved mixtures, other languages, broken ones last."""
        return self._voices.all()

    def mixed_voice(self, wanted: str) -> Voice:
        """A voice for a mixture of installed ones ("jf_alpha:60+jf_nezumi:40").

        Raises:
            EngineError: it is no mixture, or a voice of it is not installed.
        """
        return self._voices.mixed(wanted)

    def voice_from_file(self, path: Path) -> Voice:
        """The voice of a file (.bin, .profile.toml), or the first of a model or a folder anywhere.

        Raises:
            EngineError: a file is missing, broken, or not one of Kokoro's.
        """
        return self._voices.in_file(path)

    def is_loaded(self, voice: Voice) -> bool:
        """Whether `speak` would begin at once."""
        return (voice.id, voice.path) in self._loaded

    def shares_model(self, voice: Voice) -> bool:
        """Whether the voice is one of the model that is loaded."""
        try:
            return self._voices.made_of(voice).bundle.model(self._model) in self._models
        except EngineError:
            return False

    def save_blend(self, name: str, blend: str, *, replace: bool = False) -> Voice:
        """Keep a mixture of installed voices under a name, in the voices folder.

        Raises:
            EngineError: a voice of it is missing, the name can't be used or is taken, or the file
                can't be written.
        """
        if self._voices_dir is None:
            raise EngineError("There is no voices folder.", "Set tts.voices_dir.")
        if not replace and any(voice.id == name for voice in self.voices()):
            raise EngineError(f'There is a voice "{name}" already.', "Choose another name.")
        mixed = blends.parse_blend(blend)
        self._voices.made_of(Voice(ENGINE, mixed.id, mixed.id)).table()
        path = blends.save_blend(self._voices_dir, name, mixed, replace=replace)
        self._loaded.pop((name, path), None)
        return next(voice for voice in self.voices() if voice.id == name)

    def warm_up(self, voice: Voice) -> None:
        """Load the model and measure the voice's level.

        Raises:
            EngineError: as `speak`.
        """
        self._load(voice)

    def runs_on(self) -> str:
        """The processor that the loaded model's session names; without one, that of a tiny model.

        Raises:
            EngineError: ONNX Runtime is not installed, or the device asked for is not there.
        """
        for model in self._models.values():
            return model.processor
        return would_run_on(self._device)

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text, clause by clause.

        Samples are float32 in [-1, 1] at 24 kHz. `start` and `end` count characters and, within a
        sentence, phonemes. Pauses between clauses are part of the chunks.

        Raises:
            EngineError: a package is missing, or a file is missing or broken.
        """
        parts = speakable_parts(text)
        if not parts:
            return
        loaded = self._load(voice)
        phrases = (phrase for part in parts for phrase in self._phrases(loaded, part))
        yield from spoken(phrases, sum(map(len, parts)), SAMPLE_RATE, loaded.gain)

    def _phrases(self, loaded: _Loaded, part: str) -> Iterator[Phrase]:
        made = pieces(phonemes(part), self._clauses)
        whole = sum(len(piece.phonemes) for piece in made) or 1
        for piece in made:
            weight = len(part) * len(piece.phonemes) / whole
            yield Phrase(weight, self._sound(loaded, piece.phonemes), rest=piece.pause)

    def _sound(self, loaded: _Loaded, said: str) -> Iterator[tuple[Samples, float]]:
        if tokens := _tokens(loaded.vocabulary, said):
            samples = loaded.model.sound(tokens, loaded.table, self._speed)
            yield without_silence(samples, SAMPLE_RATE), 1.0

    def phonemes(self, text: str) -> list[str]:
        """The phonemes of a text, as Kokoro writes them.

        Raises:
            EngineError: pyopenjtalk is missing, or it can't analyse the text.
        """
        return [sign for part in speakable_parts(text) for sign in phonemes(part)]

    def close(self) -> None:
        """Free the models."""
        for model in self._models.values():
            model.close()
        self._models.clear()
        self._loaded.clear()

    def _load(self, voice: Voice) -> _Loaded:
        key = (voice.id, voice.path)
        if key not in self._loaded:
            found = self._voices.made_of(voice)
            model = self._open(found.bundle.model(self._model))
            vocabulary = vocabulary_beside(found.bundle.folder)
            table = found.table()
            tokens = _tokens(vocabulary, phonemes(MEASURED))
            if not tokens:
                raise EngineError(
                    f"The vocabulary in {found.bundle.folder} has none of the Japanese phonemes.",
                    "Download tokenizer.json again, or choose another voice.",
                )
            samples = model.sound(tokens, table, self._speed)
            gain = gain_for(float(np.abs(samples).max(initial=0.0)))
            while len(self._loaded) >= _MOST_VOICES:
                self._loaded.pop(next(iter(self._loaded)))
            self._loaded[key] = _Loaded(model, vocabulary, table, gain)
        return self._loaded[key]

    def _open(self, path: Path) -> KokoroModel:
        """The model of a file; the one that was used before is freed."""
        if path not in self._models:
            opened = KokoroModel(path, self._device)
            self.close()
            self._models[path] = opened
            note_processor(path.name, opened.processor, self._device)
        return self._models[path]


def _tokens(vocabulary: Mapping[str, int], said: str) -> list[int]:
    """The numbers of phonemes; what the vocabulary does not have is left out."""
    return [vocabulary[sign] for sign in said if sign in vocabulary][:MOST_TOKENS]
