"""What the agent asks its user, and how it answers requests of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """The agent waits for somebody to allow a tool."""

    id: str
    tool: str
    input: Mapping[str, Any]
    tool_use_id: str = ""
    agent_id: str = ""
    """The sub-agent's number; empty for the main agent, and where none is told."""
    description: str = ""
    reason: str = ""
    blocked_path: str = ""
    suggestions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PermissionWithdrawn:
    """A request needs no answer any more."""

    id: str


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """The answer to a control request of ours."""

    id: str
    ok: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Elicitation:
    """An outside tool asks the user something in a form of its own."""

    server: str
    message: str
