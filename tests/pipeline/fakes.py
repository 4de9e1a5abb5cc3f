"""Engines, a source and an output whose time the test controls."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Self, TypeVar

import numpy as np

from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.voice_lock import VoiceLock
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Event, Samples, SpeechChunk, Voice
from voicestream_tui.pipeline import Pipeline, PipelineOptions, VoiceRoom
from voicestream_tui.speak.chain import SpeakerChoice
from voicestream_tui.stages.playlist import Entry

T = TypeVar("T")

RATE = 48000
PATIENCE = 20.0
"""Seconds in which something has to go on."""
VOICE_A = Voice("fake", "a", "Voice A")
VOICE_B = Voice("fake", "b", "Voice B")
BROKEN = Voice("fake", "broken", "Broken voice")


class ListSource:
    """Gives the lines that the test pushes."""

    name = "list"

    def __init__(self, *lines: str, end: bool = True, exit_code: int | None = 0) -> None:
        self._lines: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()
        self.exit_code = exit_code
        self.closed = threading.Event()
        for line in lines:
            self.push(line)
        if end:
            self.end()

    def push(self, line: str) -> None:
        self._lines.put(line.encode())

    def fail(self, error: Exception) -> None:
        self._lines.put(error)

    def end(self) -> None:
        self._lines.put(None)

    def lines(self) -> Iterator[bytes]:
        while (line := self._lines.get()) is not None:
            if isinstance(line, Exception):
                raise line
            yield line

    def close(self) -> None:
        self.closed.set()
        self._lines.put(None)


class FakeTranslator:
    """Puts 訳 before the English; what the test names, fails."""

    name = "fake"

    def __init__(self, fail: Callable[[str], bool] = lambda text: False) -> None:
        self._fail = fail
        self.batches: list[list[str]] = []
        self.closed = False

    def warm_up(self) -> None:
        pass

    def translate(self, sentences: Sequence[str]) -> list[str]:
        self.batches.append(list(sentences))
        if any(self._fail(sentence) for sentence in sentences):
            raise EngineError("The fake translator failed.")
        return [f"訳{sentence}" for sentence in sentences]

    def close(self) -> None:
        self.closed = True


class FakeSpeaker:
    """Speaks a constant level that tells which sentence and which voice it is.

    The n-th distinct text has the level 0.05 + 0.01 n; voice B is the same, negative.
    """

    name = "fake"

    def __init__(self, seconds: float = 1.0, chunks: int = 2) -> None:
        self._seconds = seconds
        self._chunks = chunks
        self._texts: list[str] = []
        self.closed = False

    def voices(self) -> Sequence[Voice]:
        return [VOICE_A, VOICE_B, BROKEN]

    def warm_up(self, voice: Voice) -> None:
        if voice == BROKEN:
            raise EngineError("The voice broken is damaged.", "Choose another.")

    def level(self, text: str) -> float:
        if text not in self._texts:
            self._texts.append(text)
        return 0.05 + 0.01 * (self._texts.index(text) % 60)

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        self.warm_up(voice)
        if text == "mute":
            return
        sign = -1.0 if voice == VOICE_B else 1.0
        count = int(self._seconds * RATE / self._chunks)
        for index in range(self._chunks):
            samples: Samples = np.full(count, sign * self.level(text), np.float32)
            yield SpeechChunk(samples, RATE, index / self._chunks, (index + 1) / self._chunks)

    def close(self) -> None:
        self.closed = True


class ManualOutput:
    """An output whose blocks the test pulls."""

    name = "manual"
    underflows = 0
    latency = 0.0

    def __init__(self) -> None:
        self._render: Callable[[Samples], None] | None = None
        self.played: list[Samples] = []

    def start(self, render: Callable[[Samples], None]) -> None:
        self._render = render

    def stop(self) -> None:
        self._render = None

    def pull(self, seconds: float = 0.01) -> Samples:
        assert self._render is not None
        block: Samples = np.zeros(int(seconds * RATE), np.float32)
        self._render(block)
        self.played.append(block)
        return block

    @property
    def sound(self) -> Samples:
        return np.concatenate([*self.played, np.zeros(0, np.float32)])


class EventLog:
    """Keeps events; lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of(self, kind: type[T]) -> list[T]:
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, condition: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Wait until a condition holds, which need not become true with an event."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not condition():
                assert time.monotonic() < deadline, f"never came: {self.events}"
                self._changed.wait(0.02)

    def doze(self) -> None:
        """Give the stages a moment, ended early by any event."""
        with self._changed:
            self._changed.wait(0.002)


class Listening:
    """Pulls the sound of a pipeline, whose stages get the time that they need for it."""

    pipeline: Pipeline
    player: Player
    output: ManualOutput
    log: EventLog

    def pull_until(self, condition: Callable[[], bool], most: float = 120.0) -> None:
        """Pull 10 ms blocks until a condition holds; fails after `most` seconds of sound.

        Sound waits for who makes it, however little of the processor that gets. Silence does not
        count, but may not last. What was heard has been told afterwards.
        """
        left, deadline = int(most * 100), time.monotonic() + PATIENCE
        while not condition():
            assert left, f"never came: {self.log.events}"
            assert time.monotonic() < deadline, f"never came: {self.log.events}"
            if not self.behind():
                if self.player.queued_seconds:
                    left, deadline = left - 1, time.monotonic() + PATIENCE
                self.output.pull()
            self.log.doze()
        self.settle()

    def behind(self) -> bool:
        """What is due has not reached the player; by a device's clock, it would run dry now."""
        self.player.render(np.zeros(0, np.float32))  # away with what is over
        voicing = self.pipeline._voicing
        assert voicing is not None
        return not voicing.exhausted and not self.player.queued_seconds

    def settle(self) -> None:
        """Wait until what the player has reported so far is told."""
        voicing, told = self.pipeline._voicing, threading.Event()
        assert voicing is not None
        voicing._playback.do(told.set)
        assert told.wait(PATIENCE), f"playback hangs: {self.log.events}"


class Rig(Listening):
    """A pipeline on fakes, with everything a test looks at."""

    def __init__(
        self,
        source: ListSource,
        *,
        translator: FakeTranslator | None = None,
        speaker: FakeSpeaker | None = None,
        options: PipelineOptions | None = None,
        output: ManualOutput | None = None,
        audio: bool = True,
        spoken_form: Callable[[Entry], str] | None = None,
        lock: VoiceLock | None = None,
    ) -> None:
        self.log = EventLog()
        self.source = source
        self.translator = translator or FakeTranslator()
        self.speaker = speaker or FakeSpeaker()
        self.player = Player(RATE)
        self.output = output or ManualOutput()
        form = spoken_form or shown_form
        room = VoiceRoom(
            SpeakerChoice(("fake",), lambda engine: self.speaker),
            self.player,
            self.output,
            form,
            lock=lock,
        )
        self.pipeline = Pipeline(
            source,
            TextDecoder(),
            lambda: self.translator,
            self.log,
            voice_room=room if audio else None,
            options=options or PipelineOptions(sentence_gap=0.1, paragraph_gap=0.1),
        )

    def __enter__(self) -> Self:
        self.pipeline.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.pipeline.close()

    def sounds(self, text: str, voice: Voice = VOICE_A) -> Callable[[], bool]:
        """A condition: this text sounds now."""
        level = self.speaker.level(text) * (-1.0 if voice == VOICE_B else 1.0)
        return lambda: bool(self.output.played) and tag(self.output.played[-1]) == round(level, 3)


def shown_form(entry: Entry) -> str:
    return entry.translation.japanese


def tag(block: Samples) -> float:
    """The level of the loudest part of a block, rounded as in `FakeSpeaker`."""
    return round(float(block[int(np.argmax(np.abs(block)))]), 3) if len(block) else 0.0
