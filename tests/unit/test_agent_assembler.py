"""Turns, tools, sub-agents, failures and activity."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from tests.agent.lines import (
    Line,
    abandon,
    assistant,
    block,
    delta,
    event,
    init,
    result,
    say,
    start,
    stop,
    stop_block,
    synthetic,
    system,
    told,
    tool,
    tool_result,
    user,
    whole,
)
from voicestream_tui.agent.claude.tool_argument import main_argument
from voicestream_tui.agent.formats import ClaudeDecoder
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    BlockEnd,
    Text,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.model import AgentState

TURN = TurnStarted("opus", "s1")
S = AgentState


def activity(*lines: Line) -> list[tuple[AgentState, str]]:
    return [
        (item.state, item.detail) for item in say(*lines, close=False) if isinstance(item, Activity)
    ]


# --- turns ------------------------------------------------------------------------------------


def test_a_turn_from_its_beginning_to_its_end() -> None:
    assert told(init(), *whole("m", "Hi."), result("Hi.")) == [
        TURN,
        Text(1, "Hi."),
        BlockEnd(1),
        TurnEnd(),
    ]


def test_the_result_repeats_nothing() -> None:
    for lines in ([*whole("m", "Hi.")], [assistant("m", "Hi.")], [synthetic("Hi.")]):
        said = told(init(), *lines, result("Hi."))
        assert sum(isinstance(item, Text) for item in said) == 1


def test_the_result_is_the_text_when_nothing_else_was() -> None:
    assert told(result("Hi.")) == [TurnStarted(), Text(1, "Hi."), BlockEnd(1), TurnEnd()]
    assert told(init(), result("Hi.")) == [TURN, Text(1, "Hi."), BlockEnd(1), TurnEnd()]


def test_each_turn_is_asked_anew_whether_it_had_text() -> None:
    said = told(init(), *whole("m", "One."), result("One."), init(), result("Two."))
    assert Text(2, "Two.") in said


def test_an_array_of_all_messages_gives_each_text_once() -> None:
    line = json.dumps([init(), assistant("m", "One."), assistant("n", "Two."), result("Two.")])
    said = ClaudeDecoder().feed(line.encode())
    assert [item.text for item in said if isinstance(item, Text)] == ["One.", "Two."]


def test_an_empty_result_gives_nothing() -> None:
    assert told(init(), result("")) == [TURN, TurnEnd()]


def test_structured_output_without_text_is_shown_as_code() -> None:
    said = told(init(), result('{"port":80}', structured_output={"port": 80}))
    assert said[1] == Text(1, '```json\n{"port": 80}\n```')
    said = told(init(), *whole("m", "80."), result("{}", structured_output={"port": 80}))
    assert said == [TURN, Text(1, "80."), BlockEnd(1), TurnEnd()]


def test_results_of_overlapping_turns_may_come_together_at_the_end() -> None:
    said = told(
        init(),
        *whole("m", "One."),
        init(),
        *whole("n", "Two."),
        result("One."),
        result("Two."),
    )
    assert said == [
        TURN,
        Text(1, "One."),
        BlockEnd(1),
        TURN,
        Text(2, "Two."),
        BlockEnd(2),
        TurnEnd(),
        TurnEnd(),
    ]


def test_a_late_result_does_not_end_the_text_of_the_next_turn() -> None:
    said = told(
        init(),
        *whole("m", "One."),
        init(),
        start("n"),
        block(),
        delta("Two"),
        result("One."),
        delta(" three."),
        assistant("n", "Two three."),
        stop(),
        result("Two three."),
    )
    assert [item for item in said if isinstance(item, Text | BlockEnd)] == [
        Text(1, "One."),
        BlockEnd(1),
        Text(2, "Two"),
        Text(2, " three."),
        BlockEnd(2),
    ]


def test_the_end_of_the_input_is_an_end() -> None:
    assert told(init(), start("m"), block(), delta("Half")) == [
        TURN,
        Text(1, "Half"),
        BlockEnd(1),
        TurnEnd(False, "ended without a result"),
    ]
    assert told() == []
    assert told(init(), result()) == [TURN, TurnEnd()]


def test_another_process_in_the_same_log_ends_the_turn_before() -> None:
    said = told(init("a"), assistant("m", "One."), init("b"), assistant("n", "Two."), result())
    assert said == [
        TurnStarted("opus", "a"),
        Text(1, "One."),
        BlockEnd(1),
        TurnEnd(False, "ended without a result"),
        TurnStarted("opus", "b"),
        Text(2, "Two."),
        BlockEnd(2),
        TurnEnd(),
    ]


def test_a_turn_that_began_unannounced_is_announced_once() -> None:
    said = told(assistant("m", "Early."), init(), assistant("n", "Late."), result())
    assert said.count(TurnEnd()) == 1
    assert sum(isinstance(item, TurnStarted) for item in said) == 2


def test_unreadable_lines_are_shown_and_counted() -> None:
    decoder = ClaudeDecoder()
    assert decoder.feed(b"oops") == [Unreadable("oops")]
    assert decoder.unreadable == 1


# --- interrupts and failures ------------------------------------------------------------------


def interrupted(**fields: Any) -> Line:
    return result(
        subtype="error_during_execution",
        is_error=True,
        errors=["[ede_diagnostic] result_type=user"],
        **fields,
    )


def test_an_interrupt_is_no_failure() -> None:
    end = TurnEnd(False, "interrupted")
    assert told(init(), interrupted(terminal_reason="aborted_streaming")) == [TURN, end]
    note = user("[Request interrupted by user for tool use]")
    assert told(init(), note, interrupted()) == [TURN, end]
    assert told(init(), note) == [TURN, end]


def test_diagnostics_are_never_shown() -> None:
    (_, failure, end) = told(init(), interrupted())
    assert isinstance(failure, AgentFailure)
    assert "ede" not in failure.message
    assert end == TurnEnd(False, "during_execution")


def test_an_error_is_told_once() -> None:
    text = "API Error: 529 Overloaded"
    said = told(init(), synthetic(text, "overloaded"), result(text, is_error=True))
    assert said == [TURN, AgentFailure(text, "overloaded"), TurnEnd(False, "overloaded")]


def test_an_error_without_a_mark_is_known_by_its_words() -> None:
    said = told(
        init(), synthetic("API Error: 400 bad"), result("API Error: 400 bad", is_error=True)
    )
    assert said[1:] == [AgentFailure("API Error: 400 bad", ""), TurnEnd(False, "success")]


def test_an_error_in_the_result_alone_is_told() -> None:
    said = told(result("API Error: 400", is_error=True, api_error_status=400))
    assert said == [TurnStarted(), AgentFailure("API Error: 400", "400"), TurnEnd(False, "400")]


def test_an_error_whose_words_were_told_already_is_not_told_again() -> None:
    said = told(init(), synthetic("Credit is low"), result("Credit is low", is_error=True))
    assert not any(isinstance(item, AgentFailure) for item in said)


@pytest.mark.parametrize(
    ("line", "message", "code"),
    [
        (
            result(subtype="error_max_turns", errors=["Reached maximum number of turns (1)"]),
            "Reached maximum number of turns (1)",
            "max_turns",
        ),
        (
            result(subtype="error_max_turns"),
            "The agent stopped: it reached its maximum number of turns.",
            "max_turns",
        ),
        (
            result(subtype="error_max_budget_usd", errors=[7]),
            "The agent stopped: it reached its budget.",
            "max_budget_usd",
        ),
        (
            result(subtype="error_brand_new"),
            "The agent stopped because of an error that it did not explain.",
            "brand_new",
        ),
    ],
)
def test_errors_that_end_a_turn_are_readable(line: Line, message: str, code: str) -> None:
    said = told(init(), line)
    assert said == [TURN, AgentFailure(message, code), TurnEnd(False, code)]


def test_numbers_for_the_maker_are_left_out_of_an_error() -> None:
    said = told(init(), synthetic("No.\n\nRequest ID: req_1\n\nMessage ID: msg_1", "x"))
    assert said[1] == AgentFailure("No.", "x")


def test_the_next_turn_may_fail_with_the_same_words() -> None:
    lines = [init(), synthetic("Oh", "x"), result("Oh", is_error=True)]
    said = told(*lines, *lines)
    assert said.count(AgentFailure("Oh", "x")) == 2


def test_an_answer_that_broke_off_is_told_to_be_unfinished() -> None:
    said = told(init(), start("m"), block(), delta("Half of"), result(stop_reason=None))
    failure = AgentFailure("The connection broke, and the agent's answer is unfinished.", "cut_off")
    assert said[1:] == [
        Text(1, "Half of"),
        BlockEnd(1),
        failure,
        TurnEnd(False, "cut_off"),
    ]
    fields = {"stop_reason": None, "num_turns": 1, "terminal_reason": "completed"}
    assert failure in told(init(), assistant("m", "First."), result("First.", **fields))


def test_an_answer_that_was_told_again_is_finished() -> None:
    said = told(init(), start("m"), block(), delta("Half of"), *whole("n", "Half of it."), result())
    assert said[-1] == TurnEnd()


def test_an_error_ends_the_text_that_was_open() -> None:
    said = told(init(), start("m"), block(), delta("Half"), synthetic("Oh", "x"))
    assert said[1:4] == [Text(1, "Half"), BlockEnd(1), AgentFailure("Oh", "x")]


def test_a_refusal_keeps_what_was_said_and_tells_the_error() -> None:
    said = told(
        init(),
        start("m"),
        block(),
        delta("I'm not going to"),
        assistant("m", "I'm not going to"),
        stop_block(),
        system("model_refusal_no_fallback", content=""),
        synthetic("API Error: refused", "invalid_request"),
        event("message_delta", delta={"stop_reason": "refusal"}),
        stop(),
        result("API Error: refused", is_error=True),
    )
    assert said[1:] == [
        Text(1, "I'm not going to"),
        BlockEnd(1),
        AgentFailure("API Error: refused", "invalid_request"),
        TurnEnd(False, "invalid_request"),
    ]


# --- tools ------------------------------------------------------------------------------------


def test_a_tool_is_told_once_when_its_input_is_complete() -> None:
    begun = [start("m"), block(0, "tool_use", id="t", name="Bash", input={})]
    piece = {"type": "input_json_delta", "partial_json": '{"command'}
    begun.append(event("content_block_delta", index=0, delta=piece))
    assert not any(isinstance(item, ToolUse) for item in say(init(), *begun))
    line = assistant("m", tool("t", "Bash", command="ls src"))
    assert told(init(), *begun, line, line, close=False) == [
        TURN,
        ToolUse("Bash", "ls src", id="t"),
    ]


def test_a_tool_that_was_cut_off_is_not_told() -> None:
    begun = [start("m"), block(0, "tool_use", id="t", name="Bash", input={"command": "rm"})]
    assert told(init(), *begun, stop_block(), abandon("m"), result()) == [TURN, TurnEnd()]


def test_an_input_that_came_whole_at_the_start_is_kept() -> None:
    said = told(
        init(),
        start("m"),
        block(0, "server_tool_use", id="t", name="web_search", input={"query": "port"}),
        assistant("m", {"type": "server_tool_use", "id": "t", "name": "web_search", "input": {}}),
        close=False,
    )
    assert said == [TURN, ToolUse("web_search", "port", id="t")]


@pytest.mark.parametrize(
    ("name", "arguments", "argument"),
    [
        ("Bash", {"description": "List", "command": "ls"}, "ls"),
        ("Bash", {"command": "one\ntwo"}, "one …"),
        ("Bash", {"command": "\n\n  a \t b\x1b[0m\n"}, "a b [0m"),
        ("Read", {"limit": 3, "file_path": "/a/b.py"}, "/a/b.py"),
        ("Edit", {"old_string": "x", "file_path": "/a"}, "/a"),
        ("Write", {"content": "x", "file_path": "/a"}, "/a"),
        ("Grep", {"path": "src", "pattern": "def "}, "def"),
        ("Glob", {"pattern": "**/*.py"}, "**/*.py"),
        ("Agent", {"prompt": "Do.", "description": "Survey"}, "Survey"),
        ("Task", {"prompt": "Do.", "description": "Survey"}, "Survey"),
        ("WebFetch", {"prompt": "Do.", "url": "https://a.b"}, "https://a.b"),
        ("AskUserQuestion", {"questions": [{"question": "Which port?"}]}, "Which port?"),
        ("AskUserQuestion", {"questions": "none"}, ""),
        ("ExitPlanMode", {"plan": "# The plan\n\n1. Go."}, "The plan …"),
        ("mcp__x__y", {"number": 1, "long": "x" * 500, "short": "yes"}, "yes"),
        ("Bash", {"command": 7, "other": "word"}, "word"),
        ("Anything", {}, ""),
        ("Bash", {"command": "\ud83d"}, "\ufffd"),
    ],
)
def test_the_main_argument_of_a_tool(
    name: str, arguments: dict[str, object], argument: str
) -> None:
    assert main_argument(name, arguments) == argument


def test_a_long_argument_is_cut() -> None:
    argument = main_argument("Bash", {"command": "x" * 1000})
    assert len(argument) <= 160
    assert argument.endswith("…")


# --- sub-agents -------------------------------------------------------------------------------

AGENT = tool("a", "Agent", description="Survey", prompt="Look.")


def test_a_sub_agents_text_is_a_block_of_its_own_with_its_name() -> None:
    said = told(
        init(),
        start("m"),
        block(),
        delta("One "),
        assistant("x", "Report.", parent="a", task_description="Survey"),
        delta("two."),
        assistant("m", "One two."),
        stop(),
        close=False,
    )
    assert said[1:] == [
        Text(1, "One "),
        Text(2, "Report.", "Survey"),
        BlockEnd(2),
        Text(1, "two."),
        BlockEnd(1),
    ]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([assistant("m", AGENT)], "Survey"),
        (
            [system("task_started", tool_use_id="a", description="Tests", task_type="local_agent")],
            "Tests",
        ),
        ([user("Look.", parent_tool_use_id="a", subagent_type="Explore")], "Explore"),
        ([], "sub-agent"),
    ],
)
def test_a_sub_agent_is_named_by_what_is_known_of_it(lines: list[Line], name: str) -> None:
    said = say(init(), *lines, assistant("x", "Report.", parent="a"))
    assert [item.agent for item in said if isinstance(item, Text)] == [name]


def test_a_sub_agents_tools_are_told_with_its_name() -> None:
    line = assistant("x", tool("t", "Bash", command="ls"), parent="a", task_description="Survey")
    assert told(init(), line, close=False) == [
        TURN,
        ToolUse("Bash", "ls", "Survey", id="t"),
    ]


def test_prompts_results_and_deltas_of_sub_agents_are_not_text() -> None:
    said = told(
        init(),
        user("Look at the tests.", parent_tool_use_id="a"),
        delta("streamed", parent="a"),
        tool_result("t", parent="a"),
        result(),
    )
    assert said == [TURN, TurnEnd()]


def test_a_sub_agents_line_that_comes_again_is_not_given_again() -> None:
    line = assistant("x", "Report.", parent="a")
    other = assistant("x", "More.", parent="a")
    said = say(init(), line, line, other)
    assert [item.text for item in said if isinstance(item, Text)] == ["Report.", "More."]


def test_a_sub_agents_error_ends_no_turn() -> None:
    line = assistant("x", "API Error", parent="a", model="<synthetic>", error="overloaded")
    assert told(init(), line, result()) == [TURN, TurnEnd()]
    assert (S.REQUESTING, "sub-agent: API Error") in activity(init(), line)


def test_a_sub_agents_text_is_not_the_answer() -> None:
    said = told(init(), assistant("x", "Report.", parent="a"), result("Answer."))
    assert Text(2, "Answer.") in said


# --- activity ---------------------------------------------------------------------------------


def test_activity_of_a_turn_with_a_tool() -> None:
    lines = [
        init(),
        system("status", status="requesting"),
        start("m"),
        block(0, "thinking"),
        system("thinking_tokens"),
        block(1),
        delta("Let me ", 1),
        delta("look.", 1),
        assistant("m", "Let me look."),
        block(2, "tool_use", id="t", name="Bash", input={}),
        assistant("m", tool("t", "Bash", command="ls")),
        stop(),
        tool_result("t"),
        *whole("n", "Done."),
        result(),
    ]
    assert activity(*lines) == [
        (S.REQUESTING, ""),
        (S.THINKING, ""),
        (S.WRITING, ""),
        (S.TOOL, "Bash"),
        (S.TOOL, "Bash ls"),
        (S.REQUESTING, ""),
        (S.WRITING, ""),
        (S.DONE, ""),
    ]


def test_a_tool_result_changes_nothing_while_other_tools_run() -> None:
    lines = [
        init(),
        assistant("m", tool("t", "Bash", command="one")),
        assistant("m", tool("u", "Bash", command="two")),
        tool_result("t"),
    ]
    assert activity(*lines)[-1] == (S.TOOL, "Bash two")
    assert activity(*lines, tool_result("u"))[-1] == (S.REQUESTING, "")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            system("api_retry", attempt=2, max_retries=10, retry_delay_ms=1250, error="overloaded"),
            (S.RETRYING, "2/10 in 1.2 s: overloaded"),
        ),
        (
            system("api_retry", attempt=1, max_retries=2, retry_delay_ms=500, error="unknown"),
            (S.RETRYING, "1/2 in 0.5 s: connection problem"),
        ),
        (system("status", status="compacting"), (S.WAITING, "compacting the conversation")),
        (system("compact_boundary"), (S.REQUESTING, "the conversation was compacted")),
        (
            system("permission_denied", tool_name="Write"),
            (S.REQUESTING, "permission denied: Write"),
        ),
        (
            {
                "type": "control_request",
                "request": {
                    "subtype": "can_use_tool",
                    "tool_name": "Bash",
                    "input": {"command": "ls"},
                },
            },
            (S.WAITING, "permission: Bash ls"),
        ),
        (
            system("model_fallback", original_model="a", fallback_model="b"),
            (S.REQUESTING, "switched from a to b"),
        ),
        (system("informational", content="A note."), (S.REQUESTING, "A note.")),
        (
            {
                "type": "rate_limit_event",
                "rate_limit_info": {
                    "status": "allowed_warning",
                    "rateLimitType": "five_hour",
                    "utilization": 0.92,
                },
            },
            (S.REQUESTING, "five hour limit: 92% used"),
        ),
        (
            {"type": "rate_limit_event", "rate_limit_info": {"status": "rejected"}},
            (S.REQUESTING, "rate limit reached"),
        ),
        (
            system("task_progress", tool_use_id="a", description="Running tests"),
            (S.TOOL, "sub-agent: Running tests"),
        ),
    ],
)
def test_news_is_shown_in_the_status_line(line: Line, shown: tuple[AgentState, str]) -> None:
    assert activity(init(), line)[-1] == shown
    assert not any(isinstance(item, AgentFailure) for item in say(init(), line))


def test_news_of_no_weight_is_not_shown() -> None:
    allowed = {"type": "rate_limit_event", "rate_limit_info": {"status": "allowed"}}
    hook = system("hook_response", hook_name="Stop", outcome="success")
    mode = system("status", status=None, permissionMode="plan")
    assert activity(init(), allowed, hook, mode) == [(S.REQUESTING, "")]


def test_the_end_of_a_turn_is_shown() -> None:
    assert activity(init(), result())[-1] == (S.DONE, "")
    assert activity(init(), result(subtype="error_max_turns"))[-1] == (S.FAILED, "max_turns")
    ended = interrupted(terminal_reason="aborted_tools")
    assert activity(init(), ended)[-1] == (S.DONE, "interrupted")


# --- memory -----------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_turns() -> None:
    decoder = ClaudeDecoder()

    def turn(number: int) -> None:
        text = f"{number} " + "word " * 2000
        lines = [
            init(),
            *whole(f"m{number}", text),
            assistant(f"m{number}", tool(f"t{number}", "Bash", command=text)),
            assistant(f"x{number}", text, parent=f"t{number}"),
            result(text),
        ]
        for line in lines:
            decoder.feed(json.dumps(line).encode())

    tracemalloc.start()
    for number in range(100):
        turn(number)
    before, _ = tracemalloc.get_traced_memory()
    for number in range(100, 200):
        turn(number)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 200_000  # a hundred turns have said two million characters


def test_a_line_of_the_program_that_comes_again_is_not_given_again() -> None:
    line = {**synthetic("Total cost: $0"), "uuid": "1"}
    other = {**synthetic("Total cost: $0"), "uuid": "2"}
    said = told(init(), line, line, other, result("Total cost: $0"))
    assert sum(isinstance(item, Text) for item in said) == 2
