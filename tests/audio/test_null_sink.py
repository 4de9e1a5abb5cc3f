"""The real way of the sound: player, PortAudio, PulseAudio, and a recording of what came out."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import numpy as np
import pytest

from tests.audio.manual import level, utterance
from tests.audio.manual import queue as enqueue
from tests.null_sink import RATE, NullSink, missing
from voicestream_tui.audio.devices import PORTAUDIO, look_again
from voicestream_tui.audio.outputs import PortAudioOutput, list_devices, open_output
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.portaudio import STOPPED
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "all there")


def speechlike(seconds: float) -> Samples:
    """Noise in syllables that is never exactly zero and nowhere like itself."""
    rng = np.random.default_rng(5)
    time = np.arange(round(seconds * RATE)) / RATE
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    noise = rng.uniform(0.05, 0.5, len(time)) * rng.choice([-1.0, 1.0], len(time))
    return np.asarray(syllables * noise, dtype=np.float32)


class Chain:
    """A player on the default device, with all it rendered and all that was said."""

    def __init__(self, latency: str = "low") -> None:
        self.player = Player()
        self.problems: queue.Queue[str] = queue.Queue()
        self.parts: list[Samples] = []
        self.silent_blocks = threading.Event()
        output = open_output(None, RATE, lambda m, h: self.problems.put(m), latency)
        assert isinstance(output, PortAudioOutput)
        self.output = output

    def __enter__(self) -> Chain:
        """Start and wait until the device takes blocks."""
        self.output.start(self.render)
        assert self.silent_blocks.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.output.stop()

    def render(self, out: Samples) -> None:
        self.player.render(out)
        self.parts.append(out.copy())
        if len(self.parts) == 20:
            self.silent_blocks.set()

    def problem(self) -> str:
        return self.problems.get(timeout=30)


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[NullSink]:
    with NullSink() as sink:
        for name, value in sink.environment.items():
            monkeypatch.setenv(name, value)
        restart_portaudio()
        yield sink


def restart_portaudio() -> None:
    """PortAudio reads ALSA's configuration only once."""
    list_devices()
    with PORTAUDIO:
        look_again()


def cut_out(recording: Samples, sound: Samples) -> Samples:
    """The part of a recording from where `sound` begins in it, as long as `sound`."""
    probe = sound[:2000]
    heard = np.flatnonzero(np.abs(recording) > 1e-4)
    assert len(heard), "nothing was heard"
    near = recording[max(0, heard[0] - 10) : heard[0] + 4 * RATE]
    likeness = np.correlate(near, probe, "valid")
    start = max(0, heard[0] - 10) + int(np.argmax(likeness))
    return recording[start : start + len(sound)]


def play_and_record(sink: NullSink, seconds: float) -> tuple[Samples, Samples, Chain]:
    sound = speechlike(seconds)
    with Chain() as chain, sink.record() as recording:
        enqueue(chain.player, utterance(1), *np.array_split(sound, 7))
        assert chain.player.wait_until_idle(seconds + 20)
        recording.advance(0.5)
        return sound, recording.stop(), chain


@pytest.mark.alone
def test_monitor_hears_just_what_was_rendered(sink: NullSink) -> None:
    sound, recorded, chain = play_and_record(sink, 10.0)
    heard = cut_out(recorded, sound)
    assert len(heard) == len(sound)
    assert np.abs(heard - sound).max() < 1e-4
    assert chain.output.underflows == 0
    assert chain.problems.empty()
    assert chain.player.snapshot().starved == 0
    # It came out once: around it is nothing but silence.
    assert (np.abs(recorded) > 1e-4).sum() == (np.abs(sound) > 1e-4).sum()


@pytest.mark.alone
def test_skip_mute_and_pause_are_heard_at_once(sink: NullSink) -> None:
    """From the command to the last of the old sound, through all buffers."""
    with Chain() as chain, sink.record() as recording:
        player = chain.player
        spoken = [utterance(n) for n in range(2)]
        for one in spoken:
            enqueue(player, one, level(0.1 + 0.1 * one.segment.id, 60 * RATE))
        commands = [
            spoken[0].cancel,
            lambda: player.set_muted(True),
            lambda: player.set_muted(False),
            player.pause,
        ]
        places = []
        for command in commands:
            recording.advance(0.5)
            places.append(recording.place())
            command()
        recording.advance(0.5)
        recorded = recording.stop()

    def lasted(command: int, new_value: float) -> float:
        """Milliseconds from a command until only the new level is heard, the fade included."""
        until = places[command + 1] if command + 1 < len(places) else len(recorded)
        part = recorded[int(places[command]) : int(until)]
        old = np.flatnonzero(np.abs(part - np.float32(new_value)) > 1e-4)
        return 1000 * float(old[-1]) / RATE if len(old) else 0.0

    skip, mute, pause = lasted(0, 0.2), lasted(1, 0.0), lasted(3, 0.0)
    print(f"skip {skip:.0f} ms, mute {mute:.0f} ms, pause {pause:.0f} ms")
    assert 0 < skip < 100
    assert 0 < mute < 100
    assert 0 < pause < 100


def test_vanished_daemon_is_survived_and_found_again(sink: NullSink) -> None:
    with Chain("high") as chain:  # other tests run beside it, and each sample counts
        sink.kill()
        assert "gone" in chain.problem()
        # The clock goes on: the sentence ends in its time although nobody hears it.
        enqueue(chain.player, utterance(1), speechlike(0.5))
        assert chain.player.wait_until_idle(20)
        sink.start()
        assert "again" in chain.problem()
        sound = speechlike(1.0)
        with sink.record() as recording:
            enqueue(chain.player, utterance(2), sound)
            assert chain.player.wait_until_idle(20)
            recording.advance(0.5)
            assert np.abs(cut_out(recording.stop(), sound) - sound).max() < 1e-4
        assert chain.problems.empty()


def test_daemon_that_hangs_is_survived(sink: NullSink) -> None:
    with Chain() as chain:
        os.kill(sink.pid, signal.SIGSTOP)
        try:
            assert "does not answer" in chain.problem()
            enqueue(chain.player, utterance(1), speechlike(0.2))
            assert chain.player.wait_until_idle(20)
        finally:
            os.kill(sink.pid, signal.SIGCONT)
        assert "again" in chain.problem()


def test_device_is_listed_and_can_be_named(sink: NullSink) -> None:
    devices = list_devices()
    assert [d.name for d in devices if d.default] == ["default"]
    with pytest.raises(AudioError, match="tuba") as caught:
        open_output("tuba", RATE, lambda m, h: None)
    assert "default" in caught.value.hint
    output = open_output("DEFAULT", RATE, lambda m, h: None)
    played = threading.Event()
    output.start(lambda out: played.set())
    assert played.wait(20)
    output.stop()


def test_native_noise_stays_off_the_screen(
    sink: NullSink, capfd: pytest.CaptureFixture[str]
) -> None:
    with Chain() as chain:
        sink.kill()
        chain.problem()
        sink.start()
        chain.problem()
        assert "ALSA" not in capfd.readouterr().err


PLAYS_UNTIL_TOLD = """
import sys, threading
from voicestream_tui.audio.outputs import open_output
lost = threading.Event()
output = open_output(None, 48000, lambda message, hint: lost.set())
output.start(lambda out: out.fill(0.1))
while not output._stream or output._stream.calls < 20:
    lost.wait(0.05)
print("playing", flush=True)
lost.wait(30)
output.stop()
print("leaving", flush=True)
"""


@contextmanager
def playing(code: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A program of its own, from when it plays, and what it prints."""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline() == "playing\n"
            yield program, program.stdout
        finally:
            program.kill()


def test_program_ends_although_the_daemon_hangs(sink: NullSink) -> None:
    with playing(PLAYS_UNTIL_TOLD) as (program, printed):
        os.kill(sink.pid, signal.SIGSTOP)
        try:
            assert program.wait(60) == 0
            assert printed.read() == "leaving\n"
        finally:
            os.kill(sink.pid, signal.SIGCONT)


PLAYS_THROUGH_A_STOP = """
import threading, time
from voicestream_tui.audio.outputs import open_output
problems, pause = [], threading.Event()
output = open_output(None, 48000, lambda message, hint: problems.append(message))
output.start(lambda out: out.fill(0.1))
while not output._stream or output._stream.calls < 60:
    pause.wait(0.05)
before = now = time.monotonic()
print("playing", flush=True)
while now - before < 1.0:
    pause.wait(0.05)
    before, now = now, time.monotonic()
stopped_at = output._stream.calls
while not problems and output._stream.calls < stopped_at + 60:
    pause.wait(0.05)
output.stop()
print(problems, flush=True)
"""


def test_sound_goes_on_without_a_word_when_the_program_was_stopped(sink: NullSink) -> None:
    with playing(PLAYS_THROUGH_A_STOP) as (program, printed):
        program.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED + 0.5)  # The program's own clock has to see it.
        program.send_signal(signal.SIGCONT)
        assert printed.readline() == "[]\n"
        assert program.wait(20) == 0
