"""Lets a voice introduce itself with a sentence, beside the queue and without the voice in use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import numpy as np

from voicestream_tui.audio.dsp import resample, trim_silence
from voicestream_tui.audio.player import Player
from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import Samples, Voice
from voicestream_tui.speak.base import Speaker

log = logging.getLogger(__name__)

SAMPLE = "こんにちは。テストはすべて通りました。次は、この関数を直します。"
"""What a voice says to introduce itself."""


class Audition:
    """Makes an engine for one sentence and closes it again; of several wishes the last counts.

    Args:
        make_speaker: makes an engine by name, in the thread of `run`.
        player: plays the sentence.
        on_failure: gets what went wrong.
    """

    def __init__(
        self,
        make_speaker: Callable[[str], Speaker],
        player: Player,
        on_failure: Callable[[VoicestreamError], None],
    ) -> None:
        self._make_speaker = make_speaker
        self._player = player
        self._on_failure = on_failure
        self._changed = threading.Condition()
        self._wanted: Voice | None = None
        self._closed = False

    @property
    def preparing(self) -> Voice | None:
        """The voice that was asked for and does not sound yet."""
        return self._wanted

    def hear(self, voice: Voice | None) -> None:
        """Let a voice speak as soon as it is loaded, and be silent until then; None = no one."""
        with self._changed:
            self._wanted = voice
            self._changed.notify_all()
        self._player.hush_aside()

    def close(self) -> None:
        """Make `run()` end after what it is doing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._player.hush_aside()

    def run(self) -> None:
        """Do what was asked until closed."""
        while (voice := self._next()) is not None:
            try:
                samples = self._spoken_by(voice)
            except Exception as error:
                log.exception("the voice %s could not be heard", voice.key)
                self._over(voice, None)
                self._on_failure(_told(voice, error))
            else:
                self._over(voice, samples)

    def _next(self) -> Voice | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._wanted is not None)
            return None if self._closed else self._wanted

    def _over(self, voice: Voice, samples: Samples | None) -> None:
        with self._changed:
            if self._wanted is not voice or self._closed:
                return
            self._wanted = None
            if samples is not None:
                self._player.say_aside(samples)

    def _spoken_by(self, voice: Voice) -> Samples:
        speaker = self._make_speaker(voice.engine)
        rate = self._player.sample_rate
        parts: list[Samples] = []
        try:
            for chunk in speaker.speak(SAMPLE, voice):
                if self._wanted is not voice:
                    break
                parts.append(resample(chunk.samples, chunk.sample_rate, rate))
        finally:
            speaker.close()
        sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return trim_silence(sound, rate, end=False)


def _told(voice: Voice, error: Exception) -> VoicestreamError:
    if isinstance(error, VoicestreamError):
        return error
    return EngineError(f"The voice {voice.key} failed: {error!r}.", "The log has the details.")
