"""Several speech engines: chains, and another one while the program speaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pytest

from tests.pipeline.fakes import (
    RATE,
    EventLog,
    FakeTranslator,
    Listening,
    ListSource,
    ManualOutput,
    shown_form,
)
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.audio.player import Player
from voicestream_tui.errors import EngineError
from voicestream_tui.model import (
    Failed,
    Kind,
    Samples,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    SpeechChunk,
    Spoken,
    Voice,
    VoiceChanged,
)
from voicestream_tui.pipeline import Pipeline, PipelineOptions, VoiceRoom
from voicestream_tui.speak.chain import EngineHealth, SpeakerChoice
from voicestream_tui.speak.styles import Style
from voicestream_tui.stages.speakable import Speakable

SIX = "One bird. Two birds. Three birds. Four birds. Five birds. Six birds."
LEVELS = {"one": 0.1, "two": 0.2, "three": 0.3}


class Speaker:
    """Speaks a constant level that tells which engine it is."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self._engine = engine
        self.thread = threading.get_ident()
        self.closed_in: int | None = None
        self.used_in: set[int] = set()

    def voices(self) -> Sequence[Voice]:
        if self._engine.unlisted:
            raise EngineError(f"{self.name} can't be listed.", "Repair it.")
        letters = "abcdefgh"[: self._engine.voices]
        return [Voice(self.name, f"{self.name}-{letter}", letter) for letter in letters]

    def warm_up(self, voice: Voice) -> None:
        self.used_in.add(threading.get_ident())
        self._engine.loaded.append(voice.id)
        self._engine.loading.set()
        assert self._engine.may_load.wait(20)
        if self._engine.unloadable:
            raise EngineError(f"{self.name} has no model.", "Fetch it.")

    def shares_model(self, voice: Voice) -> bool:
        return self._engine.sharing

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        return self.speak_styled(text, voice, Style.NEUTRAL)

    def speak_styled(self, text: str, voice: Voice, style: Style) -> Iterator[SpeechChunk]:
        self.used_in.add(threading.get_ident())
        self._engine.spoken.append((text, voice.id, style))
        if self._engine.failing > 0:
            self._engine.failing -= 1
            raise EngineError(f"{self.name} failed.", "Try again.")
        breaks = self._engine.breaking > 0
        level = LEVELS[self.name] * (-1 if voice.id.endswith("b") else 1)
        parts = self._engine.parts
        for part in range(parts):
            samples: Samples = np.full(RATE * 3 // 10, level, np.float32)
            yield SpeechChunk(samples, RATE, part / parts, (part + 1) / parts)
            if breaks:
                self._engine.breaking -= 1
                raise EngineError(f"{self.name} broke off.", "Try again.")

    def close(self) -> None:
        self.closed_in = threading.get_ident()


class Engine:
    """An engine whose troubles the test decides, and the speakers made of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: list[Speaker] = []
        self.may_load = threading.Event()
        self.may_load.set()
        self.loading = threading.Event()
        self.unlisted = self.unloadable = self.sharing = False
        self.voices = 2
        self.loaded: list[str] = []
        self.parts = 2
        self.failing = self.breaking = 0
        """Sentences at which it fails at once, and in the middle."""
        self.spoken: list[tuple[str, str, Style]] = []

    def make(self) -> Speaker:
        self.made.append(Speaker(self))
        return self.made[-1]


class Hall(Listening):
    """A pipeline with three engines."""

    def __init__(
        self,
        chain: Sequence[str] = ("one",),
        text: str = SIX,
        *,
        end: bool = True,
        options: PipelineOptions | None = None,
    ) -> None:
        self.engines = {name: Engine(name) for name in LEVELS}
        self.log = EventLog()
        self.output = ManualOutput()
        self.player = Player(RATE)
        self.later = 0.0
        self.source = ListSource(*([text] if text else []), end=end)
        choice = SpeakerChoice(
            tuple(chain), lambda name: self.engines[name].make(), tuple(self.engines)
        )
        self.pipeline = Pipeline(
            self.source,
            TextDecoder(),
            FakeTranslator,
            self.log,
            voice_room=VoiceRoom(choice, self.player, self.output, shown_form),
            options=options or PipelineOptions(sentence_gap=0.1, paragraph_gap=0.1),
            clock=lambda: time.monotonic() + self.later,
        )

    def __enter__(self) -> Hall:
        self.pipeline.start()
        return self

    def __exit__(self, *error: object) -> None:
        for engine in self.engines.values():
            engine.may_load.set()
        self.pipeline.close()

    def said_by(self) -> list[str]:
        """The voice of each sentence, in the order in which they sounded."""
        return [event.voice for event in self.log.of(SpeakingStarted)]

    def voice(self, key: str) -> Voice:
        return next(voice for voice in self.pipeline.voices() if voice.key == key)

    def wait_for_voices(self, count: int = 6) -> None:
        """Wait until they are listed; no sound passes meanwhile."""
        self.log.wait_for(lambda: len(self.pipeline.voices()) == count)

    def wait_for_change(self, count: int = 2) -> None:
        """Wait until so many voices have been in use, the first included; as above."""
        self.log.wait_for(lambda: len(self.log.of(VoiceChanged)) >= count)

    def threads_in_order(self) -> bool:
        """Every speaker was made, used and closed in one thread."""
        made = [speaker for engine in self.engines.values() for speaker in engine.made]
        return all(s.closed_in == s.thread and s.used_in <= {s.thread} for s in made)


def began(hall: Hall, count: int) -> Callable[[], bool]:
    return lambda: len(hall.log.of(SpeakingStarted)) >= count


def finish(hall: Hall) -> None:
    hall.pull_until(lambda: hall.pipeline.ended)


def test_voices_of_all_engines_are_listed() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        assert [voice.key for voice in hall.pipeline.voices()] == [
            "one:one-a",
            "one:one-b",
            "two:two-a",
            "two:two-b",
            "three:three-a",
            "three:three-b",
        ]
        finish(hall)
    assert hall.threads_in_order()


def test_an_engine_that_cannot_be_listed_leaves_the_others() -> None:
    hall = Hall()
    hall.engines["two"].unlisted = True
    with hall:
        hall.wait_for_voices(4)
        hall.engines["two"].unlisted = False
        hall.pipeline.list_voices_anew()
        hall.wait_for_voices()
        assert hall.log.of(Failed) == []


@pytest.mark.parametrize("key", ["two:two-b", "one:one-b"])
def test_another_voice_takes_over_at_a_sentence_without_gap_or_click(key: str) -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        hall.log.wait_for(lambda: len(hall.log.of(SegmentTranslated)) == 6)
        hall.pull_until(began(hall, 2))
        assert hall.pipeline.set_voice(hall.voice(key)) is False
        hall.wait_for_change()
        finish(hall)
        said = hall.said_by()
        assert said[:2] == ["one:one-a"] * 2
        assert said[-2:] == [key] * 2
        assert said == sorted(said, key=lambda voice: voice == key)
        assert [event.voice.key for event in hall.log.of(VoiceChanged)] == ["one:one-a", key]
        assert len(hall.log.of(Spoken)) == 6
        # Between the first sample and the last there are five gaps of 0.1 s, and their fades.
        loud = np.flatnonzero(np.abs(hall.output.sound) > 0.01)
        silent = np.diff(loud)
        assert (silent[silent > 1] <= 0.115 * RATE).all()
        assert hall.player.snapshot().starved == 0
    assert hall.threads_in_order()


def test_the_old_voice_speaks_on_until_the_new_one_is_loaded() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        slow = hall.engines["two"]
        slow.may_load.clear()
        hall.pull_until(began(hall, 1))
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        hall.pull_until(began(hall, 4))
        assert slow.loading.wait(20)
        assert hall.said_by() == ["one:one-a"] * 4
        assert hall.pipeline.voice == hall.voice("one:one-a")
        slow.may_load.set()
        hall.wait_for_change()
        finish(hall)
        assert hall.said_by()[-1] == "two:two-a"
    assert hall.threads_in_order()


def test_the_old_engine_is_closed_once_the_new_one_has_spoken() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        old = hall.engines["one"].made[0]
        hall.pull_until(began(hall, 1))
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        hall.wait_for_change()
        hall.pull_until(lambda: old.closed_in is not None)
        assert "two:two-a" in hall.said_by() or hall.engines["two"].spoken


def test_a_voice_that_cannot_be_loaded_leaves_the_present_one() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        hall.engines["two"].unloadable = True
        hall.pull_until(began(hall, 1))
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        hall.log.wait_for(lambda: bool(hall.log.of(Failed)))
        finish(hall)
        assert hall.said_by() == ["one:one-a"] * 6
        assert [(e.message, e.hint) for e in hall.log.of(Failed)] == [
            ("two has no model.", "Fetch it.")
        ]
        assert [event.voice.key for event in hall.log.of(VoiceChanged)] == ["one:one-a"]
    assert hall.threads_in_order()


def test_of_several_choices_the_last_one_counts() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        hall.engines["two"].may_load.clear()
        hall.pull_until(began(hall, 1))
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        hall.pipeline.set_voice(hall.voice("three:three-a"))
        hall.wait_for_change()
        hall.pull_until(lambda: "three:three-a" in hall.said_by())
        hall.engines["two"].may_load.set()
        finish(hall)
        assert "two:two-a" not in hall.said_by()
    assert hall.threads_in_order()


def test_voices_of_one_model_do_not_load_it_again() -> None:
    hall = Hall()
    hall.engines["one"].sharing = True
    with hall:
        hall.wait_for_voices()
        hall.pull_until(began(hall, 1))
        for key in ("one:one-b", "one:one-a", "one:one-b"):
            hall.pipeline.set_voice(hall.voice(key))
        hall.log.wait_for(lambda: hall.log.of(VoiceChanged)[-1].voice.key == "one:one-b")
        finish(hall)
        assert hall.said_by()[-1] == "one:one-b"
        assert len(hall.engines["one"].made) == 1
    assert hall.threads_in_order()


def test_a_voice_that_cannot_be_loaded_is_told_each_time_that_it_is_chosen() -> None:
    hall = Hall(("one", "two"))
    hall.engines["two"].unloadable = True
    with hall:
        hall.wait_for_voices()
        hall.pull_until(began(hall, 1))

        def failed(times: int) -> bool:
            return len(hall.log.of(Failed)) == times

        for count in (1, 2):
            hall.pipeline.set_voice(hall.voice("two:two-a"))
            hall.log.wait_for(partial(failed, count))


def test_of_an_engine_with_many_voices_that_fail_only_some_are_tried() -> None:
    hall = Hall(("two", "one"))
    hall.engines["two"].unloadable = True
    hall.engines["two"].voices = 8
    with hall:
        hall.pull_until(began(hall, 1))
        assert hall.engines["two"].loaded == ["two-a", "two-b", "two-c"]


def test_one_goes_back_to_a_voice_while_another_is_being_loaded() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        hall.engines["two"].may_load.clear()
        hall.pull_until(began(hall, 1))
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        assert hall.pipeline.set_voice(hall.voice("one:one-a")) is True
        hall.engines["two"].may_load.set()
        finish(hall)
        assert set(hall.said_by()) == {"one:one-a"}


def test_a_new_voice_that_fails_at_once_gives_way_to_the_one_before() -> None:
    with Hall() as hall:
        hall.wait_for_voices()
        # The first may be at a sentence that was begun before the change and is made anew.
        hall.engines["two"].failing = 2
        hall.pull_until(began(hall, 1))
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        hall.wait_for_change()
        finish(hall)
        assert hall.said_by() == ["one:one-a"] * 6
        assert len(hall.log.of(Spoken)) == 6
        changes = [event.voice.key for event in hall.log.of(VoiceChanged)]
        assert changes == ["one:one-a", "two:two-a", "one:one-a"]
        assert hall.pipeline.voice == hall.voice("one:one-a")


def test_a_voice_is_changed_while_nothing_is_said() -> None:
    with Hall(text="", end=False) as hall:
        hall.log.wait_for(lambda: bool(hall.log.of(VoiceChanged)))
        hall.wait_for_voices()
        hall.pipeline.set_voice(hall.voice("three:three-a"))
        hall.log.wait_for(lambda: len(hall.log.of(VoiceChanged)) == 2)
        hall.source.push("One bird.")
        hall.source.push("")
        hall.pull_until(began(hall, 1))
        assert hall.said_by() == ["three:three-a"]


def test_closing_does_not_wait_for_a_voice_that_is_being_loaded() -> None:
    hall = Hall()
    with hall:
        hall.wait_for_voices()
        slow = hall.engines["two"]
        slow.may_load.clear()
        hall.pipeline.set_voice(hall.voice("two:two-a"))
        assert slow.loading.wait(20)
        threading.Timer(0.1, slow.may_load.set).start()
        hall.pipeline.close()
    assert hall.threads_in_order()


# --- the beginning ----------


@pytest.mark.parametrize("wanted", ["two-b", "two:two-b"])
def test_the_settings_may_name_a_voice_of_any_engine(wanted: str) -> None:
    with Hall(("one",), options=PipelineOptions(voice=wanted)) as hall:
        hall.pull_until(began(hall, 1))
        assert hall.said_by() == ["two:two-b"]
        assert hall.log.of(Failed) == []


def test_a_voice_that_no_engine_has_is_told() -> None:
    with Hall(("one",), options=PipelineOptions(voice="nobody")) as hall:
        hall.pull_until(began(hall, 1))
        assert hall.said_by() == ["one:one-a"]
        (failed,) = hall.log.of(Failed)
        assert "nobody" in failed.message
        assert "three:three-b" in failed.hint


def test_the_first_engine_of_a_chain_that_works_speaks() -> None:
    hall = Hall(("two", "one"))
    hall.engines["two"].unloadable = True
    with hall:
        finish(hall)
        assert hall.said_by() == ["one:one-a"] * 6
        (failed,) = hall.log.of(Failed)
        assert failed.message == 'The speech engine "two" is left for now. two has no model.'
        assert failed.hint == "Fetch it. It is tried again in 60 seconds."


def test_if_no_engine_works_all_reasons_are_told_and_the_text_goes_on() -> None:
    hall = Hall(("two", "one"))
    hall.engines["two"].unloadable = hall.engines["one"].unloadable = True
    with hall:
        hall.log.wait_for(lambda: hall.pipeline.ended)
        told = hall.log.of(Failed)[-1]
        assert told.message == (
            "None of the speech engines works (two, one).\ntwo has no model.\none has no model."
        )
        assert "openjtalk" in told.hint
        assert len(hall.log.of(Skipped)) == 6


def test_an_engine_that_could_not_be_started_is_tried_again_later() -> None:
    hall = Hall(("one",), end=False)
    hall.engines["one"].unloadable = True
    with hall:
        hall.log.wait_for(lambda: len(hall.log.of(Skipped)) == 6)
        hall.engines["one"].unloadable = False
        hall.later = 61.0
        hall.source.push("Seven birds.")
        hall.source.push("")
        hall.log.wait_for(lambda: bool(hall.log.of(VoiceChanged)))
        hall.source.push("Eight birds.")
        hall.source.push("")
        hall.pull_until(began(hall, 1))
        assert hall.said_by() == ["one:one-a"]
        assert len(hall.log.of(Failed)) == 1


# --- in the middle ----------


def test_a_sentence_at_which_an_engine_fails_is_spoken_by_the_next() -> None:
    hall = Hall(("one", "two"))
    hall.engines["one"].failing = 1
    with hall:
        finish(hall)
        assert len(hall.log.of(Spoken)) == 6
        assert hall.said_by().count("two:two-a") == 1
        assert hall.pipeline.voice == hall.voice("one:one-a")
    assert hall.threads_in_order()


@pytest.mark.parametrize(
    ("text", "again"),
    [("Look、 three birds are there.", " three birds are there."), ("A bird.", "訳A bird.")],
)
def test_a_sentence_in_which_an_engine_breaks_off_is_spoken_on_by_the_next(
    text: str, again: str
) -> None:
    hall = Hall(("one", "two"), text)
    hall.engines["one"].breaking = 1
    with hall:
        finish(hall)
        assert [said for said, _, _ in hall.engines["two"].spoken] == [again]
        assert len(hall.log.of(Spoken)) == 1
        # 0.3 s of the first engine, an echo of 10 ms, 0.6 s of the other.
        sound = np.abs(hall.output.sound)
        for engine, seconds in (("one", 0.3), ("two", 0.6)):
            heard = np.count_nonzero(np.isclose(sound, LEVELS[engine], atol=1e-3)) / RATE
            assert heard == pytest.approx(seconds, abs=0.011)
        echo = sound[np.flatnonzero(sound > 0.01)[0] :][round(0.3 * RATE) : round(0.31 * RATE)]
        assert (np.diff(echo) < 0).all()


def test_what_broke_off_behind_its_last_word_is_not_said_again() -> None:
    hall = Hall(("one", "two"), "One bird.")
    hall.engines["one"].breaking = 1
    hall.engines["one"].parts = 1
    with hall:
        finish(hall)
        assert hall.engines["two"].spoken == []
        assert len(hall.log.of(Spoken)) == 1


def test_an_engine_that_fails_three_times_is_left_and_comes_back() -> None:
    hall = Hall(("one", "two"), end=False)
    hall.engines["one"].failing = 3
    with hall:
        hall.pull_until(lambda: len(hall.log.of(Spoken)) == 6)
        left = [event for event in hall.log.of(Failed) if "is left for now" in event.message]
        assert len(left) == 1
        assert hall.pipeline.voice == hall.voice("two:two-a")
        hall.later = 61.0
        hall.source.push("Seven birds.")
        hall.source.push("")
        hall.pull_until(lambda: len(hall.log.of(VoiceChanged)) == 3)
        hall.source.push("Eight birds.")
        hall.source.push("")
        hall.pull_until(lambda: hall.said_by()[-1] == "one:one-a")
        changes = [event.voice.key for event in hall.log.of(VoiceChanged)]
        assert changes == ["one:one-a", "two:two-a", "one:one-a"]
    assert hall.threads_in_order()


def test_an_engine_alone_is_never_left() -> None:
    hall = Hall(("one",))
    hall.engines["one"].failing = 4
    with hall:
        finish(hall)
        assert len(hall.log.of(Failed)) == 1
        assert [event.id for event in hall.log.of(Spoken)] == [5, 6]


def test_a_sub_agent_may_have_a_voice_of_another_engine() -> None:
    options = PipelineOptions(subagent_voice="two-b", speakable=Speakable(subagents=True))
    with Hall(options=options) as hall:
        finish(hall)
        assert hall.said_by() == ["one:one-a"] * 6
        assert hall.engines["two"].loading.wait(20)
        assert hall.log.of(Failed) == []
    assert hall.threads_in_order()


def test_the_mood_of_a_sentence_reaches_the_engine() -> None:
    with Hall(text="All tests passed. It is a bird. The build failed.") as hall:
        finish(hall)
        styles = [style for _, _, style in hall.engines["one"].spoken]
        assert styles == [Style.HAPPY, Style.NEUTRAL, Style.SERIOUS]
        assert {segment.kind for segment in hall.pipeline.segments} == {Kind.PROSE}


# --- how long an engine is left alone ----------


def test_an_engine_rests_longer_each_time() -> None:
    now = [0.0]
    health = EngineHealth(lambda: now[0])
    assert [health.failed("one") for _ in range(3)] == [False, False, True]
    pauses = []
    for _ in range(6):
        news, pause = health.leave("one")
        pauses.append(pause)
        assert news is (len(pauses) == 1)
        assert not health.usable("one")
        now[0] += pause
        assert health.usable("one")
    assert pauses == [60.0, 120.0, 240.0, 480.0, 900.0, 900.0]
    assert health.works("one") is True
    assert health.works("one") is False
    assert health.leave("one") == (True, 60.0)
    assert health.usable("two")
