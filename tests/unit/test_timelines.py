"""The one place where latency is computed."""

from __future__ import annotations

from voicestream_tui.model import Timeline
from voicestream_tui.stages.timelines import (
    STAGES,
    Spread,
    Timelines,
    late,
    text_to_sound,
    text_to_sound_from_silence,
)


def line(**times: float) -> Timeline:
    return Timeline(first_character=0.0, **times)


def test_latency_counts_from_the_last_word_when_the_voice_was_free() -> None:
    assert text_to_sound(line(last_word=1.0, first_sound=1.25)) == 0.25
    assert text_to_sound(line(last_word=1.0, voice_free=0.5, first_sound=1.25)) == 0.25


def test_latency_of_a_sentence_that_queued_is_the_programs_own_time() -> None:
    queued = line(
        last_word=1.0,
        translated=1.25,
        synthesis_began=3.0,
        first_samples=3.125,
        voice_free=5.0,
        first_sound=5.0625,
    )
    assert text_to_sound(queued) == 0.375
    assert late(queued) == 0.0625


def test_a_sentence_that_begins_within_the_gap_is_not_late() -> None:
    assert late(line(last_word=1.0, voice_free=5.0, first_sound=4.99)) == 0.0


def test_sentences_that_waited_behind_speech_are_not_from_silence() -> None:
    assert text_to_sound_from_silence(line(last_word=1.0, voice_free=5.0, first_sound=5.1)) is None
    assert text_to_sound_from_silence(line(last_word=1.0, first_sound=1.5)) == 0.5


def test_what_never_sounded_has_no_latency() -> None:
    assert text_to_sound(line(last_word=1.0)) is None


def test_percentiles_are_nearest_rank_in_milliseconds() -> None:
    spread = Spread.of(n / 1000 for n in range(1, 101))
    assert spread == Spread(p50=50.0, p95=95.0, max=100.0, n=100)
    assert Spread.of([0.2]) == Spread(200.0, 200.0, 200.0, 1)
    assert Spread.of([]) is None


def test_the_distribution_kept_ready_is_the_one_that_would_be_computed() -> None:
    lines = Timelines()
    assert lines.text_to_sound is None
    for number, latency in enumerate((0.5, 0.125, 2.0, 0.25, 0.25)):
        lines.begin(number, line(last_word=1.0))
        lines.sounded(number, 1.0 + latency, None)
    assert lines.text_to_sound == lines.spread(text_to_sound)


def test_a_replay_does_not_change_the_first_latency() -> None:
    lines = Timelines()
    lines.begin(1, line(last_word=1.0))
    lines.sounded(1, 1.5, None)
    lines.sounded(1, 9.0, 8.0)
    assert lines.last_text_to_sound == 0.5


def test_every_stage_is_measured() -> None:
    lines = Timelines()
    lines.begin(1, line(last_word=1.0, complete=1.25))
    lines.translated(1, 1.5)
    lines.synthesised(1, 2.0, 2.25, 3.0)
    lines.synthesised(1, 3.0, 3.5, 2.0)
    lines.sounded(1, 2.5, None)
    milliseconds = {name: lines.spread(measure) for name, measure in STAGES.items()}
    assert {name: spread.p50 for name, spread in milliseconds.items() if spread} == {
        "segmentation": 250.0,
        "translation": 250.0,
        "first_synthesis": 250.0,
        "playback_start": 250.0,
    }
    assert (lines.sound_made, lines.synthesis_time) == (5.0, 0.75)
