"""What one line of claude's stream-json can mean: frozen values, without logic.

An empty `message_id` means that the line named none. `agent` and `parent` are empty for the
main agent; for a sub-agent `parent` is the id of the tool use that started it.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicestream_tui.agent.claude.message_news import (
    ApiRetry,
    AuthStatus,
    CommandOutput,
    Compacted,
    Hook,
    Init,
    ModelFallback,
    News,
    Notice,
    PermissionDenied,
    RateLimit,
    Refusal,
    SessionState,
    Status,
    Task,
    Thinking,
    ToolProgress,
    Trouble,
)
from voicestream_tui.agent.claude.message_parts import (
    BlockStart,
    BlockStop,
    Content,
    Delta,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherContent,
    TextContent,
    TextDelta,
    ThinkingContent,
    ThinkingDelta,
    ToolContent,
    ToolDelta,
    ToolResult,
)
from voicestream_tui.agent.claude.message_requests import (
    ControlResponse,
    Elicitation,
    PermissionAsked,
    PermissionWithdrawn,
)

__all__ = [
    "ApiRetry",
    "Assistant",
    "AuthStatus",
    "BlockStart",
    "BlockStop",
    "CommandOutput",
    "Compacted",
    "Content",
    "ControlResponse",
    "Delta",
    "Elicitation",
    "Garbage",
    "Hook",
    "Init",
    "Message",
    "MessageDelta",
    "MessageStart",
    "MessageStop",
    "ModelFallback",
    "News",
    "Notice",
    "Other",
    "OtherContent",
    "PermissionAsked",
    "PermissionDenied",
    "PermissionWithdrawn",
    "RateLimit",
    "Refusal",
    "Result",
    "SessionState",
    "Status",
    "Task",
    "TextContent",
    "TextDelta",
    "Thinking",
    "ThinkingContent",
    "ThinkingDelta",
    "ToolContent",
    "ToolDelta",
    "ToolProgress",
    "ToolResult",
    "Trouble",
    "User",
]


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
    """Its text blocks, an image as "[image]"."""
    tool_results: tuple[ToolResult, ...] = ()
    synthetic: bool = False
    replay: bool = False
    uuid: str = ""
    plan: str = ""
    """The plan that a tool result repeats; mostly empty."""


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
    denied: tuple[PermissionDenied, ...] = ()
    """The tool uses of this turn that were not allowed."""


@dataclass(frozen=True, slots=True)
class Other:
    """JSON of a kind that means nothing here."""

    kind: str


@dataclass(frozen=True, slots=True)
class Garbage:
    """Not a JSON object: the line as text."""

    text: str


Message = (
    Delta
    | News
    | Assistant
    | User
    | Result
    | PermissionAsked
    | PermissionWithdrawn
    | ControlResponse
    | Elicitation
    | Other
    | Garbage
)
