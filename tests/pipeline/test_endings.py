"""Every way a run can break or be ended: nothing hangs, nothing is lost, the end comes last."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pytest

from tests.pipeline.fakes import (
    RATE,
    VOICE_B,
    FakeSpeaker,
    FakeTranslator,
    ListSource,
    ManualOutput,
    Rig,
)
from voicestream_tui.errors import AgentError, AudioError
from voicestream_tui.model import (
    Ended,
    Event,
    Failed,
    Samples,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    SpeechChunk,
    Spoken,
    Voice,
    VoiceChanged,
)
from voicestream_tui.pipeline import PipelineOptions, VoiceRoom
from voicestream_tui.stages.hearing import Speakable
from voicestream_tui.stages.playlist import Entry

THREE = "One bird sings. Two birds sing. Three birds sing."
CODE = "```\na = 1\n```"


def skipped(rig: Rig) -> list[int]:
    return [event.id for event in rig.log.of(Skipped)]


def test_a_run_with_nothing_to_speak_ends() -> None:
    options = PipelineOptions(speakable=Speakable(code=False))
    for _ in range(20):
        with Rig(ListSource(CODE), options=options) as rig:
            rig.log.wait_for(lambda: bool(rig.log.of(Ended)))


def test_a_last_row_that_is_not_spoken_does_not_hold_up_the_end() -> None:
    options = PipelineOptions(speakable=Speakable(code=False), ahead=0.1)
    with Rig(ListSource(f"One bird sings.\n\n{CODE}"), options=options) as rig:
        rig.pull_until(lambda: rig.pipeline.ended, most=5)


@pytest.mark.parametrize("batch", [1, 8])
def test_a_translator_that_crashes_costs_no_row(batch: int) -> None:
    class Crashing(FakeTranslator):
        def translate(self, sentences: Sequence[str]) -> list[str]:
            raise IndexError("oops")

    options = PipelineOptions(batch=batch)
    with Rig(ListSource(THREE), translator=Crashing(), options=options) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [e.translation.ok for e in rig.log.of(SegmentTranslated)] == [False] * 3
        assert [e.stage for e in rig.log.of(Failed)] == ["translation"]


def test_a_translator_that_can_not_even_be_made_costs_no_row() -> None:
    class Stillborn(FakeTranslator):
        def warm_up(self) -> None:
            raise OSError("no such library")

    with Rig(ListSource(THREE), translator=Stillborn()) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert len(rig.log.of(SegmentTranslated)) == 3
        assert "no such library" in rig.log.of(Failed)[0].message


def test_one_odd_sentence_does_not_cost_its_batch_the_translation() -> None:
    translator = FakeTranslator(lambda text: "Two" in text)
    rig = Rig(ListSource(THREE), translator=translator, options=PipelineOptions(batch=8))
    with rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [e.translation.ok for e in rig.log.of(SegmentTranslated)] == [True, False, True]


def test_an_engine_that_fails_to_close_is_not_the_last_word() -> None:
    class Clinging(FakeTranslator):
        def close(self) -> None:
            raise RuntimeError("still busy")

    with Rig(ListSource(THREE), translator=Clinging(), audio=False) as rig:
        rig.log.wait_for(lambda: bool(rig.log.of(Ended)))
    assert isinstance(rig.log.events[-1], Ended)


def test_the_end_waits_until_a_broken_source_is_told() -> None:
    """The text is translated at once, so that only the telling holds up the end."""
    source = ListSource(end=False, exit_code=None)
    source.fail(AgentError("The agent could not be read.", "Try again."))
    rig = Rig(source, audio=False)
    log = rig.log
    came_early: list[bool] = []

    def emit(event: Event) -> None:
        if isinstance(event, Failed):
            came_early.append(rig.pipeline.drain(0.2))
        log(event)

    rig.pipeline._announcer.emit = emit
    with rig:
        log.wait_for(lambda: bool(log.of(Ended)))
    assert came_early == [False]
    assert isinstance(log.events[-1], Ended)
    assert log.events[-1].exit_code == 127


def test_an_output_that_can_not_start_leaves_the_text() -> None:
    class Deaf(ManualOutput):
        def start(self, render: object) -> None:
            raise AudioError("The device is taken.", "Free it.")

    rig = Rig(ListSource(THREE), output=Deaf())
    with rig:
        rig.log.wait_for(lambda: bool(rig.log.of(Ended)))
        assert len(rig.log.of(SegmentTranslated)) == 3
        assert [(e.stage, e.hint) for e in rig.log.of(Failed)] == [("audio", "Free it.")]
        assert sorted(skipped(rig)) == [1, 2, 3]


def test_a_front_end_that_breaks_does_not_break_the_flow() -> None:
    rig = Rig(ListSource(THREE))
    taken: list[Event] = []

    def emit(event: Event) -> None:
        taken.append(event)
        raise ValueError("the screen is gone")

    rig.pipeline._announcer.emit = emit
    with rig:
        rig.pull_until(lambda: rig.pipeline.ended)
    assert len([e for e in taken if isinstance(e, Spoken)]) == 3
    assert len([e for e in taken if isinstance(e, Ended)]) == 1


def test_a_pipeline_closed_before_its_start_stays_closed() -> None:
    rig = Rig(ListSource(THREE))
    rig.pipeline.close()
    rig.pipeline.start()
    assert rig.pipeline.drain(0)
    assert not [t for t in threading.enumerate() if t.name.startswith("voicestream")]


def test_closing_silences_the_voice_before_it_waits_for_the_agent() -> None:
    class Slow(ListSource):
        stopping = threading.Event()
        release = threading.Event()

        def close(self) -> None:
            self.stopping.set()
            assert self.release.wait(30)
            super().close()

    source = Slow(THREE, end=False)
    rig = Rig(source)
    rig.pipeline.start()
    rig.pull_until(lambda: bool(rig.log.of(SpeakingStarted)))
    closers = [threading.Thread(target=rig.pipeline.close) for _ in range(2)]
    for closer in closers:
        closer.start()
    try:
        assert source.stopping.wait(20)
        rig.output.pull(0.05)
        assert float(np.abs(rig.output.pull(0.05)).max()) == 0.0
        closers[1].join(0.1)
        assert closers[1].is_alive()  # closed is what both wait for
    finally:
        source.release.set()
        for closer in closers:
            closer.join(20)
    assert sorted(skipped(rig)) == [1, 2, 3]


@pytest.mark.parametrize("broken", ["source", "output"])
def test_closing_joins_every_thread_whatever_fails_to_stop(broken: str) -> None:
    class Source(ListSource):
        def close(self) -> None:
            super().close()
            if broken == "source":
                raise OSError("gone")

    class Output(ManualOutput):
        def stop(self) -> None:
            super().stop()
            if broken == "output":
                raise OSError("gone")

    rig = Rig(Source(THREE, end=False), output=Output())
    rig.pipeline.start()
    rig.pipeline.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("voicestream")]
    assert isinstance(rig.log.events[-1], Ended)


def test_a_voice_that_is_ready_only_when_all_ends_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loading, stopped = threading.Event(), threading.Event()

    def prepare() -> None:
        loading.set()
        assert stopped.wait(20)

    class Output(ManualOutput):
        def stop(self) -> None:
            super().stop()
            stopped.set()

    monkeypatch.setattr("tests.pipeline.fakes.VoiceRoom", partial(VoiceRoom, prepare=prepare))
    rig = Rig(ListSource(THREE, end=False), output=Output())
    rig.pipeline.start()
    assert loading.wait(20)
    rig.pipeline.close()
    assert not rig.log.of(VoiceChanged)
    assert isinstance(rig.log.events[-1], Ended)


def test_a_thread_that_stays_behind_says_nothing_after_the_end() -> None:
    class Stuck(FakeTranslator):
        entered = threading.Event()
        release = threading.Event()

        def translate(self, sentences: Sequence[str]) -> list[str]:
            self.entered.set()
            assert self.release.wait(30)
            return super().translate(sentences)

    translator = Stuck()
    rig = Rig(ListSource(THREE), translator=translator, audio=False)
    rig.pipeline.start()
    assert translator.entered.wait(20)
    rig.pipeline.close(timeout=0.05)
    assert rig.pipeline.ended
    translator.release.set()
    for thread in threading.enumerate():
        if thread.name.startswith("voicestream"):
            thread.join(20)
    assert isinstance(rig.log.events[-1], Ended)
    assert len(rig.log.of(Ended)) == 1


def test_what_the_user_passes_over_is_skipped_once() -> None:
    with Rig(ListSource(f"{THREE} Four birds sing."), speaker=FakeSpeaker(0.3)) as rig:
        rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 4)
        rig.pull_until(lambda: bool(rig.log.of(SpeakingStarted)))
        rig.pipeline.speak_from(3)
        assert skipped(rig) == [1, 2]
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [e.id for e in rig.log.of(Spoken)] == [3, 4]
        rig.pipeline.speak_from(1)
        rig.pipeline.jump_to_live()
        assert skipped(rig) == [1, 2]


def test_what_comes_after_the_agent_was_stopped_is_skipped() -> None:
    source = ListSource(f"{THREE} Four birds", end=False)
    with Rig(source) as rig:
        rig.pull_until(lambda: bool(rig.log.of(SpeakingStarted)))
        rig.pipeline.stop_agent()
        rig.pull_until(lambda: rig.pipeline.ended)
        assert sorted(skipped(rig)) == [1, 2, 3, 4]
        assert isinstance(rig.log.events[-1], Ended)


def test_speech_that_is_only_silence_counts_as_nothing_said() -> None:
    class Silent(FakeSpeaker):
        def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
            samples: Samples = np.zeros(RATE, np.float32)
            yield SpeechChunk(samples, RATE, 0.0, 1.0)

    with Rig(ListSource("One bird sings."), speaker=Silent()) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert skipped(rig) == [1]
        assert rig.log.of(Spoken) == []


def test_a_reading_that_fails_is_replaced_by_what_is_shown() -> None:
    def reading(entry: Entry) -> str:
        if entry.segment.id == 2:
            raise KeyError("odd word")
        return entry.translation.japanese

    with Rig(ListSource(THREE), spoken_form=reading) as rig:
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [e.id for e in rig.log.of(Spoken)] == [1, 2, 3]
        assert rig.log.of(Failed) == []


@pytest.mark.parametrize("where", ["voices", "warm_up"])
def test_a_speaker_that_crashes_at_the_start_leaves_the_text(where: str) -> None:
    class Broken(FakeSpeaker):
        def voices(self) -> Sequence[Voice]:
            if where == "voices":
                raise RuntimeError("bad library")
            return super().voices()

        def warm_up(self, voice: Voice) -> None:
            raise RuntimeError("bad library")

    speaker = Broken()
    with Rig(ListSource(THREE), speaker=speaker) as rig:
        rig.log.wait_for(lambda: bool(rig.log.of(Ended)))
        assert "bad library" in rig.log.of(Failed)[0].message
        assert sorted(skipped(rig)) == [1, 2, 3]
    assert speaker.closed


def test_a_voice_that_crashes_falls_back_like_one_that_is_broken() -> None:
    class Clumsy(FakeSpeaker):
        def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
            if voice == VOICE_B:
                raise ZeroDivisionError(f"oops at {text}")
            return super().speak(text, voice)

    with Rig(ListSource(THREE), speaker=Clumsy()) as rig:
        rig.pull_until(lambda: bool(rig.log.of(SpeakingStarted)))
        rig.pipeline.set_voice(VOICE_B)
        rig.log.wait_for(lambda: rig.log.of(VoiceChanged)[-1].voice == VOICE_B)
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [e.id for e in rig.log.of(Spoken)] == [1, 2, 3]
        assert len(rig.log.of(Failed)) == 1


def test_a_crash_with_another_message_each_time_is_told_once() -> None:
    class Clumsy(FakeSpeaker):
        def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
            raise ZeroDivisionError(f"oops at {text}")

    with Rig(ListSource(THREE), speaker=Clumsy()) as rig:
        rig.log.wait_for(lambda: bool(rig.log.of(Ended)))
        assert len(rig.log.of(Failed)) == 1


def test_the_lag_counts_all_of_a_sentence_however_many_chunks_it_comes_in() -> None:
    text = " ".join(f"Bird number {n} sings now." for n in range(9))
    lags: list[float] = []
    for chunks in (1, 4):
        speaker = FakeSpeaker(seconds=4.0, chunks=chunks)
        with Rig(ListSource(text), speaker=speaker, options=PipelineOptions(ahead=9.0)) as rig:
            rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 9)
            rig.log.wait_for(lambda: rig.player.queued_seconds >= 8.9)
            lags.append(rig.pipeline.lag())
    assert lags[1] == pytest.approx(lags[0], rel=0.2)


def test_a_row_that_the_user_points_at_much_later_has_no_latency_of_that_length() -> None:
    options = PipelineOptions(speakable=Speakable(code=False))
    with Rig(ListSource(CODE), options=options) as rig:
        rig.log.wait_for(lambda: rig.pipeline.ended)
        clock = rig.pipeline._announcer.clock
        rig.pipeline._announcer.clock = lambda: clock() + 1000.0
        rig.player._clock = rig.pipeline._announcer.clock
        rig.pipeline.speak_from(1)
        rig.pull_until(lambda: bool(rig.log.of(SpeakingStarted)))
        last = rig.pipeline.timelines.last_text_to_sound
        assert last is None or last < 500.0


def test_a_stage_that_a_library_exits_ends_the_voice_not_the_run() -> None:
    class Exiting(FakeSpeaker):
        def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
            raise SystemExit(3)

    with Rig(ListSource(THREE), speaker=Exiting()) as rig:
        rig.log.wait_for(lambda: bool(rig.log.of(Ended)))
        assert len(rig.log.of(SegmentAdded)) == 3
        assert [e.stage for e in rig.log.of(Failed)] == ["speech"]
