"""What the program around the model reports: states, retries, limits, tasks, hooks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Init:
    model: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    status: str
    """requesting, compacting; empty when it only reports a change."""
    compact_result: str = ""
    """success or failed, when a compaction is over."""
    compact_error: str = ""


@dataclass(frozen=True, slots=True)
class Thinking:
    """The count of thinking tokens went up."""


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
    """News of a sub-agent or a command that may run in the background."""

    event: str
    """started, progress, updated, notification."""
    task_id: str = ""
    tool_use_id: str = ""
    description: str = ""
    kind: str = ""
    """local_agent, local_bash; only with `started`."""
    status: str = ""
    """completed, failed, stopped; with `notification` and some `updated`."""


@dataclass(frozen=True, slots=True)
class PermissionDenied:
    tool: str
    message: str = ""
    tool_use_id: str = ""


@dataclass(frozen=True, slots=True)
class RateLimit:
    status: str
    """allowed, allowed_warning, rejected, …"""
    kind: str = ""
    """five_hour, seven_day, …"""
    utilization: float = 0.0
    """Fraction of the limit that is used up; 0 if unknown."""
    resets_at: float = 0.0
    """Seconds since 1970; 0 if unknown."""
    overage: bool = False
    """What is used now is paid for apart."""


@dataclass(frozen=True, slots=True)
class Compacted:
    trigger: str = ""
    before: int = 0
    """Tokens; 0 if unknown."""
    after: int = 0


@dataclass(frozen=True, slots=True)
class ModelFallback:
    original: str
    fallback: str
    text: str = ""
    trigger: str = ""
    """overloaded, …; may be empty."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The model's answer was stopped by a safeguard."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the program around the model tells its user, in its own words."""

    text: str
    level: str = ""
    """info, notice, warning, error; low, medium, high, immediate; may be empty."""


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """What a slash command printed."""

    text: str


@dataclass(frozen=True, slots=True)
class Hook:
    name: str
    event: str
    """PreToolUse, Stop, …"""
    finished: bool
    outcome: str = ""
    """success, error, cancelled."""
    output: str = ""


@dataclass(frozen=True, slots=True)
class ToolProgress:
    tool: str
    seconds: float
    """Since the tool began."""


@dataclass(frozen=True, slots=True)
class AuthStatus:
    running: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class SessionState:
    state: str
    """idle, running, requires_action."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something befell the session as a whole."""

    kind: str
    """session_writes_lost, conversation_reset, worker_shutting_down, mirror_error."""
    detail: str = ""


News = (
    Init
    | Status
    | Thinking
    | ApiRetry
    | Task
    | PermissionDenied
    | RateLimit
    | Compacted
    | ModelFallback
    | Refusal
    | Notice
    | CommandOutput
    | Hook
    | ToolProgress
    | AuthStatus
    | SessionState
    | Trouble
)
