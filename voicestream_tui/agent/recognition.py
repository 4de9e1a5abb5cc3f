"""Tells formats by a line: which one a stream is of, and whether another one begins."""

from __future__ import annotations

import json
import re
from typing import Any

_CLAUDE_TYPES = ("system", "stream_event", "assistant", "user", "result")
_CLAUDE_BEGINNING = b'{"type":"'
_CLAUDE_FIELDS = (b'"session_id":"', b'"parent_tool_use_id":')
"""What marks a line of claude's whose end or whose beginning is missing."""

_CODEX_TYPES = re.compile(r"(?:thread|turn|item)\.(?:started|updated|completed|failed)")
_CODEX_TORN = re.compile(rb'\{"type":"(?:thread|turn|item)\.')
_CODEX_BEGINNING = re.compile(rb'\s*\{\s*"type"\s*:\s*"thread\.started"')

_GEMINI_FIELDS = {
    "init": ("session_id", "model"),
    "message": ("role", "content"),
    "tool_use": ("tool_name", "tool_id"),
    "tool_result": ("tool_id", "status"),
    "error": ("severity", "message"),
    "result": ("status",),
}
_GEMINI_TORN = re.compile(rb'\{"type":"\w+","timestamp":"')
_GEMINI_BEGINNING = re.compile(rb'\s*\{\s*"type"\s*:\s*"init"')
_GEMINI_OBJECT = re.compile(rb'\s+"(?:session_id|response)"\s*:')


def format_of(line: bytes) -> str:
    """Return the name of the format that a line is of, be it torn; "" if it is text."""
    if line.lstrip(b"\xef\xbb\xbf \t")[:1] not in (b"{", b"["):
        return "claude" if _is_torn_claude(line) else ""
    try:
        value = json.loads(line.decode("utf-8", "replace").strip().removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        if _CODEX_TORN.match(line):
            return "codex"
        if _GEMINI_TORN.match(line):
            return "gemini"
        return "claude" if _is_torn_claude(line) else ""
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return ""
    if _is_codex(value):
        return "codex"
    return "gemini" if _is_gemini(value) else "claude"


def begun_by(line: bytes) -> str:
    """Return the name of the format that can only begin with such a line; "" for any other."""
    if _CODEX_BEGINNING.match(line):
        value = _object(line)
        return "codex" if _is_filled(value, "thread_id") else ""
    if _GEMINI_BEGINNING.match(line):
        value = _object(line)
        return "gemini" if _is_filled(value, "session_id", "timestamp") else ""
    if line.startswith(b"{") and b'"init"' in line[:400] and is_claude(line):
        return "claude" if _object(line).get("subtype") == "init" else ""
    return ""


def is_claude(line: bytes) -> bool:
    """Whether a line can only be one of claude's: the first one, or one with type and ids."""
    if not line.startswith(b"{") or b'"session_id"' not in line:
        return False
    value = _object(line)
    ids = ("session_id",) if value.get("subtype") == "init" else ("session_id", "uuid")
    return _is_filled(value, *ids) and value.get("type") in _CLAUDE_TYPES


def is_gemini_object(line: bytes) -> bool:
    """Whether a line that follows a lone brace makes it the object of gemini's."""
    return _GEMINI_OBJECT.match(line) is not None


def _is_codex(value: dict[str, Any]) -> bool:
    kind = value["type"]
    if kind == "error":
        return isinstance(value.get("message"), str) and not value.keys() - {"type", "message"}
    return _CODEX_TYPES.fullmatch(kind) is not None


def _is_gemini(value: dict[str, Any]) -> bool:
    wanted = _GEMINI_FIELDS.get(value["type"])
    return wanted is not None and _is_filled(value, "timestamp") and all(k in value for k in wanted)


def _is_torn_claude(line: bytes) -> bool:
    return line.startswith(_CLAUDE_BEGINNING) or (
        line.rstrip().endswith(b"}") and any(field in line for field in _CLAUDE_FIELDS)
    )


def _is_filled(value: dict[str, Any], *keys: str) -> bool:
    return all(isinstance(value.get(key), str) and value[key] for key in keys)


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
