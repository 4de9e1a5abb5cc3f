"""Which rows are spoken by themselves, by the user's settings."""

from __future__ import annotations

from dataclasses import dataclass

from voicestream_tui.model import Kind


@dataclass(frozen=True, slots=True)
class Speakable:
    """Which kinds are spoken by themselves."""

    code: bool = True
    tools: bool = False
    errors: bool = True
    subagents: bool = False
    thinking: bool = False
    notices: bool = True
    alerts: bool = True
    """What the user must know at once: an end, a failure, a question."""

    def allows(self, kind: Kind, *, urgent: bool = False, agent: str = "") -> bool:
        """Whether a row is spoken by itself.

        Args:
            urgent: it is to be heard before what waits; of notices that makes another kind.
            agent: the sub-agent it comes from; empty for the main agent.
        """
        match kind:
            case Kind.CODE | Kind.TABLE:
                return self.code
            case Kind.TOOL:
                return self.tools and (self.subagents or not agent)
            case Kind.ERROR:
                return self.errors
            case Kind.SUBAGENT:
                return self.subagents
            case Kind.THINKING:
                return self.thinking and (self.subagents or not agent)
            case Kind.NOTICE:
                return self.alerts if urgent else self.notices
            case Kind.USER:
                return False
            case Kind.PROSE | Kind.HEADING | Kind.ITEM | Kind.QUOTE:
                return True
