"""Thinking is told once and in order, apart from the text, and never while a text is open."""

from __future__ import annotations

from tests.agent.lines import (
    CUT_OFF,
    Line,
    abandon,
    assistant,
    block,
    delta,
    event,
    init,
    reason,
    result,
    say,
    spoken,
    start,
    stop,
    stop_block,
    system,
    tool,
    user,
    whole,
)
from voicestream_tui.agent.said import Activity, BlockEnd, Retract, Said, Text, TurnEnd
from voicestream_tui.model import AgentState


def thought(text: str, index: int = 0) -> Line:
    return event(
        "content_block_delta", index=index, delta={"type": "thinking_delta", "thinking": text}
    )


def thinking(text: str) -> Line:
    return {"type": "thinking", "thinking": text, "signature": "x"}


def thinks(number: int, text: str) -> Text:
    return Text(number, text, thinking=True)


def thinking_block(message: str, text: str, index: int = 0) -> list[Line]:
    return [
        block(index, "thinking"),
        thought(text, index),
        assistant(message, thinking(text)),
        stop_block(index),
    ]


def text_block(message: str, text: str, index: int = 1) -> list[Line]:
    return [block(index), delta(text, index), assistant(message, text), stop_block(index)]


def test_thinking_is_given_as_it_comes_and_its_line_only_confirms() -> None:
    said = say(
        init(),
        start("m"),
        block(0, "thinking", thinking=""),
        thought("Let me "),
        thought("look."),
        assistant("m", thinking("Let me look.")),
        stop_block(0),
        *text_block("m", "Done."),
        stop(),
        result("Done."),
    )
    texts = [one for one in said if isinstance(one, Text | BlockEnd)]
    assert texts == [
        thinks(1, "Let me "),
        thinks(1, "look."),
        BlockEnd(1),
        Text(2, "Done."),
        BlockEnd(2),
    ]
    states = [one.state for one in said if isinstance(one, Activity)]
    assert states.index(AgentState.THINKING) < states.index(AgentState.WRITING)


def test_thinking_without_deltas_comes_whole() -> None:
    said = spoken(init(), assistant("m", thinking("Hm.")), assistant("m", "Yes."), result("Yes."))
    assert said == [thinks(1, "Hm."), BlockEnd(1), Text(2, "Yes."), BlockEnd(2)]


def test_thinking_that_is_left_out_or_redacted_is_no_text() -> None:
    said = say(
        init(),
        start("m"),
        block(0, "thinking"),
        event("content_block_delta", index=0, delta={"type": "thinking_delta"}),
        assistant("m", thinking("")),
        block(1, "redacted_thinking", data="x"),
        assistant("m", {"type": "redacted_thinking", "data": "x"}),
        stop(),
        close=False,
    )
    assert not any(isinstance(one, Text) for one in said)
    assert Activity(AgentState.THINKING) in said


def test_an_empty_line_does_not_take_back_what_was_thought_aloud() -> None:
    said = spoken(start("m"), block(0, "thinking"), thought("Hm."), assistant("m", thinking("")))
    assert said == [thinks(1, "Hm."), BlockEnd(1)]


def test_thinking_alone_is_no_answer() -> None:
    said = spoken(init(), assistant("m", thinking("Hm.")), result("The answer."))
    assert said == [thinks(1, "Hm."), BlockEnd(1), Text(2, "The answer."), BlockEnd(2)]


def test_interrupted_thinking_stays_and_ends() -> None:
    said = say(
        init(),
        start("m"),
        block(0, "thinking"),
        thought("The port "),
        user("[Request interrupted by user]"),
        result(subtype="error_during_execution", is_error=True),
    )
    assert [one for one in said if not isinstance(one, Activity)][1:] == [
        thinks(1, "The port "),
        BlockEnd(1),
        TurnEnd(False, "interrupted"),
    ]


def test_half_a_character_waits_for_its_other_half() -> None:
    said = spoken(start("m"), block(0, "thinking"), thought("a\ud83d"), thought("\ude00b"))
    assert said == [thinks(1, "a\U0001f600b"), BlockEnd(1)]


def test_deltas_without_a_beginning_of_their_block_are_told() -> None:
    said = spoken(start("m"), thought("Hm.", 0), delta("Yes.", 1), thought("So.", 2))
    assert said == [
        thinks(1, "Hm."),
        BlockEnd(1),
        Text(2, "Yes."),
        BlockEnd(2),
        thinks(3, "So."),
        BlockEnd(3),
    ]


def test_a_sub_agents_thinking_comes_whole_with_its_name() -> None:
    said = spoken(
        init(),
        start("m"),
        block(),
        delta("One "),
        assistant("x", thinking("Hm."), parent="a", task_description="Survey"),
        delta("two."),
        stop(),
    )
    assert said == [
        Text(1, "One "),
        Text(2, "Hm.", "Survey", thinking=True),
        BlockEnd(2),
        Text(1, "two."),
        BlockEnd(1),
    ]


class TestAfterACut:
    def test_thinking_that_was_cut_off_goes_on_where_it_is_told_again(self) -> None:
        said = spoken(
            start("m"),
            block(0, "thinking"),
            thought("I look at the port"),
            abandon("m"),
            start("n"),
            *thinking_block("n", "I look at the port first."),
            *text_block("n", "It is 80."),
            stop(),
        )
        assert said == [
            thinks(1, "I look at the port first."),
            BlockEnd(1),
            Text(2, "It is 80."),
            BlockEnd(2),
        ]

    def test_thinking_that_was_cut_off_is_taken_back_when_the_answer_comes_without_any(
        self,
    ) -> None:
        said = spoken(
            start("m"),
            block(0, "thinking"),
            thought("I look at the port"),
            abandon("m"),
            *whole("n", "It is 80."),
        )
        assert said == [
            thinks(1, "I look at the port"),
            Retract(1),
            Text(2, "It is 80."),
            BlockEnd(2),
        ]

    def test_thinking_that_was_cut_off_stays_when_the_agent_goes_on(self) -> None:
        said = spoken(
            start("m"),
            block(0, "thinking"),
            thought("I look at the port"),
            abandon("m"),
            CUT_OFF,
            *whole("n", "It is 80."),
        )
        assert said == [
            thinks(1, "I look at the port"),
            BlockEnd(1),
            Text(2, "It is 80."),
            BlockEnd(2),
        ]

    def test_a_message_that_was_replaced_takes_its_thinking_along(self) -> None:
        said = spoken(
            start("m"),
            *thinking_block("m", "First thought."),
            block(1),
            delta("The port is", 1),
            abandon("m"),
            start("n"),
            *thinking_block("n", "Other thought."),
            *text_block("n", "Port 80 it is."),
            stop(),
        )
        assert said == [
            thinks(1, "First thought."),
            BlockEnd(1),
            Text(2, "The port is"),
            Retract(2),
            thinks(3, "Other thought."),
            BlockEnd(3),
            Retract(1),
            Text(4, "Port 80 it is."),
            BlockEnd(4),
        ]

    def test_the_same_thinking_again_is_told_once_and_stays(self) -> None:
        said = spoken(
            start("m"),
            *thinking_block("m", "First thought."),
            block(1),
            delta("The port is", 1),
            abandon("m"),
            start("n"),
            *thinking_block("n", "First thought."),
            *text_block("n", "Port 80 it is."),
            stop(),
        )
        assert said == [
            thinks(1, "First thought."),
            BlockEnd(1),
            Text(2, "The port is"),
            Retract(2),
            Text(3, "Port 80 it is."),
            BlockEnd(3),
        ]

    def test_thinking_waits_while_the_text_before_may_go_on(self) -> None:
        lines = [
            *[start("m"), block(), delta("The port is"), abandon("m"), CUT_OFF],
            *[start("n"), *thinking_block("n", "Where was I?")],
        ]
        open_text: list[Said] = [Text(1, "The port is")]
        assert spoken(*lines, close=False) == open_text
        said = spoken(*lines, *text_block("n", "read in a file."), stop())
        assert said == [
            Text(1, "The port is read in a file."),
            BlockEnd(1),
            thinks(2, "Where was I?"),
            BlockEnd(2),
        ]


def test_thinking_before_a_tool_ends_before_it() -> None:
    said = say(
        init(),
        start("m"),
        *thinking_block("m", "I list them."),
        block(1, "tool_use", id="t", name="Bash", input={}),
        assistant("m", tool("t", "Bash", command="ls")),
        stop_block(1),
        reason("tool_use"),
        stop(),
        system("status", status="requesting"),
        close=False,
    )
    kinds = [type(one).__name__ for one in said if not isinstance(one, Activity)]
    assert kinds == ["TurnStarted", "Text", "BlockEnd", "ToolUse"]
