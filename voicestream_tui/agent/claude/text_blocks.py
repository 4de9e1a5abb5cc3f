"""The main agent's text, or its thinking, said once and in order, from deltas and whole lines.

Every text comes twice: as deltas, which are given at once, and in a line that confirms them.
`placing` tells what becomes of a text after a cut. At most one block is open at any time.
"""

from __future__ import annotations

from collections.abc import Callable

from voicestream_tui.agent.claude.block_writer import BlockWriter
from voicestream_tui.agent.claude.cut import is_unfinished
from voicestream_tui.agent.claude.giving import Giving
from voicestream_tui.agent.claude.placing import Placing
from voicestream_tui.agent.claude.text_state import Message, Messages, Stream
from voicestream_tui.agent.said import Said
from voicestream_tui.agent.surrogates import mend, split_tail

_OUT_OF_TOKENS = ("max_tokens", "model_context_window_exceeded")
"""Reasons to stop after which the agent lets the model go on, in mid-word."""


class TextBlocks:
    """Merges deltas and confirming lines of a turn, of one kind of block: text or thinking.

    Args:
        emit: Takes each `Text`, `BlockEnd` and `Retract`.
        number: Gives the number of the next block.
        kind: The kind of block to take; of others only beginnings and ends matter.
        joins: Whether a text may go on in the same block in the next message.
        on_replaced: Gets the ids of messages whose text was taken back for a second attempt.
    """

    def __init__(
        self,
        emit: Callable[[Said], None],
        number: Callable[[], int],
        kind: str = "text",
        joins: bool = True,
        on_replaced: Callable[[list[str]], None] = lambda ids: None,
    ) -> None:
        self._kind = kind
        self._joins = joins
        self._writer = BlockWriter(emit, number)
        self._placing = Placing(self._writer, joins, on_replaced)
        self._giving = Giving(self._writer, self._placing)
        self._messages = Messages()

    @property
    def writing(self) -> bool:
        """Whether a message's deltas are still coming."""
        return self._messages.writing

    @property
    def open(self) -> bool:
        """Whether a block is open."""
        return self._writer.open is not None

    @property
    def breaking_off(self) -> bool:
        """Whether a block was cut off and nothing has taken its place."""
        if self._placing.pending:
            return True
        current = self._messages.current
        return current is not None and current.live and current.unconfirmed() is not None

    # --- deltas -------------------------------------------------------------------------------

    def message_start(self, message_id: str) -> None:
        """A message begins; one whose end was missed has been cut off."""
        self._begin(message_id, live=True)

    def block_start(self, message_id: str, index: int, kind: str) -> None:
        """A block begins; the message's blocks before it are complete."""
        message = self._messages.find(message_id) or self._begin(message_id, live=True)
        self._complete(message, before=index)
        known = message.streams.get(index)
        if kind == self._kind and (known is None or known.complete):
            message.streams[index] = Stream()

    def delta(self, message_id: str, index: int, text: str) -> None:
        """Take a piece of text; half of a UTF-16 pair at its end is kept for the next one."""
        message = self._messages.find(message_id) or self._begin(message_id, live=True)
        if index not in message.streams:
            self.block_start(message_id, index, self._kind)
        stream = message.streams[index]
        if not stream.complete:
            text, stream.half = split_tail(stream.half + text)
            self._giving.advance(message, stream, mend(text))

    def message_delta(self, message_id: str, stop_reason: str) -> None:
        """The message's last news; it tells why the model stopped."""
        message = self._messages.find(message_id)
        if message is None or not stop_reason:
            return
        message.stopped = True
        block = self._writer.open
        limit = self._joins and stop_reason in _OUT_OF_TOKENS
        if limit and block is not None and is_unfinished(str(block.text)):
            self._writer.truncated = block
        else:
            self._complete(message)

    def message_stop(self, message_id: str, abandoned: bool) -> None:
        """A message is over, or `abandoned`: cut off in the middle."""
        message = self._messages.find(message_id)
        if message is None:
            return
        if abandoned:
            self._placing.cut_off(message)
        else:
            message.live = False
            self._complete(message)

    # --- whole lines --------------------------------------------------------------------------

    def confirm(self, message_id: str, uuid: str, text: str, aborted: bool, sole: bool) -> None:
        """Take a finished text block as a line gives it: confirmation, or the text itself.

        Args:
            message_id: The message's id.
            uuid: The line's own id; a line that comes again is ignored.
            text: The whole block.
            aborted: The block ended because somebody interrupted it.
            sole: Whether the line holds no other block.
        """
        message = self._messages.confirmed(message_id, text)
        message = message or self._begin(message_id, live=False)
        stream = message.matching(text)
        if stream is None:
            if message.repeats(uuid, text, sole):
                return
            stream = Stream()
        if not stream.complete:
            self._giving.settle(message, stream, text, aborted)
            self._writer.remember(text)
            message.texts.append(text)
        stream.complete = stream.confirmed = True
        if uuid:
            message.uuids.add(uuid)
        block = stream.block
        if block is None:
            return
        if aborted or not is_unfinished(str(block.text)) or not (message.live or message.whole):
            self._writer.end(block)
        elif message.whole and block.open:
            if self._joins:
                self._writer.loose = block
            else:
                self._writer.end(block)

    def tool_used(self, message_id: str) -> None:
        """A tool use was confirmed: text before it is over."""
        message = self._messages.find(message_id) or self._begin(message_id, live=False)
        if self._writer.open and message.unconfirmed() is None:
            self._writer.end(self._writer.open)
            self._placing.forget()

    def other_content(self, message_id: str) -> None:
        """A block of another kind was confirmed."""
        if self._messages.find(message_id) is None:
            self._begin(message_id, live=False)
        elif self._writer.loose is not None:
            self._writer.end(self._writer.loose)

    def user_line(self, token_limit: bool) -> None:
        """A line of the other side came between two messages.

        Args:
            token_limit: Whether it asks the model to go on after the token limit.
        """
        if self._writer.loose is not None and not token_limit:
            self._writer.end(self._writer.loose)

    def cut_notice(self) -> None:
        """The program around the model says that the message before was cut off."""
        goes_on = self._placing.noticed or self._writer.truncated is not None
        if self._messages.current is not None and not goes_on:
            self._placing.cut_off(self._messages.current)
        self._placing.resume()

    def give_way(self) -> None:
        """Something else follows: what is open is over, what was cut off has been replaced."""
        self._placing.give_up()
        self.make_room()

    def make_room(self) -> None:
        """End the block that is open; more of its text begins another one."""
        if self._writer.open:
            self._writer.end(self._writer.open)

    def withdraw(self, message_ids: list[str]) -> None:
        """Take back what these messages said, unless a later one said it again."""
        gone = [m for m in self._messages.all() if m.id in message_ids]
        later = [m for m in self._messages.all() if m not in gone]
        kept = {id(stream.block) for m in later for stream in m.streams.values()}
        told = {text for m in later for text in m.texts}
        told |= {str(stream.text) for m in later for stream in m.streams.values()}
        for message in gone:
            for stream in message.streams.values():
                block = stream.block
                if block is not None and id(block) not in kept and str(stream.text) not in told:
                    self._writer.retract(block)

    def repeats(self, text: str) -> bool:
        """Whether a result repeats one of the last texts; each is repeated once at most."""
        key = hash(text.strip())
        if key not in self._writer.ended:
            return False
        self._writer.ended.remove(key)
        return True

    def settle(self) -> None:
        """End what is open and forget the turn: what was given has been said."""
        if self._writer.open:
            self._writer.end(self._writer.open)
        self._messages.clear()
        self._placing.forget()

    # --- messages -----------------------------------------------------------------------------

    def _begin(self, message_id: str, live: bool) -> Message:
        previous = self._messages.current
        if previous is not None and previous.live:
            if previous.stopped:
                previous.live = False
                self._complete(previous)
            else:
                self._placing.cut_off(previous)
        self._placing.message_begins(message_id)
        if self._writer.loose is not None:
            self._writer.truncated, self._writer.loose = self._writer.loose, None
        return self._messages.add(Message(message_id, live, whole=not live))

    def _complete(self, message: Message, before: int | None = None) -> None:
        """Take a message's text blocks as finished: they are confirmed, or need not be."""
        for index, stream in message.streams.items():
            if before is not None and index >= before:
                continue
            if not stream.complete:
                self._giving.advance(message, stream, mend(stream.half), whole=True)
                stream.complete = True
                if not stream.blank:
                    message.texts.append(str(stream.text))
            if stream.block is not None and stream.block is not self._writer.truncated:
                self._writer.end(stream.block)
