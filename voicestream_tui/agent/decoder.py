"""The protocol of formats: what turns an agent's lines into what it said."""

from __future__ import annotations

from typing import Protocol

from voicestream_tui.agent.said import Said


class Decoder(Protocol):
    """Turns an agent's lines into what it said. Never raises, whatever the lines hold.

    docs/formats.md says how to write one.
    """

    @property
    def unreadable(self) -> int:
        """Lines so far that were not of the format."""
        ...

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        ...

    def close(self) -> list[Said]:
        """The input has ended, expectedly or not: settle what is open."""
        ...
