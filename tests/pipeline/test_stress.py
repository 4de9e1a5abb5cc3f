"""Hundreds of random start/skip/replay/mute/close cycles: nothing stale, nothing left behind."""

from __future__ import annotations

import random
import sys
import threading
from collections import Counter

import pytest

from tests.pipeline.fakes import RATE, VOICE_A, VOICE_B, FakeSpeaker, ListSource, Rig
from voicestream_tui.model import (
    Ended,
    Event,
    Samples,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    Spoken,
)
from voicestream_tui.pipeline import PipelineOptions
from voicestream_tui.stages.hearing import Speakable

CYCLES = 400
SHUFFLED = 150
SENTENCES = 6


def _text() -> str:
    return " ".join(f"Bird number {n} sings." for n in range(SENTENCES))


def _level_at(block: Samples) -> int | None:
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
                there = _can_be_spoken(rig, target)
                pipeline.speak_from(target)
                if there and sounding is not None and target - 1 > sounding:
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


def _can_be_spoken(rig: Rig, segment_id: int) -> bool:
    """Whether a row has been translated, so that the voice can go there."""
    voicing = rig.pipeline._voicing
    assert voicing is not None
    return segment_id in voicing._playlist._index


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


@pytest.mark.timeout(300)
def test_commands_from_several_threads_leave_every_row_with_one_end() -> None:
    generator = random.Random(21)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads take turns in the middle of everything
    try:
        for cycle in range(SHUFFLED):
            _shuffled_cycle(random.Random(generator.random()), cycle)
    finally:
        sys.setswitchinterval(interval)
    left = [t.name for t in threading.enumerate() if t.name.startswith("voicestream")]
    assert left == []


def _shuffled_cycle(rng: random.Random, cycle: int) -> None:
    """Three threads command while the text still comes, some of it not spoken by itself."""
    code = "\n\n```\na = 1\n```\n\n"
    text = f"{_text()}{code}{_text()}{code if rng.random() < 0.5 else ''}"
    ends = rng.random() < 0.7
    source = ListSource(*text.split("\n"), end=ends)
    speakable = Speakable(code=rng.random() < 0.3)
    options = PipelineOptions(ahead=rng.choice([0.05, 1.0]), sentence_gap=0.0, speakable=speakable)
    rig = Rig(source, speaker=FakeSpeaker(seconds=0.03, chunks=2), options=options)
    rig.pipeline.start()
    orders = [
        threading.Thread(target=_command, args=(rig, random.Random(rng.random()), 12))
        for _ in range(3)
    ]
    for thread in orders:
        thread.start()
    for _ in range(rng.randrange(1, 60)):
        rig.output.pull()
    stopped = rng.random() < 0.3
    if stopped:
        rig.pipeline.stop_agent()
    for thread in orders:
        thread.join(20)
    if rig.player.snapshot().paused:
        rig.pipeline.toggle_pause()
    if ends or stopped:
        rig.pull_until(lambda: rig.pipeline.ended, most=30)
    rig.pipeline.close()
    _assert_accounted_for(rig.log.events, cycle, rig.pipeline.segments, options.speakable)


def _command(rig: Rig, rng: random.Random, count: int) -> None:
    pipeline = rig.pipeline
    for _ in range(count):
        match rng.randrange(9):
            case 0:
                pipeline.skip()
            case 1:
                pipeline.speak_from(rng.randrange(1, 16))
            case 2:
                pipeline.toggle_pause()
            case 3:
                pipeline.replay()
            case 4:
                pipeline.back(rng.randrange(1, 4))
            case 5:
                pipeline.set_voice(rng.choice([VOICE_A, VOICE_B]))
            case 6:
                pipeline.set_speed(rng.choice([0.7, 1.0, 2.0]))
            case 7:
                pipeline.jump_to_live()
            case _:
                pipeline.lag()
                pipeline.statistics()
        rig.log.doze()


def _assert_accounted_for(
    events: list[Event], cycle: int, segments: list[Segment], speakable: Speakable
) -> None:
    """Added, translated, then sounding and over in turns; in the end no row is left open."""
    stage: dict[int, str] = {}
    ends: Counter[int] = Counter()
    for event in events:
        match event:
            case SegmentAdded(segment):
                stage[segment.id] = "added"
            case SegmentTranslated(number):
                assert stage[number] == "added", f"cycle {cycle}: {event}"
                stage[number] = "translated"
            case SpeakingStarted(number):
                assert stage[number] in ("translated", "over"), f"cycle {cycle}: {event}"
                stage[number] = "sounding"
            case Spoken(number):
                assert stage[number] == "sounding", f"cycle {cycle}: {event}"
                stage[number] = "over"
                ends[number] += 1
            case Skipped(number):
                stage[number] = "over"
                ends[number] += 1
            case _:
                pass
    assert "sounding" not in stage.values(), f"cycle {cycle}: {stage}"
    due = {s.id for s in segments if speakable.allows(s.kind)}
    translated = {number for number, reached in stage.items() if reached != "added"}
    assert due & translated <= set(ends), f"cycle {cycle}: {stage}"
    assert [type(event) for event in events].count(Ended) == 1
