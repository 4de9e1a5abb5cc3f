"""Another translation engine while the program runs."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from tests.pipeline.fakes import EventLog, FakeTranslator, ListSource
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Failed, SegmentTranslated
from voicestream_tui.pipeline import OtherTranslators, Pipeline
from voicestream_tui.translate.base import Translator


class Named(FakeTranslator):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class Bench:
    """A pipeline without voice, and the engines that it made."""

    def __init__(self) -> None:
        self.log = EventLog()
        self.source = ListSource(end=False)
        self.made = [Named("first")]
        self.pipeline = Pipeline(
            self.source,
            TextDecoder(),
            lambda: self.made[0],
            self.log,
            voice_room=None,
            other_translators=OtherTranslators(("first", "second"), self._make),
        )

    def _make(self, name: str) -> Translator:
        if name == "missing":
            raise EngineError("There is no model.", "Fetch it.")
        self.made.append(Broken(name) if name == "broken" else Named(name))
        return self.made[-1]

    def __enter__(self) -> Bench:
        self.pipeline.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.pipeline.close()

    def say(self, text: str) -> str:
        """Have a line translated and return who did it."""
        before = len(self.log.of(SegmentTranslated))
        self.source.push(text)
        self.source.push("")
        self.log.wait_for(lambda: len(self.log.of(SegmentTranslated)) > before)
        return self.log.of(SegmentTranslated)[-1].translation.engine


class Broken(Named):
    """Can be made, and not be loaded."""

    def warm_up(self) -> None:
        raise EngineError("The file is damaged.")


class Patient(Named):
    """Can be ended in the middle."""

    ended = False

    def interrupt(self) -> None:
        self.ended = True


def names(engines: Sequence[Named]) -> list[tuple[str, bool]]:
    return [(engine.name, engine.closed) for engine in engines]


def test_another_engine_translates_what_comes_next() -> None:
    with Bench() as bench:
        assert list(bench.pipeline.translators()) == ["first", "second"]
        assert bench.say("One sentence.") == "first"
        assert bench.pipeline.set_translator("second")
        assert bench.say("Two sentences.") == "second"
        assert names(bench.made) == [("first", True), ("second", False)]
    assert names(bench.made) == [("first", True), ("second", True)]


def test_an_engine_is_changed_while_nothing_is_said() -> None:
    with Bench() as bench:
        assert bench.say("One sentence.") == "first"
        bench.pipeline.set_translator("missing")
        bench.log.wait_for(lambda: bool(bench.log.of(Failed)))


def test_one_that_cannot_be_started_leaves_the_present_one() -> None:
    with Bench() as bench:
        assert bench.say("One sentence.") == "first"
        bench.pipeline.set_translator("missing")
        assert bench.say("Two sentences.") == "first"
        (failed,) = bench.log.of(Failed)
        assert (failed.stage, failed.message) == ("translation", "There is no model.")
        assert names(bench.made) == [("first", False)]


def test_one_that_cannot_be_loaded_is_closed_and_the_present_one_can_still_be_ended() -> None:
    bench = Bench()
    first = Patient("first")
    bench.made[0] = first
    with bench:
        assert bench.say("One sentence.") == "first"
        bench.pipeline.set_translator("broken")
        assert bench.say("Two sentences.") == "first"
        assert names(bench.made) == [("first", False), ("broken", True)]
    assert first.ended


def test_an_engine_that_never_started_can_be_replaced() -> None:
    bench = Bench()
    bench.made.clear()  # then the first one can't be made
    with bench:
        assert bench.say("One sentence.") == "none"
        bench.pipeline.set_translator("second")
        assert bench.say("Two sentences.") == "second"


def test_while_the_last_is_translated_nothing_is_left_for_another_engine() -> None:
    class Slow(Named):
        def translate(self, sentences: Sequence[str]) -> list[str]:
            entered.set()
            assert proceed.wait(10)
            return super().translate(sentences)

    entered, proceed = threading.Event(), threading.Event()
    with Bench() as bench:
        assert bench.say("One sentence.") == "first"
        bench.made[0].__class__ = Slow
        bench.source.push("The last one.")
        bench.source.end()
        assert entered.wait(10)
        bench.log.wait_for(lambda: bench.pipeline._translating._segments.over)
        assert not bench.pipeline.set_translator("second")
        proceed.set()
    assert bench.pipeline.translator == "first"


def test_after_the_end_nothing_is_left_for_another_engine() -> None:
    with Bench() as bench:
        assert bench.say("One sentence.") == "first"
        bench.source.end()
        bench.log.wait_for(lambda: bench.made[0].closed)
        assert not bench.pipeline.set_translator("second")
        assert bench.pipeline.translator == "first"
    assert names(bench.made) == [("first", True)]
