"""An engine in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from voicestream_tui.errors import EngineError
from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.registry import Registry
from voicestream_tui.speak.base import Speaker
from voicestream_tui.speak.booth import Booth
from voicestream_tui.speak.chain import check_engines, engine_names
from voicestream_tui.speak.styles import Style

ANNA = Voice("fake", "anna", "Anna")


class Fake:
    name = "fake"

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.left_off = threading.Event()
        self.thread = threading.current_thread()

    def voices(self) -> Sequence[Voice]:
        return [ANNA]

    def warm_up(self, voice: Voice) -> None:
        if voice != ANNA:
            raise EngineError("There is no such voice.")

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        assert threading.current_thread() is self.thread
        try:
            for index in range(3):
                yield SpeechChunk(np.zeros(4, np.float32), 8000, index / 3, (index + 1) / 3)
        finally:
            assert threading.current_thread() is self.thread
            self.left_off.set()

    def close(self) -> None:
        assert threading.current_thread() is self.thread
        self.closed.set()


@pytest.fixture
def made() -> list[Fake]:
    return []


@pytest.fixture
def booth(made: list[Fake]) -> Iterator[Booth]:
    def make() -> Speaker:
        made.append(Fake())
        return made[-1]

    one = Booth("fake", make)
    yield one
    one.close()
    assert one.join(20)
    assert all(fake.closed.is_set() for fake in made)


def test_nothing_is_made_before_it_is_needed(booth: Booth, made: list[Fake]) -> None:
    assert made == []
    assert booth.voices() == [ANNA]
    assert len(made) == 1


def test_a_voice_is_ready_once_it_is_loaded(booth: Booth) -> None:
    assert not booth.is_ready(ANNA)
    booth.warm_up(ANNA)
    assert booth.is_ready(ANNA)
    booth.close()
    assert not booth.is_ready(ANNA)


def test_all_chunks_come_and_are_made_one_by_one(booth: Booth) -> None:
    chunks = list(booth.speak("はい", ANNA, Style.HAPPY))
    assert [chunk.end for chunk in chunks] == [1 / 3, 2 / 3, 1.0]
    assert booth.is_ready(ANNA)


def test_whoever_leaves_off_ends_the_sentence_in_the_thread(booth: Booth, made: list[Fake]) -> None:
    chunks = booth.speak("はい", ANNA, Style.NEUTRAL)
    next(chunks)
    chunks.close()
    assert made[0].left_off.wait(20)


def test_an_engine_that_could_not_be_made_is_made_by_the_next_work() -> None:
    tries = iter([EngineError("It is not there."), None])

    def make() -> Speaker:
        problem = next(tries)
        if problem is not None:
            raise problem
        return Fake()

    booth = Booth("fake", make)
    with pytest.raises(EngineError, match="not there"):
        booth.voices()
    assert booth.voices() == [ANNA]
    booth.close()
    assert booth.join(20)


def test_a_library_that_wants_to_end_the_program_does_not_end_the_thread(booth: Booth) -> None:
    def leave(speaker: Speaker) -> None:
        raise SystemExit(3)

    with pytest.raises(RuntimeError, match="SystemExit"):
        booth.call(leave)
    assert booth.voices() == [ANNA]


def test_closing_ends_the_wait_for_a_result(booth: Booth) -> None:
    working, may_end = threading.Event(), threading.Event()
    told: list[str] = []

    def work(speaker: Speaker) -> None:
        working.set()
        assert may_end.wait(20)

    def wait() -> None:
        try:
            booth.call(work)
        except EngineError as error:
            told.append(error.message)

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert working.wait(20)
    booth.close()
    waiting.join(20)
    assert told == ["The speech engine fake was closed."]
    assert not booth.join(0)
    may_end.set()
    with pytest.raises(EngineError, match="was closed"):
        booth.voices()


def test_what_is_loaded_later_is_told_with_its_problem(booth: Booth) -> None:
    told: list[tuple[Voice | None, str]] = []
    over = threading.Event()

    def done(voice: Voice | None, error: Exception | None) -> None:
        told.append((voice, "" if error is None else str(error)))
        if len(told) == 2:
            over.set()

    booth.load_later(lambda speaker: ANNA, done)
    booth.load_later(lambda speaker: Voice("fake", "eve", "Eve"), done)
    assert over.wait(20)
    assert told == [(ANNA, ""), (None, "There is no such voice.")]


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("openjtalk", ("openjtalk",)),
        ("piper, openjtalk", ("piper", "openjtalk")),
        ("piper,piper , ", ("piper",)),
        ("", ()),
    ],
)
def test_a_setting_names_engines_in_order(setting: str, names: tuple[str, ...]) -> None:
    assert engine_names(setting) == names


@pytest.mark.parametrize("setting", ["piper, openjtak", "", ","])
def test_a_wrong_name_in_a_chain_is_told_before_anything_starts(setting: str) -> None:
    speakers: Registry[Speaker] = Registry(
        "speech engine", "voicestream.nothing", {"openjtalk": "a:b", "piper": "a:b"}
    )
    with pytest.raises(EngineError, match="There is no speech engine named"):
        check_engines(speakers, setting)
