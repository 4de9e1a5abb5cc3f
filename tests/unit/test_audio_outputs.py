"""Outputs: the silent clock, the fast one, and the loudspeaker that may go and come back."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest

from tests.audio.fake_sounddevice import PortAudioError
from tests.audio.manual import RATE, clip, level, pull, tone, utterance
from tests.audio.manual import queue as enqueue
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.portaudio import PortAudioOutput
from voicestream_tui.audio.silent import FastOutput, SilentOutput
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples

# --- the silent clock ---------------------------------------------------------------------------


class Time:
    """A clock that waits by moving on, a bit late each time."""

    def __init__(self, end: float, late: float = 0.0) -> None:
        self.now = 50.0
        self.end = self.now + end
        self.late = late
        self.over = threading.Event()

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        if seconds:
            self.now += seconds + self.late
        if self.now < self.end:
            return False
        self.over.set()
        return True


def rendered(time: Time, render: Callable[[Samples], None] | None = None) -> int:
    """Samples that a silent output takes until `time` is over."""
    total = [0]

    def count(out: Samples) -> None:
        total[0] += len(out)
        if render is not None:
            render(out)

    output = SilentOutput(RATE, clock=time.clock, wait=time.wait)
    output.start(count)
    assert time.over.wait(10)
    output.stop()
    return total[0]


@pytest.mark.parametrize("late", [0.0, 0.003])
def test_silent_output_keeps_the_pace_of_a_device(late: float) -> None:
    assert rendered(Time(10.0, late)) == pytest.approx(10 * RATE, abs=1000)


def test_silent_output_gives_up_time_that_was_slept_through() -> None:
    time = Time(10.0)
    slept = [False]

    def sleep(out: Samples) -> None:
        if time.now > 55.0 and not slept[0]:
            slept[0] = True
            time.now += 4.0

    assert rendered(time, sleep) == pytest.approx(6 * RATE, abs=2000)


def test_silent_output_survives_a_render_that_fails() -> None:
    def fail(out: Samples) -> None:
        raise ZeroDivisionError

    assert rendered(Time(1.0), fail) == pytest.approx(RATE, abs=1000)


def test_silent_output_stops_at_once_and_can_start_again() -> None:
    output = SilentOutput(RATE, block=60.0)
    for _ in range(2):
        called = threading.Event()
        output.start(lambda out, called=called: called.set())  # type: ignore[misc]
        assert called.wait(10)
        output.stop()
        output.stop()


# --- the fast one ---------------------------------------------------------------------------


class Taken:
    """Collects what an output renders from a player."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.blocks: list[Samples] = []
        self.calls = 0

    def render(self, out: Samples) -> None:
        self.calls += 1
        self.player.render(out)
        self.blocks.append(out.copy())

    @property
    def sound(self) -> Samples:
        return np.concatenate(self.blocks)


def test_fast_output_writes_sound_and_gaps_and_no_silence_of_waiting() -> None:
    player = Player()
    taken = Taken(player)
    output = FastOutput(player)
    output.start(taken.render)
    first, second = utterance(1), utterance(2)
    sound = tone(1.0)
    for part in np.array_split(sound, 7):
        player.enqueue(clip(first, part))
        while player.queued_seconds:
            player.wait_for_room(1e-6, lambda: False)
    player.finish(first, 0.25)
    assert player.wait_until_idle(10)
    enqueue(player, second, sound, gap=0.25)
    assert player.wait_until_idle(10)
    output.stop()
    output.stop()
    gap = level(0.0, RATE // 4)
    assert np.array_equal(taken.sound, np.concatenate((sound, gap, sound)))
    assert player.snapshot().starved == 0


def test_fast_output_sleeps_while_there_is_nothing() -> None:
    player = Player()
    taken = Taken(player)
    output = FastOutput(player)
    output.start(taken.render)
    for _ in range(20):
        player.wake()
    player.pause()
    enqueue(player, utterance(1), level(0.25, 10240))
    player.resume()
    assert player.wait_until_idle(10)
    output.stop()
    assert taken.calls < 60


def test_fast_output_passes_over_cancelled_and_empty_ones() -> None:
    player = Player()
    taken = Taken(player)
    first = utterance(1)
    enqueue(player, first, level(0.25, 5000))
    first.cancel()
    enqueue(player, utterance(2), gap=0.5)
    enqueue(player, utterance(3), level(0.5, 3000))
    output = FastOutput(player)
    output.start(taken.render)
    assert player.wait_until_idle(10)
    output.stop()
    assert np.array_equal(taken.sound, level(0.5, 3000))


def test_fast_output_ends_a_sound_that_is_cancelled_while_it_waits_for_more() -> None:
    player = Player()
    taken = Taken(player)
    output = FastOutput(player)
    output.start(taken.render)
    first = utterance(1)
    player.enqueue(clip(first, level(0.25, 5000)))
    while player.queued_seconds:
        player.wait_for_room(1e-6, lambda: False)
    first.cancel()
    player.wake()
    assert player.wait_until_idle(10)
    output.stop()
    assert np.abs(np.diff(taken.sound[5000:])).max() < 0.01


# --- the loudspeaker ----------------------------------------------------------------------------


class FakeStream:
    """A stream whose callback came again each time somebody looks, while it is alive."""

    def __init__(self, render: Callable[[Samples], None]) -> None:
        self.name = "speaker"
        self.render = render
        self.alive = True
        self.active = True
        self.broken = False
        self.closing = threading.Event()
        self.may_close = threading.Event()
        self.may_close.set()
        self.closed = threading.Event()
        self.underflows = 0
        self.latency = 0.03
        self.tail = 0.0
        self.errors = 0
        self.error: Exception | None = None
        self._calls = 0

    @property
    def calls(self) -> int:
        self._calls += self.alive
        return self._calls

    @property
    def active(self) -> bool:
        if self.broken:
            raise PortAudioError("Invalid stream pointer")
        return self._active

    @active.setter
    def active(self, active: bool) -> None:
        self._active = active

    def close(self, quietly: bool = True) -> None:
        self.closing.set()
        assert self.may_close.wait(20)
        self._active = False
        self.closed.set()
        if self.broken:
            raise PortAudioError("Invalid stream pointer")


class Room:
    """A loudspeaker with a fake device."""

    def __init__(self) -> None:
        self.problems: queue.Queue[tuple[str, str]] = queue.Queue()
        self.opened: queue.Queue[FakeStream] = queue.Queue()
        self.again: list[bool] = []
        self.there = True
        self.blocks = 0
        self.rendered = threading.Event()
        self.now: Callable[[], float] = lambda: 0.0
        self.output = PortAudioOutput(
            None,
            RATE,
            lambda message, hint: self.problems.put((message, hint)),
            open_stream=self.open_stream,
            poll=0.001,
            clock=lambda: self.now(),
        )

    def open_stream(self, render: Callable[[Samples], None], again: bool) -> FakeStream:
        self.again.append(again)
        if not self.there:
            raise AudioError("There is no sound device.", "Connect one.")
        stream = FakeStream(render)
        self.opened.put(stream)
        return stream

    def render(self, out: Samples) -> None:
        out.fill(0.25)
        self.blocks += 1
        self.rendered.set()

    def problem(self) -> str:
        return self.problems.get(timeout=10)[0]

    def clock_runs(self) -> bool:
        self.rendered.clear()
        return self.rendered.wait(10)


def test_device_plays_what_is_rendered() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    heard = level(9.0, 100)
    while not heard.any() or heard[0] == 9.0:
        stream.render(heard)  # Silence until the output knows that the stream is open.
    assert (heard == 0.25).all()
    stream.underflows = 3
    room.output.stop()
    assert stream.closed.wait(10)
    stream.render(heard)
    assert not heard.any()
    assert room.output.underflows == 3
    assert room.problems.empty()
    assert room.output.name == "speaker"


def test_vanished_device_is_said_once_and_the_clock_goes_on_until_it_is_back() -> None:
    room = Room()
    room.output.start(room.render)
    first = room.opened.get(timeout=10)
    room.there = False
    first.underflows = 2
    first.alive = first.active = False
    assert "speaker" in room.problem()
    assert first.closed.wait(10)
    assert room.clock_runs()
    heard = level(9.0, 100)
    first.render(heard)
    assert not heard.any()
    room.there = True
    room.opened.get(timeout=10)
    assert "again" in room.problem()
    assert room.problems.empty()
    assert room.output.underflows == 2
    assert room.again[0] is False
    assert all(room.again[1:])
    room.output.stop()


def test_device_that_does_not_answer_is_replaced_by_the_clock_and_not_closed() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.alive = False
    assert "does not answer" in room.problem()
    assert room.clock_runs()
    assert not stream.closed.is_set()
    stream.alive = True
    assert "again" in room.problem()
    assert room.opened.empty()
    room.output.stop()


@pytest.mark.parametrize(("stopped", "told_at"), [(0.0, 20), (5.0, 110)])
def test_device_may_begin_anew_after_the_process_was_stopped(stopped: float, told_at: int) -> None:
    looks: list[FakeStream] = []
    told: queue.Queue[int] = queue.Queue()

    def now() -> float:
        """One look: the device is silent for 20 of them from the stop on, and then for ever."""
        stream = looks[0] if looks else room.opened.get(timeout=10)
        looks.append(stream)
        stream.alive = len(looks) < 10 or 30 <= len(looks) < 100
        if not room.problems.empty() and told.empty():
            told.put(len(looks))
        return stopped if len(looks) >= 10 else 0.0

    room = Room()
    room.now = now
    room.output.start(room.render)
    assert told.get(timeout=10) == pytest.approx(told_at, abs=5)
    assert "does not answer" in room.problem()
    room.output.stop()


def test_end_waits_until_the_last_sound_has_left_the_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.tail = 0.17
    slept: list[tuple[float, bool, float]] = []

    def sleep(seconds: float) -> None:
        block = np.full(10, 9.0, dtype=np.float32)
        stream.render(block)
        slept.append((seconds, stream.closed.is_set(), float(block.max())))

    monkeypatch.setattr("voicestream_tui.audio.portaudio.time.sleep", sleep)
    room.output.stop()
    # Meanwhile it is silent, and then it is closed.
    assert slept == [(0.17, False, 0.0)]
    assert stream.closed.is_set()


def test_hanging_device_that_then_goes_is_said_once() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.alive = False
    assert "does not answer" in room.problem()
    stream.active = False
    assert stream.closed.wait(10)
    room.opened.get(timeout=10)
    assert "again" in room.problem()
    room.output.stop()


def test_device_that_fails_when_it_is_looked_at_is_gone() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.broken = True
    stream.alive = False
    assert "is gone" in room.problem()
    assert stream.closed.wait(10)
    room.opened.get(timeout=10)
    assert "again" in room.problem()
    room.output.stop()


def test_end_waits_for_no_device_that_fails_when_it_is_looked_at() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    heard = level(0.0, 100)
    while not heard.any():
        stream.render(heard)
    stream.broken = True
    room.output.stop()
    assert stream.closed.is_set()
    assert room.problems.empty()


def test_device_that_stays_silent_for_long_is_opened_anew_once_it_is_closed() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.may_close.clear()
    stream.alive = False
    assert "does not answer" in room.problem()
    assert stream.closing.wait(10)
    assert room.clock_runs()
    assert room.opened.empty()
    stream.may_close.set()
    room.opened.get(timeout=10)
    assert "again" in room.problem()
    assert room.problems.empty()
    room.output.stop()


def test_device_that_hangs_when_it_is_closed_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    abandoned: list[bool] = []
    monkeypatch.setattr(
        "voicestream_tui.audio.portaudio.abandon_portaudio", lambda: abandoned.append(True)
    )
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.may_close.clear()
    stream.alive = False
    assert stream.closing.wait(10)
    assert room.clock_runs()
    room.output.stop()
    assert abandoned == [True]
    stream.may_close.set()
    assert stream.closed.wait(10)


def test_device_that_cannot_be_opened_is_said_once_and_tried_again() -> None:
    room = Room()
    room.there = False
    room.output.start(room.render)
    assert room.problem() == "There is no sound device."
    assert room.clock_runs()
    while len(room.again) < 4:
        assert room.clock_runs()
    assert room.problems.empty()
    room.there = True
    assert "again" in room.problem()
    room.output.stop()


def test_any_error_of_opening_is_a_problem_and_not_the_end() -> None:
    def broken_stream(render: Callable[[Samples], None], again: bool) -> FakeStream:
        raise ZeroDivisionError("made up")

    room = Room()
    broken = PortAudioOutput(
        "x", RATE, lambda m, h: room.problems.put((m, h)), open_stream=broken_stream
    )
    broken.start(room.render)
    assert "made up" in room.problem()
    assert room.clock_runs()
    broken.stop()


def test_error_in_a_callback_is_said_once_by_the_watcher() -> None:
    room = Room()
    room.output.start(room.render)
    stream = room.opened.get(timeout=10)
    stream.error = ZeroDivisionError("made up")
    stream.errors = 1
    assert "made up" in room.problem()
    stream.errors = 2
    stream.alive = False
    assert "does not answer" in room.problem()
    room.output.stop()


def test_device_and_clock_never_render_at_once() -> None:
    """While one is in the middle of a block, the other gets silence or waits."""
    room = Room()
    inside = threading.Event()
    go_on = threading.Event()
    both = []
    busy = threading.Lock()

    def slow(out: Samples) -> None:
        both.append(not busy.acquire(blocking=False))
        inside.set()
        go_on.wait(10)
        if busy.locked():
            busy.release()

    room.output.start(slow)
    stream = room.opened.get(timeout=10)

    def callback() -> None:
        while not inside.is_set():
            stream.render(level(9.0, 10))

    device = threading.Thread(target=callback)
    device.start()
    assert inside.wait(10)
    stream.alive = stream.active = False
    room.problem()
    go_on.set()
    device.join(10)
    room.output.stop()
    assert True not in both


def test_interpreter_is_as_before_after_stopping() -> None:
    before = sys.getswitchinterval()
    room = Room()
    room.output.start(room.render)
    room.opened.get(timeout=10)
    room.output.stop()
    room.output.stop()
    assert sys.getswitchinterval() == before


def test_stopping_what_never_started() -> None:
    Room().output.stop()


def test_hand_over_loses_no_sample_of_the_player() -> None:
    """Callbacks of a device that is not in charge take nothing from the player."""
    player = Player()
    enqueue(player, utterance(1), tone(0.1))
    room = Room()
    room.there = False
    room.output.start(player.render)
    room.problem()
    assert player.wait_until_idle(10)
    room.output.stop()
    assert not pull(player, 10).any()
