"""What the agent asks: questions, plans, permissions, and the ends of tool uses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.agent.lines import (
    Line,
    abandon,
    assistant,
    block,
    delta,
    init,
    result,
    say,
    start,
    stop,
    system,
    told,
    tool,
    tool_result,
    user,
)
from voicestream_tui.agent.claude.plan_files import PlanFiles
from voicestream_tui.agent.claude.requests import questions_markdown, read_plan, read_questions
from voicestream_tui.agent.said import (
    Asked,
    AskWithdrawn,
    BlockEnd,
    ControlAnswered,
    Notice,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    UserMessage,
)
from voicestream_tui.model import Option, PermissionRequest, Question

TURN = TurnStarted("opus", "s1")
PLAN = Notice("A plan to review", "計画ができました。確認してください。", urgent=True)
QUESTION = Notice("A question", "質問があります。", urgent=True)
PORT = {
    "question": "Which port?",
    "header": "Port",
    "multiSelect": False,
    "options": [{"label": "80", "description": "Usual."}, {"label": "8080", "description": ""}],
}


def ask(request: str, name: str, tool_id: str = "t", **fields: Any) -> Line:
    arguments = fields.pop("input", {})
    inside = {"subtype": "can_use_tool", "tool_name": name, "tool_use_id": tool_id, **fields}
    return {
        "type": "control_request",
        "request_id": request,
        "request": {**inside, "input": arguments},
    }


def failed(tool_id: str, parent: str | None = None) -> Line:
    line = tool_result(tool_id, parent)
    line["message"]["content"][0]["is_error"] = True
    return line


def only(said: list[Said], *kinds: type) -> list[Said]:
    return [one for one in said if isinstance(one, kinds)]


# --- reading ------------------------------------------------------------------------------------


def test_questions_are_read_with_their_options() -> None:
    assert read_questions("AskUserQuestion", {"questions": [PORT]}) == (
        Question("Which port?", "Port", (Option("80", "Usual."), Option("8080"))),
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"questions": None},
        {"questions": [None, 3, {}, {"question": 7}, {"question": "  "}]},
        {"questions": {"question": "Which port?"}},
    ],
)
def test_what_is_no_question_is_left_out(arguments: dict[str, Any]) -> None:
    assert read_questions("AskUserQuestion", arguments) == ()


def test_questions_of_another_shape_are_read_as_far_as_they_go() -> None:
    assert read_questions("AskUserQuestion", {"question": "Why?"}) == (Question("Why?"),)
    odd = ["Who?", {"question": "Where?", "options": ["here", {"value": "there"}, 3, {}]}]
    assert read_questions("AskUserQuestion", {"questions": odd}) == (
        Question("Who?"),
        Question("Where?", options=(Option("here"), Option("there"))),
    )
    assert read_questions("Bash", {"questions": odd}) == ()


def test_questions_are_written_as_numbered_lists() -> None:
    several = Question("Which tests?", options=(Option("unit", "Fast."),), multiple=True)
    questions = (*read_questions("AskUserQuestion", {"questions": [PORT]}), several)
    assert questions_markdown(questions) == (
        "Which port?\n\n1. 80: Usual.\n2. 8080\n\nWhich tests?\n\n1. unit: Fast."
    )


def test_a_plan_is_read_of_its_own_tool_alone() -> None:
    assert read_plan("ExitPlanMode", {"plan": "\n# Plan\n"}) == "# Plan"
    assert read_plan("ExitPlanMode", {"plan": ["# Plan"]}) == ""
    assert read_plan("Write", {"plan": "# Plan"}) == ""


def test_plan_files_are_followed_through_changes() -> None:
    files = PlanFiles()
    path = "/home/me/.claude/plans/happy-cat.md"
    files.tool_used("Write", {"file_path": path, "content": "# Plan\n\n1. One\n2. One\n"})
    files.tool_used("Write", {"file_path": "/home/me/notes.md", "content": "No plan."})
    files.tool_used("Edit", {"file_path": path, "old_string": "One", "new_string": "Two"})
    assert files.newest == "# Plan\n\n1. Two\n2. One"
    edits = [{"old_string": "Plan", "new_string": "The plan"}, {"old_string": 3}, None]
    files.tool_used("MultiEdit", {"file_path": path, "edits": edits})
    assert files.newest.startswith("# The plan\n")
    files.tool_used("Edit", {"file_path": path, "old_string": "", "new_string": "x"})
    files.tool_used("Edit", {"file_path": 3})
    assert files.newest.startswith("# The plan\n")


# --- plans and questions ------------------------------------------------------------------------


def test_a_plan_is_told_once_although_three_lines_hold_it() -> None:
    repeated = {**tool_result("t"), "tool_use_result": {"plan": "# Plan\n\n1. Go"}}
    arguments = {"plan": "# Plan\n\n1. Go"}
    said = told(
        init(),
        start("m"),
        block(),
        delta("Here it is"),
        assistant("m", "Here it is"),
        assistant("m", tool("t", "ExitPlanMode", **arguments)),
        ask("r", "ExitPlanMode", input=arguments),
        stop(),
        repeated,
        result("Here it is"),
    )
    assert said == [
        TURN,
        Text(1, "Here it is"),
        BlockEnd(1),
        ToolUse("ExitPlanMode", "Plan …", id="t", announced=True),
        replace(PLAN, tool="t"),
        Text(2, "# Plan\n\n1. Go"),
        BlockEnd(2),
        Asked(
            PermissionRequest(
                "r", "ExitPlanMode", arguments, argument="Plan …", plan="# Plan\n\n1. Go"
            )
        ),
        ToolResult("t"),
        AskWithdrawn("r"),
        TurnEnd(),
    ]


def test_a_plan_that_was_written_to_a_file_is_told_from_there() -> None:
    write = tool("w", "Write", file_path="/h/.claude/plans/cat.md", content="# The plan")
    lines = [
        init(),
        assistant("m", write),
        tool_result("w"),
        assistant("n", tool("t", "ExitPlanMode")),
        ask("r", "ExitPlanMode"),
    ]
    said = told(*lines)
    assert only(said, Notice, Text) == [replace(PLAN, tool="t"), Text(1, "# The plan")]
    (asked,) = only(said, Asked)
    assert isinstance(asked, Asked)
    assert asked.request.plan == "# The plan"
    assert asked.request.argument == "The plan"


def test_a_plan_that_only_the_request_or_the_result_holds_is_told_then() -> None:
    use = assistant("n", tool("t", "ExitPlanMode"))
    by_request = told(init(), use, ask("r", "ExitPlanMode", input={"plan": "# Plan"}))
    assert only(by_request, Notice, Text) == [PLAN, Text(1, "# Plan")]
    repeated = {**tool_result("t"), "tool_use_result": {"plan": "# Plan"}}
    by_result = told(init(), use, repeated)
    assert only(by_result, Notice, Text) == [PLAN, Text(1, "# Plan")]
    assert only(told(init(), use, tool_result("t")), Notice, Text) == []


def test_questions_are_told_once_and_are_urgent() -> None:
    said = told(
        init(),
        assistant("m", tool("t", "AskUserQuestion", questions=[PORT])),
        ask("r", "AskUserQuestion", input={"questions": [PORT]}),
    )
    text = Text(1, "Which port?\n\n1. 80: Usual.\n2. 8080", urgent=True)
    assert only(said, Notice, Text, BlockEnd) == [replace(QUESTION, tool="t"), text, BlockEnd(1)]
    (asked,) = only(said, Asked)
    assert isinstance(asked, Asked)
    assert asked.request.questions[0].options[1] == Option("8080")


def test_several_questions_are_counted() -> None:
    said = told(init(), assistant("m", tool("t", "AskUserQuestion", questions=[PORT, PORT])))
    assert only(said, Notice) == [
        Notice("2 questions", "質問が2つあります。", urgent=True, tool="t")
    ]


@pytest.mark.parametrize(
    ("questions", "japanese"),
    [
        ([{**PORT, "multiSelect": True}], "質問があります。複数選べます。"),
        ([PORT, {**PORT, "multiSelect": True}], "質問が2つあります。複数選べるものもあります。"),
    ],
)
def test_several_possible_answers_are_said_by_the_notice(
    questions: list[dict[str, object]], japanese: str
) -> None:
    said = told(init(), assistant("m", tool("t", "AskUserQuestion", questions=questions)))
    assert [notice.japanese for notice in said if isinstance(notice, Notice)] == [japanese]


def test_a_request_in_the_middle_of_an_unfinished_text_ends_it_first() -> None:
    said = told(
        init(),
        start("m"),
        block(),
        delta("Wait, "),
        ask("r", "AskUserQuestion", input={"questions": ["Who?"]}),
        delta("I go on."),
        stop(),
    )
    assert only(said, Text, BlockEnd) == [
        Text(1, "Wait, "),
        BlockEnd(1),
        Text(2, "Who?", urgent=True),
        BlockEnd(2),
        Text(3, "I go on."),
        BlockEnd(3),
    ]


# --- permissions --------------------------------------------------------------------------------


def test_a_request_is_handed_on_with_all_it_says() -> None:
    rule = {"type": "addRules", "behavior": "allow"}
    request = ask(
        "r",
        "Bash",
        input={"command": "rm x"},
        description="Remove\nit",
        blocked_path="/tmp/x",
        permission_suggestions=[rule, 3],
    )
    line = assistant("m", tool("t", "Bash", command="rm x"))
    assert only(told(init(), line, request, request), Asked) == [
        Asked(
            PermissionRequest(
                "r",
                "Bash",
                {"command": "rm x"},
                argument="rm x",
                description="Remove it",
                reason="it reaches /tmp/x",
                suggestions=(rule,),
            )
        )
    ]


@pytest.mark.parametrize(
    ("told_reason", "reason"),
    [("A rule.", "A rule."), ({"type": "rule", "reason": "A rule."}, "A rule."), (3, "")],
)
def test_a_reason_may_be_text_or_an_object(told_reason: object, reason: str) -> None:
    (asked,) = only(told(init(), ask("r", "Bash", decision_reason=told_reason)), Asked)
    assert isinstance(asked, Asked)
    assert asked.request.reason == reason


def test_a_request_names_the_sub_agent_that_makes_it() -> None:
    by_tool = told(
        init(),
        assistant("x", tool("t", "Bash", command="ls"), parent="a", task_description="Survey"),
        ask("r", "Bash"),
    )
    begun = system(
        "task_started", task_id="k", tool_use_id="a", description="Survey", task_type="local_agent"
    )
    by_number = told(init(), begun, ask("r", "Bash", agent_id="k"))
    for said in (by_tool, by_number):
        (asked,) = only(said, Asked)
        assert isinstance(asked, Asked)
        assert asked.request.agent == "Survey"


def test_a_request_that_nobody_could_answer_is_no_request() -> None:
    assert only(told(init(), ask("", "Bash")), Asked) == []


def test_a_request_is_withdrawn_once_when_it_needs_no_answer() -> None:
    use = assistant("m", tool("t", "Bash", command="ls"))
    cancel = {"type": "control_cancel_request", "request_id": "r"}
    withdrawn = [AskWithdrawn("r")]
    for end in (cancel, tool_result("t"), result()):
        said = told(init(), use, ask("r", "Bash"), end, cancel, close=False)
        assert only(said, AskWithdrawn) == withdrawn
    assert only(told(init(), use, ask("r", "Bash")), AskWithdrawn) == withdrawn
    assert only(told(init(), cancel), AskWithdrawn) == []


def test_answers_to_our_own_requests_are_told() -> None:
    good = {"type": "control_response", "response": {"subtype": "success", "request_id": "1"}}
    bad = {
        "type": "control_response",
        "response": {"subtype": "error", "request_id": "2", "error": "Unsupported."},
    }
    assert told(good, bad, {"type": "control_response"}) == [
        ControlAnswered("1", True),
        ControlAnswered("2", False, "Unsupported."),
    ]


# --- ends of tool uses --------------------------------------------------------------------------


def test_every_tool_use_ends_once_well_or_not() -> None:
    said = told(
        init(),
        assistant("m", tool("t", "Bash", command="one")),
        assistant("m", tool("u", "Bash", command="two")),
        failed("u"),
        tool_result("t"),
        tool_result("t"),
        tool_result("unknown"),
        result(),
    )
    assert only(said, ToolResult) == [ToolResult("u", False), ToolResult("t")]


def test_tools_of_sub_agents_end_too() -> None:
    said = told(
        init(),
        assistant("x", tool("t", "Bash", command="ls"), parent="a", task_description="Survey"),
        failed("t", parent="a"),
        result(),
    )
    assert only(said, ToolUse, ToolResult) == [
        ToolUse("Bash", "ls", "Survey", "t"),
        ToolResult("t", False),
    ]


def test_tools_of_the_api_itself_end_in_the_same_message() -> None:
    use = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "port"}}
    good = {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}
    error = {"type": "web_search_tool_result_error", "error_code": "unavailable"}
    assert only(told(init(), assistant("m", use), assistant("m", good)), ToolResult) == [
        ToolResult("s")
    ]
    bad = {**good, "content": error}
    assert only(told(init(), assistant("m", use), assistant("m", bad)), ToolResult) == [
        ToolResult("s", False)
    ]


def test_an_interrupt_ends_every_tool_of_the_turn_but_not_those_in_the_background() -> None:
    said = told(
        init(),
        assistant("m", tool("agent", "Agent", description="Front")),
        assistant("x", tool("sub", "Bash", command="ls"), parent="agent"),
        assistant("m", tool("far", "Agent", description="Back")),
        tool_result("far"),
        assistant("y", tool("other", "Bash", command="ls"), parent="far"),
        user("[Request interrupted by user]"),
        result(subtype="error_during_execution", is_error=True),
        close=False,
    )
    assert only(said, ToolResult) == [
        ToolResult("far"),
        ToolResult("sub", False),
        ToolResult("agent", False),
    ]
    assert said[-1] == TurnEnd(False, "interrupted")


def test_the_end_of_the_input_ends_every_tool() -> None:
    lines = [
        init(),
        assistant("m", tool("far", "Agent", description="Back")),
        tool_result("far"),
        assistant("y", tool("other", "Bash", command="ls"), parent="far"),
        result(),
    ]
    assert told(*lines)[-1] == ToolResult("other", False)


def test_the_end_of_a_sub_agent_in_the_background_ends_its_tools() -> None:
    said = told(
        init(),
        assistant("m", tool("far", "Agent", description="Back")),
        tool_result("far"),
        assistant("y", tool("other", "Bash", command="ls"), parent="far"),
        result(),
        system("task_notification", task_id="k", tool_use_id="far", status="failed"),
        close=False,
    )
    assert ToolResult("other", False) in said


def test_a_tool_that_was_cut_off_has_no_end() -> None:
    begun = [start("m"), block(0, "tool_use", id="t", name="Bash", input={})]
    assert only(told(init(), *begun, abandon("m"), result()), ToolUse, ToolResult) == []


# --- what the user said -------------------------------------------------------------------------


def echo(content: object, **fields: Any) -> Line:
    message = {"role": "user", "content": content}
    return {"type": "user", "message": message, "isReplay": True, **fields}


def test_echoes_of_messages_are_told() -> None:
    parts = [{"type": "text", "text": "Look:"}, {"type": "image", "source": {}}]
    said = told(init(), echo("Hello.", uuid="1"), echo(parts), result())
    assert only(said, UserMessage) == [
        UserMessage("Hello.", "1"),
        UserMessage("Look:\n[image]"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        user("Not an echo."),
        echo("<local-command-stdout>Set model to opus</local-command-stdout>"),
        echo("<local-command-caveat>The messages below …</local-command-caveat>"),
        echo("[Request interrupted by user]"),
        echo("A note.", isSynthetic=True),
        echo("A prompt.", parent_tool_use_id="a"),
        {**tool_result("t"), "isReplay": True},
    ],
)
def test_what_the_user_did_not_write_is_not_told_as_a_message(line: Line) -> None:
    assert only(told(init(), line, result()), UserMessage) == []


def test_a_slash_command_is_told_as_it_was_typed() -> None:
    tags = "<command-name>/compact</command-name>\n<command-args>the tests</command-args>"
    assert only(told(init(), echo(tags)), UserMessage) == [UserMessage("/compact the tests")]


def test_a_line_that_comes_again_means_nothing() -> None:
    line = {**echo("Hello."), "uuid": "1"}
    said = say(init(), line, line, {**line, "uuid": "2"})
    assert only(said, UserMessage) == [UserMessage("Hello.", "1"), UserMessage("Hello.", "2")]
