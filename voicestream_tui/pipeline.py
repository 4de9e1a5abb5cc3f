"""Read this first: how text becomes sound, and who may interfere.

    source ─ hearing ─▶ translation ─▶ playlist ─▶ speech ─▶ player ─▶ output
                │            │                         │         │
                └────────────┴───────── emit ──────────┴─ playback notices

Four threads of ours (`stages/`: hearing, translation, speech, playback) and the output's own.
Text never waits for voice: channels of text are unbounded. Voice waits for the player, in
seconds of sound. Every front end sees one `emit(event)` and calls the commands below.
"""

from __future__ import annotations

import logging
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicestream_tui.agent.formats import Decoder
from voicestream_tui.agent.said import Asked, Notice, Said, UserMessage
from voicestream_tui.agent.sources import Source
from voicestream_tui.agent.talk import Talk, TalkNews
from voicestream_tui.audio.outputs import Output
from voicestream_tui.audio.player import Player
from voicestream_tui.errors import VoicestreamError
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Alert,
    AlertReason,
    Answer,
    Ended,
    Event,
    Failed,
    Kind,
    PermissionAsked,
    PlayerState,
    Samples,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    SpeechChunk,
    Spoken,
    Timeline,
    ToolFinished,
    Translation,
    Utterance,
    Voice,
    VoiceChanged,
    Withdrawn,
)
from voicestream_tui.speak.base import Speaker
from voicestream_tui.stages.attention import Attention
from voicestream_tui.stages.hearing import Hearing, Speakable
from voicestream_tui.stages.playback import Playback
from voicestream_tui.stages.playlist import Entry, Playlist
from voicestream_tui.stages.speech import Speaking
from voicestream_tui.stages.stage import Channel, Stage
from voicestream_tui.stages.timelines import Timelines
from voicestream_tui.stages.translation import Translating
from voicestream_tui.stages.watchdog import Watchdog
from voicestream_tui.text.agent_notices import lost_phrase, quiet_phrase
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.segments import ready_made

log = logging.getLogger(__name__)

SPEEDS = (0.5, 3.0)
VOLUMES = (0.0, 1.5)
_LONGEST_COMPLAINT = 400
_LONG_LAG = 10.0
"""Seconds of speech due, from which on the end of the work is worth telling before them."""
_FRONT_END_PATIENCE = 1.0
"""Seconds that closing waits for a front end that does not take an event."""


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """What the settings say about the flow."""

    batch: int = 8
    voice: str = ""
    subagent_voice: str = ""
    speed: float = 1.0
    catch_up_speed: float = 1.0
    catch_up_after: float = 10.0
    volume: float = 1.0
    ahead: float = 3.0
    sentence_gap: float = 0.25
    paragraph_gap: float = 0.5
    speakable: Speakable = field(default_factory=Speakable)
    finished_after: float = 10.0
    """Seconds a turn must have taken for its end to be told."""
    quiet_after: float = 0.0
    """Seconds without a word from a busy agent until that is said; 0 never says it."""


@dataclass(frozen=True, slots=True)
class VoiceRoom:
    """What it takes to be heard."""

    make_speaker: Callable[[], Speaker]
    player: Player
    output: Output
    spoken_form: Callable[[Entry], str]
    prepare: Callable[[], None] = lambda: None
    """Loads what `spoken_form` needs, in the thread of speech, before the first sentence."""
    record: Callable[[Samples], None] | None = None
    """Gets every block that was played, from the output's thread."""


class Pipeline:
    """One agent's text on its way to the ear; made, started and closed by a front end."""

    def __init__(
        self,
        source: Source,
        decoder: Decoder,
        make_translator: Callable[[], Translator],
        emit: Callable[[Event], None],
        *,
        voice_room: VoiceRoom | None,
        talk: Talk | None = None,
        options: PipelineOptions | None = None,
        keep_raw: Callable[[bytes], None] = lambda line: None,
        complaint: Callable[[], str] = lambda: "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wire everything; nothing runs before `start()`.

        Args:
            make_translator: called in the translation thread.
            emit: gets every event, from several threads, one after another; must not wait for
                any of them. After `Ended` come only the answers to the user's commands.
            voice_room: None = text only, nothing is synthesised.
            talk: the way back to the agent; None = nobody there takes messages.
            keep_raw: gets every line of the agent as received.
            complaint: gives what the agent wrote to its error output at last.
            clock: monotonic seconds.
        """
        self.segments: list[Segment] = []
        self.options = options or PipelineOptions()
        self._source = source
        self._emit = emit
        self._clock = clock
        self._room = voice_room
        self._timelines = Timelines()
        self._lock = threading.Lock()
        self._life = threading.Lock()
        self._order = threading.RLock()
        """Held from a change of what is to be spoken until it was told: so events keep their
        order, and nothing gets in between the last of them and `Ended`."""
        self._hearing_over = threading.Event()
        self._translation_over = threading.Event()
        self._ended = threading.Event()
        self._ending = False
        self._closed = False
        self._all_closed = threading.Event()
        self._failure_code = 0
        self._complaint = complaint
        self._stopped = False
        self._withdrawn: set[int] = set()
        self._silent_turn = 0
        """Of this turn and those before it nothing more is spoken by itself."""
        self._state = (AgentState.STARTING, "")
        self._counts = dict.fromkeys(("translated", "untranslated", "spoken", "skipped"), 0)
        self._speed = self.options.speed
        self._volume = self.options.volume
        self._seconds_per_character = 0.14
        self._to_translate: Channel[Segment] = Channel()

        self._attention = Attention(clock, self.options.finished_after)
        self._watchdog = Watchdog(self.options.quiet_after, clock, self._on_quiet)
        self._keep_raw = keep_raw
        self._talk = talk
        if talk is not None:
            talk.listen(self._on_news)
        self._hearing = Hearing(
            source,
            decoder,
            self,
            clock=clock,
            keep_raw=self._on_line,
            voice_idle=self._voice_idle,
            speakable=self.options.speakable,
            echoes=talk is None,
        )
        self._translating = Translating(
            self._to_translate,
            make_translator,
            batch=self.options.batch,
            on_translated=self._on_translated,
            on_failure=self._on_failure,
        )
        self._stages = [
            Stage("hearing", self._hear, self._on_crash, self._after_hearing),
            Stage("translation", self._translating.run, self._on_crash, self._after_translation),
            Stage("watchdog", self._watchdog.run, self._on_crash),
        ]
        self._playlist: Playlist | None = None
        self._speaking: Speaking | None = None
        self._playback: Playback | None = None
        if voice_room is not None:
            self._wire_voice(voice_room)

    def _wire_voice(self, room: VoiceRoom) -> None:
        options = self.options
        room.player.set_volume(options.volume)
        self._playlist = Playlist(room.spoken_form)
        self._speaking = Speaking(
            self._playlist,
            room.make_speaker,
            room.player,
            prepare=room.prepare,
            voice=options.voice,
            subagent_voice=options.subagent_voice,
            speed=self._effective_speed,
            ahead=options.ahead,
            sentence_gap=options.sentence_gap,
            paragraph_gap=options.paragraph_gap,
            clock=self._clock,
            on_synthesis=self._on_synthesis,
            on_voice=lambda voice: self._tell(VoiceChanged(voice, self._clock())),
            on_over=self._on_nothing_to_say,
            on_failure=self._on_failure,
        )
        self._playback = Playback(
            room.player,
            self._playlist,
            order=self._order,
            gap=self._speaking.gap,
            on_began=self._on_began,
            on_spoken=self._on_spoken,
            on_change=self._check_end,
        )
        self._stages += [
            Stage("speech", self._speaking.run, self._on_crash, self._give_up_speech),
            Stage("playback", self._playback.run, self._on_crash, self._give_up_speech),
        ]

    # --- life --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every thread and the sound output; nothing happens once it was closed."""
        with self._life:
            if self._closed:
                return
            self._tell(AgentChanged(AgentState.STARTING, self._source.name, self._clock()))
            for stage in self._stages:
                stage.start()
            if self._room is not None:
                try:
                    self._room.output.start(self._render())
                except Exception as error:
                    log.exception("the output %s could not be started", self._room.output.name)
                    self._on_crash("audio", error)
                    self._give_up_speech()

    def drain(self, timeout: float | None = None) -> bool:
        """Wait until all input is read and all speech that is due is over; False on time-out."""
        return self._ended.wait(timeout)

    def stop_agent(self) -> None:
        """Stop the agent and be silent, but still show what was received (then `Ended` comes)."""
        self._stopped = True
        self._give_up_speech()
        self._source.close()

    def drop_translations(self) -> None:
        """Show what is received from now on, and what waits, in English only."""
        self._to_translate.close(discard=True)

    def close(self, timeout: float = 10.0) -> None:
        """Be silent, stop the agent, drop what is waiting, join every thread.

        May be called from several threads; each returns when everything is closed. Afterwards
        nothing is told any more, even by a thread that did not end within `timeout` seconds.
        """
        with self._life:
            first, self._closed = not self._closed, True
        if not first:
            self._all_closed.wait()
            return
        try:
            self._close(timeout)
        finally:
            self._all_closed.set()

    def _close(self, timeout: float) -> None:
        if self._speaking is not None:
            # First of all: stopping an agent can take seconds.
            self._in_order(self._give_up_speech)
            self._speaking.close()
        self._watchdog.close()
        self._attempt(self._source.close)
        self._to_translate.close(discard=True)
        if self._room is not None and self._playback is not None:
            self._playback.close()
            self._attempt(self._room.output.stop)
        deadline = time.monotonic() + timeout
        for stage in self._stages:
            if not stage.join(max(0.0, deadline - time.monotonic())):
                log.error("thread %s did not end within %.0f s", stage.name, timeout)
        self._in_order(self._end)
        self._ended.set()
        log.info("closed: %s", self.statistics())

    def _in_order(self, report: Callable[[], None]) -> None:
        """Do what tells events, unless a front end holds up the one before for ever."""
        if not self._order.acquire(timeout=_FRONT_END_PATIENCE):
            log.error("the front end does not take its events")
            return
        try:
            report()
        finally:
            self._order.release()

    def _attempt(self, stop: Callable[[], None]) -> None:
        try:
            stop()
        except Exception:
            log.exception("something could not be stopped; the rest is")

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    # --- commands: from any thread, never blocking -----------------------------------------------

    def toggle_pause(self) -> bool:
        """Pause or go on; True if it is paused now."""
        if self._room is None or self._playback is None:
            return False
        player = self._room.player
        if player.snapshot().paused:
            self._playback.free_at(self._clock())
            player.resume()
            return False
        player.pause()
        return True

    def toggle_mute(self) -> bool:
        """Mute or unmute; True if it is muted now."""
        if self._room is None:
            return False
        muted = not self._room.player.snapshot().muted
        self._room.player.set_muted(muted)
        return muted

    def skip(self) -> None:
        """Go to the next sentence at once."""
        self._move(lambda playlist: playlist.skip(self.snapshot().segment_id))

    def back(self, steps: int = 1) -> None:
        """Go back by a number of sentences."""
        self._point(lambda playlist: playlist.back(steps, self.snapshot().segment_id))

    def replay(self) -> None:
        """Speak the current (or last) sentence again."""
        self._point(lambda playlist: playlist.replay(self.snapshot().segment_id))

    def speak_from(self, segment_id: int) -> None:
        """Speak from a row on."""
        self._point(lambda playlist: playlist.speak_from(segment_id))

    def jump_to_live(self) -> None:
        """Drop all speech that is due; what comes next sounds at once."""
        self._move(lambda playlist: playlist.jump_to_live())

    def _point(self, command: Callable[[Playlist], list[int]]) -> None:
        if self._playback is not None:
            self._playback.free_at(self._clock())
        self._move(command)

    def _move(self, command: Callable[[Playlist], list[int]]) -> None:
        if self._playlist is None or self._room is None:
            return
        with self._order:
            self._tell_skipped(command(self._playlist))
        self._room.player.wake()
        self._check_end()

    def _give_up_speech(self) -> None:
        """Nothing is spoken from now on, and nothing waits for it; the text goes on."""
        self._move(lambda playlist: playlist.close())

    def silence_turn(self) -> None:
        """Drop all speech of the turn that runs, of what is still to come of it too."""
        self._silent_turn = self._hearing.turn
        self.jump_to_live()

    @property
    def conversing(self) -> bool:
        """The agent takes messages."""
        return self._talk is not None

    def send(self, text: str) -> None:
        """Tell the agent something; it waits in a queue while the agent is busy."""
        if self._talk is not None:
            self._talk.send(text)

    def interrupt(self) -> None:
        """Stop the agent's turn, and be silent at once."""
        self.silence_turn()
        if self._talk is not None:
            self._talk.interrupt()

    def answer(self, request_id: str, answer: Answer) -> None:
        """Settle a permission request."""
        if self._talk is not None:
            self._talk.answer(request_id, answer)

    def resume(self) -> None:
        """Start an agent again that was lost."""
        if self._talk is not None:
            self._talk.resume()

    def finish(self) -> None:
        """Nothing more will be sent; the agent ends when it has done what it was told."""
        if self._talk is not None:
            self._talk.finish()

    def set_voice(self, voice: Voice) -> None:
        """Speak with another voice from the next sentence on."""
        if self._speaking is not None:
            self._speaking.set_voice(voice)

    def set_speed(self, speed: float) -> None:
        """Speak at another speed, pitch kept; what is queued changes too."""
        self._speed = min(max(speed, SPEEDS[0]), SPEEDS[1])
        if self._playback is not None and self._speaking is not None:
            self._playback.do(self._speaking.restretch)

    def set_volume(self, volume: float) -> None:
        self._volume = min(max(volume, VOLUMES[0]), VOLUMES[1])
        if self._room is not None:
            self._room.player.set_volume(self._volume)

    # --- what can be asked, cheaply ---------------------------------------------------------------

    @property
    def voice(self) -> Voice | None:
        """The voice in use; None until it is loaded."""
        return self._speaking.voice if self._speaking is not None else None

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def volume(self) -> float:
        return self._volume

    def voices(self) -> Sequence[Voice]:
        """The installed voices; empty until the engine is there."""
        return self._speaking.voices if self._speaking is not None else []

    def snapshot(self) -> PlayerState:
        """The state of the player, for the meter."""
        return self._room.player.snapshot() if self._room is not None else PlayerState()

    def lag(self) -> float:
        """Seconds of speech that are due behind what sounds now (partly estimated)."""
        if self._room is None or self._playlist is None:
            return 0.0
        characters = self._playlist.waiting_characters
        waiting = characters * self._seconds_per_character / self._speed
        return self._room.player.queued_seconds + waiting

    def statistics(self) -> dict[str, Any]:
        """Figures for the status line, the log and the last event."""
        spread = self._timelines.text_to_sound
        last = self._timelines.last_text_to_sound
        with self._lock:
            counts = dict(self._counts)
        room = self._room
        return {
            "segments": len(self.segments),
            **counts,
            "withdrawn": len(self._withdrawn),
            "unreadable_lines": self._hearing.unreadable,
            "latency_last_ms": None if last is None else round(1000 * last, 1),
            "latency_p50_ms": spread.p50 if spread else None,
            "latency_p95_ms": spread.p95 if spread else None,
            "underflows": room.output.underflows if room else 0,
            "starved": room.player.snapshot().starved if room else 0,
        }

    def stage_cpu(self, name: str) -> float:
        """Seconds of processor time a stage's thread took; known once it has ended."""
        return sum(stage.cpu_time for stage in self._stages if stage.name == name)

    @property
    def timelines(self) -> Timelines:
        return self._timelines

    # --- the stages' work and reports, each in its own thread -------------------------------------

    def _render(self) -> Callable[[Samples], None]:
        assert self._room is not None
        player, record = self._room.player, self._room.record
        if record is None:
            return player.render

        def render_and_record(out: Samples) -> None:
            player.render(out)
            record(out)

        return render_and_record

    def _tell(self, event: Event) -> None:
        """Hand an event to the front end. One that breaks must not break the flow."""
        if self._all_closed.is_set():
            return
        try:
            self._emit(event)
        except Exception:
            log.exception("the front end could not take %s", type(event).__name__)

    def _tell_skipped(self, segment_ids: Iterable[int]) -> None:
        for segment_id in segment_ids:
            self._count("skipped")
            self._tell(Skipped(segment_id, self._clock()))

    def _on_line(self, line: bytes) -> None:
        self._watchdog.heard()
        self._keep_raw(line)

    def _hear(self) -> None:
        self._hearing.run()
        self._report_exit()

    def _after_hearing(self) -> None:
        self._to_translate.close()
        self._hearing_over.set()
        self._watchdog.close()
        self._check_end()

    def _after_translation(self) -> None:
        self._translation_over.set()
        self._check_end()

    def _report_exit(self) -> None:
        """Say why the agent failed, unless it said so itself or we stopped it."""
        code = self._source.exit_code
        if not code or self._hearing.failed or self._stopped or self._closed:
            return
        complaint = " ".join(self._complaint().split())
        if len(complaint) > _LONGEST_COMPLAINT:
            complaint = "… " + complaint[-_LONGEST_COMPLAINT:]
        hint = complaint or "It wrote nothing to its error output."
        end = f"was ended by signal {code - 128}" if code > 128 else f"ended with code {code}"
        self._tell(Failed("agent", f"{self._source.name} {end}.", hint, self._clock()))

    def on_segment(self, segment: Segment, timeline: Timeline) -> None:
        self.segments.append(segment)
        self._timelines.begin(segment.id, timeline)
        self._tell(SegmentAdded(segment, self._clock()))
        if segment.kind is Kind.USER or (segment.kind is Kind.THINKING and not segment.speakable):
            return  # read, not heard: a translation would only keep the others waiting
        self._to_translate.put(segment)
        ready = ready_made(segment) if segment.urgent else None
        if ready is not None:
            self._to_be_spoken(segment, ready)  # does not wait for the translation of others

    def on_activity(self, state: AgentState, detail: str) -> None:
        self._state = (state, detail)
        self._watchdog.state_is(state)
        self._tell(AgentChanged(state, detail, self._clock()))

    def on_tool_finished(self, segment_id: int, ok: bool, seconds: float) -> None:
        self._tell(ToolFinished(segment_id, ok, seconds, self._clock()))

    def on_said(self, said: Said) -> None:
        if self._talk is not None:
            self._talk.heard(said)
            if isinstance(said, Asked):
                self._tell(PermissionAsked(said.request, self._clock()))
        alert = self._attention.heard(said)
        if alert is not None and not (self._stopped or self._closed):
            self._alert(alert)

    def _alert(self, alert: Alert) -> None:
        """Call the user. Only an end has no row of its own yet."""
        self._tell(alert)
        if alert.reason is AlertReason.FINISHED:
            # Soon heard anyway: then not in front of the last sentences.
            urgent = self.lag() >= _LONG_LAG
            self._hearing.tell(Notice(alert.english, alert.japanese, urgent))

    def _on_news(self, news: TalkNews) -> None:
        """What the way back to the agent reports."""
        match news:
            case UserMessage():
                self._hearing.tell(news)
            case AgentLost(exit_code, message):
                self._tell(news)
                self.on_activity(AgentState.FAILED, message)
                english, japanese = lost_phrase(self._source.name)
                self._hearing.tell(Notice(english, japanese, urgent=True))
                self._tell(Alert(AlertReason.FAILED, english, japanese, self._clock()))
                log.warning("the agent was lost: %s (exit code %d)", message, exit_code)
            case _:
                self._tell(news)

    def _on_quiet(self, seconds: float, state: AgentState) -> None:
        english, japanese = quiet_phrase(seconds)
        _, detail = self._state
        told = f"{detail}, quiet for {seconds:.0f} s" if detail else f"quiet for {seconds:.0f} s"
        self._tell(AgentChanged(state, told, self._clock()))
        if state is not AgentState.TOOL:  # a tool may take its time
            self._hearing.tell(Notice(english, japanese))

    def on_retract(self, segment_id: int) -> None:
        self._withdrawn.add(segment_id)
        with self._order:
            heard = self._playlist is not None and self._playlist.withdraw(segment_id)
            self._tell(Withdrawn(segment_id, heard, self._clock()))
        if self._room is not None:
            self._room.player.wake()

    def _on_translated(self, segment: Segment, translation: Translation) -> None:
        now = self._clock()
        self._timelines.translated(segment.id, now)
        self._count("translated" if translation.ok else "untranslated")
        self._tell(SegmentTranslated(segment.id, translation, now))
        if not segment.urgent or ready_made(segment) is None:
            self._to_be_spoken(segment, translation)

    def _to_be_spoken(self, segment: Segment, translation: Translation) -> None:
        if self._playlist is None or self._room is None:
            return
        with self._order:
            silenced = segment.turn <= self._silent_turn and segment.kind is not Kind.NOTICE
            entry = Entry(segment, translation, segment.speakable and not silenced)
            self._tell_skipped(self._playlist.add(entry))
            if silenced and segment.speakable:
                self._tell_skipped([segment.id])
        if segment.urgent and segment.speakable:
            self._playlist.remake_queued(self._room.player.snapshot().segment_id)
            self._room.player.wake()

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
        self._tell(SpeakingStarted(utterance.segment.id, t))

    def _on_spoken(self, utterance: Utterance, t: float) -> None:
        self._timelines.spoken(utterance.segment.id, t)
        self._count("spoken")
        self._tell(Spoken(utterance.segment.id, t))

    def _on_nothing_to_say(self, utterance: Utterance) -> None:
        assert self._playlist is not None
        with self._order:
            if self._playlist.over(utterance):
                self._tell_skipped([utterance.segment.id])
        self._check_end()

    def _on_failure(self, stage: str, error: VoicestreamError) -> None:
        self._tell(Failed(stage, error.message, error.hint, self._clock()))

    def _on_crash(self, stage: str, error: BaseException) -> None:
        message, hint = str(error) or type(error).__name__, "The log has the details."
        if isinstance(error, VoicestreamError):
            message, hint = error.message, error.hint
        if stage == "hearing":
            self._failure_code = error.exit_code if isinstance(error, VoicestreamError) else 1
        self._tell(Failed(stage, message, hint, self._clock()))

    def _check_end(self) -> None:
        if not (self._hearing_over.is_set() and self._translation_over.is_set()):
            return
        with self._order:
            if self._playlist is None or self._playlist.exhausted:
                self._end()

    def _end(self) -> None:
        with self._order:
            if self._ending:
                return
            self._ending = True
            code = self._source.exit_code or self._failure_code
            self._tell(Ended(code, self.statistics(), self._clock()))
            self._ended.set()

    # --- small questions of the stages ------------------------------------------------------------

    def _voice_idle(self) -> bool:
        return (
            self._room is not None
            and self._playlist is not None
            and self._playlist.exhausted
            and len(self._to_translate) == 0
        )

    def _effective_speed(self) -> float:
        if self.options.catch_up_speed > self._speed and self.lag() > self.options.catch_up_after:
            return self.options.catch_up_speed
        return self._speed

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1
