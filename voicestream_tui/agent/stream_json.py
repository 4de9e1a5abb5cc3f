"""One line of claude's stream-json → typed values. Pure, and tolerant of everything.

Unknown types and fields are ignored, a field of a wrong type counts as missing: no input
makes `parse` raise. Types are told by the JSON's content, never by its first characters,
because the order of keys changes from version to version.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from voicestream_tui.agent import messages as m
from voicestream_tui.agent.surrogates import mend

_SYNTHETIC_MODEL = "<synthetic>"
_TOOLS = ("tool_use", "server_tool_use", "mcp_tool_use")
_GARBAGE_LENGTH = 2000
_NOTHING: Mapping[str, Any] = {}


def parse(line: bytes) -> list[m.Message]:
    """Read one line (without its line feed).

    Returns:
        One value for a JSON object, several for an array of them (`--output-format json
        --verbose`), none for a blank line, `Garbage` for what is not of the format.
    """
    text = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    if not text:
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [_garbage(text)]
    match value:
        case dict():
            return [_message(value)]
        case [dict(), *_]:
            return [_message(item) for item in value if isinstance(item, dict)]
        case _:
            return [_garbage(text)]


def _garbage(text: str) -> m.Garbage:
    if len(text) > _GARBAGE_LENGTH:
        text = f"{text[:_GARBAGE_LENGTH]}… ({len(text):,} characters)"
    return m.Garbage(mend(text))


def _message(data: Mapping[str, Any]) -> m.Message:
    kind = _text(data, "type")
    subtype = _text(data, "subtype")
    reader = _SYSTEM.get(subtype) if kind == "system" else _LINES.get(kind)
    name = f"{kind}/{subtype}" if subtype else kind
    return (reader(data) if reader else None) or m.Other(name)


# --- fields: each of the wanted type, or a default ---------------------------------------------


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return mend(value) if isinstance(value, str) else ""


def _int(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _float(data: Mapping[str, Any], key: str) -> float:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _map(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else _NOTHING


def _maps(data: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    value = data.get(key)
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _flag(data: Mapping[str, Any], key: str) -> bool:
    return data.get(key) is True


def _code(data: Mapping[str, Any], *keys: str) -> str:
    """The first of these fields that says anything, numbers as text."""
    for key in keys:
        if found := _text(data, key) or str(_int(data, key) or ""):
            return found
    return ""


def _json(value: object) -> str:
    try:
        return "" if value is None else mend(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return ""


# --- lines ------------------------------------------------------------------------------------


def _stream_event(data: Mapping[str, Any]) -> m.Message | None:
    event = _map(data, "event")
    message_id = _text(data, "api_message_id")
    index = _int(event, "index")
    parent = _text(data, "parent_tool_use_id")
    match _text(event, "type"):
        case "message_start":
            return m.MessageStart(_text(_map(event, "message"), "id") or message_id, parent)
        case "content_block_start":
            block = _map(event, "content_block")
            return m.BlockStart(
                message_id,
                index,
                kind=_text(block, "type"),
                text=_text(block, "text"),
                tool_id=_text(block, "id"),
                name=_text(block, "name"),
                input=_map(block, "input"),
                parent=parent,
            )
        case "content_block_delta":
            return _delta(_map(event, "delta"), message_id, index, parent)
        case "content_block_stop":
            return m.BlockStop(message_id, index, parent)
        case "message_delta":
            reason = _text(_map(event, "delta"), "stop_reason")
            return m.MessageDelta(message_id, reason, parent)
        case "message_stop":
            return m.MessageStop(message_id, bool(_map(data, "abandoned_blocks")), parent)
    return None


def _delta(delta: Mapping[str, Any], message_id: str, index: int, parent: str) -> m.Message | None:
    match _text(delta, "type"):
        case "text_delta":
            text = delta.get("text")
            return m.TextDelta(message_id, index, text if isinstance(text, str) else "", parent)
        case "thinking_delta":
            return m.ThinkingDelta(message_id, index, parent)
        case "input_json_delta":
            return m.ToolDelta(message_id, index, _text(delta, "partial_json"), parent)
    return None


def _assistant(data: Mapping[str, Any]) -> m.Message:
    message = _map(data, "message")
    error = _text(data, "error")
    if not error and _flag(data, "is_api_error_message"):
        error = _code(data, "api_error_type", "api_error_status") or "unknown"
    return m.Assistant(
        message_id=_text(message, "id"),
        content=_contents(message),
        uuid=_text(data, "uuid"),
        parent=_text(data, "parent_tool_use_id"),
        agent=_text(data, "task_description") or _text(data, "subagent_type"),
        synthetic=_text(message, "model") == _SYNTHETIC_MODEL,
        error=error,
        aborted=_flag(data, "aborted"),
    )


def _contents(message: Mapping[str, Any]) -> tuple[m.Content, ...]:
    if isinstance(message.get("content"), str):
        return (m.TextContent(_text(message, "content")),)
    return tuple(_content(block) for block in _maps(message, "content"))


def _content(block: Mapping[str, Any]) -> m.Content:
    match _text(block, "type"):
        case "text":
            return m.TextContent(_text(block, "text"))
        case "thinking" | "redacted_thinking":
            return m.ThinkingContent()
        case kind if kind in _TOOLS:
            return m.ToolContent(_text(block, "id"), _text(block, "name"), _map(block, "input"))
        case kind:
            return m.OtherContent(kind)


def _user(data: Mapping[str, Any]) -> m.Message:
    message = _map(data, "message")
    blocks = list(_maps(message, "content"))
    texts = [_text(block, "text") for block in blocks if _text(block, "type") == "text"]
    return m.User(
        parent=_text(data, "parent_tool_use_id"),
        agent=_text(data, "task_description") or _text(data, "subagent_type"),
        text=_text(message, "content") or "\n".join(texts),
        tool_results=tuple(
            _text(block, "tool_use_id") for block in blocks if _text(block, "type") == "tool_result"
        ),
        synthetic=_flag(data, "isSynthetic"),
        replay=_flag(data, "isReplay"),
    )


def _result(data: Mapping[str, Any]) -> m.Message:
    subtype = _text(data, "subtype")
    errors = data.get("errors")
    return m.Result(
        subtype=subtype,
        is_error=_flag(data, "is_error") or subtype.startswith("error"),
        text=_text(data, "result"),
        errors=tuple(
            mend(item)
            for item in (errors if isinstance(errors, list) else [])
            if isinstance(item, str)
        ),
        stop_reason=_text(data, "stop_reason"),
        terminal_reason=_text(data, "terminal_reason"),
        error_code=_code(data, "api_error_type", "api_error_status"),
        broken_off=(
            "stop_reason" in data
            and data["stop_reason"] is None
            and _text(data, "terminal_reason") == "completed"
            and _int(data, "num_turns") > 0
        ),
        structured=_json(data.get("structured_output")),
    )


def _control_request(data: Mapping[str, Any]) -> m.Message | None:
    request = _map(data, "request")
    if _text(request, "subtype") != "can_use_tool":
        return None
    return m.PermissionAsked(_text(request, "tool_name"), _map(request, "input"))


def _rate_limit(data: Mapping[str, Any]) -> m.Message:
    info = _map(data, "rate_limit_info")
    return m.RateLimit(
        _text(info, "status"), _text(info, "rateLimitType"), _float(info, "utilization")
    )


# --- lines of type "system" --------------------------------------------------------------------


def _init(data: Mapping[str, Any]) -> m.Message:
    return m.Init(_text(data, "model"), _text(data, "session_id"))


def _api_retry(data: Mapping[str, Any]) -> m.Message:
    return m.ApiRetry(
        attempt=_int(data, "attempt"),
        max_retries=_int(data, "max_retries"),
        wait=max(0.0, _float(data, "retry_delay_ms") / 1000),
        error=_code(data, "error", "error_status"),
    )


def _task(data: Mapping[str, Any]) -> m.Message:
    return m.Task(
        event=_text(data, "subtype").removeprefix("task_"),
        tool_use_id=_text(data, "tool_use_id"),
        description=_text(data, "description"),
        kind=_text(data, "task_type"),
        status=_text(data, "status"),
    )


def _hook(data: Mapping[str, Any]) -> m.Message:
    return m.Hook(
        name=_text(data, "hook_name"),
        finished=_text(data, "subtype") == "hook_response",
        outcome=_text(data, "outcome"),
    )


def _compacted(data: Mapping[str, Any]) -> m.Message:
    return m.Compacted(_text(_map(data, "compact_metadata"), "trigger"))


_Reader = Callable[[Mapping[str, Any]], m.Message | None]

_LINES: dict[str, _Reader] = {
    "stream_event": _stream_event,
    "assistant": _assistant,
    "user": _user,
    "result": _result,
    "control_request": _control_request,
    "rate_limit_event": _rate_limit,
}

_SYSTEM: dict[str, _Reader] = {
    "init": _init,
    "status": lambda data: m.Status(_text(data, "status")),
    "thinking_tokens": lambda data: m.Thinking(),
    "api_retry": _api_retry,
    "task_started": _task,
    "task_progress": _task,
    "task_updated": _task,
    "task_notification": _task,
    "permission_denied": lambda data: m.PermissionDenied(
        _text(data, "tool_name"), _text(data, "message")
    ),
    "compact_boundary": _compacted,
    "model_fallback": lambda data: m.ModelFallback(
        _text(data, "original_model"), _text(data, "fallback_model"), _text(data, "content")
    ),
    "model_refusal_no_fallback": lambda data: m.Refusal(_text(data, "content")),
    "informational": lambda data: m.Notice(_text(data, "content")),
    "hook_started": _hook,
    "hook_response": _hook,
}
