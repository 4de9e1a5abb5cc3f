"""Pause, mute, volume, skip and speed: exact, quick, and without a click."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.audio.manual import (
    FADE,
    RATE,
    clip,
    level,
    notices,
    pull,
    queue,
    steepest,
    story,
    tone,
    utterance,
)
from voicestream_tui.audio.player import Player
from voicestream_tui.model import Samples

FALLING: Samples = (1 - np.arange(1, FADE + 1) / FADE).astype(np.float32)
RISING: Samples = (np.arange(1, FADE + 1) / FADE).astype(np.float32)


# --- pause --------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [1, 100, 480, 1024, 3000])
@pytest.mark.parametrize("before", [0, 3000, 6000])
def test_pause_and_resume_lose_and_repeat_no_sample(block: int, before: int) -> None:
    """Each sample is rendered once; the 10 ms before and after the pause under a ramp."""
    noise = np.random.default_rng(1).uniform(-0.8, 0.8, 12000).astype(np.float32)
    player = Player()
    queue(player, utterance(1), noise[:5000], noise[5000:])
    heard = [pull(player, before, block)]
    player.pause()
    held = pull(player, 9000, block)
    player.resume()
    rest = pull(player, len(noise), block)
    if before:
        # While it fades, the sentence goes on.
        assert np.allclose(held[:FADE], noise[before : before + FADE] * FALLING, atol=1e-6)
        assert not held[FADE:].any()
        whole = held[:FADE] / np.maximum(FALLING, 1e-3)
        heard.append(whole.astype(np.float32))
        rest[:FADE] /= RISING
    else:
        # What has not begun does not begin, and its onset is not faded either.
        assert not held.any()
    heard.append(rest)
    sound = np.concatenate(heard)[: len(noise)]
    last_faded = before + FADE - 1
    differing = np.flatnonzero(np.abs(sound - noise) > 1e-3).tolist()
    assert differing in ([], [last_faded])
    assert player.idle


def test_pause_takes_ten_milliseconds_and_does_not_click() -> None:
    player = Player()
    sound = tone(1.0)
    queue(player, utterance(1), sound)
    heard = [pull(player, 5003)]
    for _ in range(3):
        player.pause()
        heard.append(held := pull(player, 2000))
        assert not held[FADE:].any()
        player.resume()
        heard.append(pull(player, 3001))
    assert np.abs(np.diff(np.concatenate(heard))).max() < 1.3 * steepest(sound)


def test_quick_changes_of_mind_do_not_click() -> None:
    player = Player()
    sound = tone(2.0)
    queue(player, utterance(1), sound)
    rng = random.Random(3)
    heard = []
    for turn in range(200):
        (player.pause if turn % 2 else player.resume)()
        player.set_muted(rng.random() < 0.3)
        player.set_volume(rng.choice([0.2, 1.0, 1.5]))
        heard.append(pull(player, rng.randint(1, 400), block=rng.randint(1, 300)))
    # At volume 1.5 a step is 1.5 times as large; two ramps at once add a little to it.
    assert np.abs(np.diff(np.concatenate(heard))).max() < 2.5 * steepest(sound)


def test_pause_holds_the_gap_and_what_has_not_begun() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, 1000), gap=0.02)
    queue(player, utterance(2), level(0.5, 1000))
    pull(player, 1100, block=100)
    player.pause()
    assert not pull(player, 9000).any()
    player.resume()
    rest = pull(player, 2000)
    assert np.flatnonzero(rest)[0] == 860
    assert rest[860] == np.float32(0.5)


def test_pause_is_seen_and_holds_the_position() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, RATE))
    pull(player, RATE // 2)
    player.pause()
    pull(player, RATE)
    state = player.snapshot()
    assert state.paused
    assert state.position == pytest.approx(0.5 + 0.010)
    assert state.level == 0.0


def test_pause_while_dry_is_silent_and_counts_nothing_more() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.25, 1000)))
    pull(player, 3000)
    player.pause()
    player.enqueue(clip(first, level(0.25, 1000)))
    assert not pull(player, 3000).any()
    player.resume()
    assert pull(player, 1000)[-1] == np.float32(0.25)
    assert player.snapshot().starved == 1


def test_sound_running_out_under_the_fade_of_a_pause_is_not_starving() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, tone(0.05)))
    pull(player, 2300)
    player.pause()
    heard = pull(player, 3000)
    assert player.snapshot().starved == 0
    assert not heard[100 + FADE :].any()
    player.enqueue(clip(first, tone(0.05)))
    player.finish(first, 0.0)
    player.resume()
    pull(player, 3000)
    assert player.idle
    assert player.snapshot().starved == 0


# --- mute and volume ------------------------------------------------------------------------


def test_mute_is_silent_after_ten_milliseconds_and_keeps_time() -> None:
    player = Player()
    sound = tone(1.0)
    queue(player, utterance(1), sound)
    pull(player, 5000)
    player.set_muted(True)
    muted = pull(player, 5000, block=128)
    assert not muted[FADE:].any()
    assert player.snapshot().muted
    assert player.snapshot().position == pytest.approx(10000 / RATE)
    player.set_muted(False)
    back = pull(player, 5000)
    assert np.allclose(back[:FADE], sound[10000 : 10000 + FADE] * RISING, atol=1e-6)
    assert np.array_equal(back[FADE:], sound[10000 + FADE : 15000])


def test_notices_come_while_muted() -> None:
    player = Player()
    player.set_muted(True)
    queue(player, utterance(1), level(0.5, 100))
    pull(player, 200)
    assert story(notices(player)) == ["began 1", "finished 1"]


def test_volume_ramps() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, RATE))
    pull(player, 1000)
    player.set_volume(0.5)
    heard = pull(player, 1000, block=77)
    assert np.allclose(heard[:FADE], 0.5 - 0.25 * RISING, atol=1e-6)
    assert np.allclose(heard[FADE:], 0.25, atol=1e-6)
    assert player.snapshot().volume == 0.5


def test_volume_while_muted_is_heard_after_it() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, RATE))
    player.set_muted(True)
    player.set_volume(0.2)
    assert not pull(player, 2000)[FADE:].any()
    player.set_muted(False)
    assert pull(player, 2000)[-1] == pytest.approx(0.1)


def test_loud_sound_stays_within_full_scale_without_a_corner() -> None:
    player = Player()
    player.set_volume(1.5)
    queue(player, utterance(1), tone(0.5, size=0.95))
    heard = pull(player, 20000)[2000:]
    assert np.abs(heard).max() < 1.0
    assert np.abs(heard).max() > 0.95
    assert np.abs(np.diff(heard)).max() < 1.51 * steepest(tone(0.5, size=0.95))


def test_sound_below_the_knee_is_not_touched() -> None:
    player = Player()
    sound = tone(0.1, size=0.89)
    queue(player, utterance(1), sound)
    assert np.array_equal(pull(player, len(sound)), sound)


@pytest.mark.parametrize("volume", [-0.1, float("nan"), float("inf")])
def test_impossible_volumes_are_refused(volume: float) -> None:
    with pytest.raises(ValueError, match="volume"):
        Player().set_volume(volume)


# --- skip --------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [1, 64, 480, 1024, 4096])
def test_cancelled_sound_is_gone_after_its_fade_and_the_next_begins(block: int) -> None:
    player = Player()
    first, second = utterance(1), utterance(2)
    queue(player, first, level(0.25, RATE), gap=1.0)
    queue(player, second, level(0.5, 1000))
    pull(player, 4096)
    first.cancel()
    heard = pull(player, FADE + 1000, block)
    assert (np.diff(heard[:FADE]) < 0).all()
    assert heard[0] < 0.25
    assert (heard[FADE:] == np.float32(0.5)).all()
    assert story(notices(player)) == ["began 1", "dropped 1", "began 2", "finished 2"]


def test_skip_does_not_click() -> None:
    player = Player()
    sounds = [tone(0.5, hertz=h) for h in (180, 220, 260, 300)]
    spoken = [utterance(n) for n in range(4)]
    for one, sound in zip(spoken, sounds, strict=True):
        queue(player, one, sound)
    heard = []
    for one in spoken:
        heard.append(pull(player, 4321))
        one.cancel()
    heard.append(pull(player, 1000))
    assert steepest(np.concatenate(heard)) < 1.3 * steepest(sounds[-1])
    assert player.idle


def test_fade_of_a_skip_brings_back_nothing_earlier() -> None:
    player = Player()
    second = utterance(2)
    queue(player, utterance(1), level(0.5, 1000))
    queue(player, second, level(0.25, 1000))
    pull(player, 1100)
    second.cancel()
    heard = pull(player, 1000)
    assert heard.max() <= 0.25
    assert not heard[100:].any()


def test_all_cancelled_leave_at_once() -> None:
    player = Player()
    spoken = [utterance(n) for n in range(5)]
    for one in spoken:
        queue(player, one, level(0.25, RATE), gap=0.2)
    pull(player, 1000)
    for one in spoken:
        one.cancel()
    assert not pull(player, 2000)[FADE:].any()
    assert player.idle
    assert story(notices(player)) == ["began 0", *(f"dropped {n}" for n in range(5))]


def test_dropped_is_told_after_the_fade() -> None:
    player = Player()
    first = utterance(1)
    queue(player, first, level(0.25, RATE))
    pull(player, 1000)
    first.cancel()
    pull(player, FADE - 1, block=100)
    assert story(notices(player)) == ["began 1"]
    assert not player.idle
    pull(player, 1)
    assert story(notices(player)) == ["dropped 1"]
    assert player.idle


def test_cancelled_before_it_began_leaves_no_trace_in_the_sound() -> None:
    player = Player()
    spoken = [utterance(n) for n in range(3)]
    for one in spoken:
        queue(player, one, level(0.1 + 0.1 * one.segment.id, 1000))
    pull(player, 500)
    spoken[1].cancel()
    heard = pull(player, 1500)
    assert np.float32(0.2) not in heard
    assert (heard[500:] == np.float32(0.3)).all()


def test_late_clips_of_a_dropped_utterance_are_ignored_and_told_once() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.25, 1000)))
    pull(player, 500)
    first.cancel()
    pull(player, 1000)
    player.enqueue(clip(first, level(0.25, 1000)))
    player.finish(first, 0.5)
    assert player.idle
    assert not pull(player, 2000).any()
    assert story(notices(player)) == ["began 1", "dropped 1"]


def test_cancelled_before_its_first_clip_is_dropped_once() -> None:
    player = Player()
    first = utterance(1)
    first.cancel()
    player.enqueue(clip(first, level(0.25, 1000)))
    player.finish(first, 0.5)
    assert not pull(player, 2000).any()
    assert story(notices(player)) == ["dropped 1"]
    assert player.idle


def test_skip_while_paused_is_silent_and_the_next_waits() -> None:
    player = Player()
    first = utterance(1)
    queue(player, first, level(0.25, RATE))
    queue(player, utterance(2), level(0.5, 1000))
    pull(player, 1000)
    player.pause()
    pull(player, 1000)
    first.cancel()
    assert not pull(player, 3000).any()
    assert story(notices(player)) == ["began 1", "dropped 1"]
    player.resume()
    assert (pull(player, 1000) == np.float32(0.5)).all()


def test_skip_while_dry_lets_the_next_begin() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.25, 1000)))
    pull(player, 3000)
    first.cancel()
    queue(player, utterance(2), level(0.5, 1000))
    assert (pull(player, 1000) == np.float32(0.5)).all()


@pytest.mark.parametrize("which", [0, 1])
def test_cancelling_what_is_before_or_after_a_gap_ends_the_gap(which: int) -> None:
    player = Player()
    spoken = [utterance(n) for n in range(3)]
    for one in spoken:
        queue(player, one, level(0.25, 1000), gap=1.0)
    pull(player, 1100, block=100)
    spoken[which].cancel()
    assert (pull(player, 1000) == np.float32(0.25)).all()


def test_skipping_within_the_fade_of_a_skip_adds_nothing() -> None:
    player = Player()
    spoken = [utterance(n) for n in range(4)]
    for one in spoken:
        queue(player, one, level(0.25, RATE))
    pull(player, 1000)
    heard = []
    for one in spoken:
        one.cancel()
        heard.append(pull(player, 100))
    heard.append(pull(player, 1000))
    assert np.flatnonzero(np.concatenate(heard))[-1] < FADE
    assert story(notices(player)) == ["began 0", *(f"dropped {n}" for n in range(4))]


# --- speed --------------------------------------------------------------------------------


def half(samples: Samples, speed: float) -> Samples:
    assert speed == 2.0
    return samples[::2].copy()


def test_restretch_changes_what_has_not_begun() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.1, 1000), original=True))
    player.enqueue(clip(first, level(0.2, 1000), original=True))
    player.enqueue(clip(first, level(0.3, 1000)))
    player.finish(first, 0.0)
    queue(player, utterance(2), level(0.4, 100))
    pull(player, 500)
    player.restretch(2.0, half)
    heard = pull(player, 2100)
    runs = [int((heard == np.float32(value)).sum()) for value in (0.1, 0.2, 0.3, 0.4)]
    assert runs == [500, 500, 1000, 100]
    assert player.queued_seconds == 0.0


def test_restretch_updates_duration_and_queue() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.1, RATE), original=True))
    player.enqueue(clip(first, level(0.2, RATE), original=True))
    pull(player, 100)
    player.restretch(2.0, half)
    state = player.snapshot()
    assert state.duration == 1.5
    assert state.queued == pytest.approx(1.5 - 100 / RATE)


def test_clip_that_begins_during_the_stretching_stays() -> None:
    player = Player()
    queue(player, utterance(1), level(0.1, 100))
    second = utterance(2)
    player.enqueue(clip(second, level(0.2, 1000), original=True))
    player.finish(second, 0.0)

    def slow(samples: Samples, speed: float) -> Samples:
        pull(player, 200)
        return half(samples, speed)

    player.restretch(2.0, slow)
    assert (pull(player, 900) == np.float32(0.2)).all()
    assert player.idle
