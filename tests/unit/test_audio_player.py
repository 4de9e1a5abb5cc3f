"""The player, pulled by hand: order, joins, gaps, notices, waiting."""

from __future__ import annotations

import random
import threading
import time

import numpy as np
import pytest

from tests.audio.manual import RATE, clip, level, notices, pull, queue, story, tone, utterance
from voicestream_tui.audio.player import Began, Player


def test_clips_of_an_utterance_join_to_the_sample() -> None:
    player = Player()
    sound = tone(0.5)
    queue(player, utterance(1), sound[:1000], sound[1000:1001], sound[1001:])
    assert np.array_equal(pull(player, len(sound), block=333), sound)


@pytest.mark.parametrize("seed", range(20))
def test_blocks_of_any_length_give_the_same_sound(seed: int) -> None:
    rng = random.Random(seed)
    noise = np.random.default_rng(seed)
    player = Player()
    expected = []
    for number in range(6):
        sounds = [
            noise.uniform(-0.8, 0.8, rng.randint(1, 4000)).astype(np.float32)
            for _ in range(rng.randint(1, 4))
        ]
        gap = rng.choice([0.0, 0.001, 0.03])
        queue(player, utterance(number), *sounds, gap=gap)
        expected += [*sounds, np.zeros(round(gap * RATE), dtype=np.float32)]
    whole = np.concatenate(expected)
    heard = []
    while not player.idle:
        heard.append(pull(player, length := rng.choice([0, 1, 7, 480, 1023, 1025, 5000]), length))
    sound = np.concatenate(heard)
    # After the last utterance silence follows, whatever the last block's length.
    shared = min(len(sound), len(whole))
    assert np.array_equal(sound[:shared], whole[:shared])
    assert not sound[shared:].any()
    assert not whole[shared:].any()


def test_nothing_queued_is_silence_and_idle() -> None:
    player = Player()
    assert player.idle
    assert not pull(player, 5000, block=5000).any()
    assert len(pull(player, 0)) == 0
    assert player.snapshot().level == 0.0


def test_gap_comes_after_the_end_and_before_the_next() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, 1000), gap=0.01)
    queue(player, utterance(2), level(0.5, 1000), gap=0.5)
    sound = pull(player, 3000)
    assert np.flatnonzero(sound == np.float32(0.25)).tolist() == list(range(1000))
    assert np.flatnonzero(sound == np.float32(0.5)).tolist() == list(range(1480, 2480))
    assert player.idle


def test_gap_passes_while_nothing_else_is_there() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, 1000), gap=0.01)
    pull(player, 1000 + 480 + 500)
    queue(player, utterance(2), level(0.5, 100))
    assert pull(player, 100)[0] == np.float32(0.5)


def test_notices_come_in_order_with_the_clock_of_their_block() -> None:
    now = [100.0]
    player = Player(clock=lambda: now[0])
    queue(player, utterance(1), level(0.1, 300))
    queue(player, utterance(2), level(0.1, 300))
    pull(player, 200, block=200)
    now[0] = 200.0
    pull(player, 200, block=200)
    now[0] = 300.0
    pull(player, 200, block=200)
    said = notices(player)
    assert story(said) == ["began 1", "finished 1", "began 2", "finished 2"]
    assert [notice.t for notice in said] == [100.0, 200.0, 200.0, 300.0]


def test_end_is_told_with_the_block_of_the_last_sample() -> None:
    player = Player()
    queue(player, utterance(1), level(0.1, 512))
    pull(player, 512, block=512)
    assert story(notices(player)) == ["began 1", "finished 1"]


def test_utterance_without_sound_finishes_in_its_turn_without_gap() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, 100))
    queue(player, utterance(2), gap=1.0)
    queue(player, utterance(3), level(0.5, 100))
    sound = pull(player, 200)
    assert story(notices(player)) == [
        "began 1",
        "finished 1",
        "finished 2",
        "began 3",
        "finished 3",
    ]
    assert sound[100] == np.float32(0.5)


def test_empty_clip_is_ignored() -> None:
    player = Player()
    player.enqueue(clip(utterance(1), level(0.0, 0)))
    assert player.idle


def test_new_utterance_ends_one_that_was_never_finished() -> None:
    player = Player()
    player.enqueue(clip(utterance(1), level(0.25, 100)))
    queue(player, utterance(2), level(0.5, 100))
    pull(player, 300)
    assert story(notices(player)) == ["began 1", "finished 1", "began 2", "finished 2"]
    assert player.idle
    assert player.snapshot().starved == 0


def test_clip_after_the_end_is_an_error() -> None:
    player = Player()
    first = utterance(1)
    queue(player, first, level(0.25, 100))
    with pytest.raises(ValueError, match="after the end"):
        player.enqueue(clip(first, level(0.25, 100)))
    pull(player, 200)
    with pytest.raises(ValueError, match="after the end"):
        player.enqueue(clip(first, level(0.25, 100)))


@pytest.mark.parametrize(
    "samples", [np.zeros((2, 2), np.float32), np.zeros(5), np.zeros(5, np.int16)]
)
def test_wrong_arrays_are_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="float32"):
        Player().enqueue(clip(utterance(1), samples))


def test_numbers_that_are_none_are_silenced() -> None:
    player = Player()
    sound = level(0.25, 100)
    sound[3:6] = (np.nan, np.inf, -np.inf)
    queue(player, utterance(1), sound)
    heard = pull(player, 100)
    assert np.isfinite(heard).all()
    assert heard[3] == 0.0
    assert heard[6] == np.float32(0.25)


# --- running dry ------------------------------------------------------------------------------


def test_running_dry_counts_once_and_goes_on_with_the_next_sample() -> None:
    player = Player()
    first = utterance(1)
    sound = tone(0.1)
    player.enqueue(clip(first, sound[:2000]))
    heard = pull(player, 6000)
    assert player.snapshot().starved == 1
    assert np.array_equal(heard[:2000], sound[:2000])
    assert not heard[2000 + 480 :].any()
    player.enqueue(clip(first, sound[2000:]))
    player.finish(first, 0.0)
    rest = pull(player, len(sound) - 2000)
    rising = np.arange(1, 481) / 480
    assert np.allclose(rest[:480], sound[2000:2480] * rising, atol=1e-6)
    assert np.array_equal(rest[480:], sound[2480:])
    assert player.snapshot().starved == 1
    assert player.idle


def test_running_dry_does_not_click() -> None:
    player = Player()
    first = utterance(1)
    heard = []
    for part in np.array_split(tone(0.3, size=0.5), 7):
        player.enqueue(clip(first, part))
        heard.append(pull(player, len(part) + 1000, block=100))
    player.finish(first, 0.0)
    sound = np.concatenate(heard)
    assert player.snapshot().starved == 7
    natural = 2 * np.pi * 0.5 * 220 / RATE
    assert np.abs(np.diff(sound)).max() < 2.2 * natural


def test_end_of_an_utterance_is_not_running_dry() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.25, 256)))
    pull(player, 256, block=256)
    assert player.snapshot().starved == 0
    player.finish(first, 0.0)
    pull(player, 1000)
    assert player.snapshot().starved == 0


# --- the meter ------------------------------------------------------------------------------


def test_snapshot_tells_place_part_and_rest() -> None:
    player = Player()
    first = utterance(7)
    player.enqueue(clip(first, level(0.25, RATE), (0.0, 0.4)))
    player.enqueue(clip(first, level(0.25, RATE), (0.4, 1.0)))
    player.finish(first, 0.0)
    queue(player, utterance(8), level(0.25, RATE))
    assert player.snapshot().segment_id is None
    pull(player, RATE // 2)
    state = player.snapshot()
    assert (state.segment_id, state.position, state.duration) == (7, 0.5, 2.0)
    assert state.fraction == (0.0, 0.4)
    assert state.queued == 2.5
    pull(player, RATE)
    state = player.snapshot()
    assert (state.position, state.fraction) == (1.5, (0.4, 1.0))
    pull(player, RATE)
    assert player.snapshot().segment_id == 8


def test_meter_shows_level_and_a_peak_that_falls() -> None:
    player = Player()
    queue(player, utterance(1), tone(0.5, size=0.5))
    pull(player, 4800, block=480)
    state = player.snapshot()
    assert state.level == pytest.approx(0.5 / 2**0.5, rel=0.05)
    assert state.peak == pytest.approx(0.5, rel=0.01)
    pull(player, RATE // 2)
    later = player.snapshot()
    assert later.level == 0.0
    assert 0.0 < later.peak < 0.5
    pull(player, 5 * RATE)
    assert player.snapshot().peak == 0.0


# --- waiting ------------------------------------------------------------------------------


def test_wait_for_room_ends_when_enough_was_played() -> None:
    player = Player()
    queue(player, utterance(1), level(0.1, 2 * RATE))
    asked = threading.Event()
    result: list[bool] = []

    def give_up() -> bool:
        asked.set()
        return False

    waiter = threading.Thread(target=lambda: result.append(player.wait_for_room(1.0, give_up)))
    waiter.start()
    assert asked.wait(20)
    pull(player, RATE)
    assert waiter.is_alive()
    pull(player, 1)
    waiter.join(20)
    assert result == [True]


def test_wait_for_room_ends_when_woken_to_give_up() -> None:
    player = Player()
    queue(player, utterance(1), level(0.1, 2 * RATE))
    gone = threading.Event()
    result: list[bool] = []
    waiter = threading.Thread(target=lambda: result.append(player.wait_for_room(1.0, gone.is_set)))
    waiter.start()
    gone.set()
    player.wake()
    waiter.join(20)
    assert result == [False]


def test_cancelled_sound_makes_room_at_once() -> None:
    player = Player()
    first = utterance(1)
    queue(player, first, level(0.1, 9 * RATE))
    assert player.queued_seconds == 9.0
    first.cancel()
    assert player.queued_seconds == 0.0
    assert player.wait_for_room(1.0, lambda: False)


def test_wait_until_idle() -> None:
    player = Player()
    assert player.wait_until_idle(0.0)
    queue(player, utterance(1), level(0.1, 1000), gap=5.0)
    assert not player.wait_until_idle(0.0)
    result: list[bool] = []
    waiter = threading.Thread(target=lambda: result.append(player.wait_until_idle(10)))
    waiter.start()
    pull(player, 1000)
    waiter.join(20)
    assert result == [True]


def test_wait_until_idle_hears_of_a_cancellation() -> None:
    player = Player()
    first = utterance(1)
    queue(player, first, level(0.1, 1000))
    pull(player, 500)
    first.cancel()
    result: list[bool] = []
    waiter = threading.Thread(target=lambda: result.append(player.wait_until_idle(10)))
    waiter.start()
    pull(player, 600)
    waiter.join(20)
    assert result == [True]


def test_default_clock_is_monotonic_time() -> None:
    player = Player()
    before = time.monotonic()
    queue(player, utterance(1), level(0.1, 10))
    pull(player, 10)
    began = notices(player)[0]
    assert isinstance(began, Began)
    assert before <= began.t <= time.monotonic()
