"""The main agent's text, said once and in order, out of deltas and confirming lines.

Every text comes twice: as deltas, which are given at once, and in a line that confirms them.
A message may be cut off after some deltas; what the agent says next is then compared with
what had been said (see `cut`), so that nothing is heard twice and nothing is lost.

At most one block of the main agent is open at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voicestream_tui.agent.cut import Comparison, Cut, Verdict, is_unfinished, joint
from voicestream_tui.agent.said import BlockEnd, Retract, Said, Text
from voicestream_tui.agent.surrogates import mend, split_tail
from voicestream_tui.agent.text_state import Block, Message, Stream

_OUT_OF_TOKENS = ("max_tokens", "model_context_window_exceeded")
"""Reasons to stop after which the agent lets the model go on, in mid-word."""


class TextBlocks:
    """Merges the main agent's deltas and confirming lines of a turn.

    Args:
        emit: Takes each `Text`, `BlockEnd` and `Retract`.
        number: Gives the number of the next block.
    """

    def __init__(self, emit: Callable[[Said], None], number: Callable[[], int]) -> None:
        self._emit = emit
        self._number = number
        self._messages: dict[str, Message] = {}
        self._current: Message | None = None
        self._open: Block | None = None
        self._truncated: Block | None = None
        """The block that the next message goes on with, after one hit its token limit."""
        self._loose: Block | None = None
        """The unfinished end of a message without deltas: perhaps it hit its token limit."""
        self._cut: Cut | None = None
        self._after_cut = ""
        """Id of the message that came after the cut; the cut matters to no other."""

    @property
    def writing(self) -> bool:
        """Whether a message's deltas are still coming."""
        return self._current is not None and self._current.live

    @property
    def breaking_off(self) -> bool:
        """Whether a block was cut off and nothing has taken its place."""
        if self._cut is not None and self._cut.pending:
            return True
        current = self._current
        return current is not None and current.live and current.unconfirmed() is not None

    # --- deltas -------------------------------------------------------------------------------

    def message_start(self, message_id: str) -> None:
        """A message begins; one whose end was missed has been cut off."""
        self._begin(message_id, live=True)

    def block_start(self, message_id: str, index: int, kind: str) -> None:
        """A block begins; the message's blocks before it are complete."""
        message = self._find(message_id) or self._begin(message_id, live=True)
        self._complete(message, before=index)
        known = message.streams.get(index)
        if kind == "text" and (known is None or known.complete):
            message.streams[index] = Stream()

    def delta(self, message_id: str, index: int, text: str) -> None:
        """Take a piece of text; half of a UTF-16 pair at its end is kept for the next one."""
        message = self._find(message_id) or self._begin(message_id, live=True)
        if index not in message.streams:
            self.block_start(message_id, index, "text")
        stream = message.streams[index]
        if not stream.complete:
            text, stream.half = split_tail(stream.half + text)
            self._advance(message, stream, mend(text))

    def message_delta(self, message_id: str, stop_reason: str) -> None:
        """The message's last news; it tells why the model stopped."""
        message = self._find(message_id)
        if message is None or not stop_reason:
            return
        message.stopped = True
        if stop_reason in _OUT_OF_TOKENS and self._open and is_unfinished(str(self._open.text)):
            self._truncated = self._open
        else:
            self._complete(message)

    def message_stop(self, message_id: str, abandoned: bool) -> None:
        """A message is over, or `abandoned`: cut off in the middle."""
        message = self._find(message_id)
        if message is None:
            return
        if abandoned:
            self._cut_off(message)
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
        message = self._find(message_id) or self._begin(message_id, live=False)
        stream = message.matching(text)
        if stream is None:
            if message.repeats(uuid, text, sole):
                return
            stream = Stream()
        if not stream.complete:
            self._settle_text(message, stream, text, aborted)
            message.texts.append(text)
        stream.complete = stream.confirmed = True
        if uuid:
            message.uuids.add(uuid)
        block = stream.block
        if block is None:
            return
        if aborted or not is_unfinished(str(block.text)) or not (message.live or message.whole):
            self._end(block)
        elif message.whole and block.open:
            self._loose = block

    def tool_used(self, message_id: str) -> None:
        """A tool use was confirmed: text before it is over."""
        message = self._find(message_id) or self._begin(message_id, live=False)
        if self._open and message.unconfirmed() is None:
            self._end(self._open)
            self._forget_cut()

    def other_content(self, message_id: str) -> None:
        """A block that is neither text nor tool use was confirmed."""
        if self._find(message_id) is None:
            self._begin(message_id, live=False)

    def user_line(self, token_limit: bool) -> None:
        """A line of the other side came between two messages.

        Args:
            token_limit: Whether it asks the model to go on after the token limit.
        """
        if self._loose is not None and not token_limit:
            self._end(self._loose)

    def cut_notice(self) -> None:
        """The program around the model says that the message before was cut off."""
        noticed = self._cut is not None and not self._after_cut
        if self._current is not None and not noticed and self._truncated is None:
            self._cut_off(self._current)
        if self._cut is not None and not self._after_cut:
            self._cut = replace(self._cut, resumed=True)

    def settle(self) -> None:
        """End what is open and forget the turn: what was given has been said."""
        if self._open:
            self._end(self._open)
        self._messages.clear()
        self._current = None
        self._forget_cut()

    # --- messages -----------------------------------------------------------------------------

    def _find(self, message_id: str) -> Message | None:
        """The message of a line, which need not name it.

        A message whose beginning was missed takes the first id that it hears.
        """
        current = self._current
        if current is not None and current.live:
            if not message_id:
                return current
            if not current.id and message_id not in self._messages:
                current.id = message_id
                self._messages[message_id] = self._messages.pop("", current)
        return self._messages.get(message_id)

    def _begin(self, message_id: str, live: bool) -> Message:
        previous = self._current
        if previous is not None and previous.live:
            if previous.stopped:
                previous.live = False
                self._complete(previous)
            else:
                self._cut_off(previous)
        if self._cut is not None:
            if self._after_cut:
                self._close_cut()
            else:
                self._after_cut = message_id
        if self._loose is not None:
            self._truncated, self._loose = self._loose, None
        self._current = self._messages[message_id] = Message(message_id, live, whole=not live)
        return self._current

    def _complete(self, message: Message, before: int | None = None) -> None:
        """Take a message's text blocks as finished: they are confirmed, or need not be."""
        for index, stream in message.streams.items():
            if before is not None and index >= before:
                continue
            if not stream.complete:
                self._advance(message, stream, mend(stream.half), whole=True)
                stream.complete = True
                if not stream.blank:
                    message.texts.append(str(stream.text))
            if stream.block is not None and stream.block is not self._truncated:
                self._end(stream.block)

    # --- cuts ---------------------------------------------------------------------------------

    def _cut_off(self, message: Message) -> None:
        """The message will not go on: remember what it said, to compare with what follows."""
        message.live = False
        stream = message.unconfirmed()
        before = self._cut or Cut()
        if stream is not None and stream.block is not None:
            pending = str(stream.block.text)
        else:
            pending = before.pending
            if not pending and self._open:
                self._end(self._open)
        self._cut = Cut((*before.standing, *message.texts), pending)
        self._after_cut = ""

    def _close_cut(self) -> None:
        """Nothing has taken the place of the block that was cut off: it stays as it is."""
        if self._cut is not None and self._cut.pending and self._open:
            self._end(self._open)
        self._forget_cut()

    def _forget_cut(self) -> None:
        self._cut = None
        self._after_cut = ""

    # --- giving text --------------------------------------------------------------------------

    def _settle_text(self, message: Message, stream: Stream, text: str, aborted: bool) -> None:
        """Make what was given of a block equal to its confirmed text."""
        given = str(stream.text)
        if text.startswith(given):
            self._advance(message, stream, text[len(given) :], whole=True)
        elif given.strip() == text.strip() or (aborted and given.startswith(text)):
            self._advance(message, stream, "", whole=True)
        elif stream.block is None:
            fresh = Stream()
            self._advance(message, fresh, text, whole=True)
            stream.block = fresh.block
        else:
            before = str(stream.block.text)[: stream.start]
            self._retract(stream.block)
            stream.block = self._new_block()
            self._say(stream.block, before + text)

    def _advance(self, message: Message, stream: Stream, piece: str, whole: bool = False) -> None:
        """Add a piece to a text and give what is new of it.

        Args:
            message: The text's message.
            stream: The text.
            piece: What to add, well-formed.
            whole: Whether nothing will follow.
        """
        stream.text.add(piece)
        if stream.block is None:
            if not self._place(message, stream, piece, whole):
                return
        elif not stream.block.open and stream.given < stream.text.length:
            stream.block = self._new_block()
        rest = piece
        if stream.given + len(piece) != stream.text.length:
            rest = str(stream.text)[stream.given :]
        stream.given = stream.text.length
        if stream.block is not None:
            self._say(stream.block, rest)

    def _place(self, message: Message, stream: Stream, piece: str, whole: bool) -> bool:
        """Find the block that a text belongs to; False as long as it needs none."""
        if self._cut is not None and self._after_cut == message.id:
            return self._place_after_cut(self._cut, stream, piece, whole)
        if stream.blank:
            return False
        if self._truncated is not None:
            stream.block = self._truncated
            stream.start = stream.block.text.length
            self._truncated = None
        else:
            stream.block = self._new_block()
        return True

    def _place_after_cut(self, cut: Cut, stream: Stream, piece: str, whole: bool) -> bool:
        if stream.comparison is None:
            if stream.blank:
                return False
            stream.comparison = Comparison(cut)
            piece = str(stream.text).lstrip()
        if stream.comparison.add(piece) and not whole:
            return False
        text = str(stream.text)
        body = text.lstrip()
        verdict, said = stream.comparison.verdict(body, whole)
        if verdict is Verdict.REPEATED:
            return False
        stream.given = said + len(text) - len(body) if said else 0
        pending = self._open if cut.pending else None
        self._forget_cut()
        if pending is None:
            stream.block = self._new_block()
        elif verdict is Verdict.CONTINUED:
            stream.block = pending
        elif verdict is Verdict.NEW and cut.resumed and is_unfinished(cut.pending):
            stream.block = pending
            self._say(pending, joint(cut.pending, text))
            stream.start = pending.text.length
        else:
            if verdict is Verdict.REPLACED or not cut.resumed:
                self._retract(pending)
            stream.block = self._new_block()
        return True

    def _new_block(self) -> Block:
        if self._open:
            self._end(self._open)
        self._open = Block(self._number())
        return self._open

    def _say(self, block: Block, text: str) -> None:
        if text:
            block.text.add(text)
            self._emit(Text(block.number, text))

    def _end(self, block: Block) -> None:
        if block.open:
            self._emit(BlockEnd(block.number))
        self._leave(block)

    def _retract(self, block: Block) -> None:
        self._emit(Retract(block.number))
        self._leave(block)

    def _leave(self, block: Block) -> None:
        block.open = False
        if self._open is block:
            self._open = None
        if self._truncated is block:
            self._truncated = None
        if self._loose is block:
            self._loose = None
