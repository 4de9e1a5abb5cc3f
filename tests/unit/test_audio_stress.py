"""Hundreds of random courses through the player alone: nothing stale, nothing out of order.

Every utterance is a constant level of its own, so that each sample tells whose it is. Ramps
change from sample to sample, so three equal neighbours are never part of one.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.audio.manual import FADE, clip, level, notices, pull, utterance
from voicestream_tui.audio.player import Began, Dropped, Player
from voicestream_tui.model import Samples, Utterance


def tag(number: int) -> np.float32:
    return np.float32(0.05 + 0.0011 * number)


class Course:
    """One random course and what it must keep to."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.player = Player()
        self.spoken: list[Utterance] = []
        self.open: Utterance | None = None
        self.made: dict[int, int] = {}
        self.steady = 0
        """Number of the utterance that was last heard."""
        self.gone_at: dict[int, int] = {}
        """Sample from which a cancelled one must not be heard any more."""
        self.now = 0
        self.tail = level(0.0, 2)

    def run(self) -> None:
        steps = [self.speak, self.finish, self.listen, self.cancel, self.cancel_all, self.toggle]
        for _ in range(120):
            self.rng.choices(steps, [6, 4, 8, 2, 0.5, 1])[0]()
        self.player.resume()
        if self.open is not None:
            self.player.finish(self.open, 0.0)
        while not self.player.idle:
            self.listen()
        self.check_notices()

    def speak(self) -> None:
        if self.open is None or self.rng.random() < 0.1:
            self.open = utterance(len(self.spoken))
            self.spoken.append(self.open)
        number = self.open.segment.id
        length = self.rng.choice([1, 30, 700, 3000])
        self.made[number] = self.made.get(number, 0) + length
        self.player.enqueue(clip(self.open, level(float(tag(number)), length)))

    def finish(self) -> None:
        if self.open is not None:
            self.player.finish(self.open, self.rng.choice([0.0, 0.001, 0.05]))
            self.open = None

    def cancel(self) -> None:
        if self.spoken:
            self.silence(self.rng.choice(self.spoken[-6:]))

    def cancel_all(self) -> None:
        for one in self.spoken:
            self.silence(one)
        self.open = None
        block = pull(self.player, FADE + self.rng.randint(1, 2000))
        self.check(block)
        assert not block[FADE:].any()
        assert self.player.idle

    def silence(self, one: Utterance) -> None:
        one.cancel()
        self.gone_at.setdefault(one.segment.id, self.now)
        if one is self.open and self.rng.random() < 0.5:
            self.open = None  # The voice may notice at once, or go on for a while.

    def toggle(self) -> None:
        self.rng.choice([self.player.pause, self.player.resume])()

    def listen(self) -> None:
        length = self.rng.choice([0, 1, 100, 480, 1024, 2500])
        self.check(pull(self.player, length, block=self.rng.choice([64, 480, 1024, 4096])))

    def check(self, block: Samples) -> None:
        joined = np.concatenate((self.tail, block))
        same = (block == joined[1:-1]) & (block == joined[:-2])
        for place in np.flatnonzero(same & (block != 0.0)):
            number = round((float(block[place]) - 0.05) / 0.0011)
            assert block[place] == tag(number), "a sample of nobody"
            assert number >= self.steady, "an earlier utterance after a later one"
            gone = self.gone_at.get(number)
            assert gone is None or self.now + place < gone, "a cancelled utterance was heard"
            self.steady = number
        assert np.abs(block).max(initial=0.0) <= tag(len(self.spoken))
        self.now += len(block)
        self.tail = joined[-2:]

    def check_notices(self) -> None:
        said = notices(self.player)
        ends = [n.utterance.segment.id for n in said if not isinstance(n, Began)]
        assert sorted(ends) == list(range(len(self.spoken))), "not exactly one end for each"
        begun = [n.utterance.segment.id for n in said if isinstance(n, Began)]
        assert begun == sorted(set(begun))
        for notice in said:
            if isinstance(notice, Dropped):
                assert notice.utterance.cancelled
        for number in begun:
            mine = [type(n) for n in said if n.utterance.segment.id == number]
            assert mine[0] is Began


@pytest.mark.parametrize("tens", range(40))
def test_random_courses(tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        try:
            Course(seed).run()
        except AssertionError as error:
            raise AssertionError(f"course {seed}: {error}") from error


@pytest.mark.parametrize("seed", range(30))
def test_random_pauses_lose_and_repeat_no_sample(seed: int) -> None:
    """What is heard is the sentence in full, under the gain that pausing and resuming draw."""
    rng = random.Random(seed)
    noise = np.random.default_rng(seed).uniform(-0.8, 0.8, 30000).astype(np.float32)
    player = Player()
    one = utterance(1)
    for part in np.array_split(noise, rng.randint(1, 6)):
        player.enqueue(clip(one, part))
    player.finish(one, 0.0)
    heard, expected = [], []
    place, gain, paused, left, step = 0, 1.0, False, 0, 0.0
    while not player.idle:
        length = rng.choice([1, 100, 300, FADE, 1000, 3000])
        heard.append(pull(player, length, block=rng.choice([64, 480, 1024])))
        for _ in range(length):
            if place == len(noise) or (paused and gain == 0.0):
                expected.append(0.0)
                continue
            if left:
                gain = max(0.0, min(1.0, gain + step))
                left -= 1
                gain = float(not paused) if not left else gain
            expected.append(float(noise[place]) * gain)
            place += 1
        paused = not paused
        (player.pause if paused else player.resume)()
        left, step = FADE, (float(not paused) - gain) / FADE
    assert place == len(noise)
    assert np.allclose(np.concatenate(heard), expected, atol=1e-5)
