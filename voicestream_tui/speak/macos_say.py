"""The voices of macOS, through its program `say`.

`say` can't write to a pipe (it goes back to fill in the header), so that each sentence is a file
for a moment.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, SpeechChunk, Voice
from voicestream_tui.speak.parts import speakable_parts
from voicestream_tui.speak.pcm import from_pcm

ENGINE = "say"
_RATE = 22050
_TIME_LIMIT = 60.0
_PAUSE = 0.25
_EDGE = 0.002
"""Linear level below which the beginning and the end of a file are silence."""
_LINE = re.compile(r"^(.*\S)\s+([a-z]{2,3})[_-][A-Za-z0-9_-]+\s+#")
_BEST = ("Kyoko", "Otoya")
_QUALITY = ("Premium", "Enhanced")
_COMMAND_MARKS = str.maketrans({"[": " ", "]": " "})
""" "[[rate 900]]" in a text is a command to the synthesiser."""
_LICENCE = "part of macOS, under its terms"
_NO_JAPANESE = (
    "System Settings, Accessibility, Spoken Content, System Voice, Manage Voices: add a Japanese "
    "one, such as Kyoko."
)


class SaySpeaker:
    """Speaks with `say`.

    Args:
        program: What is run; looked for in PATH.
        platform: As `sys.platform`; elsewhere than on macOS there are no voices, because other
            programs are called `say`, too.
    """

    name = ENGINE

    def __init__(self, *, program: str = "say", platform: str = sys.platform) -> None:
        self._program = program
        self._mac = platform == "darwin"

    def voices(self) -> list[Voice]:
        """The installed voices: Kyoko, Otoya, other Japanese ones, other languages.

        Raises:
            EngineError: `say` is missing or fails.
        """
        if not self._mac:
            return []
        listed = self._run(["-v", "?"]).decode("utf-8", "replace")
        found = [match.groups() for line in listed.splitlines() if (match := _LINE.match(line))]
        voices = [
            Voice(ENGINE, name, name, language=language, licence=_LICENCE)
            for name, language in found
        ]
        return sorted(voices, key=_rank)

    def is_loaded(self, voice: Voice) -> bool:
        """Nothing is loaded here."""
        return True

    def warm_up(self, voice: Voice) -> None:
        """Say a word into nothing, so that macOS loads the voice.

        Raises:
            EngineError: as `speak`.
        """
        for _ in self.speak("はい。" if voice.language == "ja" else "yes.", voice):
            pass

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text, sentence by sentence.

        Samples are float32 in [-1, 1] at 22,050 Hz. `start` and `end` count characters.

        Raises:
            EngineError: this is no Mac, or `say` is missing, fails or knows no such voice.
        """
        if not self._mac:
            raise EngineError(
                'The speech engine "say" is part of macOS, and this is another system.',
                "Choose another one: --speaker openjtalk",
            )
        parts = speakable_parts(text)
        total, done = sum(map(len, parts)), 0
        pause = np.zeros(0, np.float32)
        for part in parts:
            samples = _trimmed(self._said(part, voice))
            start, done = done, done + len(part)
            if len(samples):
                joined = np.concatenate([pause, samples])
                yield SpeechChunk(joined, _RATE, start=start / total, end=done / total)
                pause = np.zeros(round(_PAUSE * _RATE), np.float32)

    def close(self) -> None:
        """Nothing is open between two sentences."""

    def _said(self, text: str, voice: Voice) -> Samples:
        with tempfile.TemporaryDirectory(prefix="voicestream-say-") as folder:
            file = Path(folder) / "said.wav"
            form = ["--file-format=WAVE", f"--data-format=LEI16@{_RATE}"]
            asked = text.translate(_COMMAND_MARKS).encode()
            self._run(["-v", voice.id, "-o", str(file), *form, "-f", "-"], asked)
            try:
                with wave.open(str(file), "rb") as sound:
                    if sound.getframerate() != _RATE:
                        raise wave.Error(f"{sound.getframerate()} Hz")
                    data = sound.readframes(sound.getnframes())
                    return from_pcm(data, sound.getsampwidth(), sound.getnchannels())
            except (OSError, EOFError, ValueError, wave.Error) as error:
                raise EngineError(
                    f'"{self._program}" made no sound that can be read: {error}.',
                    f"Does the voice speak in a terminal? say -v '{voice.id}' こんにちは",
                ) from error

    def _run(self, arguments: Sequence[str], text: bytes = b"") -> bytes:
        try:
            done = subprocess.run(
                [self._program, *arguments], input=text, capture_output=True, timeout=_TIME_LIMIT
            )
        except OSError as error:
            raise EngineError(
                f'The program "{self._program}" can\'t be started: {error.strerror}.',
                "It is part of macOS; is /usr/bin in PATH?",
            ) from error
        except subprocess.TimeoutExpired as error:
            raise EngineError(
                f'"{self._program}" did not answer within {_TIME_LIMIT:.0f} seconds.',
                "Does it speak in a terminal?",
            ) from error
        if done.returncode:
            told = " ".join(done.stderr.decode("utf-8", "replace").split())[-200:]
            raise EngineError(
                f'"{self._program}" failed: {told or f"code {done.returncode}"}.', _NO_JAPANESE
            )
        return done.stdout


def _rank(voice: Voice) -> tuple[bool, int, int, str]:
    person = voice.id.partition(" (")[0]
    quality = [name in voice.id for name in _QUALITY]
    return (
        voice.language != "ja",
        _BEST.index(person) if person in _BEST else len(_BEST),
        quality.index(True) if any(quality) else len(_QUALITY),
        voice.id,
    )


def _trimmed(samples: Samples) -> Samples:
    """Without the silence at both ends."""
    loud = np.flatnonzero(np.abs(samples) > _EDGE)
    if not len(loud):
        return samples[:0]
    margin = _RATE // 100
    return samples[max(0, loud[0] - margin) : loud[-1] + 5 * margin]
