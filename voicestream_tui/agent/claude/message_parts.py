"""Parts of an agent's message: what is in an assistant's line, and the deltas before it.

An empty `message_id` means that the line named none. `parent` is empty for the main agent; for
a sub-agent it is the id of the tool use that started it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# --- content of an assistant's line -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextContent:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingContent:
    """Thinking; empty if it was redacted or left out."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class ToolContent:
    """A tool's use, its input complete."""

    id: str
    name: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool use has come to its end; its output is not kept."""

    id: str
    ok: bool = True


@dataclass(frozen=True, slots=True)
class OtherContent:
    kind: str


Content = TextContent | ThinkingContent | ToolContent | ToolResult | OtherContent

# --- deltas -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageStart:
    message_id: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class BlockStart:
    message_id: str
    index: int
    kind: str
    """text, thinking, redacted_thinking, tool_use, server_tool_use, …"""
    text: str = ""
    """The first text or thinking of the block; mostly empty."""
    tool_id: str = ""
    name: str = ""
    input: Mapping[str, Any] | None = None
    parent: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    message_id: str
    index: int
    text: str
    """May end with half of a UTF-16 pair (see `surrogates`)."""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    message_id: str
    index: int
    text: str = ""
    """As in `TextDelta`; empty where thinking is left out."""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ToolDelta:
    """A part of a tool's input, as JSON text that need not be complete."""

    message_id: str
    index: int
    json: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class BlockStop:
    message_id: str
    index: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class MessageDelta:
    message_id: str
    stop_reason: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class MessageStop:
    message_id: str
    abandoned: bool = False
    """The message was cut off; blocks without a confirming line are lost to the agent."""
    parent: str = ""


Delta = (
    MessageStart
    | BlockStart
    | TextDelta
    | ThinkingDelta
    | ToolDelta
    | BlockStop
    | MessageDelta
    | MessageStop
)
