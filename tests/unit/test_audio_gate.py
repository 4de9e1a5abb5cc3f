"""The gate of the player: what is due waits for the voice, to the sample and without a click."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

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
from voicestream_tui.audio.gate import Need
from voicestream_tui.audio.notices import Began
from voicestream_tui.audio.player import Player
from voicestream_tui.model import Kind, Samples, Segment, Utterance

BLOCKS = [1, 100, 480, 1024, 3000]


def noise(length: int) -> Samples:
    return np.random.default_rng(1).uniform(-0.8, 0.8, length).astype(np.float32)


# --- shut before anything began -------------------------------------------------------------


@pytest.mark.parametrize("block", BLOCKS)
def test_what_waits_for_the_voice_begins_with_its_first_sample(block: int) -> None:
    player = Player()
    player.gate.hold()
    sound = noise(6000)
    queue(player, utterance(1), sound)
    assert not pull(player, 9000, block).any()
    assert notices(player) == []
    assert player.queued_seconds == pytest.approx(6000 / RATE)
    assert not player.idle
    player.gate.let_sound()
    assert np.array_equal(pull(player, 6000, block), sound)
    pull(player, 1)
    assert story(notices(player)) == ["began 1", "finished 1"]


def test_the_gap_after_a_sentence_goes_by_while_others_speak() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, 1000), gap=0.1)
    pull(player, 1500)
    player.gate.hold()
    pull(player, 48000)
    queue(player, utterance(2), level(0.5, 1000))
    player.gate.let_sound()
    assert pull(player, 1)[0] == np.float32(0.5)


# --- shut at the end of a sentence ----------------------------------------------------------


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_the_voice_goes_at_the_end_of_the_sentence_that_sounds(block: int, gap: float) -> None:
    player = Player()
    sound = noise(12000)
    queue(player, utterance(1), sound[:5000], gap=gap)
    queue(player, utterance(2), sound[5000:])
    heard = [pull(player, 3000, block)]
    player.gate.let_end()
    assert not player.gate.shut()
    heard.append(pull(player, 2000, block))
    assert not pull(player, 9000, block).any()
    assert story(notices(player)) == ["began 1", "finished 1"]
    assert player.gate.shut()
    assert not pull(player, 9000, block).any()
    player.gate.let_sound()
    heard.append(pull(player, 7000, block))
    assert np.array_equal(np.concatenate(heard), sound)


def test_a_sentence_that_is_still_being_made_ends_before_the_voice_goes() -> None:
    player = Player()
    first = utterance(1)
    player.enqueue(clip(first, level(0.25, 1000)))
    pull(player, 3000)
    player.gate.let_end()
    assert not player.gate.shut()
    player.enqueue(clip(first, level(0.5, 1000)))
    player.finish(first, 0.0)
    queue(player, utterance(2), level(0.75, 1000))
    heard = pull(player, 5000)
    assert heard.max() == np.float32(0.5)
    assert player.gate.shut()


def test_the_voice_goes_at_once_between_two_sentences() -> None:
    player = Player()
    queue(player, utterance(1), level(0.25, 1000), gap=0.1)
    queue(player, utterance(2), level(0.5, 1000))
    pull(player, 2000)
    player.gate.let_end()
    assert player.gate.shut()


# --- shut in the middle ---------------------------------------------------------------------


def test_held_in_the_middle_it_goes_on_with_the_next_sample() -> None:
    player = Player()
    sound = noise(12000)
    queue(player, utterance(1), sound)
    pull(player, 3000)
    player.gate.hold()
    assert not player.gate.shut()
    held = pull(player, 9000)
    assert held[:FADE].any()
    assert not held[FADE:].any()
    assert player.gate.shut()
    player.gate.let_sound()
    rest = pull(player, 12000)
    assert np.array_equal(rest[FADE : 9000 - FADE], sound[3000 + 2 * FADE : 12000])
    assert player.snapshot().starved == 0


def test_a_held_sentence_that_is_cancelled_leaves_and_the_next_waits() -> None:
    player = Player()
    first, second = utterance(1), utterance(2)
    queue(player, first, noise(12000))
    queue(player, second, level(0.5, 1000))
    pull(player, 3000)
    player.gate.hold()
    pull(player, 1000)
    first.cancel()
    assert not pull(player, 3000).any()
    assert story(notices(player)) == ["began 1", "dropped 1"]
    player.gate.let_sound()
    assert np.array_equal(pull(player, 1000), level(0.5, 1000))


def test_what_waits_and_is_cancelled_leaves_no_trace() -> None:
    player = Player()
    player.gate.hold()
    waiting = [utterance(n) for n in range(3)]
    for one in waiting:
        queue(player, one, level(0.5, 1000))
    for one in waiting:
        one.cancel()
    assert not pull(player, 1000).any()
    assert story(notices(player)) == ["dropped 0", "dropped 1", "dropped 2"]
    assert player.idle
    assert not player.gate.need().sound


# --- beside the user's pause ----------------------------------------------------------------


def test_pause_and_gate_are_two_reasons_that_do_not_touch_each_other() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, 20000))
    pull(player, 3000)
    player.gate.hold()
    assert not player.snapshot().paused
    player.pause()
    pull(player, 1000)
    player.gate.let_sound()
    assert not pull(player, 1000).any()
    assert player.snapshot().paused
    player.gate.hold()
    player.resume()
    assert not pull(player, 1000).any()
    assert not player.snapshot().paused
    player.gate.let_sound()
    assert pull(player, 1000)[-1] == np.float32(0.5)


def test_the_voice_can_go_once_the_fade_of_a_pause_is_over() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, 20000))
    pull(player, 3000)
    player.pause()
    assert not player.gate.shut()
    pull(player, FADE)
    assert player.gate.shut()
    player.resume()
    assert not pull(player, 1000).any()


# --- who is muted needs no voice ------------------------------------------------------------


def test_a_muted_player_goes_on_unheard_without_the_voice() -> None:
    player = Player()
    player.gate.hold()
    queue(player, utterance(1), level(0.5, 1000))
    player.set_muted(True)
    assert not pull(player, 2000).any()
    assert story(notices(player)) == ["began 1", "finished 1"]


@pytest.mark.parametrize("silence", ["mute", "volume"])
def test_unmuting_without_the_voice_holds_at_once(silence: str) -> None:
    def set_heard(heard: bool) -> None:
        if silence == "mute":
            player.set_muted(not heard)
        else:
            player.set_volume(1.0 if heard else 0.0)

    player = Player()
    queue(player, utterance(1), level(0.5, 20000))
    pull(player, 3000)
    set_heard(False)
    assert not player.gate.shut()
    pull(player, FADE)
    assert player.gate.shut()
    assert not pull(player, 1000).any()
    before = player.snapshot().position
    set_heard(True)
    assert not pull(player, 5000).any()
    assert player.snapshot().position == before
    set_heard(False)
    assert not pull(player, 5000).any()
    assert player.snapshot().position == pytest.approx(before + 5000 / RATE)
    set_heard(True)
    player.gate.let_sound()
    assert pull(player, 1000)[-1] == np.float32(0.5)


def test_muting_while_it_waits_lets_nothing_through() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, 20000))
    pull(player, 3000)
    player.gate.hold()
    pull(player, 1000)
    player.set_muted(True)
    assert not pull(player, 1000).any()


def test_the_voice_went_in_a_pause_and_the_fade_of_muting_is_not_heard_after_it() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, 20000))
    pull(player, 3000)
    player.pause()
    pull(player, 1000)
    player.set_muted(True)
    assert player.gate.shut()
    player.resume()
    assert not pull(player, 1000).any()


def test_a_sentence_cancelled_when_the_voice_has_just_gone_leaves_no_echo() -> None:
    player = Player()
    first = utterance(1)
    queue(player, first, level(0.5, 20000))
    pull(player, 3000)
    player.gate.hold()
    pull(player, FADE)
    assert player.gate.shut()
    first.cancel()
    assert not pull(player, 1000).any()
    assert story(notices(player)) == ["began 1", "dropped 1"]


def test_the_voice_is_not_gone_while_the_fade_of_muting_is_heard() -> None:
    player = Player()
    queue(player, utterance(1), level(0.5, 20000))
    pull(player, 3000)
    player.set_muted(True)
    pull(player, FADE // 2)
    assert not player.gate.shut()
    player.set_muted(False)
    assert pull(player, 2000)[-1] == np.float32(0.5)


# --- the lease ------------------------------------------------------------------------------


def test_the_gate_shuts_by_itself_when_its_time_is_up() -> None:
    now = [0.0]
    player = Player(clock=lambda: now[0])
    queue(player, utterance(1), level(0.5, 20000))
    player.gate.let_sound(until=1.0)
    assert pull(player, 1000)[-1] == np.float32(0.5)
    now[0] = 0.9
    assert pull(player, 1000)[-1] == np.float32(0.5)
    player.gate.stay(until=2.0)
    now[0] = 1.9
    assert pull(player, 1000)[-1] == np.float32(0.5)
    now[0] = 5.0
    # Not even a fade: somebody else may speak by now.
    assert not pull(player, 1000).any()
    player.gate.stay(until=10.0)
    assert not pull(player, 1000).any()
    player.gate.let_sound(until=10.0)
    assert pull(player, 1000)[-1] == np.float32(0.5)


def test_heard_until_is_when_the_last_sound_was_over() -> None:
    now = [7.0]
    player = Player(clock=lambda: now[0])
    assert player.gate.heard_until == 0.0
    queue(player, utterance(1), level(0.5, 480))
    pull(player, 480, block=480)
    assert player.gate.heard_until == pytest.approx(7.01)
    now[0] = 8.0
    pull(player, 480, block=480)
    assert player.gate.heard_until == pytest.approx(7.01)
    player.set_muted(True)
    pull(player, 480)
    queue(player, utterance(2), level(0.5, 480))
    pull(player, 480)
    assert player.gate.heard_until == pytest.approx(7.01)


# --- what is needed -------------------------------------------------------------------------


def of_turn(number: int, turn: int, urgent: bool = False) -> Utterance:
    segment = Segment(number, turn, Kind.PROSE, f"sentence {number}", urgent=urgent)
    return Utterance(segment, f"文{number}")


def test_need_tells_what_is_due() -> None:
    player = Player()
    assert player.gate.need() == Need()
    first = of_turn(1, 1)
    player.enqueue(clip(first, level(0.5, 1000)))
    assert player.gate.need() == Need(sound=True, unfinished=True)
    pull(player, 2000)
    assert player.gate.need() == Need(unfinished=True)
    player.finish(first, 0.0)
    pull(player, 1)
    assert player.gate.need() == Need()
    queue(player, of_turn(2, 1, urgent=True), level(0.5, 1000))
    assert player.gate.need() == Need(True, unfinished=True, urgent=True, urgent_next=True)
    pull(player, 1)
    assert player.gate.need() == Need(True, unfinished=True, urgent=True)
    player.pause()
    assert player.gate.need() == Need(unheard=True, unfinished=True, urgent=True)


def test_need_tells_the_end_of_a_turn_and_of_what_is_urgent() -> None:
    player = Player()
    for number, (turn, urgent) in enumerate([(1, False), (1, False), (2, True), (2, False)]):
        queue(player, of_turn(number, turn, urgent), level(0.5, 1000))
    assert not player.gate.need().turn_over
    over = []
    for _ in range(4):
        pull(player, 500)
        over.append(player.gate.need().turn_over)
        pull(player, 500)
    assert over == [False, True, True, False]


@pytest.mark.parametrize("come", ["sound", "resume", "unmute"])
def test_who_waits_for_a_need_is_woken_by_it(come: str) -> None:
    player = Player()
    player.gate.hold()
    if come != "sound":
        queue(player, utterance(1), level(0.5, 1000))
    acts: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "sound": (lambda: None, lambda: queue(player, utterance(1), level(0.5, 1000))),
        "resume": (player.pause, player.resume),
        "unmute": (lambda: player.set_muted(True), lambda: player.set_muted(False)),
    }
    before, act = acts[come]
    before()
    needed: list[bool] = []
    waiter = threading.Thread(
        target=lambda: needed.append(player.gate.wait_until_needed(lambda: False))
    )
    waiter.start()
    waiter.join(0.05)
    assert waiter.is_alive()
    act()
    waiter.join(20)
    assert needed == [True]


def test_who_waits_for_a_need_can_be_told_to_give_up() -> None:
    player = Player()
    over = threading.Event()
    needed: list[bool] = []
    waiter = threading.Thread(
        target=lambda: needed.append(player.gate.wait_until_needed(over.is_set))
    )
    waiter.start()
    over.set()
    player.gate.look_again()
    waiter.join(20)
    assert needed == [False]


# --- everything at once ---------------------------------------------------------------------


def test_quick_changes_of_mind_lose_nothing_and_do_not_click() -> None:
    player = Player()
    sound = tone(4.0)
    queue(player, utterance(1), sound)
    rng = random.Random(3)
    heard = []
    acts = [
        player.pause,
        player.resume,
        player.gate.hold,
        player.gate.let_end,
        player.gate.shut,
        player.gate.let_sound,
    ]
    for _ in range(400):
        rng.choice(acts)()
        heard.append(pull(player, rng.randint(1, 400), block=rng.randint(1, 300)))
    player.resume()
    player.gate.let_sound()
    heard.append(pull(player, len(sound)))
    assert np.abs(np.diff(np.concatenate(heard))).max() < 2.5 * steepest(sound)
    assert story(notices(player)) == ["began 1", "finished 1"]
    assert player.snapshot().starved == 0


def test_shut_means_that_nothing_is_heard_until_it_is_opened() -> None:
    """Whatever else happens to the player."""
    rng = random.Random(11)
    for _ in range(200):
        _play_about(rng)


def _play_about(rng: random.Random) -> None:
    player = Player()
    utterances = [utterance(n) for n in range(6)]
    for one in utterances:
        queue(player, one, tone(rng.uniform(0.01, 0.05)), gap=rng.choice([0.0, 0.01]))
    acts: list[Callable[[], object]] = [
        player.pause,
        player.resume,
        lambda: player.set_muted(True),
        lambda: player.set_muted(False),
        lambda: player.set_volume(0.0),
        lambda: player.set_volume(1.0),
        lambda: rng.choice(utterances).cancel(),
    ]
    shut = False
    for _ in range(60):
        rng.choice(acts)()
        if shut and rng.random() < 0.2:
            player.gate.let_sound()
            shut = False
        elif not shut and rng.random() < 0.3:
            rng.choice([player.gate.hold, player.gate.let_end, player.gate.let_sound])()
            shut = player.gate.shut()
        out = pull(player, rng.randint(1, 600), block=rng.randint(1, 300))
        assert not (shut and out.any())
    for one in utterances:
        one.cancel()
    player.resume()
    player.gate.let_sound()
    pull(player, 2000)
    assert player.idle
    ends = [notice for notice in notices(player) if not isinstance(notice, Began)]
    assert sorted(notice.utterance.segment.id for notice in ends) == list(range(6))
