"""What became of the user's messages: shown, queued, taken by the agent, to be sent again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from voicestream_tui.agent.said import UserMessage
from voicestream_tui.model import MessageQueued, MessageTaken


def _new_uuid() -> str:
    return str(uuid.uuid4())


@dataclass(slots=True)
class Message:
    """A message that the agent has been sent, or will be."""

    number: int
    text: str
    uuid: str = field(default_factory=_new_uuid)
    shown: bool = False
    """Its row is there; before, it is queued."""
    in_turn: bool = False
    """The turn that is open answers it."""


News = MessageQueued | MessageTaken | UserMessage


class Messages:
    """Keeps count of messages by what the agent says; no method waits, none locks.

    A message sent while the agent is idle is shown at once. Any other is queued until its echo
    comes, or a turn starts that can only be its own: some versions of the agent echo late, in
    the middle of the answer. Several queued messages may be answered by one turn; then all but
    one are echoed before it starts. What was neither echoed nor answered when the agent's
    process ended, is sent again.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pending: list[Message] = []
        """Not known to have arrived, in the order sent."""
        self._doubtful: list[Message] = []
        """Not echoed, and their turn failed: they count as arrived unless the agent is gone."""
        self._turns = 0
        self._sent = 0
        self._away = False

    @property
    def busy(self) -> bool:
        """Whether the agent has something to do."""
        return self._turns > 0 or bool(self._pending)

    @property
    def any_sent(self) -> bool:
        return self._sent > 0

    @property
    def in_turn(self) -> bool:
        return self._turns > 0

    def send(self, text: str) -> tuple[Message, list[News]]:
        """Note a new message, which is to be written now if the agent is there."""
        self._sent += 1
        message = Message(self._sent, text)
        queued = self.busy or self._away
        self._pending.append(message)
        if queued:
            return message, [MessageQueued(message.number, text, self._clock())]
        message.shown = True
        return message, [UserMessage(text, message.uuid)]

    def turn_started(self) -> list[News]:
        """A turn began: it belongs to the oldest message that has none."""
        self._turns += 1
        self._doubtful.clear()
        for message in self._pending:
            if not message.in_turn:
                message.in_turn = True
                return self._show(message)
        return []

    def turn_ended(self, *, answered: bool) -> None:
        """A turn is over.

        Args:
            answered: It did not fail by itself.
        """
        self._turns = max(0, self._turns - 1)
        if not self._turns:
            ended = [message for message in self._pending if message.in_turn]
            self._pending = [message for message in self._pending if not message.in_turn]
            self._doubtful = [] if answered else ended

    def echoed(self, echo_uuid: str) -> list[News]:
        """The agent took up a message; others' echoes mean nothing here."""
        for message in self._pending:
            if message.uuid == echo_uuid:
                self._pending.remove(message)
                return self._show(message)
        return []

    def agent_gone(self) -> None:
        """The agent's process has ended; what it did not take waits for the next one."""
        self._away = True
        self._turns = 0
        self._pending = self._doubtful + self._pending
        self._doubtful = []
        for message in self._pending:
            message.in_turn = False

    def agent_back(self) -> list[Message]:
        """A new process starts; gives what it is to be sent, in order."""
        self._away = False
        for message in self._pending:
            # One that it knows already, it would take for a repetition and not answer.
            message.uuid = _new_uuid()
        return list(self._pending)

    def drop(self) -> list[News]:
        """Nobody will take what still waits."""
        now = self._clock()
        dropped = [message for message in self._pending if not message.shown]
        self._pending.clear()
        return [MessageTaken(message.number, now, dropped=True) for message in dropped]

    def _show(self, message: Message) -> list[News]:
        if message.shown:
            return []
        message.shown = True
        return [
            MessageTaken(message.number, self._clock()),
            UserMessage(message.text, message.uuid),
        ]
