"""What one line of claude's stream-json can mean: frozen values, without logic.

An empty `message_id` means that the line named none. `agent` and `parent` are empty for the
main agent; for a sub-agent `parent` is the id of the tool use that started it.
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
    """Thinking, shown or redacted; its words are not kept."""


@dataclass(frozen=True, slots=True)
class ToolContent:
    """A tool's use, its input complete."""

    id: str
    name: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OtherContent:
    kind: str


Content = TextContent | ThinkingContent | ToolContent | OtherContent

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


# --- whole lines ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assistant:
    """One or more finished blocks of a message (claude writes one a line)."""

    message_id: str
    content: tuple[Content, ...]
    uuid: str = ""
    parent: str = ""
    agent: str = ""
    synthetic: bool = False
    """Written by the program around the model, not by the model."""
    error: str = ""
    """The short name of the API's error that this line reports; empty if it reports none."""
    aborted: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """A prompt, tool results, or a note of the program around the model; never text to say."""

    parent: str = ""
    agent: str = ""
    text: str = ""
    tool_results: tuple[str, ...] = ()
    """Ids of the tool uses that have come to an end."""
    synthetic: bool = False
    replay: bool = False


@dataclass(frozen=True, slots=True)
class Init:
    model: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    status: str
    """requesting, compacting; empty when it only reports a change of mode."""


@dataclass(frozen=True, slots=True)
class Thinking:
    """The count of thinking tokens went up."""


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a turn."""

    subtype: str
    is_error: bool
    text: str = ""
    errors: tuple[str, ...] = ()
    stop_reason: str = ""
    terminal_reason: str = ""
    error_code: str = ""
    """Short name or HTTP status of the API's error; may be empty."""
    broken_off: bool = False
    """The turn counts as a success, yet no model gave a reason to stop: it was cut off."""
    structured: str = ""
    """JSON text of the structured output that a schema asked for; empty without one."""


@dataclass(frozen=True, slots=True)
class ApiRetry:
    attempt: int
    max_retries: int
    wait: float
    """Seconds until the next attempt."""
    error: str
    """Short name or HTTP status; may be empty."""


@dataclass(frozen=True, slots=True)
class Task:
    """News of a sub-agent or a background command."""

    event: str
    """started, progress, updated, notification."""
    tool_use_id: str = ""
    description: str = ""
    kind: str = ""
    """local_agent, local_bash; only with `started`."""
    status: str = ""


@dataclass(frozen=True, slots=True)
class PermissionDenied:
    tool: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """The agent waits for somebody to allow a tool."""

    tool: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RateLimit:
    status: str
    """allowed, allowed_warning, rejected, …"""
    kind: str = ""
    utilization: float = 0.0
    """Fraction of the limit that is used up; 0 if unknown."""


@dataclass(frozen=True, slots=True)
class Compacted:
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class ModelFallback:
    original: str
    fallback: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The model's answer was stopped by a safeguard."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the program around the model tells its user."""

    text: str


@dataclass(frozen=True, slots=True)
class Hook:
    name: str
    finished: bool
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """JSON of a kind that means nothing here."""

    kind: str


@dataclass(frozen=True, slots=True)
class Garbage:
    """Not a JSON object: the line as text."""

    text: str


Message = (
    MessageStart
    | BlockStart
    | TextDelta
    | ThinkingDelta
    | ToolDelta
    | BlockStop
    | MessageDelta
    | MessageStop
    | Assistant
    | User
    | Init
    | Status
    | Thinking
    | Result
    | ApiRetry
    | Task
    | PermissionDenied
    | PermissionAsked
    | RateLimit
    | Compacted
    | ModelFallback
    | Refusal
    | Notice
    | Hook
    | Other
    | Garbage
)
