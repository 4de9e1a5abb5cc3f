"""Open JTalk with HTS voices: small, quick, on every machine.

The engine's package is imported with the first use, which takes about a second; `warm_up`
does that ahead of time. The analyser of text is one for the whole process and guarded by the
package's own lock; the synthesisers are this object's, one a voice, used by one thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, SpeechChunk, Voice
from voicestream_tui.speak import nani
from voicestream_tui.speak.openjtalk.hts_intonation import with_intonation
from voicestream_tui.speak.openjtalk.hts_styles import AUTO, file_for, files_of, with_styles
from voicestream_tui.speak.openjtalk.hts_voices import find_voices, voice_from_file
from voicestream_tui.speak.openjtalk.htsvoice import HtsVoice, load_htsvoice
from voicestream_tui.speak.openjtalk.plan import plan
from voicestream_tui.speak.openjtalk.waveform import TAIL, normalised, shaped, without_lead
from voicestream_tui.speak.parts import speakable_parts
from voicestream_tui.speak.styles import Style

_SENTENCE_PAUSE = 0.5
_PHONEME = re.compile(r"-(.+?)\+")
_WARM_UP = "準備が出来た方です。"
"""Has kanji of several readings, so that the dictionary for these is loaded, too."""


class OpenJTalkSpeaker:
    """Speaks Japanese with HTS voices.

    Args:
        voices_dir: Folder in which `.htsvoice` files are looked for, subfolders included.
        pitch: Half tones higher (or lower) than the voice.
        volume: Linear gain.
        intonation: How lively the melody is; 1 as recorded, 0 monotonous.
        style: Mood of a voice that has several: "auto" follows the sentence.
        serious: The mood for errors, if the voice has it.
        cache_dir: Where voices of another intonation are kept; None is the platform's folder.
    """

    name = "openjtalk"

    def __init__(
        self,
        voices_dir: Path | None = None,
        *,
        pitch: float = 0.0,
        volume: float = 1.0,
        intonation: float = 1.0,
        style: str = AUTO,
        serious: str = "sad",
        cache_dir: Path | None = None,
    ) -> None:
        self._voices_dir = voices_dir
        self._pitch = pitch
        self._volume = volume
        self._intonation = intonation
        self._style = style
        self._serious = serious
        self._cache = cache_dir or user_cache_path("voicestream-tui", appauthor=False) / "openjtalk"
        self._engines: dict[Path, Any] = {}

    def voices(self) -> list[Voice]:
        """The packaged voice first, then those of the voices folder. Loads no model."""
        return with_styles(find_voices(self._voices_dir))

    def voice_from_file(self, path: Path) -> Voice:
        """A voice for an `.htsvoice` file anywhere.

        Raises:
            EngineError: the file is missing or broken.
        """
        load_htsvoice(path)
        return voice_from_file(path)

    def warm_up(self, voice: Voice) -> None:
        """Load everything that speaking with a voice needs, all its moods included.

        Raises:
            EngineError: as `speak`.
        """
        for _ in self.speak(_WARM_UP, voice):
            pass
        for path in files_of(voice).values():
            self._engine(_openjtalk(), load_htsvoice(path))

    def is_loaded(self, voice: Voice) -> bool:
        """Whether `speak` would begin at once: what takes its time is the same for all voices."""
        return bool(self._engines)

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text, clause by clause.

        Samples are float32 in [-1, 1] at the voice's own rate. Pauses between clauses are
        part of the chunks; there is no silence before the first and next to none after the
        last. `start` and `end` count phonemes. Unspeakable characters are passed over.

        Raises:
            EngineError: pyopenjtalk is missing, or the voice's file is missing or broken.
        """
        return self.speak_styled(text, voice, Style.NEUTRAL)

    def speak_styled(self, text: str, voice: Voice, style: Style) -> Iterator[SpeechChunk]:
        """Yield the sound of a text as `speak`, in the mood that suits it if the voice has such.

        Raises:
            EngineError: as `speak`, or the voice does not have the mood of the settings.
        """
        openjtalk = _openjtalk()
        path = file_for(voice, style, self._style, self._serious)
        if path is None:
            raise EngineError(f'The voice "{voice.id}" has no file.', "Choose another voice.")
        model = load_htsvoice(path)
        engine = self._engine(openjtalk, model)
        parts = speakable_parts(text)
        total, done = sum(map(len, parts)) or 1, 0
        pending = 0
        for part in parts:
            labels = _labels(openjtalk, part)
            lengths = [model.samples(label) for label in labels]
            pieces = plan(labels, lengths, model.sample_rate, model.global_variance)
            tail: Samples | None = None
            for piece in pieces:
                last = piece is pieces[-1]
                wave = self._synthesised(engine, labels[piece.first : piece.last], path)
                samples, tail = shaped(wave, piece, tail, model.sample_rate, last)
                if pending:
                    samples = np.concatenate([np.zeros(pending, np.float32), samples])
                    pending = 0
                elif piece is pieces[0]:
                    samples = without_lead(samples, model.sample_rate)
                yield SpeechChunk(
                    samples,
                    model.sample_rate,
                    start=(done + piece.start_fraction * len(part)) / total,
                    end=(done + piece.end_fraction * len(part)) / total,
                )
            if pieces:
                pending = round((_SENTENCE_PAUSE - TAIL) * model.sample_rate)
            done += len(part)

    def phonemes(self, text: str) -> list[str]:
        """The phonemes of a text, "pau" for a pause.

        Raises:
            EngineError: pyopenjtalk is missing, or it can't analyse the text.
        """
        openjtalk = _openjtalk()
        parts = speakable_parts(text)
        said: list[str] = []
        for part in parts:
            found = [_PHONEME.search(label) for label in _labels(openjtalk, part)]
            said += ["pau"] * bool(said)
            said += [match[1] for match in found if match and match[1] != "sil"]
        return said

    def close(self) -> None:
        """Free the voices."""
        self._engines.clear()

    def _engine(self, openjtalk: ModuleType, model: HtsVoice) -> Any:
        if model.path not in self._engines:
            try:
                path = with_intonation(model.path, self._intonation, self._cache)
                self._engines[model.path] = openjtalk.HTSEngine(str(path).encode())
            except RuntimeError as error:
                raise _broken(model.path, error) from error
        return self._engines[model.path]

    def _synthesised(self, engine: Any, labels: list[str], path: Path) -> Samples:
        try:
            if self._pitch:
                engine.add_half_tone(self._pitch)  # forgotten after each synthesis
            wave = engine.synthesize(labels)
        except RuntimeError as error:
            raise _broken(path, error) from error
        return normalised(wave * self._volume)


def _openjtalk() -> ModuleType:
    nani.install()
    try:
        return import_module("pyopenjtalk")
    except ImportError as error:
        raise EngineError(
            f'The speech engine "openjtalk" can\'t be loaded: {error}.',
            "Install the package pyopenjtalk-plus into this environment.",
        ) from error


def _labels(openjtalk: ModuleType, text: str) -> list[str]:
    try:
        labels: list[str] = openjtalk.extract_fullcontext(text)
    except RuntimeError as error:
        raise EngineError(
            f"Open JTalk can't analyse the text {text[:20]!r}…: {error}", "Please report this."
        ) from error
    return labels


def _broken(path: Path, error: Exception) -> EngineError:
    return EngineError(
        f"The voice file {path} can't be used: {error}.",
        "Download the file again or remove it, or choose another voice.",
    )
