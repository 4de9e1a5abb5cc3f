"""Read this first: how text becomes sound, and who may interfere.

    source ─ hearing ─▶ translation ─▶ playlist ─▶ speech ─▶ player ─▶ output
      ▲         │            │             └───── voicing ─────┘
     talk       └────────────┴───────── emit ─────────┘

Threads of ours: hearing, translation, speech, playback (`stages/`), and a watchdog; and the
output's own. Text never waits for voice: channels of text are unbounded. Voice waits for the
player, in seconds of sound. Every front end sees one `emit(event)` and calls the commands below.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from voicestream_tui.agent.formats import Decoder
from voicestream_tui.agent.said import Activity, Asked, Notice, Said, UserMessage
from voicestream_tui.agent.sources import Killable, Source
from voicestream_tui.agent.talk import Talk, TalkNews
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
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Timeline,
    ToolFinished,
    Translation,
    Voice,
    Withdrawn,
)
from voicestream_tui.stages.announcer import Announcer
from voicestream_tui.stages.attention import Attention
from voicestream_tui.stages.hearing import Hearing
from voicestream_tui.stages.options import OtherTranslators, PipelineOptions, VoiceRoom
from voicestream_tui.stages.stage import Channel, Stage
from voicestream_tui.stages.timelines import Timelines
from voicestream_tui.stages.translation import Translating
from voicestream_tui.stages.untranslated import Untranslated
from voicestream_tui.stages.voicing import Voicing
from voicestream_tui.stages.watchdog import Watchdog
from voicestream_tui.text.agent_notices import lost_phrase, quiet_phrase
from voicestream_tui.text.verbosity import Verbosity
from voicestream_tui.translate.base import Translator
from voicestream_tui.translate.segments import ready_made

__all__ = ["OtherTranslators", "Pipeline", "PipelineOptions", "VoiceRoom"]

log = logging.getLogger(__name__)

_LONGEST_COMPLAINT = 400
_LONG_LAG = 10.0
"""Seconds of speech due, from which on the end of the work is worth telling before them."""


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
        other_translators: OtherTranslators | None = None,
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
            other_translators: what `set_translator` can choose from.
            clock: monotonic seconds.
        """
        self.segments: list[Segment] = []
        self.options = options or PipelineOptions()
        self._source = source
        self._clock = clock
        self._timelines = Timelines()
        self._announcer = Announcer(emit, clock)
        self._life = threading.Lock()
        self._hearing_over = threading.Event()
        self._translation_over = threading.Event()
        self._ended = threading.Event()
        self._ending = False
        self._closed = False
        self._all_closed = threading.Event()
        self._failure_code = 0
        self._complaint = complaint
        self._other_translators = other_translators or OtherTranslators()
        self._stopped = False
        self._withdrawn: set[int] = set()
        self._detail = ""
        self._to_translate: Channel[Segment] = Channel()
        self._untranslated = Untranslated()
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
            abbreviations=self.options.glossary.abbreviations,
        )
        self._translating = Translating(
            self._to_translate,
            make_translator,
            batch=self.options.batch,
            glossary=self.options.glossary,
            wants_contents=self._says_contents,
            on_translated=self._on_translated,
            on_failure=self._announcer.failed,
        )
        self._stages = [
            Stage("hearing", self._hear, self._on_crash, self._after_hearing),
            Stage("translation", self._translating.run, self._on_crash, self._after_translation),
            Stage("watchdog", self._watchdog.run, self._on_crash),
        ]
        self._voicing: Voicing | None = None
        if voice_room is not None:
            self._voicing = Voicing(
                voice_room,
                self.options,
                self._announcer,
                self._timelines,
                on_crash=self._on_crash,
                on_failure=self._announcer.failed,
                on_change=self._check_end,
            )
            self._stages += self._voicing.stages

    # --- life --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every thread and the sound output; nothing happens once it was closed."""
        with self._life:
            if self._closed:
                return
            # In a conversation the agent says nothing before its user does.
            first = AgentState.DONE if self.conversing else AgentState.STARTING
            self._tell(AgentChanged(first, self._source.name, self._clock()))
            for stage in self._stages:
                stage.start()
            if self._voicing is not None:
                self._voicing.start_output()

    def drain(self, timeout: float | None = None) -> bool:
        """Wait until all input is read and all speech that is due is over; False on time-out."""
        return self._ended.wait(timeout)

    def stop_agent(self) -> None:
        """Stop the agent and be silent, but still show what was received (then `Ended` comes)."""
        self._stopped = True
        if self._voicing is not None:
            self._voicing.give_up()
        self._source.close()

    def kill_agent(self) -> None:
        """End the agent at once; what stops or closes it meanwhile is then done soon."""
        self._stopped = True
        if isinstance(self._source, Killable):
            self._source.kill()

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
            self._announcer.fall_silent()
            self._all_closed.set()

    def _close(self, timeout: float) -> None:
        if self._voicing is not None:
            self._voicing.close_speech()  # first of all: stopping an agent can take seconds
        self._watchdog.close()
        self._attempt(self._source.close)
        self._to_translate.close(discard=True)
        self._attempt(self._translating.interrupt)
        if self._voicing is not None:
            self._attempt(self._voicing.stop_output)
        deadline = time.monotonic() + timeout
        for stage in self._stages:
            if not stage.join(max(0.0, deadline - time.monotonic())):
                log.error("thread %s did not end within %.0f s", stage.name, timeout)
        self._announcer.in_order(self._end)
        self._ended.set()
        log.info("closed: %s", self.statistics())

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
        return self._voicing is not None and self._voicing.toggle_pause()

    def toggle_mute(self) -> bool:
        """Mute or unmute; True if it is muted now."""
        return self._voicing is not None and self._voicing.toggle_mute()

    def skip(self) -> None:
        """Go to the next sentence at once."""
        if self._voicing is not None:
            self._voicing.skip()

    def back(self, steps: int = 1) -> None:
        """Go back by a number of sentences."""
        if self._voicing is not None:
            self._voicing.back(steps)

    def replay(self) -> None:
        """Speak the current (or last) sentence again."""
        if self._voicing is not None:
            self._voicing.replay()

    def speak_from(self, segment_id: int) -> None:
        """Speak from a row on."""
        if self._voicing is not None:
            self._voicing.speak_from(segment_id)

    def jump_to_live(self) -> None:
        """Drop all speech that is due; what comes next sounds at once."""
        if self._voicing is not None:
            self._voicing.jump_to_live()

    def silence_turn(self) -> None:
        """Drop all speech of the turn that runs, of what is still to come of it too."""
        if self._voicing is not None:
            self._voicing.silence(self._hearing.turn)

    def set_voice(self, voice: Voice) -> bool:
        """Speak with another voice, of any engine, from the next sentence on.

        Returns:
            False if it has to be loaded first: the present one speaks on, a `VoiceChanged`
            tells when it is ready, a `Failed` why it can't be.
        """
        return self._voicing is not None and self._voicing.set_voice(voice)

    def list_voices_anew(self) -> None:
        """Look for voices that were installed meanwhile; `voices()` has them soon."""
        if self._voicing is not None:
            self._voicing.list_voices_anew()

    def preview(self, voice: Voice | None) -> None:
        """Let a voice of any engine introduce itself, at once and beside the queue; None: stop.

        It is loaded first, while what sounds goes on. A `Failed` tells why it can't be heard.
        """
        if self._voicing is not None:
            self._voicing.preview(voice)

    def set_speed(self, speed: float) -> None:
        """Speak at another speed, 0.5 to 3, pitch kept; what is queued changes too."""
        if self._voicing is not None:
            self._voicing.set_speed(speed)

    def set_volume(self, volume: float) -> None:
        """Be as loud as this, 0 to 1.5; 1 is unchanged."""
        if self._voicing is not None:
            self._voicing.set_volume(volume)

    def set_verbosity(self, level: Verbosity) -> None:
        """Say more or less of code, tables, lists and quotes, from the next sentence on."""
        if self._voicing is not None:
            self._voicing.set_verbosity(level)

    def set_translator(self, name: str) -> bool:
        """Translate with another engine, or with several ("opus-mt, starter"), from here on.

        Loading it may take seconds, for which the text waits. If that fails, a `Failed` says why
        and the present engine stays.

        Returns:
            False if the agent has ended and nothing is left to translate: then nothing changes.
        """
        return self._translating.switch(lambda: self._other_translators.make(name), name)

    # --- the way back to the agent ----------------------------------------------------------------

    @property
    def conversing(self) -> bool:
        """The agent takes messages."""
        return self._talk is not None

    def send(self, text: str) -> None:
        """Tell the agent something; it waits in a queue while the agent is busy.

        What can't be sent (it is empty, or far too long) becomes a `Failed`.
        """
        try:
            if self._talk is not None:
                self._talk.send(text)
        except VoicestreamError as error:
            self._announcer.failed("message", error)

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

    # --- what can be asked, cheaply ---------------------------------------------------------------

    @property
    def voice(self) -> Voice | None:
        """The voice in use; None until it is loaded."""
        return self._voicing.voice if self._voicing is not None else None

    @property
    def speed(self) -> float:
        return self._voicing.speed if self._voicing is not None else self.options.speed

    @property
    def volume(self) -> float:
        return self._voicing.volume if self._voicing is not None else self.options.volume

    @property
    def verbosity(self) -> Verbosity:
        return self._voicing.verbosity if self._voicing is not None else self.options.verbosity

    def voices(self) -> Sequence[Voice]:
        """The voices of all engines that can be listed; empty until the first one is there."""
        return self._voicing.voices() if self._voicing is not None else []

    @property
    def previewing(self) -> Voice | None:
        """The voice that was asked to introduce itself and is being loaded."""
        return self._voicing.previewing if self._voicing is not None else None

    @property
    def translator(self) -> str:
        """The name by which the engine in use was chosen; "" until it is loaded."""
        return self._translating.in_use

    def translators(self) -> Sequence[str]:
        """The engines that can translate, by name; not all need have their model."""
        return self._other_translators.names

    def snapshot(self) -> PlayerState:
        """The state of the player, for the meter."""
        return self._voicing.snapshot() if self._voicing is not None else PlayerState()

    def lag(self) -> float:
        """Seconds of speech that are due behind what sounds now (partly estimated)."""
        return self._voicing.lag() if self._voicing is not None else 0.0

    def statistics(self) -> dict[str, Any]:
        """Figures for the status line, the log and the last event."""
        spread = self._timelines.text_to_sound
        last = self._timelines.last_text_to_sound
        voicing = self._voicing
        return {
            "segments": len(self.segments),
            **self._announcer.counts,
            "withdrawn": len(self._withdrawn),
            "retried": self._translating.tally.retried.total(),
            "mended": self._translating.tally.mended.total(),
            "unreadable_lines": self._hearing.unreadable,
            "latency_last_ms": None if last is None else round(1000 * last, 1),
            "latency_p50_ms": spread.p50 if spread else None,
            "latency_p95_ms": spread.p95 if spread else None,
            "underflows": voicing.output.underflows if voicing else 0,
            "starved": voicing.snapshot().starved if voicing else 0,
        }

    def stage_cpu(self, name: str) -> float:
        """Seconds of processor time a stage's thread took; known once it has ended."""
        return sum(stage.cpu_time for stage in self._stages if stage.name == name)

    @property
    def timelines(self) -> Timelines:
        return self._timelines

    # --- what hearing reports, in its thread or that of whoever told it something -----------------

    def on_segment(self, segment: Segment, timeline: Timeline) -> None:
        self.segments.append(segment)
        self._timelines.begin(segment.id, timeline)
        self._tell(SegmentAdded(segment, self._clock()))
        if segment.kind is Kind.USER or (segment.kind is Kind.THINKING and not segment.speakable):
            return  # read, not heard: a translation would only keep the others waiting
        ready = ready_made(segment) if segment.urgent else None
        if ready is None:
            self._untranslated.add(segment)
        self._to_translate.put(segment)
        if ready is not None and self._voicing is not None:
            self._voicing.add(segment, ready)  # does not wait for the translation of others

    def on_retract(self, segment_id: int) -> None:
        self._withdrawn.add(segment_id)
        self._untranslated.remove(segment_id)
        with self._announcer.order:
            heard = self._voicing is not None and self._voicing.withdraw(segment_id)
            self._tell(Withdrawn(segment_id, heard, self._clock()))
        if self._voicing is not None:
            self._voicing.player.wake()

    def on_activity(self, state: AgentState, detail: str) -> None:
        self._detail = detail
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

    # --- the stages' work and reports, each in its own thread -------------------------------------

    def _tell(self, event: Event) -> None:
        self._announcer.tell(event)

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

    def _alert(self, alert: Alert) -> None:
        """Call the user. Only an end has no row of its own yet."""
        self._tell(alert)
        if alert.reason is AlertReason.FINISHED:
            # Soon heard anyway: then not in front of the last sentences.
            urgent = self._due() >= _LONG_LAG
            self._hearing.tell(Notice(alert.english, alert.japanese, urgent))

    def _due(self) -> float:
        """As `lag()`, with what the translation has not handed on yet."""
        if self._voicing is None:
            return 0.0
        return self._voicing.lag() + self._voicing.seconds_of(self._untranslated.characters)

    def _on_news(self, news: TalkNews) -> None:
        """What the way back to the agent reports."""
        match news:
            case UserMessage():
                self._hearing.tell(news)
                if not self._attention.busy:
                    self.on_activity(AgentState.REQUESTING, "")
            case Activity(state, detail):
                self.on_activity(state, detail)
            case AgentLost(exit_code, message):
                log.warning("the agent was lost: %s (exit code %d)", message, exit_code)
                self._tell(news)
                self.on_activity(AgentState.FAILED, message)
                english, japanese = lost_phrase(self._source.name)
                self._hearing.tell(Notice(english, japanese, urgent=True))
                self._tell(Alert(AlertReason.FAILED, english, japanese, self._clock()))
            case _:
                self._tell(news)

    def _on_quiet(self, seconds: float, state: AgentState) -> None:
        quiet = f"quiet for {seconds:.0f} s"
        told = f"{self._detail}, {quiet}" if self._detail else quiet
        self._tell(AgentChanged(state, told, self._clock()))
        if state is not AgentState.TOOL:  # a tool may take its time
            self._hearing.tell(Notice(*quiet_phrase(seconds)))

    def _on_translated(self, segment: Segment, translation: Translation) -> None:
        now = self._clock()
        self._timelines.translated(segment.id, now)
        self._announcer.count("translated" if translation.ok else "untranslated")
        self._tell(SegmentTranslated(segment.id, translation, now))
        told_already = segment.urgent and ready_made(segment) is not None
        if self._voicing is not None and not told_already:
            self._voicing.add(segment, translation)
        self._untranslated.remove(segment.id)

    def _on_crash(self, stage: str, error: BaseException) -> None:
        message, hint = str(error) or type(error).__name__, "The log has the details."
        if isinstance(error, VoicestreamError):
            message, hint = error.message, error.hint
        if stage == "hearing":
            self._failure_code = error.exit_code if isinstance(error, VoicestreamError) else 1
        self._tell(Failed(stage, message, hint, self._clock()))

    def _says_contents(self, block: Segment) -> bool:
        full = self._voicing is not None and self._voicing.verbosity is Verbosity.FULL
        return full and block.speakable and block.kind in (Kind.CODE, Kind.TABLE)

    def _voice_idle(self) -> bool:
        voicing = self._voicing
        return voicing is not None and voicing.exhausted and len(self._to_translate) == 0

    def _check_end(self) -> None:
        if not (self._hearing_over.is_set() and self._translation_over.is_set()):
            return
        with self._announcer.order:
            if self._voicing is None or self._voicing.exhausted:
                self._end()

    def _end(self) -> None:
        with self._announcer.order:
            if self._ending:
                return
            self._ending = True
            if self._voicing is not None:
                self._voicing.wait_no_more()
            code = self._source.exit_code or self._failure_code
            self._tell(Ended(code, self.statistics(), self._clock()))
            self._ended.set()
