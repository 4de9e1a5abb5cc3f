"""The JSON lines that claude is told things with; none of them can end it.

Claude ends at a line that is no JSON or has the wrong shape. So every line is made here: ASCII
alone, everything else escaped, one line feed at its end.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from voicestream_tui.agent.surrogates import mend
from voicestream_tui.errors import UsageError
from voicestream_tui.model import Answer, PermissionRequest

LONGEST_MESSAGE = 4 * 1024 * 1024
"""Bytes (UTF-8) of a message; more is beyond any model's memory."""

_DENIED = "The user doesn't allow this."
_NOT_ANSWERED = "The user doesn't want to answer this."
_NOT_APPROVED = "The user doesn't approve this plan yet. Go on planning."
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_message(text: str) -> str:
    """Return a message as it may be sent.

    Ends of lines become line feeds, control characters and terminal codes' escapes go, halves
    of UTF-16 pairs are mended, blank space around the text goes.

    Raises:
        UsageError: there is nothing in it, or too much.
    """
    lines = mend(text).replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    cleaned = _CONTROL.sub("", lines).strip()
    if not cleaned:
        raise UsageError("There is nothing in the message.", "Write what the agent should do.")
    size = len(cleaned.encode())
    if size > LONGEST_MESSAGE:
        raise UsageError(
            f"The message has {size / 2**20:.1f} MiB; {LONGEST_MESSAGE >> 20} MiB is the most.",
            "Put the text into a file and name the file to the agent.",
        )
    return cleaned


def user_message(text: str, uuid: str) -> bytes:
    """A message of the user's.

    Args:
        text: as from `clean_message`.
        uuid: the agent gives it back when it takes the message up.
    """
    return _line(
        {
            "type": "user",
            "message": {"role": "user", "content": text},
            "parent_tool_use_id": None,
            "session_id": "",
            "uuid": uuid,
        }
    )


def interrupt(request_id: str) -> bytes:
    """A request to stop the turn that runs."""
    return _line(
        {
            "type": "control_request",
            "request_id": request_id,
            "request": {"subtype": "interrupt"},
        }
    )


def permission(request: PermissionRequest, answer: Answer) -> bytes:
    """The answer to a permission request."""
    if not answer.allow:
        reason = _CONTROL.sub("", mend(answer.message)).strip()
        return _response(request.id, {"behavior": "deny", "message": reason or _refused(request)})
    given: dict[str, Any] = dict(request.input)
    if answer.answers:
        given["answers"] = _given_answers(request, answer.answers)
    decision: dict[str, Any] = {"behavior": "allow", "updatedInput": given}
    if answer.always and request.suggestions:
        decision["updatedPermissions"] = _adopted(request)
    return _response(request.id, decision)


def _refused(request: PermissionRequest) -> str:
    """What the agent is told if its user gives no reason."""
    if request.questions:
        return _NOT_ANSWERED
    return _NOT_APPROVED if request.plan else _DENIED


def _adopted(request: PermissionRequest) -> Sequence[Mapping[str, Any]]:
    """What the answer "always" adopts: the suggestions, rules for this session too.

    A rule in a project's settings counts only if the user has told the agent that the project
    is to be trusted.
    """
    rules = [each for each in request.suggestions if each.get("type") == "addRules"]
    now = [{**rule, "destination": "session"} for rule in rules]
    return [*(each for each in request.suggestions if each not in now), *now]


def _given_answers(request: PermissionRequest, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers by the questions' own words, which a request holds without odd characters."""
    asked = request.input.get("questions")
    words = [
        question["question"]
        for question in (asked if isinstance(asked, Sequence) else ())
        if isinstance(question, Mapping) and isinstance(question.get("question"), str)
    ]
    own = {mend(word).strip(): word for word in words}
    return {own.get(key, key): _CONTROL.sub("", mend(text)) for key, text in answers.items()}


def refusal(line: bytes) -> bytes | None:
    """The answer to a request that nobody here can serve; None if the line is no such thing.

    Without one the agent would wait for ever. Requests for permission are served.
    """
    if b'"control_request"' not in line:
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.get("type") != "control_request":
        return None
    request, request_id = value.get("request"), value.get("request_id")
    subtype = request.get("subtype") if isinstance(request, dict) else None
    if subtype == "can_use_tool" or not isinstance(request_id, str):
        return None
    return _line(
        {
            "type": "control_response",
            "response": {
                "subtype": "error",
                "request_id": request_id,
                "error": f"voicestream-tui does not serve requests of the kind {subtype}.",
            },
        }
    )


def _response(request_id: str, decision: Mapping[str, Any]) -> bytes:
    return _line(
        {
            "type": "control_response",
            "response": {"subtype": "success", "request_id": request_id, "response": decision},
        }
    )


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(_plain(value), allow_nan=False).encode("ascii") + b"\n"


def _plain(value: Any) -> Any:
    """The value in types that JSON has; numbers that it has no word for become null."""
    match value:
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case str() | bool() | int() | None:
            return value
        case float():
            return value if math.isfinite(value) else None
        case Sequence():
            return [_plain(one) for one in value]
        case _:
            return str(value)
