"""Who takes the voice, keeps it and gives it back; and whole pipelines that take turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.audio.manual import FADE, clip, level
from tests.audio.manual import queue as enqueue
from tests.pipeline.fakes import EventLog, FakeSpeaker, ListSource, Rig
from voicestream_tui.audio.player import Player
from voicestream_tui.audio.voice_lock import LEASE, URGENT, VoiceLock
from voicestream_tui.model import (
    Ended,
    Failed,
    Kind,
    Samples,
    Segment,
    Skipped,
    SpeakingStarted,
    Spoken,
    Utterance,
    VoiceHeld,
)
from voicestream_tui.stages.arbitration import BREATH, LINGER, MONOLOGUE, PATIENCE, Arbitration

RATE = 48000
LATENCY = 0.04


def sentence(number: int, turn: int = 1, urgent: bool = False) -> Utterance:
    return Utterance(Segment(number, turn, Kind.PROSE, "x", urgent=urgent), "文")


class FakeLock(VoiceLock):
    """A voice whose other programs are the test."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__("me", clock=clock)
        self._now = clock
        self.by = ""
        """Who has the voice, if it is another program."""
        self.waiting: int | None = None
        """The level of another program that waits."""
        self.lost = False
        self.broken = False
        self.held = False
        self.looks = 0
        self.asked: list[bool] = []
        self.given: list[float] = []
        self.taken = 0.0
        """When it was got last, by the real clock."""
        self.quiet_in = 0.0

    def open(self) -> None:
        if self.broken:
            raise PermissionError(13, "Permission denied", "/run/voice")

    def take(self, urgent: bool, tail: float) -> bool:
        self.asked.append(urgent)
        self.looks += 1
        if self.by:
            return False
        self.taken = time.monotonic()
        self.quiet_until = self._now() + self.quiet_in
        self.held = True
        return True

    def leave(self) -> None:
        self.looks += 1

    def speaker(self) -> str:
        return self.by

    def wanted(self) -> int | None:
        return self.waiting

    def renew(self) -> bool:
        self.looks += 1
        lost, self.lost = self.lost, False
        if lost:
            self.held = False
        return not lost

    def give(self, quiet_at: float) -> None:
        if self.held:
            self.held = False
            self.given.append(quiet_at)


class Room:
    """A player, whose blocks and whose time are the test's, and its arbitration."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.player = Player(RATE, clock=lambda: self.now)
        self.lock = FakeLock(lambda: self.now)
        self.told: list[str] = []
        self.granted = 0
        self.problems: list[str] = []
        self.more = False
        self.arbitration = Arbitration(
            self.player.gate,
            self.lock,
            latency=lambda: LATENCY,
            expecting=lambda: self.more,
            on_waiting=self.told.append,
            on_granted=self._grant,
            on_problem=lambda message, hint: self.problems.append(message),
            clock=lambda: self.now,
        )
        self.thread = threading.Thread(target=self.arbitration.run)

    def _grant(self) -> None:
        self.granted += 1

    def pull(self, length: int = 480) -> Samples:
        out: Samples = np.full(length, 9.0, dtype=np.float32)
        self.player.render(out)
        self.now += length / RATE
        return out

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait, without playing anything, until a condition holds."""
        tick = threading.Event()
        for _ in range(4000):
            if condition():
                return
            tick.wait(0.005)
        raise AssertionError("never came")

    def look(self) -> None:
        """Wait until the arbitration has looked at everything once more."""
        seen = self.lock.looks
        self.until(lambda: self.lock.looks >= seen + 2)

    def say(self, number: int, length: int = 4800, turn: int = 1, urgent: bool = False) -> None:
        enqueue(self.player, sentence(number, turn, urgent), level(0.5, length))

    def speak(self, number: int = 1, length: int = 48000) -> None:
        """Be in the middle of a long sentence."""
        self.say(number, length)
        self.until(lambda: self.lock.held)
        self.look()
        assert self.pull()[-1] == np.float32(0.5)


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    room.thread.start()
    yield room
    room.arbitration.close()
    room.thread.join(20)


# --- taking and giving ----------------------------------------------------------------------


def test_the_voice_is_taken_when_there_is_something_to_say(room: Room) -> None:
    assert not room.lock.asked
    room.say(1)
    room.until(lambda: room.lock.held)
    room.look()
    assert np.array_equal(room.pull(4800), level(0.5, 4800))
    assert room.told == []
    assert room.granted == 0


def test_the_voice_is_given_back_after_a_short_silence(room: Room) -> None:
    room.speak(length=960)
    room.pull(960)
    heard_until = room.player.gate.heard_until
    room.now = heard_until + LINGER - 0.01
    room.look()
    assert room.lock.held
    room.now += 0.02
    room.until(lambda: not room.lock.held)
    assert room.lock.given == [pytest.approx(heard_until + LATENCY + BREATH)]
    room.say(2)
    room.until(lambda: room.lock.held)


def test_while_more_is_being_made_the_voice_is_kept_for_longer(room: Room) -> None:
    room.more = True
    room.speak(length=960)
    room.pull(960)
    room.now += LINGER + 0.1
    room.look()
    assert room.lock.held
    room.now += PATIENCE
    room.until(lambda: not room.lock.held)


def test_a_sentence_that_never_ends_does_not_keep_the_voice(room: Room) -> None:
    hung = sentence(1)
    enqueue(room.player, sentence(0), level(0.5, 960))
    room.until(lambda: room.lock.held)
    room.look()
    room.player.finish(hung, 0.0)  # comes first, so that the next one stays open
    one = sentence(2)
    room.player.enqueue(clip(one, level(0.5, 960)))
    room.pull(4800)
    room.now += PATIENCE / 2
    room.look()
    assert room.lock.held
    room.now += PATIENCE
    room.look()
    room.pull()
    room.until(lambda: not room.lock.held)
    room.player.enqueue(clip(one, level(0.25, 960)))
    room.until(lambda: room.lock.held)
    room.look()
    assert room.pull(960)[-1] == np.float32(0.25)


# --- pause and mute -------------------------------------------------------------------------


def test_who_is_paused_gives_the_voice_back_after_the_fade(room: Room) -> None:
    room.speak()
    room.player.pause()
    room.look()
    assert room.lock.held
    room.pull(FADE)
    room.until(lambda: not room.lock.held)
    room.lock.by = "other"
    room.player.resume()
    room.until(lambda: room.told == ["other"])
    assert not room.pull(4800).any()
    assert not room.player.snapshot().paused
    room.lock.by = ""
    room.until(lambda: room.lock.held)
    room.look()
    assert room.pull(4800)[-1] == np.float32(0.5)
    assert room.told == ["other", ""]
    assert room.granted == 1


def test_who_is_muted_needs_no_voice_and_goes_on(room: Room) -> None:
    room.speak()
    room.player.set_muted(True)
    room.pull(FADE)
    room.until(lambda: not room.lock.held)
    room.lock.by = "other"
    before = room.player.snapshot().position
    assert not room.pull(4800).any()
    assert room.player.snapshot().position == pytest.approx(before + 0.1)
    assert room.told == []
    room.player.set_muted(False)
    room.until(lambda: room.told == ["other"])
    assert not room.pull(4800).any()
    room.player.set_muted(True)  # instead of waiting any longer
    room.until(lambda: room.told == ["other", ""])
    assert not room.pull(4800).any()


# --- others ---------------------------------------------------------------------------------


def test_a_higher_priority_gets_the_voice_after_the_sentence(room: Room) -> None:
    room.speak(1, length=4800)
    room.say(2)
    room.lock.waiting = 1
    room.look()
    assert room.lock.held
    room.lock.by = "boss"
    assert room.pull(9600).any()
    room.until(lambda: room.told == ["boss"])
    assert len(room.lock.given) == 1
    assert not room.pull(9600).any()
    room.lock.by, room.lock.waiting = "", None
    room.until(lambda: room.lock.held)
    room.look()
    assert room.pull(4800)[0] == np.float32(0.5)


@pytest.mark.parametrize("waiting", [0, -1])
def test_others_wait_through_a_turn(room: Room, waiting: int) -> None:
    room.lock.waiting = waiting
    room.speak(1, length=4800)
    for number in range(2, 6):
        room.say(number)
    for _ in range(5):
        assert room.pull(4320).any()
        room.look()
    assert room.lock.held


def test_an_equal_gets_the_voice_at_the_end_of_a_turn(room: Room) -> None:
    room.lock.waiting = 0
    room.speak(1, length=4800)
    room.say(2)
    room.say(3, turn=2)
    room.look()
    room.pull(4800)
    room.look()
    assert room.lock.held
    room.lock.by = "other"
    room.pull(4800)
    room.until(lambda: not room.lock.held)
    assert not room.pull(4800).any()


@pytest.mark.parametrize(("waiting", "yields"), [(0, True), (-1, False)])
def test_an_equal_gets_the_voice_after_a_long_monologue(
    room: Room, waiting: int, yields: bool
) -> None:
    room.speak(1, length=4800)
    room.say(2)
    room.lock.waiting = waiting
    room.now += MONOLOGUE + 1
    room.look()
    room.pull(4800)
    room.look()
    assert bool(room.lock.given) is yields


def test_what_is_urgent_asks_for_more_and_hands_back_after_it(room: Room) -> None:
    room.lock.by = "other"
    room.say(1, urgent=True)
    room.until(lambda: bool(room.lock.asked))
    assert room.lock.asked[-1] is True
    room.say(2)
    room.lock.by, room.lock.waiting = "", 0
    room.until(lambda: room.lock.held)
    room.look()
    room.pull(960)
    room.look()
    room.lock.by = "other"
    room.pull(9600)
    room.until(lambda: not room.lock.held)
    assert not room.pull(4800).any()
    room.until(lambda: room.lock.asked[-1] is False)


def test_somebody_urgent_comes_before_what_is_not(room: Room) -> None:
    room.lock.waiting = URGENT - 10
    room.speak(1, length=4800)
    room.say(2)
    room.look()
    room.lock.by = "other"
    room.pull(9600)
    room.until(lambda: not room.lock.held)


def test_the_speaker_is_told_as_it_changes(room: Room) -> None:
    room.lock.by = "one"
    room.say(1)
    room.until(lambda: room.told == ["one"])
    room.lock.by = "two"
    room.until(lambda: room.told == ["one", "two"])
    room.lock.by = ""
    room.until(lambda: room.told == ["one", "two", ""])


def test_what_waits_and_is_skipped_needs_the_voice_no_more(room: Room) -> None:
    room.lock.by = "one"
    waiting = sentence(1)
    enqueue(room.player, waiting, level(0.5, 960))
    room.until(lambda: room.told == ["one"])
    waiting.cancel()
    room.player.wake()
    room.until(lambda: room.told == ["one", ""])
    assert not room.lock.held


def test_the_one_before_is_left_to_ring_out(room: Room) -> None:
    """The voice is free, but who gave it back is still heard: the wait is a real one."""
    room.lock.quiet_in = 1.0
    room.say(1)
    room.until(lambda: bool(room.pull(48).any()))
    assert time.monotonic() - room.lock.taken > 0.95


# --- when something is wrong ----------------------------------------------------------------


def test_who_lost_the_voice_falls_silent_and_stands_in_line_again(room: Room) -> None:
    room.speak()
    room.lock.by = "thief"
    room.lock.lost = True
    room.until(lambda: room.told == ["thief"])
    room.pull(FADE)
    assert not room.pull(4800).any()
    room.lock.by = ""
    room.until(lambda: room.lock.held)
    room.look()
    assert room.pull(4800)[-1] == np.float32(0.5)


def test_without_a_place_for_the_lock_all_is_spoken_and_said_once() -> None:
    room = Room()
    room.lock.broken = True
    room.say(1)
    room.thread.start()
    room.thread.join(20)
    assert room.pull(4800)[0] == np.float32(0.5)
    assert len(room.problems) == 1
    assert "/run/voice" in room.problems[0]


def test_the_gate_does_not_stay_open_without_the_arbitration(room: Room) -> None:
    room.speak()
    room.arbitration.close()
    room.thread.join(20)
    room.now += LEASE + 1
    assert not room.pull(4800).any()


@pytest.mark.parametrize("by", ["", "other"])
def test_closing_gives_the_voice_back_at_once(by: str) -> None:
    room = Room()
    room.lock.by = by
    room.say(1, length=48000)
    room.thread.start()
    room.until(lambda: room.lock.held or room.told == ["other"])
    room.arbitration.close()
    room.thread.join(20)
    assert not room.thread.is_alive()
    assert not room.lock.held
    assert room.told in ([], ["other", ""])


# --- whole pipelines ------------------------------------------------------------------------

THREE = "One bird sings. Two birds sing. Three birds sing."


class Duo:
    """Two pipelines that share a voice; their blocks are pulled in step."""

    def __init__(self, folder: Path, *texts: str, end: bool = True) -> None:
        self.folder = folder
        self.sources = [ListSource(text, end=end) for text in texts]
        self.rigs = [self._rig(number, source) for number, source in enumerate(self.sources)]

    def _rig(self, number: int, source: ListSource) -> Rig:
        lock = VoiceLock(f"program {number}", folders=lambda: [self.folder])
        return Rig(source, speaker=FakeSpeaker(seconds=0.3), lock=lock)

    def __enter__(self) -> Duo:
        return self

    def __exit__(self, *error: object) -> None:
        for rig in self.rigs:
            rig.pipeline.close()

    def pull_until(self, condition: Callable[[], bool], started: int = 2) -> None:
        for _ in range(20000):
            if condition():
                return
            rigs = self.rigs[:started]
            if not any(rig.behind() for rig in rigs):
                blocks = [rig.output.pull() for rig in rigs]
                assert sum(bool(block.any()) for block in blocks) <= 1, "two voices"
            self.rigs[0].log.doze()
        raise AssertionError([rig.log.events for rig in self.rigs])


def held(log: EventLog) -> list[str]:
    return [event.by for event in log.of(VoiceHeld)]


@pytest.fixture
def duo(tmp_path: Path) -> Iterator[Duo]:
    """The first speaks, the second waits for it."""
    with Duo(tmp_path, THREE, "Four cats sleep. Five cats sleep.") as duo:
        first, second = duo.rigs
        first.pipeline.start()
        duo.pull_until(lambda: bool(first.log.of(SpeakingStarted)), started=1)
        second.pipeline.start()
        second.log.wait_for(lambda: held(second.log) == ["program 0"])
        yield duo


def test_two_pipelines_speak_one_after_the_other_and_lose_nothing(duo: Duo) -> None:
    first, second = duo.rigs
    duo.pull_until(lambda: first.pipeline.ended and second.pipeline.ended)
    assert held(first.log) == []
    assert held(second.log) == ["program 0", ""]
    for rig, count in zip(duo.rigs, (3, 2), strict=True):
        assert len(rig.log.of(Spoken)) == count
        assert not rig.log.of(Skipped)
        assert not rig.log.of(Failed)
        assert np.count_nonzero(rig.output.sound) == count * int(0.3 * RATE)
        assert isinstance(rig.log.events[-1], Ended)


def test_waiting_for_the_voice_is_nobodys_latency(duo: Duo) -> None:
    _, second = duo.rigs
    duo.pull_until(lambda: bool(second.log.of(SpeakingStarted)))
    last = second.pipeline.timelines.last_text_to_sound
    assert last is None or last < 500.0


def test_who_waits_can_skip_go_back_and_jump(duo: Duo) -> None:
    _, second = duo.rigs
    second.pipeline.skip()
    assert [event.id for event in second.log.of(Skipped)] == [1]
    second.pipeline.back()
    second.pull_until(lambda: second.player.queued_seconds > 0.5)
    assert not second.pipeline.ended
    second.pipeline.jump_to_live()
    assert second.pipeline.drain(20)
    # That it waits no more is told before the end, not after it. While another sentence is being
    # made there is nothing to wait with, which may be told, too.
    told = held(second.log)
    assert told == ["program 0", ""] * (len(told) // 2)
    assert isinstance(second.log.events[-1], Ended)


def test_who_waits_can_be_closed(duo: Duo) -> None:
    first, second = duo.rigs
    second.pipeline.close()
    assert isinstance(second.log.events[-1], Ended)
    assert held(second.log) == ["program 0", ""]
    assert [path.name for path in duo.folder.iterdir()] == ["voice"]
    duo.pull_until(lambda: first.pipeline.ended, started=1)


def test_the_voice_of_a_closed_pipeline_is_free(duo: Duo) -> None:
    first, second = duo.rigs
    first.pipeline.close()
    second.pull_until(lambda: second.pipeline.ended)
    assert len(second.log.of(Spoken)) == 2


def test_a_pipeline_alone_begins_with_the_first_sample(tmp_path: Path) -> None:
    lock = VoiceLock("alone", folders=lambda: [tmp_path])
    with Rig(ListSource(THREE), speaker=FakeSpeaker(seconds=0.3), lock=lock) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
    assert np.count_nonzero(rig.output.sound) == 3 * int(0.3 * RATE)
    assert held(rig.log) == []
