"""Where a text belongs: to a block of its own, to one that goes on, or nowhere, being told already.

A message may be cut off after some deltas; what the agent says next is then compared with what
had been said (see `cut`), so that nothing is heard twice and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voicestream_tui.agent.claude.block_writer import BlockWriter
from voicestream_tui.agent.claude.cut import Comparison, Cut, Verdict, is_unfinished, joint
from voicestream_tui.agent.claude.text_state import Message, Stream


class Placing:
    """Finds the blocks of texts, and keeps what was said when a message was cut off.

    Args:
        writer: Gives out the blocks.
        joins: Whether a text that was cut off may go on in the same block with other words.
        on_replaced: Gets the ids of messages whose text was taken back for a second attempt.
    """

    def __init__(
        self, writer: BlockWriter, joins: bool, on_replaced: Callable[[list[str]], None]
    ) -> None:
        self._writer = writer
        self._joins = joins
        self._on_replaced = on_replaced
        self._cut: Cut | None = None
        self._cut_ids: list[str] = []
        self._after_cut = ""
        """Id of the message that came after the cut; the cut matters to no other."""

    @property
    def pending(self) -> bool:
        """Whether a block was cut off and nothing has taken its place."""
        return self._cut is not None and bool(self._cut.pending)

    @property
    def noticed(self) -> bool:
        """Whether there was a cut that no message has followed yet."""
        return self._cut is not None and not self._after_cut

    def cut_off(self, message: Message) -> None:
        """The message will not go on: remember what it said, to compare with what follows."""
        message.live = False
        stream = message.unconfirmed()
        before = self._cut or Cut()
        if stream is not None and stream.block is not None:
            pending = str(stream.block.text)
        else:
            pending = before.pending
            if not pending and self._writer.open:
                self._writer.end(self._writer.open)
        self._cut = Cut((*before.standing, *message.texts), pending)
        self._cut_ids.append(message.id)
        self._after_cut = ""

    def resume(self) -> None:
        """The model is asked to go on after the cut, so what follows is no second attempt."""
        if self._cut is not None and not self._after_cut:
            self._cut = replace(self._cut, resumed=True)

    def message_begins(self, message_id: str) -> None:
        """The first message after a cut is compared; at the next one it is too late for that."""
        if self._cut is None:
            return
        if self._after_cut:
            self.close()
        else:
            self._after_cut = message_id

    def close(self) -> None:
        """Nothing has taken the place of the block that was cut off: it stays as it is."""
        if self.pending and self._writer.open:
            self._writer.end(self._writer.open)
        self.forget()

    def give_up(self) -> None:
        """Something else takes the place of the block that was cut off."""
        if self._cut is not None and self._cut.pending and self._writer.open:
            if self._cut.resumed:
                self._writer.end(self._writer.open)
            else:
                self._writer.retract(self._writer.open)
            self.forget()

    def forget(self) -> None:
        """Compare no more."""
        self._cut = None
        self._cut_ids = []
        self._after_cut = ""

    def place(self, message: Message, stream: Stream, piece: str, whole: bool) -> bool:
        """Find the block that a text belongs to; False as long as it needs none.

        Args:
            message: The text's message.
            stream: The text, `piece` included.
            piece: Its newest part, well-formed.
            whole: Whether nothing will follow.
        """
        if self._cut is not None and self._after_cut == message.id:
            return self._place_after_cut(self._cut, stream, piece, whole)
        if stream.blank:
            return False
        if self._writer.truncated is not None:
            stream.block = self._writer.truncated
            stream.start = stream.block.text.length
            self._writer.truncated = None
        else:
            stream.block = self._writer.begin()
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
        pending = self._writer.open if cut.pending else None
        ids = self._cut_ids
        self.forget()
        if pending is None:
            stream.block = self._writer.begin()
        elif verdict is Verdict.CONTINUED:
            stream.block = pending
        elif verdict is Verdict.NEW and cut.resumed and self._joins and is_unfinished(cut.pending):
            stream.block = pending
            self._writer.say(pending, joint(cut.pending, text))
            stream.start = pending.text.length
        else:
            if verdict is Verdict.REPLACED or not cut.resumed:
                self._writer.retract(pending)
                if not cut.resumed:
                    self._on_replaced(ids)
            stream.block = self._writer.begin()
        return True
