"""Gives out blocks one at a time: opens, fills, ends and takes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from voicestream_tui.agent.claude.text_state import Block
from voicestream_tui.agent.said import BlockEnd, Retract, Said, Text

_REMEMBERED = 32


class BlockWriter:
    """At most one of its blocks is open at any time.

    Args:
        emit: Takes each `Text`, `BlockEnd` and `Retract`.
        number: Gives the number of the next block.
    """

    def __init__(self, emit: Callable[[Said], None], number: Callable[[], int]) -> None:
        self._emit = emit
        self._number = number
        self.open: Block | None = None
        self.truncated: Block | None = None
        """The open block that the next message goes on with, after one hit its token limit."""
        self.loose: Block | None = None
        """The unfinished end of a message without deltas: perhaps it hit its token limit."""
        self.ended: deque[int] = deque(maxlen=_REMEMBERED)
        """Hashes of the texts that were said whole lately."""

    def begin(self) -> Block:
        """Open a block; the one before is over."""
        if self.open:
            self.end(self.open)
        self.open = Block(self._number())
        return self.open

    def say(self, block: Block, text: str) -> None:
        """Give more of an open block."""
        if text:
            block.text.add(text)
            self._emit(Text(block.number, text))

    def end(self, block: Block) -> None:
        """Close a block; nothing happens if it is closed."""
        if block.open:
            self.remember(str(block.text))
            self._emit(BlockEnd(block.number))
        self._leave(block)

    def remember(self, text: str) -> None:
        """Note that this text has been said whole; it may be a part of a block."""
        key = hash(text.strip())
        if not self.ended or self.ended[-1] != key:
            self.ended.append(key)

    def retract(self, block: Block) -> None:
        """Take back all that was given of a block; nothing happens if it is taken back."""
        if not block.retracted:
            block.retracted = True
            self._emit(Retract(block.number))
        self._leave(block)

    def _leave(self, block: Block) -> None:
        block.open = False
        if self.open is block:
            self.open = None
        if self.truncated is block:
            self.truncated = None
        if self.loose is block:
            self.loose = None
