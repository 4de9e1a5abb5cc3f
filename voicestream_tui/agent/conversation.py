"""A conversation with claude: its process with an open standard input, and the way back to it."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from voicestream_tui.agent import control_lines
from voicestream_tui.agent.conversation_command import ConversationCommand
from voicestream_tui.agent.conversation_interrupt import Interrupting
from voicestream_tui.agent.conversation_messages import Message, Messages
from voicestream_tui.agent.conversation_news import Newsroom
from voicestream_tui.agent.conversation_process import Manner, TalkingProcess
from voicestream_tui.agent.conversation_requests import Requests
from voicestream_tui.agent.conversation_session import Session
from voicestream_tui.agent.message_feed import MessageFeed
from voicestream_tui.agent.said import (
    Asked,
    AskWithdrawn,
    ControlAnswered,
    Said,
    TurnEnd,
    TurnStarted,
    UserMessage,
)
from voicestream_tui.agent.talk import TalkNews
from voicestream_tui.errors import UsageError, VoicestreamError
from voicestream_tui.model import AgentLost, Answer, Failed

_log = logging.getLogger(__name__)


class Conversation:
    """Source of the agent's lines, and at the same time the `Talk` back to the agent.

    The process starts with the object. When it ends by itself, `lines` ends, and
    `wait_for_more` waits until somebody calls `resume`.

    Args:
        command: What is run, and what is said first.
        feed: More messages, from the first `lines` on; their end is the end of the conversation
            unless they are one whole.
        resumable: A lost agent is waited for until it is resumed; else its end is the end.
        manner: How the process is run.
        patience: Seconds that the agent has to answer an interrupt.
        clock: Monotonic seconds.

    Raises:
        UsageError: the first message is too long.
        AgentError: the command can't be started.
    """

    def __init__(
        self,
        command: ConversationCommand,
        *,
        feed: MessageFeed | None = None,
        resumable: bool = True,
        manner: Manner | None = None,
        patience: float = 4.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = command
        self._first = control_lines.clean_message(command.message) if command.message else ""
        self._feed = feed
        self._resumable = resumable and not command.single
        self._manner = manner or Manner()
        self._clock = clock
        self._changed = threading.Condition()
        self._newsroom = Newsroom()
        self._messages = Messages(clock)
        self._requests = Requests(clock)
        self._session = Session()
        self._interrupting = Interrupting(
            lambda line: self._process.write(line), self._interrupt_unheard, patience
        )
        self._begun = False
        self._gone = False
        """The process has ended and no other one has been started."""
        self._wanted = False
        """A new process is."""
        self._finishing = False
        self._closed = False
        self._process = TalkingProcess(command.argv, self._manner)
        self.name = self._process.source.name

    # --- the source -----------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The process's id; another one after `resume`."""
        return self._process.source.pid

    @property
    def exit_code(self) -> int | None:
        """As in `ProcessSource`, of the last process."""
        return self._process.source.exit_code

    @property
    def stderr_tail(self) -> str:
        """As in `ProcessSource`, of the last process."""
        return self._process.source.stderr_tail

    @property
    def later(self) -> tuple[str, ...]:
        """A command that goes on with this conversation another time; empty if none does."""
        with self._changed:
            session = self._session.stored
        return self._command.later(session) if session else ()

    def lines(self) -> Iterator[bytes]:
        """Yield the process's lines to its end."""
        self._begin()
        try:
            for line in self._process.source.lines():
                refusal = control_lines.refusal(line)
                if refusal is not None:
                    _log.info("%s asked for something unknown: %.300r", self.name, line)
                    self._process.write(refusal)
                yield line
        finally:
            with self._changed:
                self._gone = True
                self._messages.agent_gone()

    def _begin(self) -> None:
        with self._changed:
            first = not self._begun and not self._closed
            self._begun = True
        if not first:
            return
        if self._first:
            with contextlib.suppress(UsageError):  # closed meanwhile
                self.send(self._first)
        if self._feed is not None:
            self._feed.start(self.send, self._fed, self._refused)

    def _fed(self) -> None:
        with self._changed:
            waiting = self._command.single and not self._messages.any_sent
        if waiting or not (self._feed is not None and self._feed.whole):
            self.finish()

    def wait_for_more(self) -> bool:
        """Wait for `resume` (True), or `finish` or `close` (False), after the process's end."""
        self._interrupting.over()
        with self._changed:
            self._newsroom.note(self._requests.settle_all())
        self._newsroom.tell()
        lost: AgentLost | None = None
        while (lost := self._next_process(lost)) is not None:
            with self._changed:
                self._wanted = False
                self._newsroom.note([lost])
            self._newsroom.tell()
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._over)
        with self._changed:
            over = self._gone
            if over:
                self._finishing = True  # what comes now is refused and does not wait for nobody
                self._newsroom.note(self._messages.drop())
        self._newsroom.tell()
        return not over

    def _next_process(self, lost: AgentLost | None) -> AgentLost | None:
        """Start another process if that is wanted; tell what is lost if nobody knows yet."""
        with self._changed:
            if self._over:
                return None
            if lost is None:
                return self._lost()
            # The old process is over: nothing here takes time.
            self._process.close()
            try:
                argv = self._session.command(self._command)
                self._process = TalkingProcess(argv, self._manner)
            except VoicestreamError as error:
                return AgentLost(error.exit_code, error.message, error.hint, self._clock())
            self._gone = False
            for message in self._messages.agent_back():
                self._write(message)
            return None

    @property
    def _over(self) -> bool:
        return self._closed or self._finishing or not self._resumable

    def _lost(self) -> AgentLost:
        self._session.ended(self._process.source.stderr_tail)
        code = self._process.source.exit_code or 0
        hint = self._session.hint(self._command)
        return AgentLost(code, self._process.ending, hint, self._clock())

    def close(self) -> None:
        """Stop the process; as in `ProcessSource`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            process = self._process
        if self._feed is not None:
            self._feed.close()
        self._interrupting.close()
        process.close()

    def kill(self) -> None:
        """End the process at once; `close` is then done soon."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            process = self._process
        process.source.kill()

    # --- the talk -------------------------------------------------------------------------------

    def listen(self, report: Callable[[TalkNews], None]) -> None:
        """As in `Talk`."""
        self._newsroom.listen(report)

    def heard(self, said: Said) -> None:
        """As in `Talk`."""
        with self._changed:
            self._hear(said)
        self._newsroom.tell()

    def _hear(self, said: Said) -> None:
        note = self._newsroom.note
        if not self._gone:
            self._session.heard(said)
        match said:
            case TurnStarted():
                note(self._messages.turn_started())
            case TurnEnd(ok, reason):
                self._messages.turn_ended(answered=ok or reason == "interrupted")
                if not self._messages.in_turn:
                    note(self._requests.turn_ended())
                    self._interrupting.over()
                if self._command.single and not self._messages.busy:
                    self._finishing = True
                self._finish_if_idle()
            case UserMessage(uuid=uuid):
                note(self._messages.echoed(uuid))
            case Asked(request):
                self._requests.asked(request)
            case AskWithdrawn(request_id):
                note(self._requests.settle(request_id, None))
            case ControlAnswered(request_id):
                self._interrupting.answered(request_id)

    def send(self, text: str) -> None:
        """As in `Talk`."""
        cleaned = control_lines.clean_message(text)
        with self._changed:
            if self._finishing or self._closed:
                raise UsageError("The conversation is over; nothing more can be sent.")
            message, news = self._messages.send(cleaned)
            if not self._gone:
                self._write(message)
            self._newsroom.note(news)
        self._newsroom.tell()

    def _write(self, message: Message) -> None:
        self._process.write(control_lines.user_message(message.text, message.uuid))

    def interrupt(self) -> None:
        """As in `Talk`."""
        with self._changed:
            busy = self._messages.busy and not self._gone
        if busy:
            self._interrupting.ask()

    def _interrupt_unheard(self) -> None:
        message = f"{self.name} does not answer the interrupt."
        hint = "Wait for the end of the turn, or quit: that stops it in any case."
        with self._changed:
            self._newsroom.note([Failed("agent", message, hint, self._clock())])
        self._newsroom.tell()

    def answer(self, request_id: str, answer: Answer) -> None:
        """As in `Talk`."""
        with self._changed:
            request = self._requests.get(request_id)
            if request is None:
                return
            self._process.write(control_lines.permission(request, answer))
            self._newsroom.note(self._requests.settle(request_id, answer.allow))
        self._newsroom.tell()

    def resume(self) -> None:
        """As in `Talk`."""
        with self._changed:
            if self._gone:
                self._wanted = True
                self._changed.notify_all()

    def finish(self) -> None:
        """As in `Talk`."""
        with self._changed:
            self._finishing = True
            self._finish_if_idle()
            self._changed.notify_all()

    def _finish_if_idle(self) -> None:
        # Without its input the agent can ask for nothing any more: not before its work is done.
        if self._finishing and not (self._command.asks and self._messages.busy):
            self._process.finish()

    def _refused(self, error: VoicestreamError) -> None:
        with self._changed:
            self._newsroom.note([Failed("message", error.message, error.hint, self._clock())])
        self._newsroom.tell()
