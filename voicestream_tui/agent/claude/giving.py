"""Gives of a text what is new of it, whether it comes in pieces or whole."""

from __future__ import annotations

from voicestream_tui.agent.claude.block_writer import BlockWriter
from voicestream_tui.agent.claude.placing import Placing
from voicestream_tui.agent.claude.text_state import Message, Stream


class Giving:
    """Writes texts into the blocks that `placing` finds for them."""

    def __init__(self, writer: BlockWriter, placing: Placing) -> None:
        self._writer = writer
        self._placing = placing

    def settle(self, message: Message, stream: Stream, text: str, aborted: bool) -> None:
        """Make what was given of a block equal to its confirmed text."""
        given = str(stream.text)
        if text.startswith(given):
            self.advance(message, stream, text[len(given) :], whole=True)
        elif given.strip() == text.strip() or (aborted and given.startswith(text)):
            self.advance(message, stream, "", whole=True)
        elif stream.block is None:
            fresh = Stream()
            self.advance(message, fresh, text, whole=True)
            stream.block = fresh.block
        else:
            before = str(stream.block.text)[: stream.start]
            self._writer.retract(stream.block)
            stream.block = self._writer.begin()
            self._writer.say(stream.block, before + text)

    def advance(self, message: Message, stream: Stream, piece: str, whole: bool = False) -> None:
        """Add a piece to a text and give what is new of it.

        Args:
            message: The text's message.
            stream: The text.
            piece: What to add, well-formed.
            whole: Whether nothing will follow.
        """
        stream.text.add(piece)
        if stream.block is None:
            if not self._placing.place(message, stream, piece, whole):
                return
        elif not stream.block.open and stream.given < stream.text.length:
            stream.block = self._writer.begin()
        rest = piece
        if stream.given + len(piece) != stream.text.length:
            rest = str(stream.text)[stream.given :]
        stream.given = stream.text.length
        if stream.block is not None:
            self._writer.say(stream.block, rest)
