from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest

from voicestream_tui.agent import control_lines
from voicestream_tui.agent.claude.messages import PermissionAsked
from voicestream_tui.agent.claude.requests import permission_request
from voicestream_tui.errors import UsageError
from voicestream_tui.model import Answer, PermissionRequest, Question

RULE = {"type": "addRules", "rules": [{"toolName": "Bash"}], "destination": "localSettings"}
NOW = {**RULE, "destination": "session"}
MODE = {"type": "setMode", "mode": "acceptEdits", "destination": "session"}


def read(line: bytes) -> dict[str, Any]:
    """What an agent reads that splits at whatever looks like the end of a line."""
    assert line.endswith(b"\n")
    assert len(line.decode().splitlines()) == 1
    assert line.isascii()
    value = json.loads(line)
    assert isinstance(value, dict)
    return value


def response(line: bytes) -> dict[str, Any]:
    value = read(line)
    assert value["type"] == "control_response"
    assert value["response"]["subtype"] == "success"
    assert value["response"]["request_id"] == "r1"
    return dict(value["response"]["response"])


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "two\nlines",
        "\u2028\u2029\u0085",
        "\ud83d",
        "\x00\x1b[31m",
        '"}\\',
        "日本語 \U0001f600",
    ],
)
def test_a_message_is_one_line_of_json_whatever_it_holds(text: str) -> None:
    value = read(control_lines.user_message(text, "u1"))
    assert value["message"] == {"role": "user", "content": text}
    assert (value["type"], value["uuid"]) == ("user", "u1")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a\r\nb\rc  \n", "a\nb\nc"),
        ("a\x00b\x1b[1mc\x7f", "ab[1mc"),
        ("tab\tstays\u2028too", "tab\tstays\u2028too"),
        ("\ud83d\ude00 \ud83d", "\U0001f600 \ufffd"),
        ("x" * control_lines.LONGEST_MESSAGE, "x" * control_lines.LONGEST_MESSAGE),
    ],
)
def test_messages_are_cleaned(text: str, cleaned: str) -> None:
    assert control_lines.clean_message(text) == cleaned


@pytest.mark.parametrize(
    "text", ["", " \n ", "\x00", "あ" * (control_lines.LONGEST_MESSAGE // 3 + 1)]
)
def test_empty_and_endless_messages_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        control_lines.clean_message(text)


def test_an_interrupt_is_a_control_request() -> None:
    assert read(control_lines.interrupt("i1")) == {
        "type": "control_request",
        "request_id": "i1",
        "request": {"subtype": "interrupt"},
    }


def test_allowing_gives_the_input_back_unchanged() -> None:
    given = {"path": "/tmp/\ud83d", "deep": [{"n": 1.5, "no": None, "yes": True}], "\u2028": ""}
    request = PermissionRequest("r1", "Write", MappingProxyType(given))
    assert response(control_lines.permission(request, Answer(True))) == {
        "behavior": "allow",
        "updatedInput": given,
    }


def test_numbers_that_json_does_not_know_become_null() -> None:
    request = PermissionRequest("r1", "Write", {"n": [float("nan"), float("inf")]})
    allowed = response(control_lines.permission(request, Answer(True)))
    assert allowed["updatedInput"] == {"n": [None, None]}


def test_answers_to_questions_travel_with_the_input() -> None:
    asked = {"questions": [{"question": " Port? \ud83d"}, "odd", {"question": 5}]}
    request = PermissionRequest("r1", "AskUserQuestion", asked)
    answer = Answer(True, answers={"Port? \ufffd": "80\x0080", "Host?": "b"})
    assert response(control_lines.permission(request, answer))["updatedInput"] == {
        **asked,
        "answers": {" Port? \ud83d": "8080", "Host?": "b"},
    }


@pytest.mark.parametrize(
    ("suggested", "adopted"),
    [((RULE,), [RULE, NOW]), ((NOW,), [NOW]), ((MODE,), [MODE]), ((), None)],
    ids=["a rule", "of the session", "a mode", "nothing"],
)
def test_always_adopts_what_is_suggested_and_rules_for_this_session_too(
    suggested: tuple[dict[str, Any], ...], adopted: list[dict[str, Any]] | None
) -> None:
    request = PermissionRequest("r1", "Bash", {}, suggestions=suggested)
    once = response(control_lines.permission(request, Answer(True)))
    always = response(control_lines.permission(request, Answer(True, always=True)))
    assert "updatedPermissions" not in once
    assert always.get("updatedPermissions") == adopted


def test_denying_tells_the_reason_and_adopts_nothing() -> None:
    request = PermissionRequest("r1", "Bash", {"command": "rm"}, suggestions=(RULE,))
    denied = response(control_lines.permission(request, Answer(False, "No\x1b, never.", True)))
    assert denied == {"behavior": "deny", "message": "No, never."}


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (PermissionRequest("r1", "Bash", {}), "doesn't allow"),
        (PermissionRequest("r1", "AskUserQuestion", {}, questions=(Question("Who?"),)), "answer"),
        (PermissionRequest("r1", "ExitPlanMode", {}, plan="# Plan"), "Go on planning"),
    ],
    ids=["a tool", "a question", "a plan"],
)
def test_denying_without_a_reason_tells_what_was_denied(
    request_: PermissionRequest, told: str
) -> None:
    assert told in response(control_lines.permission(request_, Answer(False)))["message"]


def test_requests_that_nobody_serves_are_refused() -> None:
    line = b'{"type":"control_request","request_id":"e1","request":{"subtype":"elicitation"}}'
    answer = control_lines.refusal(line)
    assert answer is not None
    refused = read(answer)["response"]
    assert (refused["subtype"], refused["request_id"]) == ("error", "e1")


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"control_request","request_id":"e1","request":{"subtype":"can_use_tool"}}',
        b'{"type":"assistant","text":"\\"control_request\\""}',
        b'{"type":"control_request","request":{"subtype":"elicitation"}}',
        b'"control_request" is no JSON',
        b"",
    ],
)
def test_other_lines_are_not(line: bytes) -> None:
    assert control_lines.refusal(line) is None


def test_always_is_offered_as_narrow_as_it_can_be() -> None:
    rule = {"type": "addRules", "rules": [{"toolName": "Bash", "ruleContent": "ls"}]}
    mode = {"type": "setMode", "mode": "acceptEdits"}
    asked = PermissionAsked("r1", "Bash", {}, suggestions=(mode, rule))
    assert permission_request(asked).suggestions == (rule,)
    asked = PermissionAsked("r1", "Write", {}, suggestions=(mode,))
    assert permission_request(asked).suggestions == (mode,)
