"""The third stage: what is under the playlist's cursor becomes sound, a few seconds ahead."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from voicestream_tui.audio.dsp import resample, stretch, trim_silence
from voicestream_tui.audio.player import Player
from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import Clip, Kind, SpeechChunk, Utterance, Voice
from voicestream_tui.speak.base import Speaker
from voicestream_tui.stages.playlist import Playlist

log = logging.getLogger(__name__)


class Speaking:
    """Owns the speaker for the life of its thread."""

    def __init__(
        self,
        playlist: Playlist,
        make_speaker: Callable[[], Speaker],
        player: Player,
        *,
        prepare: Callable[[], None],
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
            make_speaker: called in the thread of the stage.
            prepare: called there, too, before the first sentence.
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
        self._make_speaker = make_speaker
        self._player = player
        self._prepare = prepare
        self._wanted = voice
        self._wanted_for_subagents = subagent_voice
        self._subagent_voice: Voice | None = None
        self._speed = speed
        self._ahead = ahead
        self._sentence_gap = sentence_gap
        self._paragraph_gap = paragraph_gap
        self._clock = clock
        self._on_synthesis = on_synthesis
        self._on_voice = on_voice
        self._on_over = on_over
        self._on_failure = on_failure
        self._said: set[str] = set()
        self._voice_lock = threading.Lock()
        self._voice: Voice | None = None
        self._good: Voice | None = None
        self._made = False
        self._voices: Sequence[Voice] = ()
        self._closing = threading.Event()

    @property
    def voices(self) -> list[Voice]:
        """The installed voices; empty until the engine is there."""
        return list(self._voices)

    @property
    def voice(self) -> Voice | None:
        return self._voice

    def set_voice(self, voice: Voice) -> None:
        """Speak the next sentence with another voice; from any thread."""
        with self._voice_lock:
            self._voice = voice
        self._playlist.remake_queued(self._player.snapshot().segment_id)
        self._player.wake()
        self._on_voice(voice)

    def restretch(self) -> None:
        """Give what is queued the speed of now; takes a while, from any thread."""
        rate = self._player.sample_rate
        self._player.restretch(self._speed(), lambda samples, speed: stretch(samples, rate, speed))

    def close(self) -> None:
        """Make `run()` end soon; from any thread."""
        self._closing.set()
        self._playlist.close()
        self._player.wake()

    def run(self) -> None:
        """Speak until the playlist is closed."""
        speaker = self._start()
        try:
            while (utterance := self._next()) is not None:
                if speaker is None or self._voice is None or not utterance.text.strip():
                    self._on_over(utterance)
                    continue
                self._speak(speaker, utterance)
        finally:
            if speaker is not None:
                speaker.close()

    def _start(self) -> Speaker | None:
        speaker: Speaker | None = None
        try:
            speaker = self._make_speaker()
            self._voices = speaker.voices()
            voice = self._first_that_works(speaker, self._choose(self._wanted))
        except Exception as error:
            self._fail(error, "The speech engine can't be started")
            if speaker is not None:
                speaker.close()
            return None
        try:
            self._prepare()
        except Exception as error:
            self._fail(error, "The readings of English words can't be loaded")
        self._good = voice
        if self._wanted_for_subagents:
            self._subagent_voice = self._choose(self._wanted_for_subagents)
        with self._voice_lock:
            self._voice = self._voice or voice
        self._on_voice(self._voice)
        return speaker

    def _choose(self, wanted: str) -> Voice:
        if not self._voices:
            raise EngineError("The speech engine has no voice.", "Install one, or use --no-audio.")
        for voice in self._voices:
            if wanted in ("", voice.id, voice.key, str(voice.path)):
                return voice
        names = ", ".join(voice.id for voice in self._voices)
        error = EngineError(f"There is no voice {wanted!r}.", f"Installed voices: {names}.")
        self._fail(error, "There is no such voice")
        return self._voices[0]

    def _first_that_works(self, speaker: Speaker, wanted: Voice) -> Voice:
        problem: EngineError | None = None
        for voice in [wanted, *(v for v in self._voices if v != wanted)]:
            try:
                speaker.warm_up(voice)
            except EngineError as error:
                problem = problem or error
                continue
            if problem is not None:
                self._fail(problem, "The voice failed")
            return voice
        assert problem is not None
        raise problem

    def _next(self) -> Utterance | None:
        # Room first, entry second: so a new voice or a skip finds as little made ahead as possible.
        self._player.wait_for_room(self._ahead, self._closing.is_set)
        return self._playlist.take()

    def _speak(self, speaker: Speaker, utterance: Utterance) -> None:
        voice = self._voice
        assert voice is not None
        self._made = False
        own = self._subagent_voice if utterance.segment.agent else None
        if self._speak_with(speaker, utterance, own or voice):
            self._good = self._good if own else voice
        elif own:
            self._subagent_voice = None
            if not self._made:
                self._speak_with(speaker, utterance, voice)
        else:
            self._speak_with_last_good(speaker, utterance, voice)
        if self._made:
            self._player.finish(utterance, self.gap(utterance))
        else:
            self._on_over(utterance)

    def _speak_with_last_good(self, speaker: Speaker, utterance: Utterance, voice: Voice) -> None:
        good = self._good
        if good is None or good == voice or self._made:
            return
        with self._voice_lock:
            if self._voice == voice:
                self._voice = good
        self._on_voice(good)
        self._speak_with(speaker, utterance, good)

    def _speak_with(self, speaker: Speaker, utterance: Utterance, voice: Voice) -> bool:
        """Speak, or as much of it as is wanted; False if the voice failed at it."""
        try:
            self._make_sound(speaker, utterance, voice)
        except Exception as error:
            log.exception("speech failed: %r", utterance.text)
            self._fail(error, "The voice failed")
            return False
        return True

    def _make_sound(self, speaker: Speaker, utterance: Utterance, voice: Voice) -> None:
        began = self._clock()
        for chunk in speaker.speak(utterance.text, voice):
            self._on_synthesis(utterance, chunk, began, self._clock())
            if utterance.cancelled:
                return
            self._enqueue(utterance, chunk)
            self._player.wait_for_room(
                self._ahead, lambda: utterance.cancelled or self._closing.is_set()
            )
            began = self._clock()

    def _enqueue(self, utterance: Utterance, chunk: SpeechChunk) -> None:
        rate = self._player.sample_rate
        original = resample(chunk.samples, chunk.sample_rate, rate)
        if not self._made:
            # Whatever silence an engine begins with would only be waited for.
            original = trim_silence(original, rate, end=False)
        if not len(original):
            return
        speed = self._speed()
        samples = original if speed == 1.0 else stretch(original, rate, speed)
        self._player.enqueue(Clip(utterance, samples, chunk.start, chunk.end, original))
        self._made = True
        if self._speed() != speed:
            self.restretch()

    def gap(self, utterance: Utterance) -> float:
        """Seconds of silence that follow an utterance."""
        kind = utterance.segment.kind
        long = kind in (Kind.HEADING, Kind.CODE, Kind.TABLE, Kind.TOOL, Kind.ERROR)
        return self._paragraph_gap if long else self._sentence_gap

    def _fail(self, error: Exception, what: str) -> None:
        """Tell what failed, once per cause; an unforeseen one has another message each time."""
        if isinstance(error, VoicestreamError):
            cause, told = error.message, error
        else:
            log.error("%s: %r", what, error)
            cause = f"{what}: {type(error).__name__}"
            told = EngineError(f"{what}: {error!r}.", "The log has the details.")
        if cause not in self._said:
            self._said.add(cause)
            self._on_failure("speech", told)
