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
