"""The session of a conversation: what is run when its process was lost."""

from __future__ import annotations

from voicestream_tui.agent.conversation_command import ConversationCommand
from voicestream_tui.agent.said import BlockEnd, Said, ToolUse, TurnEnd, TurnStarted, UserMessage

_UNKNOWN = "No conversation found"
"""What claude says about a session that it has not stored."""


class Session:
    """Learns the session's id, and when there is something of it to go on with."""

    def __init__(self) -> None:
        self._named = ""
        self._stored = False
        """Claude writes a session down at its first answer, not before."""

    def heard(self, said: Said) -> None:
        match said:
            case TurnStarted(session_id=session_id) if session_id:
                self._stored = self._stored and session_id == self._named
                self._named = session_id
            case UserMessage() | BlockEnd() | ToolUse() | TurnEnd(ok=True):
                self._stored = bool(self._named)

    @property
    def stored(self) -> str:
        """The session's id; empty while there is nothing of it to go on with."""
        return self._named if self._stored else ""

    def ended(self, complaint: str) -> None:
        """The process has ended with these words."""
        if _UNKNOWN in complaint:
            self._stored = False

    def command(self, command: ConversationCommand) -> tuple[str, ...]:
        """What is to be run now: the session once more, or the conversation from its start."""
        return command.resumed(self._named) if self._stored else command.argv

    def hint(self, command: ConversationCommand) -> str:
        """What would become of the conversation."""
        if not self._named:
            return (
                "It ended before its first answer. Its options may be wrong: quit, and try others."
            )
        if self.command(command) == command.argv:
            return "Started again, it begins a new conversation."
        return "Started again, it goes on with this conversation."
