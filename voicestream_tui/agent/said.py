"""What a decoder makes of an agent's lines: the vocabulary between `agent/` and the pipeline.

A *block* is one stretch of text of the agent, numbered from 1 in order of appearance. Its
`Text`s arrive in order; `BlockEnd` closes it. A block that the agent abandoned is withdrawn
as a whole by `Retract`. Sub-agents' text comes whole, under a block of its own, with `agent` set.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicestream_tui.model import AgentState, PermissionRequest


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """A new turn began (claude repeats this in one process, for every turn)."""

    model: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    block: int
    text: str
    agent: str = ""
    """Empty for the main agent, else the sub-agent's description."""
    thinking: bool = False
    """What the agent thinks to itself, not what it says."""
    urgent: bool = False
    """The agent waits for an answer to this."""
    plain: bool = False
    """Not Markdown: every line is prose as it stands."""


@dataclass(frozen=True, slots=True)
class BlockEnd:
    block: int


@dataclass(frozen=True, slots=True)
class Retract:
    """Everything said in this block is taken back."""

    block: int


@dataclass(frozen=True, slots=True)
class ToolUse:
    """The agent uses a tool."""

    name: str
    argument: str = ""
    """Its main argument, one short line: a path, a command, a pattern."""
    agent: str = ""
    id: str = ""
    """What its `ToolResult` names; may be empty."""
    announced: bool = False
    """A `Notice` of this tool use follows, and is its row."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool use has come to its end."""

    id: str
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know that nobody wrote as text: a retry, a limit, a plan."""

    english: str
    japanese: str
    """Written by hand; empty if the English is somebody's own words, to be translated."""
    urgent: bool = False
    agent: str = ""
    tool: str = ""
    """Id of the tool use whose row it is; mostly empty."""


@dataclass(frozen=True, slots=True)
class UserMessage:
    """What the user told the agent, as the agent takes it up."""

    text: str
    uuid: str = ""
    """As it was sent; empty if it had none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The agent waits for its user's permission."""

    request: PermissionRequest


@dataclass(frozen=True, slots=True)
class AskWithdrawn:
    """A request needs no answer any more."""

    id: str


@dataclass(frozen=True, slots=True)
class ControlAnswered:
    """The agent answered a control request of ours."""

    id: str
    ok: bool
    message: str = ""
    """Why not."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What the agent is busy with, for the status line."""

    state: AgentState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AgentFailure:
    """The agent reported an error that the user must know (shown and spoken once)."""

    message: str
    code: str = ""
    """The agent's own short name for it: overloaded, authentication_failed, …; may be empty."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is not of the format; shown as plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class TurnEnd:
    ok: bool = True
    reason: str = ""


Said = (
    TurnStarted
    | Text
    | BlockEnd
    | Retract
    | ToolUse
    | ToolResult
    | Notice
    | UserMessage
    | Asked
    | AskWithdrawn
    | ControlAnswered
    | Activity
    | AgentFailure
    | Unreadable
    | TurnEnd
)
