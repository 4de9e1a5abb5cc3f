from __future__ import annotations

import json
import re
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.agent.lines import assistant, init, result
from tests.unit.said_rules import keeps_the_rules
from voicestream_tui import registry
from voicestream_tui.agent.formats import (
    FORMATS,
    AutoDecoder,
    ClaudeDecoder,
    Decoder,
    PlainDecoder,
    TextDecoder,
    check_format,
    make_decoder,
)
from voicestream_tui.agent.said import (
    Activity,
    BlockEnd,
    Said,
    Text,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.errors import UsageError
from voicestream_tui.registry import Registry

ROOT = Path(__file__).resolve().parents[2]


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
        (b" 10%\r 50%\r100%\r", "100%"),
        (b"Hello.\r", "Hello."),
        (b"N\x08NA\x08A_\x08ME", "NAME"),
        (b"array[31m]", "array[31m]"),
    ],
)
def test_a_commands_colours_are_left_out(line: bytes, shown: str) -> None:
    assert decode(TextDecoder(), line)[1] == Text(1, shown + "\n")


def test_every_format_is_made_by_its_name_and_described() -> None:
    for name in FORMATS.names():
        assert decode(make_decoder(name)) == []
    described = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \| ", described, re.MULTILINE)[:6] == FORMATS.names()


def test_an_unknown_format_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match='no format named "claud"') as caught:
        check_format("claud")
    assert '"claude"' in caught.value.hint
    for name in FORMATS.names():
        assert name in caught.value.hint
    with pytest.raises(UsageError):
        make_decoder("")


def test_another_package_can_offer_a_format(monkeypatch: pytest.MonkeyPatch) -> None:
    def installed(*, group: str) -> list[EntryPoint]:
        assert group == "voicestream.formats"
        return [EntryPoint("mine", f"{PlainDecoder.__module__}:PlainDecoder", group)]

    monkeypatch.setattr(registry, "entry_points", installed)
    formats: Registry[Decoder] = Registry("format", FORMATS.group, {"auto": "nowhere:Nothing"})
    assert formats.names() == ["auto", "mine"]
    assert isinstance(formats.make("mine"), PlainDecoder)


def test_plain_text_is_marked_as_such() -> None:
    assert decode(PlainDecoder(), b"# Title") == [
        TurnStarted(),
        Text(1, "# Title\n", plain=True),
        BlockEnd(1),
        TurnEnd(),
    ]


# --- finding out ------------------------------------------------------------------------------

CODEX = b'{"type":"thread.started","thread_id":"t1"}'
CODEX_TEXT = b'{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"Hi."}}'
GEMINI = b'{"type":"init","timestamp":"2026-01-01T00:00:00Z","session_id":"s1","model":"g"}'
GEMINI_TEXT = (
    b'{"type":"message","timestamp":"2026-01-01T00:00:01Z","role":"assistant","content":"Hi.",'
    b'"delta":true}'
)
CLAUDE = as_bytes(init())
CLAUDE_TEXT = as_bytes(assistant("m", "Hi."))


def texts(said: list[Said]) -> list[str]:
    return [item.text for item in said if isinstance(item, Text)]


@pytest.mark.parametrize(
    "lines",
    [
        [CODEX, CODEX_TEXT],
        [CODEX_TEXT],
        [b'{"type": "turn.started"}', CODEX_TEXT],
        [b'{"type":"error","message":"Reconnecting... 1/5"}', CODEX_TEXT],
        [b'{"type":"thread.sta', CODEX_TEXT],
        [GEMINI, GEMINI_TEXT],
        [GEMINI_TEXT],
        [b'{"type":"error","timestamp":"x","severity":"warning","message":"m"}', GEMINI_TEXT],
        [b'{"type":"init","timestamp":"2026-01', GEMINI_TEXT],
        [b"", b"\xef\xbb\xbf" + GEMINI, GEMINI_TEXT],
        [b"{", b'  "session_id": "s1",', b'  "response": "Hi."', b"}"],
        [b"{", b'  "response": "Hi."', b"}"],
        [CLAUDE, CLAUDE_TEXT],
    ],
)
def test_each_agent_is_recognised_by_any_line_of_its_own(lines: list[bytes]) -> None:
    decoder = AutoDecoder()
    assert texts(decode(decoder, *lines)) == ["Hi."]
    assert decoder.unreadable == sum(not line.endswith(b"}") for line in lines if b"type" in line)


@pytest.mark.parametrize("beginning", [CODEX, GEMINI, CLAUDE])
@pytest.mark.parametrize("line", [CODEX_TEXT, GEMINI_TEXT, CLAUDE_TEXT])
def test_one_agent_can_follow_another(beginning: bytes, line: bytes) -> None:
    following = {CODEX_TEXT: CODEX, GEMINI_TEXT: GEMINI, CLAUDE_TEXT: CLAUDE}[line]
    own = {CODEX: CODEX_TEXT, GEMINI: GEMINI_TEXT, CLAUDE: CLAUDE_TEXT}[beginning]
    decoder = AutoDecoder()
    said = decode(decoder, b"npm warn", beginning, own, b"oops", following, line)
    keeps_the_rules(said)
    assert texts(said)[0] == "npm warn\n"
    if own != line:
        assert texts(said)[1:] == ["Hi.", "Hi."]
    assert decoder.unreadable == 1


def test_a_stream_that_a_text_shows_in_a_code_block_is_text() -> None:
    lines = [b"Codex writes:", b"", b"```json", CODEX, CODEX_TEXT, b"```", b"That is all."]
    assert texts(decode(AutoDecoder(), *lines)) == [f"{line.decode()}\n" for line in lines]


def test_a_brace_alone_is_text_whatever_follows() -> None:
    assert texts(decode(AutoDecoder(), b"{", b'  "name": "x"', b"}")) == [
        "{\n",
        '  "name": "x"\n',
        "}\n",
    ]
    assert texts(decode(AutoDecoder(), b"", b"{")) == ["\n", "{\n"]
