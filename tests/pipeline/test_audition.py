"""A voice introduces itself: loaded apart, heard at once, the last wish counts, failures told."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from tests.audio.manual import pull
from voicestream_tui.audio.player import Player
from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.stages.audition import Audition

ANNA, BEN = Voice("one", "anna", "Anna"), Voice("two", "ben", "Ben")
PATIENCE = 10.0


class Booth:
    """Engines that wait for a word before they speak, and an audition with them."""

    def __init__(self) -> None:
        self.player = Player()
        self.may_speak = threading.Event()
        self.begun = threading.Semaphore(0)
        self.closed = threading.Semaphore(0)
        self.failures: list[VoicestreamError] = []
        self.failed = threading.Event()
        self.audition = Audition(Singer, self.player, self._fail)
        Singer.booth = self
        self.thread = threading.Thread(target=self.audition.run)
        self.thread.start()

    def _fail(self, error: VoicestreamError) -> None:
        self.failures.append(error)
        self.failed.set()

    def heard(self) -> float:
        """The loudest sample of what sounds next."""
        assert self.player.wait_until_due(PATIENCE)
        return float(pull(self.player, 2000).max())


class Singer:
    booth: Booth

    def __init__(self, engine: str) -> None:
        self.name = engine

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        self.booth.begun.release()
        assert self.booth.may_speak.wait(PATIENCE)
        if voice.problem:
            raise EngineError(voice.problem)
        loud = 0.25 if voice == ANNA else 0.5
        yield SpeechChunk(np.full(24_000, loud, np.float32), 48_000, 0.0, 1.0)

    def voices(self) -> list[Voice]:
        return []

    def warm_up(self, voice: Voice) -> None: ...

    def close(self) -> None:
        self.booth.closed.release()


@pytest.fixture
def booth() -> Iterator[Booth]:
    made = Booth()
    yield made
    made.may_speak.set()
    made.audition.close()
    made.thread.join(PATIENCE)


def test_it_is_heard_and_the_engine_closed(booth: Booth) -> None:
    booth.may_speak.set()
    booth.audition.hear(ANNA)
    assert booth.heard() == 0.25
    assert booth.closed.acquire(timeout=PATIENCE)
    assert booth.audition.preparing is None


def test_the_last_wish_counts(booth: Booth) -> None:
    booth.audition.hear(ANNA)
    assert booth.begun.acquire(timeout=PATIENCE)
    assert booth.audition.preparing == ANNA
    booth.audition.hear(BEN)
    booth.may_speak.set()
    assert booth.heard() == 0.5


def test_a_wish_can_be_taken_back(booth: Booth) -> None:
    booth.audition.hear(ANNA)
    assert booth.begun.acquire(timeout=PATIENCE)
    booth.audition.hear(None)
    booth.may_speak.set()
    assert booth.closed.acquire(timeout=PATIENCE)
    booth.audition.close()
    booth.thread.join(PATIENCE)
    assert booth.player.idle


def test_what_fails_is_not_told_once_nobody_wants_it(booth: Booth) -> None:
    booth.audition.hear(Voice("one", "carl", "Carl", problem="Carl has a cold."))
    assert booth.begun.acquire(timeout=PATIENCE)
    booth.audition.hear(BEN)
    booth.may_speak.set()
    assert booth.heard() == 0.5
    assert booth.failures == []


def test_what_fails_is_told_and_the_next_one_is_heard(booth: Booth) -> None:
    booth.may_speak.set()
    booth.audition.hear(Voice("one", "carl", "Carl", problem="Carl has a cold."))
    assert booth.failed.wait(PATIENCE)
    assert [failure.message for failure in booth.failures] == ["Carl has a cold."]
    booth.audition.hear(BEN)
    assert booth.heard() == 0.5
