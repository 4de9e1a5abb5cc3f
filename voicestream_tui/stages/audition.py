"""Lets a voice introduce itself with a sentence, beside the queue and without the voice in use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voicestream_tui.audio.dsp import trim_silence
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.resampling import Resampler
from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import Samples, Voice
from voicestream_tui.speak.base import Interruptible, Speaker

log = logging.getLogger(__name__)

SAMPLE = "こんにちは。テストはすべて通りました。次は、この関数を直します。"
"""What a voice says to introduce itself."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """A voice that was asked for; asked for again it is another wish."""

    voice: Voice


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
        self._wanted: _Wish | None = None
        self._closed = False
        self._speaker: Speaker | None = None

    @property
    def preparing(self) -> Voice | None:
        """The voice that was asked for and does not sound yet."""
        wish = self._wanted
        return wish.voice if wish is not None else None

    def hear(self, voice: Voice | None) -> None:
        """Let a voice speak as soon as it is loaded, and be silent until then; None = no one."""
        with self._changed:
            if voice is None or self.preparing != voice:
                self._wanted = _Wish(voice) if voice is not None else None
                self._leave_off()
        self._player.hush_aside()

    def close(self) -> None:
        """Make `run()` end after what it is doing."""
        with self._changed:
            self._closed = True
            self._wanted = None
            self._leave_off()
        self._player.hush_aside()

    def run(self) -> None:
        """Do what was asked until closed."""
        while (wish := self._next()) is not None:
            voice = wish.voice
            try:
                samples = self._spoken_by(wish)
            except Exception as error:
                log.exception("the voice %s could not be heard", voice.key)
                if self._over(wish, None):
                    self._on_failure(_told(voice, error))
            else:
                self._over(wish, samples)

    def _next(self) -> _Wish | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._wanted is not None)
            return None if self._closed else self._wanted

    def _leave_off(self) -> None:
        """With the lock held: what is being made is not wanted any more."""
        self._changed.notify_all()
        if isinstance(self._speaker, Interruptible):
            self._speaker.interrupt()

    def _over(self, wish: _Wish, samples: Samples | None) -> bool:
        """Let it be heard, if it is still wanted; False if not."""
        with self._changed:
            if self._wanted is not wish:
                return False
            self._wanted = None
            if samples is not None:
                self._player.say_aside(samples)
            return True

    def _spoken_by(self, wish: _Wish) -> Samples:
        speaker = self._make_speaker(wish.voice.engine)
        resampler = Resampler(self._player.sample_rate)
        parts: list[Samples] = []
        try:
            with self._changed:
                self._speaker = speaker
            if self._wanted is wish:
                for chunk in speaker.speak(SAMPLE, wish.voice):
                    if self._wanted is not wish:
                        break
                    parts.append(resampler.convert(chunk.samples, chunk.sample_rate))
        finally:
            with self._changed:
                self._speaker = None
            speaker.close()
        sound = np.concatenate([*parts, resampler.rest()])
        return trim_silence(sound, self._player.sample_rate, end=False)


def _told(voice: Voice, error: Exception) -> VoicestreamError:
    if isinstance(error, VoicestreamError):
        return error
    return EngineError(f"The voice {voice.key} failed: {error!r}.", "The log has the details.")
