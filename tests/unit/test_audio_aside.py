"""What is said beside the queue: at once, and the queue goes on behind it to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from tests.audio.manual import RATE, level, notices, pull, queue, tone, utterance
from voicestream_tui.audio.player import Began, Dropped, Finished, Player

FADE = RATE // 100
HALF = np.float32(0.5)


def halves(sound: np.ndarray) -> list[int]:
    return np.flatnonzero(sound == HALF).tolist()


def test_it_is_heard_at_once_where_nothing_sounds() -> None:
    player = Player()
    player.say_aside(level(0.5, 1000))
    assert not player.idle
    assert halves(pull(player, 2000)) == list(range(1000))
    assert player.idle
    assert notices(player) == []


def test_the_sentence_goes_on_with_its_very_next_sample() -> None:
    player = Player()
    sound = tone(0.5)
    queue(player, utterance(1), sound, gap=0.1)
    queue(player, utterance(2), level(0.25, 100))
    before = pull(player, 3000, block=300)
    player.say_aside(level(0.5, 2000))
    during = pull(player, FADE + 2000, block=300)
    assert halves(during) == list(range(FADE, FADE + 2000))
    assert np.abs(np.diff(during[:FADE])).max() < 0.1
    after = pull(player, len(sound) - 3000)
    assert np.array_equal(before, sound[:3000])
    assert np.array_equal(after[FADE:], sound[3000 + FADE :])
    assert np.abs(after[:FADE]).max() <= np.abs(sound[3000 : 3000 + FADE]).max()
    pull(player, RATE)
    assert [type(notice) for notice in notices(player)] == [Began, Finished] * 2
    assert player.snapshot().starved == 0


def test_it_is_heard_while_paused_and_the_place_is_held() -> None:
    player = Player()
    sound = tone(0.5)
    queue(player, utterance(1), sound)
    pull(player, 1000)
    player.pause()
    pull(player, 2 * FADE)
    player.say_aside(level(0.5, 500))
    assert len(halves(pull(player, 1000))) == 500
    assert not pull(player, 1000).any()
    player.resume()
    rest = pull(player, len(sound))
    assert np.array_equal(rest[FADE : FADE + 1000], sound[1000 + 2 * FADE :][:1000])


def test_it_goes_on_undisturbed_when_the_sentence_below_is_skipped() -> None:
    player = Player()
    skipped = utterance(1)
    queue(player, skipped, tone(0.5))
    pull(player, 1000)
    player.say_aside(level(0.5, 3000))
    pull(player, FADE + 1000)
    skipped.cancel()
    assert halves(pull(player, 3000)) == list(range(2000))
    assert [type(notice) for notice in notices(player)] == [Began, Dropped]


def test_another_one_takes_its_place_and_it_can_be_broken_off() -> None:
    player = Player()
    player.say_aside(level(0.25, 100_000))
    pull(player, 1000)
    player.say_aside(level(0.5, 100_000))
    assert halves(pull(player, 2 * FADE)) == list(range(FADE, 2 * FADE))
    player.hush_aside()
    last = pull(player, 2 * FADE)
    assert last[:FADE].all()
    assert not last[FADE:].any()
    assert player.idle


def test_it_waits_while_another_program_speaks() -> None:
    player = Player()
    player.gate.hold()
    player.say_aside(level(0.5, 2000))
    assert player.gate.need().sound
    assert player.frames_due == 0
    assert not pull(player, 1000).any()
    player.gate.let_sound()
    assert player.frames_due == 2000
    pull(player, 1000)
    assert not player.gate.shut()
    player.gate.hold()
    held = pull(player, 2 * FADE)
    assert held[:FADE].all()
    assert not held[FADE:].any()
    player.gate.let_sound()
    assert len(halves(pull(player, 2000))) == 1000
    assert not player.gate.need().unfinished
    assert player.gate.shut()


def test_muted_it_needs_no_voice_and_is_not_heard() -> None:
    player = Player()
    player.set_muted(True)
    pull(player, 2 * FADE)
    player.say_aside(level(0.5, 500))
    assert not player.gate.need().sound
    assert not pull(player, 1000).any()
    assert player.idle


def test_only_sound_of_the_players_form_is_taken() -> None:
    with pytest.raises(ValueError, match="float32"):
        Player().say_aside(np.zeros(10))  # type: ignore[arg-type]
