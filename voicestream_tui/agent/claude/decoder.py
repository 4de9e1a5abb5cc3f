"""What `claude --output-format stream-json` (or `json`) writes → what was said."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.assembler import Assembler
from voicestream_tui.agent.claude.stream_json import Seen, parse
from voicestream_tui.agent.said import Said


class ClaudeDecoder:
    """Decodes stream-json, and the one-line JSON of `--output-format json`.

    Args:
        first_block: The number of the first block.
    """

    def __init__(self, first_block: int = 1) -> None:
        self.unreadable = 0
        self._assembler = Assembler(first_block)
        self._seen = Seen()
        self._seen = Seen()

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        said: list[Said] = []
        for message in parse(line, self._seen):
            self.unreadable += isinstance(message, m.Garbage)
            said += self._assembler.feed(message)
        return said

    def close(self) -> list[Said]:
        """The input has ended: settle what is open."""
        return self._assembler.close()
