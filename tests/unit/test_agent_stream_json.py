from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agent.lines import assistant, block, delta, event, result, system, tool
from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.stream_json import parse
from voicestream_tui.agent.formats import AutoDecoder, ClaudeDecoder

RECORDINGS = Path(__file__).parent.parent / "recordings"
SAMPLE = sorted(RECORDINGS.glob("2.*/[cehj]*.jsonl"))[::6]


def one(line: object) -> m.Message:
    (message,) = parse(json.dumps(line).encode())
    return message


def test_a_blank_line_means_nothing() -> None:
    assert parse(b"") == parse(b" \t\r") == []


@pytest.mark.parametrize("line", [b"hello", b'{"type":', b"42", b'"text"', b"null", b"[]", b"[1]"])
def test_what_is_not_an_object_is_kept_as_text(line: bytes) -> None:
    assert parse(line) == [m.Garbage(line.decode())]


def test_invalid_utf8_is_replaced() -> None:
    assert parse(b"caf\xe9") == [m.Garbage("caf\ufffd")]


def test_nesting_without_end_is_garbage() -> None:
    (message,) = parse(b"[" * 100_000)
    assert isinstance(message, m.Garbage)
    assert len(message.text) < 3000


def test_a_number_without_end_is_garbage() -> None:
    (message,) = parse(b"9" * 10_000)
    assert isinstance(message, m.Garbage)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "brand_new", "field": 1},
        {"type": "system", "subtype": "brand_new"},
        {"no": "type"},
        {"type": 7},
        event("brand_new_event"),
        event("content_block_delta", index=0, delta={"type": "brand_new_delta"}),
        {"type": "control_request", "request": {"subtype": "mcp_message"}},
    ],
)
def test_unknown_kinds_are_others(line: object) -> None:
    assert isinstance(one(line), m.Other)


def test_an_array_holds_several_messages() -> None:
    line = json.dumps([system("init"), result("x"), 7]).encode()
    assert [type(message) for message in parse(line)] == [m.Init, m.Result]


def test_the_order_of_keys_does_not_matter() -> None:
    line = b'{"is_error":false,"result":"Hi.","subtype":"success","type":"result"}'
    assert parse(line) == [m.Result("success", False, "Hi.")]


def test_a_next_line_character_in_a_text_is_content() -> None:
    assert parse('{"type":"user","message":{"content":"a\u0085b"}}'.encode()) == [
        m.User(text="a\u0085b")
    ]


def test_deltas_carry_the_message_id_where_there_is_one() -> None:
    assert one(delta("Hi", 2)) == m.TextDelta("", 2, "Hi")
    assert one(delta("Hi", api_message_id="m", parent="t")) == m.TextDelta("m", 0, "Hi", "t")
    assert one(block(1, "tool_use", id="t", name="Bash", input={"a": 1})) == m.BlockStart(
        "", 1, "tool_use", tool_id="t", name="Bash", input={"a": 1}
    )


def test_an_assistant_line_with_all_its_fields() -> None:
    line = assistant(
        "m",
        "Hi.",
        tool("t", "Bash", command="ls"),
        {"type": "redacted_thinking"},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
        {"type": "something_else"},
        uuid="u",
        parent="p",
        task_description="Survey",
        aborted=True,
    )
    assert one(line) == m.Assistant(
        "m",
        (
            m.TextContent("Hi."),
            m.ToolContent("t", "Bash", {"command": "ls"}),
            m.ThinkingContent(),
            m.ToolResult("s"),
            m.OtherContent("something_else"),
        ),
        uuid="u",
        parent="p",
        agent="Survey",
        aborted=True,
    )


def test_content_may_be_a_plain_string() -> None:
    message = one({"type": "assistant", "message": {"id": "m", "content": "Hi."}})
    assert message == m.Assistant("m", (m.TextContent("Hi."),))


def test_an_error_is_known_by_any_of_its_marks() -> None:
    assert one(assistant("m", "Oh", error="overloaded")) == m.Assistant(
        "m", (m.TextContent("Oh"),), error="overloaded"
    )
    marked = assistant("m", "Oh", is_api_error_message=True, api_error_status=529)
    assert one(marked) == m.Assistant("m", (m.TextContent("Oh"),), error="529")
    bare = assistant("m", "Oh", is_api_error_message=True)
    assert one(bare) == m.Assistant("m", (m.TextContent("Oh"),), error="unknown")


def test_news_of_every_kind() -> None:
    news: list[tuple[object, m.Message]] = [
        (system("init", model="opus", session_id="s"), m.Init("opus", "s")),
        (system("status", status="requesting"), m.Status("requesting")),
        (system("status", status=None), m.Status("")),
        (system("thinking_tokens"), m.Thinking()),
        (
            system("api_retry", attempt=1, max_retries=10, retry_delay_ms=500.5, error_status=529),
            m.ApiRetry(1, 10, 0.5005, "529"),
        ),
        (
            system("task_started", tool_use_id="t", description="Survey", task_type="local_agent"),
            m.Task("started", "", "t", "Survey", "local_agent"),
        ),
        (system("permission_denied", tool_name="Write"), m.PermissionDenied("Write")),
        (system("compact_boundary", compact_metadata={"trigger": "auto"}), m.Compacted("auto")),
        (
            system("model_fallback", original_model="a", fallback_model="b"),
            m.ModelFallback("a", "b"),
        ),
        (system("model_refusal_no_fallback", content="No."), m.Refusal("No.")),
        (system("informational", content="Note."), m.Notice("Note.")),
        (system("hook_started", hook_name="Stop"), m.Hook("Stop", "", False)),
        (
            system("hook_response", hook_name="Stop", outcome="success"),
            m.Hook("Stop", "", True, "success"),
        ),
        (
            {
                "type": "rate_limit_event",
                "rate_limit_info": {"status": "x", "rateLimitType": "y", "utilization": 0.5},
            },
            m.RateLimit("x", "y", 0.5),
        ),
        (
            {
                "type": "control_request",
                "request_id": "r",
                "request": {"subtype": "can_use_tool", "tool_name": "Bash", "input": {"a": "b"}},
            },
            m.PermissionAsked("r", "Bash", {"a": "b"}),
        ),
    ]
    for line, message in news:
        assert one(line) == message


def test_every_line_of_every_recording_means_something_known() -> None:
    unknown = set()
    for path in RECORDINGS.glob("2.*/*.jsonl"):
        for line in path.read_bytes().split(b"\n"):
            for message in parse(line):
                assert not isinstance(message, m.Garbage)
                if isinstance(message, m.Other):
                    unknown.add(message.kind)
    assert unknown <= {
        "command_lifecycle",
        "control_request",  # other subtypes than can_use_tool
        "control_response",
        "stream_event",  # signatures
        "system/background_tasks_changed",
    }


WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1e308, 10**400, "", "text", "\ud800", [], [None], {}, {"type": 1}, [[]]]
)


@st.composite
def mutated_lines(draw: st.DrawFn) -> list[bytes]:
    """A recording's lines with values of wrong types, missing keys, cuts, doubles, other order."""
    path = draw(st.sampled_from(SAMPLE))
    lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    start = draw(st.integers(0, max(0, len(lines) - 10)))
    lines = lines[start : start + 60]
    for _ in range(draw(st.integers(1, 12))):
        number = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["value", "value", "value", "drop", "double", "cut", "move"])):
            case "value":
                lines[number] = json.dumps(_spoiled(draw, json.loads(lines[number]))).encode()
            case "drop" if len(lines) > 1:
                del lines[number]
            case "double":
                lines.insert(number, lines[number])
            case "cut":
                lines.append(lines[number][: draw(st.integers(0, 40))])
                lines[-1], lines[number] = lines[number], lines[-1]
                if not _is_json(lines[number]):
                    del lines[number]
            case "move":
                lines.append(lines.pop(number))
    return lines


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _spoiled(draw: st.DrawFn, value: object) -> object:
    """Replace or remove one value somewhere inside."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 5)):
            return {other: item for other, item in value.items() if other != key}
        return {**value, key: _spoiled(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _spoiled(draw, value[index]), *value[index + 1 :]]
    return draw(WRONG)


@settings(max_examples=150, deadline=None)
@given(mutated_lines())
def test_no_line_makes_a_decoder_raise(lines: list[bytes]) -> None:
    for decoder in (ClaudeDecoder(), AutoDecoder()):
        said = [item for line in lines for item in decoder.feed(line)] + decoder.close()
        for item in said:
            repr(item).encode()
            for text in (getattr(item, name, "") for name in ("text", "argument", "message")):
                text.encode()
        assert decoder.close() == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60)))
def test_no_bytes_make_a_decoder_raise(lines: list[bytes]) -> None:
    for decoder in (ClaudeDecoder(), AutoDecoder()):
        for line in lines:
            decoder.feed(line)
        decoder.close()
