"""What the agent and the other side say: a JSON object → a message, or None if it means nothing."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.json_fields import (
    Json,
    code_of,
    flag_of,
    int_of,
    json_of,
    map_of,
    maps_of,
    text_of,
    texts_of,
)

_SYNTHETIC_MODEL = "<synthetic>"
_TOOLS = ("tool_use", "server_tool_use", "mcp_tool_use")
_SHOWN_AS = {"image": "[image]", "document": "[document]"}


def read_stream_event(data: Json) -> m.Message | None:
    """A delta of a message that is being written."""
    event = map_of(data, "event")
    message_id = text_of(data, "api_message_id")
    index = int_of(event, "index", missing=-1)
    parent = text_of(data, "parent_tool_use_id")
    match text_of(event, "type"):
        case "message_start":
            return m.MessageStart(text_of(map_of(event, "message"), "id") or message_id, parent)
        case "content_block_start":
            block = map_of(event, "content_block")
            return m.BlockStart(
                message_id,
                index,
                kind=text_of(block, "type"),
                text=text_of(block, "text") or text_of(block, "thinking"),
                tool_id=text_of(block, "id"),
                name=text_of(block, "name"),
                input=map_of(block, "input"),
                parent=parent,
            )
        case "content_block_delta":
            return _delta(map_of(event, "delta"), message_id, index, parent)
        case "content_block_stop":
            return m.BlockStop(message_id, index, parent)
        case "message_delta":
            reason = text_of(map_of(event, "delta"), "stop_reason")
            return m.MessageDelta(message_id, reason, parent)
        case "message_stop":
            return m.MessageStop(message_id, bool(map_of(data, "abandoned_blocks")), parent)
    return None


def _delta(delta: Json, message_id: str, index: int, parent: str) -> m.Message | None:
    match text_of(delta, "type"):
        case "text_delta":
            return m.TextDelta(message_id, index, _unmended(delta, "text"), parent)
        case "thinking_delta":
            return m.ThinkingDelta(message_id, index, _unmended(delta, "thinking"), parent)
        case "input_json_delta":
            return m.ToolDelta(message_id, index, text_of(delta, "partial_json"), parent)
    return None


def _unmended(delta: Json, key: str) -> str:
    text = delta.get(key)
    return text if isinstance(text, str) else ""


def read_assistant(data: Json) -> m.Message:
    """Finished blocks of a message."""
    message = map_of(data, "message")
    error = text_of(data, "error")
    if not error and flag_of(data, "is_api_error_message"):
        error = code_of(data, "api_error_type", "api_error_status") or "unknown"
    return m.Assistant(
        message_id=text_of(message, "id"),
        content=_contents(message),
        uuid=text_of(data, "uuid"),
        parent=text_of(data, "parent_tool_use_id"),
        agent=text_of(data, "task_description") or text_of(data, "subagent_type"),
        synthetic=text_of(message, "model") == _SYNTHETIC_MODEL,
        error=error,
        aborted=flag_of(data, "aborted"),
    )


def _contents(message: Json) -> tuple[m.Content, ...]:
    if isinstance(message.get("content"), str):
        return (m.TextContent(text_of(message, "content")),)
    return tuple(_content(block) for block in maps_of(message, "content"))


def _content(block: Json) -> m.Content:
    match text_of(block, "type"):
        case "text":
            return m.TextContent(text_of(block, "text"))
        case "thinking" | "redacted_thinking":
            return m.ThinkingContent(text_of(block, "thinking"))
        case kind if kind in _TOOLS:
            return m.ToolContent(
                text_of(block, "id"), text_of(block, "name"), map_of(block, "input")
            )
        case kind if kind.endswith("tool_result"):
            return _tool_result(block)
        case kind:
            return m.OtherContent(kind)


def _tool_result(block: Json) -> m.ToolResult:
    """The end of a tool use; tools of the API's own tell an error by the type of their content."""
    failed = flag_of(block, "is_error") or text_of(map_of(block, "content"), "type").endswith(
        "error"
    )
    return m.ToolResult(text_of(block, "tool_use_id"), not failed)


def read_user(data: Json) -> m.Message:
    """A prompt, tool results, or a note of the program around the model."""
    message = map_of(data, "message")
    blocks = list(maps_of(message, "content"))
    texts = [
        text_of(block, "text") or _SHOWN_AS.get(text_of(block, "type"), "") for block in blocks
    ]
    return m.User(
        parent=text_of(data, "parent_tool_use_id"),
        agent=text_of(data, "task_description") or text_of(data, "subagent_type"),
        text=text_of(message, "content") or "\n".join(text for text in texts if text),
        tool_results=tuple(
            _tool_result(block) for block in blocks if text_of(block, "type") == "tool_result"
        ),
        synthetic=flag_of(data, "isSynthetic"),
        replay=flag_of(data, "isReplay"),
        uuid=text_of(data, "uuid"),
        plan=text_of(map_of(data, "tool_use_result"), "plan"),
    )


def read_result(data: Json) -> m.Message:
    """The end of a turn."""
    subtype = text_of(data, "subtype")
    return m.Result(
        subtype=subtype,
        is_error=flag_of(data, "is_error") or subtype.startswith("error"),
        text=text_of(data, "result"),
        errors=texts_of(data, "errors"),
        stop_reason=text_of(data, "stop_reason"),
        terminal_reason=text_of(data, "terminal_reason"),
        error_code=code_of(data, "api_error_type", "api_error_status"),
        broken_off=(
            "stop_reason" in data
            and data["stop_reason"] is None
            and text_of(data, "terminal_reason") == "completed"
            and int_of(data, "num_turns") > 0
        ),
        structured=json_of(data, "structured_output"),
        denied=tuple(
            m.PermissionDenied(text_of(one, "tool_name"), tool_use_id=text_of(one, "tool_use_id"))
            for one in maps_of(data, "permission_denials")
        ),
    )
