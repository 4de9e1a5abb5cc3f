from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.decoded import decoded, lines_of, of
from tests.unit.said_rules import main_text
from voicestream_tui.agent.others.gemini import GeminiDecoder
from voicestream_tui.agent.others.restarts import Restarts
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Notice,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.model import AgentState

FOLDER = Path(__file__).parent.parent / "recordings" / "gemini"
RECORDINGS = sorted(FOLDER.glob("*.jsonl"))


def decode(lines: list[bytes]) -> list[Said]:
    return decoded(GeminiDecoder(), lines)


def recorded(name: str) -> list[Said]:
    return decode(lines_of(FOLDER / f"{name}.jsonl"))


def event(kind: str, **fields: Any) -> bytes:
    return json.dumps({"type": kind, "timestamp": "2026-01-01T00:00:00Z", **fields}).encode()


def delta(text: str) -> bytes:
    return event("message", role="assistant", content=text, delta=True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a01_text_and_tool",
            "I'll look at the file. It may take a moment."
            "It says **hello**.\n\n```python\nprint(1)\n```\n",
        ),
        ("a02_tools", "Two tools.Done."),
        ("a03_json", "It says **hello**.\n\n```python\nprint(1)\n```\n"),
        ("a04_length_limit", "I reach the"),
        ("b01_no_key", ""),
        ("b02_turn_limit", "Two tools."),
        ("b03_loop", "I look. " * 6),
        (
            "b04_began_again",
            "The configuration is read once, when the program starts, and kept in memory."
            " Nothing else reads it.",
        ),
        ("b05_killed_while_waiting", ""),
        ("m01_odd", "An emoji in halves: \U0001f600, and on.A whole message."),
        ("m02_cut_off", "I begin to"),
        ("m03_cancelled", "I begin to"),
    ],
)
def test_every_text_of_a_recording_is_said_once_and_in_order(name: str, text: str) -> None:
    assert main_text(recorded(name)) == text


def test_there_is_no_recording_without_a_test() -> None:
    assert len(RECORDINGS) == 12


def test_a_turn_with_a_tool() -> None:
    said = recorded("a01_text_and_tool")
    assert isinstance(said[0], TurnStarted)
    assert said[0].model == "gemini-2.5-flash"
    tool = "read_file__read_file_1795357147743_0"
    assert of(said, ToolUse, ToolResult) == [ToolUse("Read", "a.txt", id=tool), ToolResult(tool)]
    assert Activity(AgentState.TOOL, "Read a.txt") in said
    assert said[-2:] == [TurnEnd(), Activity(AgentState.DONE)]


def test_tools_have_the_names_of_claudes_and_tell_how_they_ended() -> None:
    said = recorded("a02_tools")
    assert [(one.name, one.argument) for one in said if isinstance(one, ToolUse)] == [
        ("Read", "missing.txt"),
        ("LS", "."),
        ("Bash", "false"),
        ("Write", "b.txt"),
        ("nonsense", ""),
    ]
    assert [one.ok for one in said if isinstance(one, ToolResult)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    odd = [(one.name, one.argument) for one in recorded("m01_odd") if isinstance(one, ToolUse)]
    assert odd == [("mcp__docs__read_page", "guide"), ("Edit", "src/a.py"), ("", "")]


@pytest.mark.parametrize(
    ("name", "message", "code"),
    [
        (
            "b01_no_key",
            "API key not valid. Please pass a valid API key.",
            "authentication_failed",
        ),
        (
            "b02_turn_limit",
            "Reached max session turns for this session. Increase the number of turns by"
            " specifying maxSessionTurns in settings.json.",
            "max_turns",
        ),
        ("m01_odd", "Maximum session turns exceeded", "max_turns"),
    ],
)
def test_a_failure_is_told_once_in_words_for_people(name: str, message: str, code: str) -> None:
    said = recorded(name)
    assert of(said, AgentFailure) == [AgentFailure(message, code)]
    assert of(said, TurnEnd) == [TurnEnd(False, code)]
    assert said[-1] == Activity(AgentState.FAILED, code)


def test_a_warning_is_a_notice() -> None:
    said = recorded("b03_loop")
    assert of(said, Notice) == [
        Notice(
            "Loop detected, stopping execution",
            "同じ動作を繰り返したため、エージェントが止まりました。",
        )
    ]
    assert of(said, TurnEnd) == [TurnEnd()]


def test_a_cancelled_run_is_no_failure() -> None:
    said = recorded("m03_cancelled")
    assert not of(said, AgentFailure)
    assert of(said, ToolResult, TurnEnd) == [ToolResult("t1", False), TurnEnd(False, "interrupted")]


@pytest.mark.parametrize("name", ["b05_killed_while_waiting", "m02_cut_off"])
def test_a_stream_that_breaks_off_ends_without_a_result(name: str) -> None:
    assert of(recorded(name), TurnEnd) == [TurnEnd(False, "ended without a result")]


def test_a_message_that_repeats_its_deltas_is_not_said_again() -> None:
    whole = event("message", role="assistant", content="Hello there.")
    assert main_text(decode([delta("Hello "), delta("there."), whole])) == "Hello there."
    assert main_text(decode([delta("Hello "), whole])) == "Hello Hello there."
    assert main_text(decode([whole, whole])) == "Hello there." * 2


def test_the_object_of_json_with_an_error() -> None:
    error = {"type": "Error", "code": 429, "message": '{"error":{"message":"Quota is used up."}}'}
    text = json.dumps({"session_id": "s1", "error": error}, indent=2)
    said = decode(text.encode().split(b"\n"))
    assert of(said, AgentFailure) == [AgentFailure("Quota is used up.", "rate_limit")]
    assert of(said, TurnStarted) == [TurnStarted("", "s1")]


def test_an_object_that_never_ends_is_one_unreadable_line() -> None:
    (unreadable,) = of(decode([b"{", b'  "response": "Hi.'] + [b"x" * 80] * 100), Unreadable)
    assert isinstance(unreadable, Unreadable)
    assert len(unreadable.text) < 2100
    said = decode([b"{", b'  "response": "Hi."', delta("Hello.")])
    assert main_text(said) == "Hello."


def test_two_runs_in_one_file_are_two_turns() -> None:
    lines = lines_of(FOLDER / "m02_cut_off.jsonl") + lines_of(FOLDER / "a04_length_limit.jsonl")
    assert of(decode(lines), TurnEnd) == [TurnEnd(False, "ended without a result"), TurnEnd()]


@pytest.mark.parametrize(
    ("parameters", "argument"),
    [
        ({"old_string": "a", "file_path": "a.py"}, "a.py"),
        ({"description": "Lists", "command": "ls"}, "ls"),
        ({"todos": [1]}, ""),
        ({"anything": "short"}, "short"),
        ({"file_path": 7, "path": ["a"], "url": "https://a.b"}, "https://a.b"),
    ],
)
def test_the_main_argument_is_what_the_tool_is_about(
    parameters: dict[str, Any], argument: str
) -> None:
    line = event("tool_use", tool_name="later_tool", tool_id="t", parameters=parameters)
    assert of(decode([line]), ToolUse) == [ToolUse("later_tool", argument, id="t")]


# --- beginning again --------------------------------------------------------------------------

LONG = "A sentence of more than forty characters, so that a repetition is no accident."


def passed(*deltas: str) -> str:
    restarts = Restarts()
    return "".join(restarts.feed(one) for one in deltas) + restarts.close()


def test_what_a_restart_repeats_is_said_once() -> None:
    assert passed(LONG, LONG + " More.") == LONG + " More."
    assert passed(LONG, *LONG, " More.") == LONG + " More."


def test_a_short_text_may_be_repeated() -> None:
    assert passed("Ha. ", "Ha. ", "Ha. ") == "Ha. Ha. Ha. "


def test_a_beginning_that_goes_on_in_another_way_is_said() -> None:
    assert passed(LONG, "A sentence", " of another kind") == LONG + "A sentence of another kind"
    assert passed(LONG, "A sentence") == LONG + "A sentence"


@given(st.lists(st.text("ab ", min_size=1, max_size=30), max_size=8))
def test_nothing_is_lost_but_whole_repetitions(deltas: list[str]) -> None:
    text = "".join(deltas)
    said = passed(*deltas)
    assert said == text or len(text) - len(said) >= 40


def test_an_endless_text_is_not_kept() -> None:
    restarts = Restarts()
    for number in range(3000):
        restarts.feed(f"{LONG} And so on, {number} times. ")
    assert restarts.whole == ""
    assert restarts.feed("x") == "x"


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
        if isinstance(told, dict) and told:
            told[data.draw(st.sampled_from(sorted(told)))] = value
            lines.append(json.dumps(told).encode())
    decode(lines)


def test_texts_of_the_main_agent_alone() -> None:
    said = recorded("a01_text_and_tool")
    assert all(not one.agent and not one.thinking for one in said if isinstance(one, Text))
