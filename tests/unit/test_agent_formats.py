from __future__ import annotations

import json

import pytest

from tests.agent.lines import assistant, init, result
from voicestream_tui.agent.formats import AutoDecoder, ClaudeDecoder, Decoder, TextDecoder
from voicestream_tui.agent.said import (
    Activity,
    BlockEnd,
    Said,
    Text,
    TurnEnd,
    TurnStarted,
    Unreadable,
)


def decode(decoder: Decoder, *lines: bytes) -> list[Said]:
    said = [item for line in lines for item in decoder.feed(line)] + decoder.close()
    return [item for item in said if not isinstance(item, Activity)]


def as_bytes(line: object) -> bytes:
    return json.dumps(line).encode()


def test_text_is_one_turn_of_one_block() -> None:
    assert decode(TextDecoder(), b"# Title", b"", b"Text.") == [
        TurnStarted(),
        Text(1, "# Title\n"),
        Text(1, "\n"),
        Text(1, "Text.\n"),
        BlockEnd(1),
        TurnEnd(),
    ]


def test_no_text_is_no_turn() -> None:
    assert decode(TextDecoder()) == decode(AutoDecoder()) == decode(AutoDecoder(), b"", b" ") == []


def test_invalid_utf8_in_text_is_replaced() -> None:
    assert Text(1, "caf\ufffd\n") in decode(TextDecoder(), b"caf\xe9")


@pytest.mark.parametrize(
    "line",
    [
        as_bytes(init()),
        as_bytes(result("Hi.")),
        as_bytes([init(), result("Hi.")]),
        as_bytes({"type": "of a later version"}),
        b"\xef\xbb\xbf" + as_bytes(init()),
        b"  " + as_bytes(init()),
    ],
)
def test_json_with_a_type_is_claude(line: bytes) -> None:
    assert Unreadable("oops") in decode(AutoDecoder(), b"", line, b"oops")


@pytest.mark.parametrize(
    "line", [b"Hello.", b"{}", b'{"type": 7}', b"[]", b"[1, 2]", b'"text"', b"{broken", b"- item"]
)
def test_everything_else_is_text(line: bytes) -> None:
    said = decode(AutoDecoder(), line, b"oops")
    assert said[1:3] == [Text(1, line.decode() + "\n"), Text(1, "oops\n")]


def test_blank_lines_before_a_text_are_kept() -> None:
    said = decode(AutoDecoder(), b"", b"Text.")
    assert said[1:3] == [Text(1, "\n"), Text(1, "Text.\n")]


def test_blank_lines_between_json_are_nothing() -> None:
    decoder = AutoDecoder()
    decode(decoder, as_bytes(init()), b"", b" ")
    assert decoder.unreadable == 0


def test_unreadable_lines_are_counted_and_cut() -> None:
    decoder = AutoDecoder()
    said = decode(decoder, as_bytes(init()), b"x" * 100_000)
    assert decoder.unreadable == 1
    (unreadable,) = [item for item in said if isinstance(item, Unreadable)]
    assert len(unreadable.text) < 3000
    assert "100,000" in unreadable.text


def test_warnings_before_the_stream_are_text_and_the_stream_is_read() -> None:
    said = decode(
        AutoDecoder(), b"npm warn", as_bytes(init()), as_bytes(assistant("m", "Hi.")), b"oops"
    )
    assert said == [
        TurnStarted(),
        Text(1, "npm warn\n"),
        BlockEnd(1),
        TurnEnd(),
        TurnStarted("opus", "s1"),
        Text(2, "Hi."),
        BlockEnd(2),
        Unreadable("oops"),
        TurnEnd(False, "ended without a result"),
    ]


def test_json_inside_a_text_is_text() -> None:
    said = decode(AutoDecoder(), b"Look:", b'{"type": "system"}')
    assert Text(1, '{"type": "system"}\n') in said


def test_a_line_that_was_cut_off_is_unreadable_and_the_next_is_read() -> None:
    decoder = ClaudeDecoder()
    said = decode(decoder, as_bytes(init()), as_bytes(init())[:30], as_bytes(result("Hi.")))
    assert decoder.unreadable == 1
    assert Text(1, "Hi.") in said


def test_a_torn_first_line_of_the_stream_does_not_make_it_text() -> None:
    whole_line = as_bytes(init())
    for torn in (
        whole_line[:40].replace(b": ", b":"),
        b'id":"m"},"parent_tool_use_id":null,"session_id":"s1"}',
    ):
        said = decode(AutoDecoder(), torn, as_bytes(assistant("m", "Hi.")))
        assert Unreadable(torn.decode()) in said
        assert [item.text for item in said if isinstance(item, Text)] == ["Hi."]


def test_a_stream_whose_first_line_got_lost_is_found_by_any_other() -> None:
    line = as_bytes(assistant("m", "Hi.", uuid="u", session_id="s1"))
    said = decode(AutoDecoder(), b"npm warn", line)
    assert [item.text for item in said if isinstance(item, Text)] == ["npm warn\n", "Hi."]


@pytest.mark.parametrize(
    "line",
    [
        b'{"type": "assistant", "session_id": "s1"}',
        b'{"type": "of something else", "session_id": "s1", "uuid": "u"}',
        b'{"type": ["assistant"], "session_id": "s1", "uuid": "u"}',
        b'{"session_id": 1, "uuid": "u", "type": "user"}',
        b'{"session_id": "s1',
    ],
)
def test_json_in_a_text_is_text(line: bytes) -> None:
    said = decode(AutoDecoder(), b"The program writes:", line)
    assert Text(1, line.decode() + "\n") in said


def test_prose_that_quotes_json_is_text() -> None:
    line = b'The API answers `{"type":"error"}`, and the "session_id":"s1" is gone.'
    said = decode(AutoDecoder(), line)
    assert Text(1, line.decode() + "\n") in said


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"\x1b[31mFAILED\x1b[0m tests/a.py", "FAILED tests/a.py"),
        (b"\x1b[1;32;40mok\x1b[m", "ok"),
        (b"\x1b]0;title\x07Hello", "Hello"),
        (b"\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1b[2K\x1b[1GDone", "Done"),
        (b"array[31m]", "array[31m]"),
    ],
)
def test_a_commands_colours_are_left_out(line: bytes, shown: str) -> None:
    assert decode(TextDecoder(), line)[1] == Text(1, shown + "\n")
