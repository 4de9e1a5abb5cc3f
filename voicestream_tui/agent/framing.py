"""Chunks of bytes → lines, split at line feeds alone.

Other separators that text may hold (U+0085, U+2028, form feed, a lone carriage return) are
content: an agent's JSON lines hold them raw.
"""

from __future__ import annotations

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a line that are kept unless told otherwise."""


class Framer:
    """Puts lines together from chunks of any size, in bounded memory.

    Args:
        max_line: Bytes of a line that are kept. Of a longer line the first `max_line` bytes
            are given as soon as they are there, and the rest up to its line feed is skipped.
    """

    def __init__(self, max_line: int = LONGEST_LINE) -> None:
        self.truncated = 0
        """Lines so far that were too long."""
        self._max_line = max_line
        self._parts: list[bytes] = []
        self._length = 0
        self._skipping = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the lines that are complete now, without line feeds."""
        *ends, rest = chunk.split(b"\n")
        lines: list[bytes] = []
        for end in ends:
            lines += self._keep(end)
            if not self._skipping:
                lines.append(self._take())
            self._skipping = False
        return lines + self._keep(rest)

    def close(self) -> list[bytes]:
        """The input has ended; return the line that was not ended by a line feed, if any."""
        rest = self._take()
        self._skipping = False
        return [rest] if rest else []

    def _keep(self, part: bytes) -> list[bytes]:
        """Add to the line that is being put together; return it if that makes it too long."""
        if self._skipping or not part:
            return []
        if self._length + len(part) <= self._max_line:
            self._parts.append(part)
            self._length += len(part)
            return []
        self._parts.append(part[: self._max_line - self._length])
        self._skipping = True
        self.truncated += 1
        return [self._take()]

    def _take(self) -> bytes:
        line = b"".join(self._parts)
        self._parts = []
        self._length = 0
        return line
