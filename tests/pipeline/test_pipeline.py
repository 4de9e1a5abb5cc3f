"""The whole pipeline on fakes: order, commands, failures, endings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.pipeline.fakes import (
    BROKEN,
    RATE,
    VOICE_A,
    VOICE_B,
    FakeSpeaker,
    FakeTranslator,
    ListSource,
    Rig,
    tag,
)
from voicestream_tui.errors import AgentError
from voicestream_tui.model import (
    Ended,
    Failed,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    SpeechChunk,
    Spoken,
    Voice,
    VoiceChanged,
)
from voicestream_tui.pipeline import PipelineOptions
from voicestream_tui.stages.playlist import Entry

THREE = "One bird sings. Two birds sing. Three birds sing."


def spoken(number: int) -> str:
    return "訳" + ["One bird sings.", "Two birds sing.", "Three birds sing."][number - 1]


def started(rig: Rig) -> list[int]:
    return [event.id for event in rig.log.of(SpeakingStarted)]


def test_every_sentence_is_shown_translated_and_spoken_in_order() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        english = [event.segment.english for event in rig.log.of(SegmentAdded)]
        assert english == ["One bird sings.", "Two birds sing.", "Three birds sing."]
        japanese = [event.translation.japanese for event in rig.log.of(SegmentTranslated)]
        assert japanese == [spoken(1), spoken(2), spoken(3)]
        assert started(rig) == [1, 2, 3]
        assert [event.id for event in rig.log.of(Spoken)] == [1, 2, 3]
        assert isinstance(rig.log.events[-1], Ended)
        assert rig.log.events[-1].exit_code == 0
        statistics = rig.pipeline.statistics()
        assert (statistics["spoken"], statistics["skipped"]) == (3, 0)


def test_what_was_made_is_what_is_played_sample_for_sample() -> None:
    with Rig(ListSource("One bird sings.")) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        level = rig.speaker.level(spoken(1))
        full = np.isclose(rig.output.sound, level, atol=1e-4)
        # All but the player's own short fades at the ends of the utterance.
        assert int(full.sum()) >= RATE - 2 * RATE // 100


def test_text_does_not_wait_for_the_voice() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 3)
        assert not rig.log.of(Spoken)


def test_the_voice_is_made_only_a_few_seconds_ahead() -> None:
    text = " ".join(f"Bird number {n} sings now." for n in range(30))
    speaker = FakeSpeaker(seconds=1.0)
    options = PipelineOptions(ahead=3.0)
    with Rig(ListSource(text), speaker=speaker, options=options) as rig:
        rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 30)
        rig.pull_until(rig.sounds("訳Bird number 4 sings now."))
        assert rig.player.queued_seconds <= 3.0 + 1.0
        assert rig.pipeline.lag() > 3.0


def test_skip_silences_the_sentence_within_100_ms_and_goes_on() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        rig.log.wait_for(lambda: rig.player.queued_seconds > 2)
        rig.pipeline.skip()
        after = rig.output.pull(0.1)
        old = rig.speaker.level(spoken(1))
        assert tag(after[-RATE // 100 :]) != round(old, 3)
        rig.pull_until(rig.sounds(spoken(2)), most=1.0)
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [event.id for event in rig.log.of(Skipped)] == [1]
        assert [event.id for event in rig.log.of(Spoken)] == [2, 3]


def test_mute_is_silent_within_50_ms_and_keeps_time() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        before = rig.pipeline.snapshot().position
        assert rig.pipeline.toggle_mute() is True
        rig.output.pull(0.05)
        assert float(np.abs(rig.output.pull(0.2)).max()) == 0.0
        assert rig.pipeline.snapshot().position == pytest.approx(before + 0.25, abs=0.011)
        assert rig.pipeline.toggle_mute() is False
        rig.output.pull(0.05)
        assert tag(rig.output.pull(0.01)) == round(rig.speaker.level(spoken(1)), 3)


def test_pause_keeps_the_place() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        assert rig.pipeline.toggle_pause() is True
        rig.output.pull(0.05)
        place = rig.pipeline.snapshot().position
        assert float(np.abs(rig.output.pull(2.0)).max()) == 0.0
        assert rig.pipeline.snapshot().position == place
        assert rig.pipeline.toggle_pause() is False
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [event.id for event in rig.log.of(Spoken)] == [1, 2, 3]


def test_skip_while_paused_goes_to_the_next_sentence_on_resume() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        rig.pipeline.toggle_pause()
        rig.output.pull(0.05)
        rig.pipeline.skip()
        rig.output.pull(0.05)
        rig.pipeline.toggle_pause()
        rig.pull_until(rig.sounds(spoken(2)), most=1.0)


def test_back_replay_speak_from_and_live() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(2)))
        rig.pipeline.back()
        rig.pull_until(rig.sounds(spoken(1)), most=1.0)
        rig.pipeline.speak_from(3)
        rig.pull_until(rig.sounds(spoken(3)), most=1.0)
        rig.pipeline.replay()
        rig.pull_until(lambda: started(rig)[-2:] == [3, 3], most=1.0)
        rig.pipeline.speak_from(1)
        rig.pull_until(rig.sounds(spoken(1)), most=1.0)
        rig.pipeline.jump_to_live()
        rig.pull_until(lambda: rig.player.idle, most=1.0)
        assert rig.pipeline.ended


def test_replay_works_after_the_end() -> None:
    with Rig(ListSource("One bird sings.")) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        rig.pipeline.replay()
        rig.pull_until(lambda: started(rig) == [1, 1])
        assert len(rig.log.of(Ended)) == 1


def test_a_new_voice_speaks_the_next_sentence_without_a_gap() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        rig.log.wait_for(lambda: rig.player.queued_seconds > 2)
        rig.pipeline.set_voice(VOICE_B)
        rig.log.wait_for(lambda: rig.log.of(VoiceChanged)[-1].voice == VOICE_B)
        at = len(rig.output.sound)
        rig.pull_until(lambda: rig.pipeline.ended)
        sound = rig.output.sound[at:]
        two = rig.speaker.level(spoken(2))
        assert not np.isclose(sound, two, atol=1e-4).any()
        assert np.isclose(sound, -two, atol=1e-4).any()
        ends = np.flatnonzero(np.isclose(sound, rig.speaker.level(spoken(1)), atol=1e-4))[-1]
        begins = np.flatnonzero(np.isclose(sound, -two, atol=1e-4))[0]
        assert (begins - ends) / RATE < 0.1 + 0.05
        assert rig.log.of(VoiceChanged)[-1].voice == VOICE_B


def test_a_broken_voice_falls_back_to_the_last_good_one_and_says_so_once() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        rig.pipeline.set_voice(BROKEN)
        rig.log.wait_for(lambda: bool(rig.log.of(Failed)))
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [event.id for event in rig.log.of(Spoken)] == [1, 2, 3]
        assert [event.message for event in rig.log.of(Failed)] == ["The voice broken is damaged."]
        assert rig.pipeline.voice == VOICE_A


def test_an_unknown_voice_in_the_settings_is_said_and_replaced() -> None:
    with Rig(ListSource("One bird sings."), options=PipelineOptions(voice="nobody")) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert "nobody" in rig.log.of(Failed)[0].message
        assert rig.log.of(Spoken)


def test_a_broken_voice_in_the_settings_is_said_and_replaced() -> None:
    with Rig(ListSource("One bird sings."), options=PipelineOptions(voice="broken")) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert rig.log.of(Failed)[0].hint == "Choose another."
        assert rig.log.of(Spoken)


def test_speed_changes_what_is_queued_and_what_comes() -> None:
    with Rig(ListSource(THREE), speaker=FakeSpeaker(seconds=2.0)) as rig:
        rig.pipeline.set_speed(2.0)
        rig.settle()
        rig.pull_until(lambda: rig.pipeline.ended)
        loud = np.abs(rig.output.sound) > 0.03
        # 6 s at speed 1; the clip of 1 s that sounds while the speed changes may stay as it is.
        assert 2.8 < loud.sum() / RATE < 3.7
        assert rig.pipeline.speed == 2.0


@pytest.mark.parametrize(("asked", "got"), [(9.0, 3.0), (0.1, 0.5)])
def test_speed_stays_within_its_limits(asked: float, got: float) -> None:
    rig = Rig(ListSource(end=False))
    rig.pipeline.set_speed(asked)
    assert rig.pipeline.speed == got


def test_a_sentence_that_can_not_be_translated_is_shown_in_english_and_marked() -> None:
    translator = FakeTranslator(lambda text: "Two" in text)
    options = PipelineOptions(batch=1)
    with Rig(ListSource(THREE), translator=translator, options=options) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        translations = [event.translation for event in rig.log.of(SegmentTranslated)]
        assert [t.ok for t in translations] == [True, False, True]
        assert translations[1].japanese == "Two birds sing."
        assert rig.pipeline.statistics()["untranslated"] == 1


def test_a_translator_that_keeps_failing_is_given_up_and_said_once() -> None:
    translator = FakeTranslator(lambda text: True)
    text = " ".join(f"Bird {n} sings." for n in range(9))
    options = PipelineOptions(batch=1)
    with Rig(ListSource(text), translator=translator, options=options) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [event.stage for event in rig.log.of(Failed)] == ["translation"]
        assert len(rig.log.of(SegmentTranslated)) == 9
        assert len(translator.batches) == 3
        assert translator.closed


def test_a_speaker_that_can_not_start_leaves_the_text() -> None:
    class Silent(FakeSpeaker):
        def voices(self) -> list[Voice]:
            return []

    with Rig(ListSource(THREE), speaker=Silent()) as rig:
        rig.log.wait_for(lambda: rig.pipeline.ended)
        assert len(rig.log.of(SegmentTranslated)) == 3
        assert [event.stage for event in rig.log.of(Failed)] == ["speech"]


def test_an_engine_that_crashes_on_one_sentence_speaks_the_others() -> None:
    class Clumsy(FakeSpeaker):
        def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
            if "Two" in text:
                raise ZeroDivisionError("oops")
            return super().speak(text, VOICE_A)

    with Rig(ListSource(THREE), speaker=Clumsy()) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [event.id for event in rig.log.of(Spoken)] == [1, 3]
        assert len(rig.log.of(Failed)) == 1


def test_a_sentence_without_anything_to_say_does_not_hold_up_the_rest() -> None:
    def only_odd(entry: Entry) -> str:
        return "" if entry.segment.id == 2 else entry.translation.japanese

    with Rig(ListSource(THREE), spoken_form=only_odd) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [event.id for event in rig.log.of(Spoken)] == [1, 3]
        assert [event.id for event in rig.log.of(Skipped)] == [2]


def test_a_source_that_breaks_ends_with_its_code_after_what_was_received() -> None:
    source = ListSource("One bird sings. Two birds", end=False, exit_code=None)
    source.fail(AgentError("The agent could not be read.", "Try again."))
    with Rig(source) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [e.segment.english for e in rig.log.of(SegmentAdded)] == [
            "One bird sings.",
            "Two birds",
        ]
        assert rig.log.of(Failed)[0].message == "The agent could not be read."
        assert rig.log.of(Ended)[0].exit_code == 127


def test_without_audio_nothing_is_synthesised() -> None:
    with Rig(ListSource(THREE), audio=False) as rig:
        rig.log.wait_for(lambda: rig.pipeline.ended)
        assert not rig.log.of(SpeakingStarted)
        assert rig.pipeline.voices() == []
        rig.pipeline.skip()
        assert rig.pipeline.toggle_pause() is False


def test_close_in_the_middle_of_everything_stops_source_and_engines() -> None:
    source = ListSource(THREE, end=False)
    rig = Rig(source)
    rig.pipeline.start()
    rig.pull_until(rig.sounds(spoken(1)))
    rig.pipeline.close()
    assert source.closed.is_set()
    assert rig.translator.closed
    assert rig.speaker.closed
    rig.pipeline.close()


def test_stopping_the_agent_keeps_what_was_received_and_is_silent() -> None:
    source = ListSource(THREE + " Four birds", end=False)
    with Rig(source) as rig:
        rig.pull_until(rig.sounds(spoken(1)))
        rig.pipeline.stop_agent()
        rig.pull_until(lambda: rig.pipeline.ended)
        assert len(rig.log.of(SegmentTranslated)) == 4
        assert rig.log.of(Spoken) == []


def test_the_latency_of_a_sentence_is_measured_from_its_last_word() -> None:
    with Rig(ListSource(THREE)) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        last = rig.pipeline.timelines.last_text_to_sound
        assert last is not None
        assert last >= 0.0
        assert rig.pipeline.statistics()["latency_p50_ms"] is not None
