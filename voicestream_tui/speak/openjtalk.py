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

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, SpeechChunk, Voice
from voicestream_tui.speak import nani
from voicestream_tui.speak.hts_voices import find_voices, voice_from_file
from voicestream_tui.speak.htsvoice import HtsVoice, load_htsvoice
from voicestream_tui.speak.parts import speakable_parts
from voicestream_tui.speak.plan import plan
from voicestream_tui.speak.waveform import TAIL, normalised, shaped, without_lead

_SENTENCE_PAUSE = 0.5
_PHONEME = re.compile(r"-(.+?)\+")
_WARM_UP = "準備が出来た方です。"
"""Has kanji of several readings, so that the dictionary for these is loaded, too."""


class OpenJTalkSpeaker:
    """Speaks Japanese with HTS voices.

    Args:
        voices_dir: Folder in which `.htsvoice` files are looked for, subfolders included.
    """

    name = "openjtalk"

    def __init__(self, voices_dir: Path | None = None) -> None:
        self._voices_dir = voices_dir
        self._engines: dict[Path, Any] = {}

    def voices(self) -> list[Voice]:
        """The packaged voice first, then those of the voices folder. Loads no model."""
        return find_voices(self._voices_dir)

    def voice_from_file(self, path: Path) -> Voice:
        """A voice for an `.htsvoice` file anywhere.

        Raises:
            EngineError: the file is missing or broken.
        """
        load_htsvoice(path)
        return voice_from_file(path)

    def warm_up(self, voice: Voice) -> None:
        """Load everything that speaking with a voice needs.

        Raises:
            EngineError: as `speak`.
        """
        for _ in self.speak(_WARM_UP, voice):
            pass

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text, clause by clause.

        Samples are float32 in [-1, 1] at the voice's own rate. Pauses between clauses are
        part of the chunks; there is no silence before the first and next to none after the
        last. `start` and `end` count phonemes. Unspeakable characters are passed over.

        Raises:
            EngineError: pyopenjtalk is missing, or the voice's file is missing or broken.
        """
        openjtalk = _openjtalk()
        if voice.path is None:
            raise EngineError(f'The voice "{voice.id}" has no file.', "Choose another voice.")
        model = load_htsvoice(voice.path)
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
                wave = _synthesise(engine, labels[piece.first : piece.last], voice.path)
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
                self._engines[model.path] = openjtalk.HTSEngine(str(model.path).encode())
            except RuntimeError as error:
                raise _broken(model.path, error) from error
        return self._engines[model.path]


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


def _synthesise(engine: Any, labels: list[str], path: Path) -> Samples:
    try:
        wave = engine.synthesize(labels)
    except RuntimeError as error:
        raise _broken(path, error) from error
    return normalised(wave)


def _broken(path: Path, error: Exception) -> EngineError:
    return EngineError(
        f"The voice file {path} can't be used: {error}.",
        "Download the file again or remove it, or choose another voice.",
    )
