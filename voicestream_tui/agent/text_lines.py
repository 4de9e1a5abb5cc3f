"""Lines of text, plain or Markdown: one turn, one block, every line with its line feed."""

from __future__ import annotations

import re

from voicestream_tui.agent.said import Activity, BlockEnd, Said, Text, TurnEnd, TurnStarted
from voicestream_tui.agent.surrogates import mend
from voicestream_tui.model import AgentState

_TERMINAL_CODES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|.\x08"
)
"""Control sequences (ECMA-48): CSI, OSC, and the two-character ones; and what is overstruck."""


class TextDecoder:
    """Takes lines as Markdown.

    Args:
        first_block: The number of its block.
    """

    _plain = False

    def __init__(self, first_block: int = 1) -> None:
        self.unreadable = 0
        self._block = first_block
        self._open = False

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        text = Text(self._block, f"{_shown(line)}\n", plain=self._plain)
        if self._open:
            return [text]
        self._open = True
        return [TurnStarted(), Activity(AgentState.WRITING), text]

    def close(self) -> list[Said]:
        """The input has ended: settle what is open."""
        if not self._open:
            return []
        self._open = False
        return [BlockEnd(self._block), TurnEnd(), Activity(AgentState.DONE)]


class PlainDecoder(TextDecoder):
    """Takes lines as they stand: nothing in them is Markdown."""

    _plain = True


def _shown(line: bytes) -> str:
    """What a terminal would show of a line in the end, without its colours."""
    text = _TERMINAL_CODES.sub("", mend(line.decode("utf-8", "replace")))
    # A progress bar writes over its own line.
    return text.rstrip("\r").rpartition("\r")[2]
