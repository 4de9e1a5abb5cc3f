"""The way back to an agent: what the user tells it, and what becomes of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from voicestream_tui.agent.said import Activity, Said, UserMessage
from voicestream_tui.model import (
    AgentLost,
    Answer,
    Failed,
    MessageQueued,
    MessageTaken,
    PermissionSettled,
)

TalkNews = (
    MessageQueued | MessageTaken | PermissionSettled | AgentLost | Failed | UserMessage | Activity
)
"""What a talk reports: events for the front end, the user's messages that become rows, and what
the agent is busy with after an answer, of which it tells nothing itself."""


class Talk(Protocol):
    """A conversation's other half. No method waits; each may be called from any thread."""

    def listen(self, report: Callable[[TalkNews], None]) -> None:
        """Name who gets the news, before the first line is read; called from several threads."""
        ...

    def heard(self, said: Said) -> None:
        """Learn what the agent said: turns, echoes, requests. Called by the thread of hearing."""
        ...

    def send(self, text: str) -> None:
        """Tell the agent something; queued while it is busy.

        Raises:
            UsageError: there is nothing in the text, or too much, or the conversation is over.
        """
        ...

    def interrupt(self) -> None:
        """Stop the turn that runs; the conversation goes on."""
        ...

    def answer(self, request_id: str, answer: Answer) -> None:
        """Settle a permission request; nothing happens if it is settled already."""
        ...

    def resume(self) -> None:
        """Start a lost agent again where the conversation was."""
        ...

    def finish(self) -> None:
        """Nothing more will be sent: the agent ends after what it has to do."""
        ...


@runtime_checkable
class Resumable(Protocol):
    """A source whose `lines()` may be called again after it has ended."""

    def wait_for_more(self) -> bool:
        """Wait until there is more to read (True), or until it is over for good (False)."""
        ...
