"""Everything from a translated row to the ear: playlist, speech, player, output, commands."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Callable, Sequence

from voicestream_tui.audio.voice_lock import VoiceLock
from voicestream_tui.errors import AudioError, VoicestreamError
from voicestream_tui.model import (
    Kind,
    PlayerState,
    Samples,
    Segment,
    SpeakingStarted,
    SpeechChunk,
    Spoken,
    Translation,
    Utterance,
    Voice,
    VoiceChanged,
    VoiceHeld,
)
from voicestream_tui.stages.announcer import Announcer
from voicestream_tui.stages.arbitration import Arbitration
from voicestream_tui.stages.audition import Audition
from voicestream_tui.stages.catch_up import CatchUp
from voicestream_tui.stages.options import PipelineOptions, VoiceRoom
from voicestream_tui.stages.playback import Playback
from voicestream_tui.stages.playlist import Entry, Playlist
from voicestream_tui.stages.speech import Speaking
from voicestream_tui.stages.stage import Stage
from voicestream_tui.stages.timelines import Timelines
from voicestream_tui.text.verbosity import Verbosity

log = logging.getLogger(__name__)

SPEEDS = (0.5, 3.0)
VOLUMES = (0.0, 1.5)


class Voicing:
    """The half of the pipeline that is heard; every method may be called from any thread."""

    def __init__(
        self,
        room: VoiceRoom,
        options: PipelineOptions,
        announcer: Announcer,
        timelines: Timelines,
        *,
        on_crash: Callable[[str, BaseException], None],
        on_failure: Callable[[str, VoicestreamError], None],
        on_change: Callable[[], None],
    ) -> None:
        """Wire it; nothing runs before the stages are started.

        Args:
            on_crash: gets the name of a stage and what it died of.
            on_failure: gets the name of a stage and what it reports, once per cause.
            on_change: called when something was spoken or skipped: perhaps nothing is due now.
        """
        self._options = options
        self._announcer = announcer
        self._timelines = timelines
        self._on_crash = on_crash
        self._on_change = on_change
        self._record = room.record
        self._seconds_per_character = 0.14
        self._catch_up = CatchUp(options.catch_up_speed, options.catch_up_after)
        self._silent_turn = 0
        """Of this turn and those before it nothing more is spoken by itself."""
        self.speed = options.speed
        self.volume = options.volume
        self.verbosity = options.verbosity
        self._set_verbosity = room.set_verbosity
        self.player = room.player
        self.output = room.output
        room.player.set_volume(options.volume)
        self._playlist = Playlist(room.spoken_form)
        self._speaking = Speaking(
            self._playlist,
            room.speakers,
            room.player,
            prepare=room.prepare,
            settle=room.settle,
            voice=options.voice,
            subagent_voice=options.subagent_voice,
            speed=self._effective_speed,
            ahead=options.ahead,
            sentence_gap=options.sentence_gap,
            paragraph_gap=options.paragraph_gap,
            clock=announcer.clock,
            on_synthesis=self._on_synthesis,
            on_voice=lambda voice: announcer.tell(VoiceChanged(voice, announcer.clock())),
            on_over=self._on_nothing_to_say,
            on_failure=on_failure,
        )
        self._playback = Playback(
            room.player,
            self._playlist,
            order=announcer.order,
            gap=self._speaking.gap,
            on_began=self._on_began,
            on_spoken=self._on_spoken,
            on_change=on_change,
        )
        self._audition = Audition(
            room.speakers.make, room.player, lambda error: on_failure("preview", error)
        )
        self.stages = [
            Stage("speech", self._speaking.run, on_crash, self.give_up),
            Stage("playback", self._playback.run, on_crash, self.give_up),
            Stage("audition", self._audition.run, on_crash),
        ]
        self._held_by = ""
        self._arbitration: Arbitration | None = None
        if room.lock is not None:
            self._arbitration = self._share_voice(room.lock, on_failure)
            self.stages.append(Stage("arbitration", self._arbitration.run, on_crash))

    def _share_voice(
        self, lock: VoiceLock, on_failure: Callable[[str, VoicestreamError], None]
    ) -> Arbitration:
        clock = self._announcer.clock
        return Arbitration(
            self.player.gate,
            lock,
            latency=lambda: self.output.latency,
            expecting=lambda: not self._playlist.exhausted,
            on_waiting=self._on_waiting,
            on_granted=lambda: self._playback.free_at(clock()),
            on_problem=lambda message, hint: on_failure("audio", AudioError(message, hint)),
            clock=clock,
        )

    # --- life --------------------------------------------------------------------------------

    def start_output(self) -> None:
        """Let the device pull sound; without one the text goes on alone."""
        try:
            self.output.start(self._render())
        except Exception as error:
            log.exception("the output %s could not be started", self.output.name)
            self._on_crash("audio", error)
            self.give_up()

    def give_up(self) -> None:
        """Nothing is spoken from now on, and nothing waits for it; the text goes on."""
        self._move(lambda playlist: playlist.close())

    def close_speech(self) -> None:
        """Be silent now; `stop_output` follows."""
        self._audition.close()
        self._announcer.in_order(self.give_up)
        self._speaking.close()

    def stop_output(self) -> None:
        """End playback and give the device back."""
        self._playback.close()
        try:
            self.output.stop()
        finally:
            if self._arbitration is not None:
                self._arbitration.close()  # not before: others may speak from then on

    def wait_no_more(self) -> None:
        """If another program's voice is waited for, tell that this is over."""
        self._on_waiting("")

    # --- what is to be spoken -------------------------------------------------------------------

    def add(self, segment: Segment, translation: Translation) -> None:
        """Speak a row in its turn, or before what waits if it is urgent."""
        with self._announcer.order:
            silenced = segment.turn <= self._silent_turn and segment.kind is not Kind.NOTICE
            entry = Entry(segment, translation, segment.speakable and not silenced)
            self._announcer.skipped(self._playlist.add(entry))
            if silenced and segment.speakable:
                self._announcer.skipped([segment.id])
        if segment.urgent and segment.speakable:
            self._playlist.remake_queued(self.player.snapshot().segment_id)
            self.player.wake()

    def withdraw(self, segment_id: int) -> bool:
        """Never speak a row (again); True if it has begun to sound. With the order held."""
        return self._playlist.withdraw(segment_id)

    @property
    def exhausted(self) -> bool:
        """Everything that is due has been spoken, or nothing will be any more."""
        return self._playlist.exhausted

    def silence(self, turn: int) -> None:
        """Drop all speech of this turn and those before, of what is still to come of them too."""
        self._silent_turn = turn
        self.jump_to_live()

    # --- commands ---------------------------------------------------------------------------------

    def toggle_pause(self) -> bool:
        if self.player.snapshot().paused:
            self._playback.free_at(self._announcer.clock())
            self.player.resume()
            return False
        self.player.pause()
        return True

    def toggle_mute(self) -> bool:
        muted = not self.player.snapshot().muted
        self.player.set_muted(muted)
        return muted

    def skip(self) -> None:
        self._move(lambda playlist: playlist.skip(self.snapshot().segment_id))

    def back(self, steps: int) -> None:
        self._point(lambda playlist: playlist.back(steps, self.snapshot().segment_id))

    def replay(self) -> None:
        self._point(lambda playlist: playlist.replay(self.snapshot().segment_id))

    def speak_from(self, segment_id: int) -> None:
        self._point(lambda playlist: playlist.speak_from(segment_id, self.snapshot().segment_id))

    def jump_to_live(self) -> None:
        self._move(lambda playlist: playlist.jump_to_live(self.snapshot().segment_id))

    def set_voice(self, voice: Voice) -> bool:
        return self._speaking.set_voice(voice)

    def preview(self, voice: Voice | None) -> None:
        self._audition.hear(voice)

    @property
    def previewing(self) -> Voice | None:
        return self._audition.preparing

    def set_speed(self, speed: float) -> None:
        self.speed = min(max(speed, SPEEDS[0]), SPEEDS[1])
        self._playback.do(self._speaking.restretch)

    def set_verbosity(self, level: Verbosity) -> None:
        self.verbosity = level
        self._set_verbosity(level)
        self._playlist.remake_queued(self.player.snapshot().segment_id)
        self.player.wake()

    def set_volume(self, volume: float) -> None:
        self.volume = min(max(volume, VOLUMES[0]), VOLUMES[1])
        self.player.set_volume(self.volume)

    def _point(self, command: Callable[[Playlist], list[int]]) -> None:
        self._playback.free_at(self._announcer.clock())
        self._move(command)

    def _move(self, command: Callable[[Playlist], list[int]]) -> None:
        with self._announcer.order:
            self._announcer.skipped(command(self._playlist))
        self.player.wake()
        self._on_change()

    # --- what can be asked ------------------------------------------------------------------------

    @property
    def voice(self) -> Voice | None:
        return self._speaking.voice

    def voices(self) -> Sequence[Voice]:
        return self._speaking.voices

    def list_voices_anew(self) -> None:
        self._speaking.list_voices_anew()

    def snapshot(self) -> PlayerState:
        return self.player.snapshot()

    def lag(self) -> float:
        """Seconds of speech that are due behind what sounds now (partly estimated)."""
        return self.player.queued_seconds + self.seconds_of(self._playlist.waiting_characters)

    def seconds_of(self, characters: float) -> float:
        """About how long it takes to speak so many characters of Japanese."""
        return characters * self._seconds_per_character / self.speed

    # --- reports, each in its own thread ----------------------------------------------------------

    def _render(self) -> Callable[[Samples], None]:
        player, record = self.player, self._record
        if record is None:
            return player.render

        def render_and_record(out: Samples) -> None:
            player.render(out)
            record(out)

        return render_and_record

    def _on_synthesis(
        self, utterance: Utterance, chunk: SpeechChunk, began: float, ended: float
    ) -> None:
        duration = len(chunk.samples) / chunk.sample_rate
        self._timelines.synthesised(utterance.segment.id, began, ended, duration)
        characters = len(utterance.japanese) * (chunk.end - chunk.start)
        if duration > 0.5 and characters > 0.5:
            made = duration / characters
            self._seconds_per_character = statistics.fmean(
                [self._seconds_per_character] * 9 + [min(made, 0.3)]
            )

    def _on_began(self, utterance: Utterance, t: float, voice_free: float | None) -> None:
        self._timelines.sounded(utterance.segment.id, t, voice_free)
        voice = utterance.voice.key if utterance.voice is not None else ""
        self._announcer.tell(SpeakingStarted(utterance.segment.id, t, voice))

    def _on_spoken(self, utterance: Utterance, t: float) -> None:
        self._timelines.spoken(utterance.segment.id, t)
        self._announcer.count("spoken")
        self._announcer.tell(Spoken(utterance.segment.id, t))

    def _on_waiting(self, by: str) -> None:
        with self._announcer.order:
            if by != self._held_by:
                self._held_by = by
                self._announcer.tell(VoiceHeld(by, self._announcer.clock()))

    def _on_nothing_to_say(self, utterance: Utterance) -> None:
        with self._announcer.order:
            if self._playlist.over(utterance):
                self._announcer.skipped([utterance.segment.id])
        self._on_change()

    def _effective_speed(self) -> float:
        return self._catch_up.speed(self.speed, self.lag())
