"""The third stage: what is under the playlist's cursor becomes sound, a few seconds ahead."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import numpy as np

from voicestream_tui.audio.dsp import echo, stretch, trim_silence
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.resampling import Resampler
from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import Clip, Kind, Samples, SpeechChunk, Utterance, Voice
from voicestream_tui.speak.chain import SpeakerChoice
from voicestream_tui.speak.parts import clause_at
from voicestream_tui.speak.styles import style_of
from voicestream_tui.stages.casting import Casting, Part
from voicestream_tui.stages.playlist import Playlist

log = logging.getLogger(__name__)

_ENDS_SOON = 0.5
"""Seconds; a voice may need as long for the first sound of a sentence."""


class Speaking:
    """Makes the sound of what is due, in the thread that runs it."""

    def __init__(
        self,
        playlist: Playlist,
        speakers: SpeakerChoice,
        player: Player,
        *,
        prepare: Callable[[], None],
        settle: Callable[[], None] = lambda: None,
        voice: str,
        subagent_voice: str = "",
        speed: Callable[[], float],
        ahead: float,
        sentence_gap: float,
        paragraph_gap: float,
        clock: Callable[[], float],
        on_synthesis: Callable[[Utterance, SpeechChunk, float, float], None],
        on_voice: Callable[[Voice], None],
        on_over: Callable[[Utterance], None],
        on_failure: Callable[[str, VoicestreamError], None],
    ) -> None:
        """Wire the stage; `run()` does the work in the calling thread.

        Args:
            speakers: the engines; each is made and used in a thread of its own.
            prepare: called in the thread of the stage, before the first sentence.
            settle: called when another voice has been loaded.
            voice: id of the voice to begin with; "" = the engine's default.
            subagent_voice: id of the voice for sub-agents; "" = the one in use.
            speed: asked for each clip.
            ahead: seconds of sound made ahead of what is heard.
            on_synthesis: gets an utterance, a chunk of it, and when the chunk's synthesis began
                and ended.
            on_voice: told of the voice in use once it is loaded, and after each change.
            on_over: gets an utterance that ended without reaching the player (nothing to say).
            on_failure: told once per cause.
        """
        self._playlist = playlist
        self._player = player
        self._prepare = prepare
        self._settle = settle
        self._speed = speed
        self._ahead = ahead
        self._sentence_gap = sentence_gap
        self._paragraph_gap = paragraph_gap
        self._clock = clock
        self._on_synthesis = on_synthesis
        self._on_over = on_over
        self._on_failure = on_failure
        self._said: set[str] = set()
        self._made = False
        """Whether anything of the utterance in hand reached the player."""
        self._reached = 0.0
        """How much of its text did, as a fraction."""
        self._last = np.zeros(0, np.float32)
        """The sound that did so last."""
        self._closing = threading.Event()
        self._casting = Casting(
            speakers,
            voice=voice,
            subagent_voice=subagent_voice,
            clock=clock,
            on_voice=on_voice,
            on_change=self._remake,
            on_failure=self._fail,
        )

    @property
    def voices(self) -> list[Voice]:
        """The voices of all engines; empty until the first engine is there."""
        return self._casting.voices

    @property
    def voice(self) -> Voice | None:
        return self._casting.voice

    def set_voice(self, voice: Voice) -> bool:
        """Speak the next sentence with another voice, once it is loaded; from any thread.

        Returns:
            False if it has to be loaded first, while the present one speaks on.
        """
        self._said.clear()  # what fails from now on is news again
        return self._casting.set_voice(voice)

    def list_voices_anew(self) -> None:
        """Look for voices that were installed meanwhile; from any thread, does not wait."""
        self._casting.list_anew()

    def restretch(self) -> None:
        """Give what is queued the speed of now; takes a while, from any thread."""
        rate = self._player.sample_rate
        self._player.restretch(self._speed(), lambda samples, speed: stretch(samples, rate, speed))

    def close(self) -> None:
        """Make `run()` end soon; from any thread."""
        self._closing.set()
        self._playlist.close()
        self._casting.close()
        self._player.wake()

    def run(self) -> None:
        """Speak until the playlist is closed."""
        try:
            self._start()
            while (utterance := self._next()) is not None:
                if utterance.text.strip():
                    self._speak(utterance)
                else:
                    self._on_over(utterance)
        finally:
            self._casting.join()

    def _start(self) -> None:
        try:
            self._casting.start()
        except Exception as error:
            self._fail(error, "The speech engine can't be started")
            return
        try:
            self._prepare()
        except Exception as error:
            self._fail(error, "The readings of English words can't be loaded")
        self._casting.announce()

    def _next(self) -> Utterance | None:
        # Room first, entry second: so a new voice or a skip finds as little made ahead as possible.
        self._player.wait_for_room(self._ahead, self._closing.is_set)
        return self._playlist.take()

    def _remake(self) -> None:
        """Make again, with the voice of now, what was made ahead.

        If the sentence that sounds ends at once, the one after it stays: making it again would
        leave a gap.
        """
        self._settle()
        now = self._player.snapshot()
        ends_soon = now.segment_id is not None and now.duration - now.position < _ENDS_SOON
        self._playlist.remake_queued(now.segment_id, keep=1 if ends_soon else 0)
        self._player.wake()

    def _speak(self, utterance: Utterance) -> None:
        self._made, self._reached, begin = False, 0.0, 0
        for part in self._casting.parts(utterance):
            try:
                self._make_sound(part, utterance, begin)
            except Exception as error:
                if self._closing.is_set():
                    break
                log.exception("%s failed: %r", part.voice.key, utterance.text)
                self._fail(error, "The voice failed")
                self._casting.failed(part, error)
                self._end_cut_off(utterance)
                begin = clause_at(utterance.text, self._reached)
                if utterance.cancelled or not utterance.text[begin:].strip():
                    break
                continue
            self._casting.worked(part)
            break
        if self._made:
            self._player.finish(utterance, self.gap(utterance))
        else:
            self._on_over(utterance)

    def _make_sound(self, part: Part, utterance: Utterance, begin: int) -> None:
        """Make the sound from a character on, or as much of it as is wanted."""
        text = utterance.text[begin:]
        before = begin / len(utterance.text)
        segment = utterance.segment
        style = style_of(segment.kind, segment.english)
        utterance.voice = part.voice
        resampler = Resampler(self._player.sample_rate)
        began = self._clock()
        with closing(part.booth.speak(text, part.voice, style)) as chunks:
            for said in chunks:
                chunk = replace(
                    said,
                    start=before + (1 - before) * said.start,
                    end=before + (1 - before) * said.end,
                )
                self._on_synthesis(utterance, chunk, began, self._clock())
                if utterance.cancelled:
                    return
                original = resampler.convert(chunk.samples, chunk.sample_rate)
                self._enqueue(utterance, original, chunk.start, chunk.end)
                self._reached = chunk.end
                self._player.wait_for_room(
                    self._ahead, lambda: utterance.cancelled or self._closing.is_set()
                )
                began = self._clock()
        self._enqueue(utterance, resampler.rest(), self._reached, self._reached)

    def _end_cut_off(self, utterance: Utterance) -> None:
        """Let what an engine left unfinished end without a click."""
        if self._made:
            end = echo(self._last, self._player.sample_rate)
            self._player.enqueue(Clip(utterance, end, self._reached, self._reached))
            self._last = end[:0]

    def _enqueue(self, utterance: Utterance, original: Samples, start: float, end: float) -> None:
        rate = self._player.sample_rate
        if not self._made:
            # Whatever silence an engine begins with would only be waited for.
            original = trim_silence(original, rate, end=False)
        if not len(original):
            return
        speed = self._speed()
        samples = original if speed == 1.0 else stretch(original, rate, speed)
        self._player.enqueue(Clip(utterance, samples, start, end, original))
        self._made, self._last = True, samples
        if self._speed() != speed:
            self.restretch()

    def gap(self, utterance: Utterance) -> float:
        """Seconds of silence that follow an utterance."""
        kind = utterance.segment.kind
        long = kind in (Kind.HEADING, Kind.CODE, Kind.TABLE, Kind.TOOL, Kind.ERROR)
        return self._paragraph_gap if long else self._sentence_gap

    def _fail(self, error: Exception, what: str) -> None:
        """Tell what failed, once per cause; an unforeseen one has another message each time.

        At the end nothing is told: engines that are closed fail at what they are doing.
        """
        if self._closing.is_set():
            return
        if isinstance(error, VoicestreamError):
            cause, told = error.message, error
        else:
            log.error("%s: %r", what, error)
            cause = f"{what}: {type(error).__name__}"
            told = EngineError(f"{what}: {error!r}.", "The log has the details.")
        if cause not in self._said:
            self._said.add(cause)
            self._on_failure("speech", told)
