"""Several programs at once on one sound device: recorded, never two voices in the same 100 ms.

Each program records what it rendered. Every sentence of these records is looked up in what the
device played: there it must stand as it is, sample for sample, which it could not if anything
else sounded at the same time.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.headless_run import PROGRAM
from tests.null_sink import RATE, NullSink, missing
from voicestream_tui.model import Samples

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(missing()), reason=missing() or "all there"),
]

PATIENCE = 90.0
WINDOW = RATE // 10
"""Samples in which no two voices may be heard."""
SAME = 1.5 / 32767
"""The recordings have 16 bits."""
PAUSE = RATE // 10
"""Samples of complete silence between two sentences, at least."""

FIRST = "今日は天気がいいです。公園を歩きました。赤い花が咲いていました。とても静かでした。"
SECOND = "テストは全部通りました。警告は二つだけです。明日また確認します。"
LONG = (
    f"{FIRST}鳥の声が聞こえました。池には小さな船がありました。"
    "帰りに本を一冊買いました。夜は友達と話しました。"
)
"""Speech in the middle of which another program can start, however busy the computer is."""
URGENT = "書き込みを許可しますか。お返事を待っています。"


@dataclass
class Speaker:
    """One running program and what it told."""

    wav: Path
    process: subprocess.Popen[bytes]
    events: list[dict[str, Any]] = field(default_factory=list)

    def wait_for(self, event: str, number: int = 1) -> None:
        """Read until an event has come so many times; "end" reads all."""
        assert self.process.stdout is not None
        while len(self.of(event)) < number:
            line = self.process.stdout.readline()
            assert line, f"ended before {event}: {self.events}"
            self.events.append(json.loads(line))

    def of(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]

    def finish(self) -> None:
        self.wait_for("end")
        assert self.process.wait(PATIENCE) == 0

    @property
    def waited_for(self) -> list[str]:
        return [event["by"] for event in self.of("waiting")]


Start = Callable[..., Speaker]


@contextmanager
def programs(folder: Path) -> Iterator[Start]:
    """Starts programs that say a text; none is left afterwards."""
    running: list[Speaker] = []

    def start(
        name: str, text: str, *options: str, environment: Mapping[str, str] | None = None
    ) -> Speaker:
        own = folder / name
        own.mkdir()
        wav = own / "played.wav"
        process = subprocess.Popen(
            [PROGRAM, "--headless", "--json", "--record", wav, *options, "say", text],
            cwd=own,
            env={
                **os.environ,
                "HOME": str(own),
                "VOICESTREAM_LOG_DIR": str(own / "log"),
                "VOICESTREAM_AUDIO_LATENCY": "high",
                **(environment or {}),
            },
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        running.append(Speaker(wav, process))
        return running[-1]

    try:
        yield start
    finally:
        for speaker in running:
            speaker.process.kill()
            speaker.process.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with programs(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Speaker]:
    """What each text sounds like when nobody else speaks."""
    with programs(tmp_path_factory.mktemp("alone")) as start:
        texts = (FIRST, SECOND, URGENT, LONG)
        speakers = {
            text: start(str(number), text, "--device", "none") for number, text in enumerate(texts)
        }
        for speaker in speakers.values():
            speaker.finish()
            assert not speaker.waited_for
    return speakers


def sound_of(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return (data / 32767).astype(np.float32)


def sentences(record: Samples) -> list[Samples]:
    """The stretches of sound between complete silences."""
    loud = np.flatnonzero(record)
    ends = np.flatnonzero(np.diff(loud) > PAUSE)
    begins = [loud[0], *loud[ends + 1]]
    return [
        record[begin : end + 1] for begin, end in zip(begins, [*loud[ends], loud[-1]], strict=True)
    ]


class Heard:
    """What the device played, in which sentences can be found."""

    def __init__(self, sound: Samples) -> None:
        self.sound = sound
        self._length = 1 << (len(sound) + 30 * RATE).bit_length()
        self._spectrum = np.fft.rfft(sound, self._length)

    def place(self, sentence: Samples) -> tuple[int, int]:
        """Where a sentence stands, and nothing else with it: first sample, and one past its last.

        Fails if it is nowhere to be found just as it is.
        """
        likeness = np.fft.irfft(
            self._spectrum * np.conj(np.fft.rfft(sentence, self._length)), self._length
        )
        begin = int(np.argmax(likeness[: len(self.sound)]))
        found = self.sound[begin : begin + len(sentence)]
        assert len(found) == len(sentence)
        assert np.abs(found - sentence).max() < SAME, "another sound was in it, or a part missing"
        return begin, begin + len(sentence)

    def outside(self, places: list[tuple[int, int]]) -> float:
        """The largest magnitude that is in none of the places."""
        rest = np.abs(self.sound)
        for begin, end in places:
            rest[begin:end] = 0.0
        return float(rest.max())


def assert_one_voice_at_a_time(heard: Samples, records: list[Samples]) -> None:
    sound = Heard(heard)
    places = [[sound.place(one) for one in sentences(record)] for record in records]
    for mine in places:
        assert mine == sorted(mine)
    assert sound.outside([place for mine in places for place in mine]) < SAME
    in_order = sorted((*place, who) for who, mine in enumerate(places) for place in mine)
    for (_, end, who), (begin, _, next_who) in itertools.pairwise(in_order):
        assert who == next_who or begin - end >= WINDOW, "two voices within 100 ms"


def assert_all_was_said(speaker: Speaker, alone: Speaker) -> None:
    numbers = [event["id"] for event in speaker.of("segment")]
    assert [event["id"] for event in speaker.of("spoken")] == numbers
    assert not speaker.of("skipped")
    assert not speaker.of("failed")
    said, expected = sentences(sound_of(speaker.wav)), sentences(sound_of(alone.wav))
    assert len(said) == len(expected) == len(numbers)
    assert all(np.array_equal(a, b) for a, b in zip(said, expected, strict=True))


def test_two_at_once_speak_one_after_the_other(start: Start, alone: Mapping[str, Speaker]) -> None:
    with NullSink() as sink, sink.record() as recording:
        one = start("one", FIRST, environment=sink.environment)
        two = start("two", SECOND, environment=sink.environment)
        one.finish()
        two.finish()
        recording.advance(0.5)
        heard = recording.stop()
    assert_one_voice_at_a_time(heard, [sound_of(one.wav), sound_of(two.wav)])
    assert_all_was_said(one, alone[FIRST])
    assert_all_was_said(two, alone[SECOND])
    # One of them waited, saw for whom, and saw that it was over.
    assert sorted([one.waited_for, two.waited_for]) in (
        [[], ["text (one)", ""]],
        [[], ["text (two)", ""]],
    )


def test_a_higher_priority_speaks_after_the_sentence_that_sounds(
    start: Start, alone: Mapping[str, Speaker]
) -> None:
    with NullSink() as sink, sink.record() as recording:
        low = start("low", LONG, environment=sink.environment)
        low.wait_for("speaking")
        high = start("high", URGENT, "--voice-priority", "5", environment=sink.environment)
        high.finish()
        low.finish()
        recording.advance(0.5)
        heard = recording.stop()
    assert_one_voice_at_a_time(heard, [sound_of(low.wav), sound_of(high.wav)])
    assert_all_was_said(low, alone[LONG])
    assert_all_was_said(high, alone[URGENT])
    # In between, not after all that the first had to say.
    assert low.waited_for == ["text (high)", ""]
    assert high.waited_for == ["text (low)", ""]


def test_the_voice_of_a_killed_program_is_taken_over(
    start: Start, alone: Mapping[str, Speaker]
) -> None:
    with NullSink() as sink, sink.record() as recording:
        one = start("one", FIRST * 3, environment=sink.environment)
        one.wait_for("speaking")
        two = start("two", SECOND, environment=sink.environment)
        two.wait_for("waiting")
        one.process.kill()
        killed = time.monotonic()
        two.wait_for("speaking")
        print(f"taken over after {time.monotonic() - killed:.2f} s")
        two.finish()
        recording.advance(0.5)
        heard = recording.stop()
    assert_all_was_said(two, alone[SECOND])
    sound = Heard(heard)
    places = [sound.place(one) for one in sentences(sound_of(two.wav))]
    before = np.flatnonzero(np.abs(heard[: places[0][0]]) > SAME)
    assert places[0][0] - before[-1] >= WINDOW
    assert places == sorted(places)


def test_a_suspended_program_loses_the_voice_and_wakes_up_silent(
    start: Start, alone: Mapping[str, Speaker]
) -> None:
    with NullSink() as sink, sink.record() as recording:
        one = start("one", FIRST * 2, environment=sink.environment)
        one.wait_for("speaking")
        two = start("two", SECOND, environment=sink.environment)
        two.wait_for("waiting")
        one.process.send_signal(signal.SIGSTOP)
        try:
            two.wait_for("speaking")
        finally:
            one.process.send_signal(signal.SIGCONT)
        one.wait_for("waiting")
        two.finish()
        one.finish()
        recording.advance(0.5)
        heard = recording.stop()
    assert_all_was_said(two, alone[SECOND])
    assert len(one.of("spoken")) == len(one.of("segment"))
    assert one.waited_for == ["text (two)", ""]
    sound = Heard(heard)
    places = [sound.place(one) for one in sentences(sound_of(two.wav))]
    around = slice(places[0][0] - WINDOW, places[-1][1] + WINDOW)
    only = Heard(heard[around])
    assert only.outside([(a - around.start, b - around.start) for a, b in places]) < SAME
