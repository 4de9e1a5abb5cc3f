"""Handmade lines of claude's stream-json, as short as they can be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from voicestream_tui.agent.formats import ClaudeDecoder
from voicestream_tui.agent.said import Activity, BlockEnd, Notice, Retract, Said, Text

Line = dict[str, Any]


def init(session: str = "s1", model: str = "opus") -> Line:
    return {"type": "system", "subtype": "init", "session_id": session, "model": model}


def event(kind: str, **fields: Any) -> Line:
    beside = ("api_message_id", "abandoned_blocks")
    top: Line = {key: fields.pop(key) for key in beside if key in fields}
    parent = fields.pop("parent", None)
    return {
        "type": "stream_event",
        "event": {"type": kind, **fields},
        "parent_tool_use_id": parent,
        **top,
    }


def start(message: str) -> Line:
    return event("message_start", message={"id": message})


def block(index: int = 0, kind: str = "text", **fields: Any) -> Line:
    return event("content_block_start", index=index, content_block={"type": kind, **fields})


def delta(text: str, index: int = 0, **fields: Any) -> Line:
    return event(
        "content_block_delta", index=index, delta={"type": "text_delta", "text": text}, **fields
    )


def stop_block(index: int = 0) -> Line:
    return event("content_block_stop", index=index)


def reason(stop_reason: str | None = "end_turn") -> Line:
    return event("message_delta", delta={"stop_reason": stop_reason})


def stop() -> Line:
    return event("message_stop")


def abandon(message: str, index: int = 0) -> Line:
    abandoned = {"api_message_id": message, "from_block_index": index}
    return event("message_stop", abandoned_blocks=abandoned)


def assistant(message: str, *content: str | Line, **fields: Any) -> Line:
    blocks = [{"type": "text", "text": c} if isinstance(c, str) else c for c in content]
    model = fields.pop("model", "opus")
    return {
        "type": "assistant",
        "message": {"id": message, "model": model, "content": blocks},
        "parent_tool_use_id": fields.pop("parent", None),
        **fields,
    }


def synthetic(text: str, error: str | None = None) -> Line:
    fields = {"error": error} if error else {}
    return assistant("uuid", text, model="<synthetic>", **fields)


def tool(tool_id: str, name: str, **arguments: Any) -> Line:
    return {"type": "tool_use", "id": tool_id, "name": name, "input": arguments}


def tool_result(tool_id: str, parent: str | None = None) -> Line:
    content = [{"type": "tool_result", "tool_use_id": tool_id, "content": "Output to ignore."}]
    return {
        "type": "user",
        "message": {"role": "user", "content": content},
        "parent_tool_use_id": parent,
    }


def user(text: str, **fields: Any) -> Line:
    return {"type": "user", "message": {"role": "user", "content": text}, **fields}


def system(subtype: str, **fields: Any) -> Line:
    return {"type": "system", "subtype": subtype, **fields}


def result(text: str = "", **fields: Any) -> Line:
    return {"type": "result", "subtype": "success", "is_error": False, "result": text, **fields}


CUT_OFF = user(
    "Your response above was cut off mid-stream. Resume directly from where it stops.",
    isSynthetic=True,
)


def whole(message: str, text: str, *pieces: str) -> list[Line]:
    """A message of one text block with its deltas, from beginning to end."""
    return [
        start(message),
        block(),
        *[delta(piece) for piece in pieces or (text,)],
        assistant(message, text),
        stop_block(),
        reason(),
        stop(),
    ]


def say(*lines: Line, close: bool = True) -> list[Said]:
    """What a decoder makes of these lines."""
    decoder = ClaudeDecoder()
    said: list[Said] = []
    for line in lines:
        said += decoder.feed(json.dumps(line).encode())
    return said + (decoder.close() if close else [])


def told(*lines: Line, close: bool = True) -> list[Said]:
    """What a decoder makes of these lines, neighbouring texts joined, activity left out."""
    return _joined(item for item in say(*lines, close=close) if not isinstance(item, Activity))


def spoken(*lines: Line, close: bool = True) -> list[Said]:
    """As `told`, blocks only."""
    said = say(*lines, close=close)
    return _joined(item for item in said if isinstance(item, Text | BlockEnd | Retract))


def notices(*lines: Line, close: bool = True) -> list[Notice]:
    """The notices alone."""
    return [item for item in say(*lines, close=close) if isinstance(item, Notice)]


def _joined(said: Iterable[Said]) -> list[Said]:
    joined: list[Said] = []
    for item in said:
        last = joined[-1] if joined else None
        match item, last:
            case Text(number, text), Text(same, before) if number == same:
                joined[-1] = replace(item, text=before + text)
            case _:
                joined.append(item)
    return joined
