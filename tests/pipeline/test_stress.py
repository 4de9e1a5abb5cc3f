"""Hundreds of random start/skip/replay/mute/close cycles: nothing stale, nothing left behind."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest

from tests.pipeline.fakes import RATE, FakeSpeaker, ListSource, Rig
from voicestream_tui.model import SegmentTranslated, SpeakingStarted
from voicestream_tui.pipeline import PipelineOptions

CYCLES = 400
SENTENCES = 6


def _text() -> str:
    return " ".join(f"Bird number {n} sings." for n in range(SENTENCES))


def _level_at(block: np.ndarray) -> int | None:  # type: ignore[type-arg]
    """Which sentence a steady block speaks; None in silence and fades."""
    low, high = float(block.min()), float(block.max())
    if high < 0.04 or high - low > 1e-4:
        return None
    return round((high - 0.05) / 0.01)


@pytest.mark.timeout(300)
def test_random_commands_never_let_stale_sound_through() -> None:
    generator = random.Random(20)
    for cycle in range(CYCLES):
        _cycle(random.Random(generator.random()), cycle)
    left = [t.name for t in threading.enumerate() if t.name.startswith("voicestream")]
    assert left == []


def _cycle(rng: random.Random, cycle: int) -> None:
    speaker = FakeSpeaker(seconds=rng.choice([0.05, 0.3]), chunks=rng.choice([1, 3]))
    for n in range(SENTENCES):
        speaker.level(f"訳Bird number {n} sings.")
    source = ListSource(_text(), end=rng.random() < 0.8)
    options = PipelineOptions(ahead=rng.choice([0.2, 3.0]), sentence_gap=0.02)
    rig = Rig(source, speaker=speaker, options=options)
    pipeline = rig.pipeline
    pipeline.start()
    if rng.random() < 0.9:
        rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == SENTENCES)
    for _ in range(rng.randrange(1, 12)):
        _pull(rig, rng.uniform(0.01, 0.2))
        sounding = _level_at(rig.output.played[-1])
        match rng.randrange(7):
            case 0:
                pipeline.skip()
                _assert_gone(rig, sounding, cycle)
            case 1:
                target = rng.randrange(1, SENTENCES + 1)
                pipeline.speak_from(target)
                if sounding is not None and target - 1 > sounding:
                    _assert_gone(rig, sounding, cycle)
            case 2:
                pipeline.toggle_mute()
            case 3:
                pipeline.toggle_pause()
            case 4:
                pipeline.replay()
            case 5:
                pipeline.back(rng.randrange(1, 3))
            case _:
                pipeline.jump_to_live()
                _assert_gone(rig, sounding, cycle)
    pipeline.close()
    assert len(rig.log.of(SpeakingStarted)) < 200


def _pull(rig: Rig, seconds: float) -> None:
    for _ in range(max(1, int(seconds * 100))):
        rig.output.pull()
        if not rig.player.queued_seconds:
            rig.log.doze()


def _assert_gone(rig: Rig, sounding: int | None, cycle: int) -> None:
    """After a skip or a jump forward the old sentence is gone within 100 ms."""
    if sounding is None:
        return
    rig.output.pull(0.02)
    for _ in range(20):
        block = rig.output.pull(0.01)
        assert _level_at(block) != sounding, f"cycle {cycle}: stale sound"
    assert len(rig.output.sound) < 120 * RATE
