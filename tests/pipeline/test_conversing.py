"""A pipeline with a way back to its agent: messages, requests, interrupts, loss."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from tests.pipeline.fakes import (
    RATE,
    VOICE_A,
    VOICE_B,
    EventLog,
    FakeSpeaker,
    FakeTranslator,
    ListSource,
    ManualOutput,
    Rig,
    shown_form,
)
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Asked,
    BlockEnd,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    UserMessage,
)
from voicestream_tui.agent.talk import TalkNews
from voicestream_tui.audio.player import Player
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Alert,
    AlertReason,
    Answer,
    Kind,
    MessageQueued,
    PermissionAsked,
    PermissionRequest,
    PermissionSettled,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    ToolFinished,
)
from voicestream_tui.pipeline import Pipeline, PipelineOptions, VoiceRoom
from voicestream_tui.speak.chain import SpeakerChoice
from voicestream_tui.stages.hearing import Speakable

REQUEST = PermissionRequest("r1", "Write", {"file_path": "a.py"}, "a.py")


class Script:
    """A decoder whose lines are the names of steps."""

    unreadable = 0

    def __init__(self, **steps: list[Said]) -> None:
        self._steps = steps

    def feed(self, line: bytes) -> list[Said]:
        return self._steps[line.decode()]

    def close(self) -> list[Said]:
        return []


class FakeTalk:
    def __init__(self) -> None:
        self.told: list[Said] = []
        self.calls: list[object] = []
        self.report: Callable[[TalkNews], None] = lambda news: None

    def listen(self, report: Callable[[TalkNews], None]) -> None:
        self.report = report

    def heard(self, said: Said) -> None:
        self.told.append(said)

    def send(self, text: str) -> None:
        self.calls.append(text)

    def interrupt(self) -> None:
        self.calls.append("interrupt")

    def answer(self, request_id: str, answer: Answer) -> None:
        self.calls.append((request_id, answer))
        self.report(PermissionSettled(request_id, answer.allow, 0.0))

    def resume(self) -> None:
        self.calls.append("resume")

    def finish(self) -> None:
        self.calls.append("finish")


class Conversation(Rig):
    def __init__(self, options: PipelineOptions | None = None, /, **steps: list[Said]) -> None:
        self.log = EventLog()
        self.source = ListSource(end=False)
        self.translator = FakeTranslator()
        self.speaker = FakeSpeaker()
        self.player = Player(RATE)
        self.output = ManualOutput()
        self.talk = FakeTalk()
        self.pipeline = Pipeline(
            self.source,
            Script(**steps),
            lambda: self.translator,
            self.log,
            voice_room=VoiceRoom(
                SpeakerChoice(("fake",), lambda engine: self.speaker),
                self.player,
                self.output,
                shown_form,
            ),
            talk=self.talk,
            options=options or PipelineOptions(sentence_gap=0.1, paragraph_gap=0.1),
        )

    def kinds(self) -> list[tuple[Kind, str]]:
        return [(e.segment.kind, e.segment.english) for e in self.log.of(SegmentAdded)]

    def started(self) -> list[int]:
        return [event.id for event in self.log.of(SpeakingStarted)]


def said(*sentences: str, block: int = 1) -> list[Said]:
    return [Text(block, " ".join(sentences)), BlockEnd(block)]


def test_a_message_becomes_a_row_when_the_agent_has_it_and_the_echo_does_not() -> None:
    with Conversation(turn=[TurnStarted(), UserMessage("Go on.", "u1")]) as rig:
        assert rig.pipeline.conversing
        rig.pipeline.send("Go on.")
        assert rig.talk.calls == ["Go on."]
        rig.talk.report(MessageQueued(1, "Go on.", 0.0))
        rig.talk.report(UserMessage("Go on.", "u1"))
        rig.source.push("turn")
        rig.pull_until(lambda: any(isinstance(s, UserMessage) for s in rig.talk.told))
        assert rig.kinds() == [(Kind.USER, "Go on.")]
        assert rig.log.of(MessageQueued)
        assert not rig.log.of(SegmentTranslated)


def test_an_interrupt_silences_the_turn_and_what_still_comes_of_it() -> None:
    steps: dict[str, list[Said]] = {
        "one": [TurnStarted(), *said("One bird sings.", "Two birds sing.")],
        "late": said("Three birds sing.", block=2),
        "two": [TurnEnd(False, "interrupted"), TurnStarted(), *said("Four birds sing.", block=3)],
    }
    with Conversation(**steps) as rig:
        rig.source.push("one")
        rig.pull_until(rig.sounds("訳One bird sings."))
        rig.pipeline.interrupt()
        assert rig.talk.calls == ["interrupt"]
        rig.output.pull(0.02)
        assert not rig.output.pull(0.02).any()
        rig.source.push("late")
        rig.source.push("two")
        rig.pull_until(rig.sounds("訳Four birds sing."))
        # The fourth row tells of the interrupt, and is not spoken.
        assert rig.started() == [1, 5]
        assert [event.id for event in rig.log.of(Skipped)] == [1, 2, 3]


def test_what_was_silenced_can_be_pointed_at() -> None:
    with Conversation(one=[TurnStarted(), *said("One bird sings.")]) as rig:
        rig.source.push("one")
        rig.pull_until(rig.sounds("訳One bird sings."))
        rig.pipeline.interrupt()
        rig.pipeline.speak_from(1)
        rig.pull_until(lambda: rig.started() == [1, 1])


def test_a_request_is_said_before_what_waits_and_answered() -> None:
    steps: dict[str, list[Said]] = {
        "text": [TurnStarted(), *said("One bird sings.", "Two birds sing.", "Three sing.")],
        "ask": [Asked(REQUEST)],
    }
    with Conversation(**steps) as rig:
        rig.source.push("text")
        rig.pull_until(rig.sounds("訳One bird sings."))
        rig.source.push("ask")
        rig.log.wait_for(lambda: bool(rig.log.of(PermissionAsked)))
        rig.pull_until(lambda: len(rig.started()) == 4)
        assert rig.started() == [1, 4, 2, 3]
        assert [alert.reason for alert in rig.log.of(Alert)] == [AlertReason.NEEDS_YOU]
        rig.pipeline.answer("r1", Answer(allow=True))
        assert rig.talk.calls == [("r1", Answer(allow=True))]
        assert [event.allowed for event in rig.log.of(PermissionSettled)] == [True]


def test_a_failure_is_said_before_what_waits() -> None:
    steps: dict[str, list[Said]] = {
        "text": [TurnStarted(), *said("One bird sings.", "Two birds sing.")],
        "fail": [AgentFailure("Overloaded.", "overloaded"), TurnEnd(False, "overloaded")],
    }
    with Conversation(**steps) as rig:
        rig.source.push("text")
        rig.pull_until(rig.sounds("訳One bird sings."))
        rig.source.push("fail")
        rig.log.wait_for(lambda: bool(rig.log.of(Alert)))
        rig.pull_until(lambda: len(rig.started()) == 3)
        assert rig.started() == [1, 3, 2]


def test_the_end_of_a_turn_is_said_after_its_last_sentence_when_that_is_soon() -> None:
    options = PipelineOptions(finished_after=0.0)
    steps: dict[str, list[Said]] = {"text": [TurnStarted(), *said("One bird sings."), TurnEnd()]}
    with Conversation(options, **steps) as rig:
        rig.source.push("text")
        rig.pull_until(lambda: len(rig.started()) == 2)
        assert rig.started() == [1, 2]
        assert [alert.reason for alert in rig.log.of(Alert)] == [AlertReason.FINISHED]


class HeldUp(FakeTranslator):
    """Translates nothing before the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def translate(self, sentences: Sequence[str]) -> list[str]:
        assert self.go.wait(20)
        return super().translate(sentences)


@pytest.mark.parametrize(("sentences", "place"), [(1, 1), (12, 0)])
def test_the_end_of_a_turn_is_said_before_much_that_is_not_translated_yet(
    sentences: int, place: int
) -> None:
    held_up = HeldUp()
    text = [f"Bird number {n} sings in the old apple tree." for n in range(sentences)]
    end: list[Said] = [TurnEnd(), Activity(AgentState.DONE, "said")]
    steps: dict[str, list[Said]] = {"text": [TurnStarted(), *said(*text), *end]}
    conversation = Conversation(PipelineOptions(finished_after=0.0), **steps)
    conversation.translator = held_up
    with conversation as rig:
        rig.source.push("text")
        rig.log.wait_for(lambda: any(e.detail == "said" for e in rig.log.of(AgentChanged)))
        held_up.go.set()
        rig.pull_until(lambda: len(rig.started()) == sentences + 1)
        assert rig.started().index(sentences + 1) == place


def test_the_end_of_a_turn_is_said_before_much_that_waits() -> None:
    options = PipelineOptions(finished_after=0.0)
    sentences = [f"Bird number {n} sings in the old apple tree." for n in range(12)]
    steps: dict[str, list[Said]] = {
        "text": [TurnStarted(), *said(*sentences)],
        "end": [TurnEnd(), Activity(AgentState.DONE, "said")],
    }
    with Conversation(options, **steps) as rig:
        rig.source.push("text")
        rig.log.wait_for(lambda: len(rig.log.of(SegmentTranslated)) == 12)
        rig.pull_until(lambda: rig.started() == [1])
        rig.source.push("end")
        rig.log.wait_for(lambda: rig.log.of(AgentChanged)[-1].detail == "said")
        rig.pull_until(lambda: len(rig.started()) == 2)
        assert rig.started() == [1, 13]


def test_a_tools_end_is_told_with_its_row() -> None:
    steps: dict[str, list[Said]] = {
        "use": [ToolUse("Bash", "make", id="t1")],
        "end": [ToolResult("t1", ok=False)],
    }
    with Conversation(**steps) as rig:
        rig.source.push("use")
        rig.source.push("end")
        rig.log.wait_for(lambda: bool(rig.log.of(ToolFinished)))
        (event,) = rig.log.of(ToolFinished)
        assert (event.id, event.ok) == (1, False)


def test_thinking_is_shown_and_neither_translated_nor_spoken() -> None:
    steps: dict[str, list[Said]] = {
        "think": [Text(1, "Hm.", thinking=True), BlockEnd(1), *said("So.", block=2)]
    }
    with Conversation(**steps) as rig:
        rig.source.push("think")
        rig.pull_until(lambda: rig.started() == [2])
        assert [event.id for event in rig.log.of(SegmentTranslated)] == [2]
        assert rig.kinds()[0] == (Kind.THINKING, "Hm.")


def test_a_sub_agent_speaks_with_its_own_voice() -> None:
    options = PipelineOptions(subagent_voice="b", speakable=Speakable(subagents=True))
    steps: dict[str, list[Said]] = {
        "text": [
            *said("One bird sings."),
            Text(2, "Two birds sing.", agent="scout"),
            BlockEnd(2),
            *said("Three birds sing.", block=3),
        ]
    }
    with Conversation(options, **steps) as rig:
        rig.source.push("text")
        rig.pull_until(rig.sounds("訳One bird sings.", VOICE_A))
        rig.pull_until(rig.sounds("訳Two birds sing.", VOICE_B))
        rig.pull_until(rig.sounds("訳Three birds sing.", VOICE_A))


def test_a_lost_agent_is_told_and_can_be_resumed() -> None:
    with Conversation() as rig:
        rig.talk.report(AgentLost(1, "It ended.", "Resume it.", 0.0))
        rig.log.wait_for(lambda: bool(rig.log.of(AgentLost)))
        assert [alert.reason for alert in rig.log.of(Alert)] == [AlertReason.FAILED]
        assert rig.kinds()[0][0] is Kind.NOTICE
        rig.pipeline.resume()
        rig.pipeline.finish()
        assert rig.talk.calls == ["resume", "finish"]


class ResumableSource(ListSource):
    """Ends once, then goes on when the test says so."""

    def __init__(self) -> None:
        super().__init__(end=False)
        self.again: list[bool] = [True, False]
        self.asked = threading.Semaphore(0)

    def wait_for_more(self) -> bool:
        self.asked.release()
        return self.again.pop(0)


def test_a_source_that_goes_on_is_read_again() -> None:
    rig = Conversation(one=said("One bird sings."), two=said("Two birds sing.", block=2))
    source = ResumableSource()
    rig.source = source
    rig.pipeline._hearing._source = source
    with rig:
        source.push("one")
        source.end()
        assert source.asked.acquire(timeout=20)
        source.push("two")
        source.end()
        rig.pull_until(lambda: rig.pipeline.ended)
        assert [english for _, english in rig.kinds()] == ["One bird sings.", "Two birds sing."]


def test_a_pipeline_without_a_way_back_takes_no_messages() -> None:
    with Rig(ListSource("One bird sings.")) as rig:
        assert not rig.pipeline.conversing
        rig.pipeline.send("Hello?")
        rig.pipeline.answer("r", Answer(allow=False))
        rig.pipeline.resume()
        rig.pipeline.finish()
        rig.pull_until(lambda: rig.pipeline.ended)


def test_a_silence_of_a_busy_agent_is_told_once() -> None:
    options = PipelineOptions(quiet_after=0.001)
    steps: dict[str, list[Said]] = {"ask": [Activity(AgentState.REQUESTING, "")]}
    with Conversation(options, **steps) as rig:
        rig.source.push("ask")
        rig.log.wait_for(lambda: bool(rig.log.of(SegmentAdded)))
        assert [kind for kind, _ in rig.kinds()] == [Kind.NOTICE]
