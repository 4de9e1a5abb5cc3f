from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.decoded import decoded, lines_of, of
from tests.unit.said_rules import blocks, main_text
from voicestream_tui.agent.others.codex import CodexDecoder
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Notice,
    Retract,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.model import AgentState

FOLDER = Path(__file__).parent.parent / "recordings" / "codex"
RECORDINGS = sorted(FOLDER.glob("*.jsonl"))
ODD = ["m03_odd", "m04_cut_off"]
"""Those with lines that are not of the format."""


def decode(lines: list[bytes]) -> list[Said]:
    return decoded(CodexDecoder(), lines)


def recorded(name: str) -> list[Said]:
    return decode(lines_of(FOLDER / f"{name}.jsonl"))


def event(kind: str, **fields: Any) -> bytes:
    return json.dumps({"type": kind, **fields}).encode()


def item(item_id: str, kind: str, /, step: str = "completed", **fields: Any) -> bytes:
    return event(f"item.{step}", item={"id": item_id, "type": kind, **fields})


def completed_texts(path: Path, kind: str) -> str:
    """The texts of a recording's completed items of a kind, each item once."""
    texts = {}
    for line in lines_of(path):
        told = json.loads(line)
        if told["type"] == "item.completed" and told["item"]["type"] == kind:
            texts[told["item"]["id"]] = told["item"]["text"]
    return "".join(texts.values())


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_every_text_of_a_recording_is_said_once_and_in_order(path: Path) -> None:
    said = decode(lines_of(path))
    assert bool(of(said, Unreadable)) == (path.stem in ODD)
    if path.stem not in (*ODD, "a06_structured"):
        thought = "".join(text.text for text in blocks(said).values() if text.thinking)
        assert main_text(said) == completed_texts(path, "agent_message")
        assert thought == completed_texts(path, "reasoning")


def test_a_turn_with_a_command() -> None:
    said = [one for one in recorded("a01_text_and_command") if not isinstance(one, Notice)]
    (turn,) = of(said, TurnStarted)
    assert isinstance(turn, TurnStarted)
    assert turn.session_id
    assert of(said, ToolUse, ToolResult) == [
        ToolUse("Bash", "ls", id="item_3"),
        ToolResult("item_3"),
    ]
    assert Activity(AgentState.TOOL, "Bash ls") in said
    assert Activity(AgentState.THINKING) in said
    assert said[-2:] == [TurnEnd(), Activity(AgentState.DONE)]


def test_tools_have_the_names_of_claudes_and_tell_how_they_ended() -> None:
    used = of(recorded("a02_tools"), ToolUse, ToolResult)
    assert used == [
        ToolUse("Bash", "cat missing.txt", id="item_3"),
        ToolResult("item_3", False),
        ToolUse("Edit", "a.txt, b.txt", id="item_4"),
        ToolResult("item_4"),
        ToolUse("WebSearch", "python bisect", id="ws_1"),
        ToolResult("ws_1"),
    ]
    assert of(recorded("a03_mcp_and_page"), ToolUse, ToolResult) == [
        ToolUse("mcp__notes__find", "todo", id="item_1"),
        ToolResult("item_1"),
        ToolUse("mcp__notes__burn", "", id="item_2"),
        ToolResult("item_2", False),
        ToolUse("WebFetch", "https://docs.python.org/3/library/bisect.html", id="ws_1"),
        ToolResult("ws_1"),
    ]
    assert of(recorded("a04_subagent"), ToolUse) == [
        ToolUse("Agent", "Count the files.", id="item_2")
    ]


def test_tools_that_version_does_not_write() -> None:
    said = recorded("m02_plan_and_tools")
    assert [
        (one.name, one.argument) if isinstance(one, ToolUse) else one
        for one in of(said, ToolUse, ToolResult)
    ] == [
        ("TodoWrite", "0/2 Read the file"),
        ("Write", "/home/user/project/a.py"),
        ToolResult("item_1"),
        ("TodoWrite", "1/2 Change it"),
        ("Edit", "a.py, b.py, c.py and 2 more"),
        ToolResult("item_2", False),
        ("Bash", "rm -r build"),
        ToolResult("item_3", False),
        ("WebSearch", "python bisect"),
        ToolResult("item_4"),
        ("mcp__docs__read", "guide.md"),
        ToolResult("item_5", False),
        ("TodoWrite", "2/2"),
    ]


def test_an_error_that_is_not_the_end_is_a_notice() -> None:
    said = recorded("a01_text_and_command")
    (notice,) = of(said, Notice)
    assert isinstance(notice, Notice)
    assert notice.english.startswith("Model metadata for `gpt-5.1-codex` not found.")
    assert notice.japanese == "エージェントから警告があります。"
    assert not of(said, AgentFailure)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("b01_no_key", "overloaded"),
        ("b02_unknown_model", "model_not_found"),
        ("b03_rate_limit", "rate_limit"),
        ("b04_server_error", "overloaded"),
        ("b06_disconnected", "cut_off"),
        ("b07_context_full", "prompt_too_long"),
        ("m05_error_alone", "authentication_failed"),
    ],
)
def test_a_failure_is_told_once_with_its_kind(name: str, code: str) -> None:
    said = recorded(name)
    (failure,) = of(said, AgentFailure)
    assert isinstance(failure, AgentFailure)
    assert failure.code == code
    assert said[-2:] == [TurnEnd(False, code), Activity(AgentState.FAILED, code)]


def test_a_broken_connection_is_told_and_the_turn_goes_on() -> None:
    said = recorded("b05_reconnected")
    reason = "stream disconnected before completion: stream closed before response.completed"
    assert Activity(AgentState.RETRYING, f"1/1: {reason}") in said
    assert Notice(f"Trying again: {reason}", "接続が切れました。つなぎ直しています。") in said
    assert main_text(said) == "I begin and now I end."
    assert not of(said, AgentFailure)
    assert TurnEnd() in said


def test_only_the_first_of_several_attempts_is_a_notice() -> None:
    tries = [event("error", message=f"Reconnecting... {n}/5") for n in range(1, 6)]
    answer = item("i", "agent_message", text="Hi.")
    said = decode([event("turn.started"), *tries, answer, tries[0]])
    assert [one.english for one in said if isinstance(one, Notice)] == ["Trying again"] * 2
    assert Activity(AgentState.RETRYING, "5/5") in said


def test_an_interrupted_run_ends_without_a_result() -> None:
    said = recorded("b08_interrupted")
    assert said[-4:] == [
        ToolResult("item_2", False),
        Activity(AgentState.REQUESTING),
        TurnEnd(False, "ended without a result"),
        Activity(AgentState.DONE, "ended without a result"),
    ]


def test_a_growing_text_is_said_as_it_grows_and_a_new_wording_replaces_the_old() -> None:
    said = recorded("m01_growing")
    written = [one for one in of(said, Text) if isinstance(one, Text) and not one.thinking]
    assert [(one.block, one.text) for one in written] == [
        (2, "The tests"),
        (2, " pass, and"),
        (2, " nothing"),
        (2, " is left to do."),
        (3, "First wording"),
        (4, "Second wording."),
    ]
    assert of(said, Retract) == [Retract(3)]


def test_an_answer_in_json_is_code() -> None:
    assert main_text(recorded("a06_structured")) == '```json\n{"a":"Hello there."}\n```'
    for prose in ("{not json} at all.", "[a link](x)"):
        assert main_text(decode([item("i", "agent_message", text=prose)])) == prose


def test_two_texts_that_grow_at_once_do_not_mix() -> None:
    said = decode(
        [
            item("a", "agent_message", "started", text="One"),
            item("b", "reasoning", "started", text="Two"),
            item("a", "agent_message", "updated", text="One and"),
            item("b", "reasoning", text="Two and two."),
            item("a", "agent_message", text="One and one."),
        ]
    )
    assert main_text(said) == "One and one."
    assert "".join(t.text for t in blocks(said).values() if t.thinking) == "Two and two."


def test_a_resumed_run_in_the_same_file_counts_its_items_anew() -> None:
    lines = lines_of(FOLDER / "a01_text_and_command.jsonl")
    assert main_text(decode(lines * 2)) == main_text(decode(lines)) * 2


def test_a_killed_run_and_the_next_in_the_same_file_are_two_turns() -> None:
    said = decode(
        lines_of(FOLDER / "b08_interrupted.jsonl") + lines_of(FOLDER / "a06_structured.jsonl")
    )
    assert of(said, TurnEnd) == [TurnEnd(False, "ended without a result"), TurnEnd()]


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/bin/bash -lc 'cat a.txt'", "cat a.txt"),
        ("zsh -c ls", "ls"),
        ("bash -lc 'echo \"a b\"'", 'echo "a b"'),
        ("bash -lc ls -l", "bash -lc ls -l"),
        ("bash -lc 'unbalanced", "bash -lc 'unbalanced"),
        ("python -c 'print(1)'", "python -c 'print(1)'"),
        ("bash -lc 'first\nsecond'", "first …"),
        ("", ""),
    ],
)
def test_a_command_is_shown_without_its_shell(command: str, shown: str) -> None:
    (use,) = of(decode([item("i", "command_execution", command=command)]), ToolUse)
    assert use == ToolUse("Bash", shown, id="i")


def test_odd_lines_are_unreadable_or_nothing() -> None:
    said = recorded("m03_odd")
    assert [one.text for one in said if isinstance(one, Unreadable)][:1] == [
        "warning: a line of somebody else"
    ]
    assert main_text(said) == (
        "One without a proper id.And one without any."
        "An emoji in halves: \U0001f600 and one half: \ufffd."
    )


ALL_LINES = sorted({line for path in RECORDINGS for line in lines_of(path)})
VALUES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({})
)


@given(st.lists(st.sampled_from(ALL_LINES), max_size=12))
def test_lines_in_any_order_keep_the_rules(lines: list[bytes]) -> None:
    decode(lines)


@given(st.lists(st.tuples(st.sampled_from(ALL_LINES), VALUES, st.data()), max_size=6))
def test_wrong_types_in_any_field_keep_the_rules(
    spoilt: list[tuple[bytes, Any, st.DataObject]],
) -> None:
    lines = []
    for line, value, data in spoilt:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if not isinstance(told, dict):
            continue
        inner = told.get("item")
        target = inner if isinstance(inner, dict) and data.draw(st.booleans()) else told
        target[data.draw(st.sampled_from(sorted(target)))] = value
        lines.append(json.dumps(told).encode())
    decode(lines)
