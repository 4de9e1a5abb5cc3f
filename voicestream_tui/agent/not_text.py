"""Keeps what is no text away from the decoders: a flood of it becomes one line that counts it."""

from __future__ import annotations

import re

from voicestream_tui.agent.decoder import Decoder
from voicestream_tui.agent.said import Activity, Said, Unreadable
from voicestream_tui.model import AgentState

_CONTROL = bytes({*range(32), 127} - {*b"\t\n\r\b\f\x1b"})
_SHARE = 0.3
"""From this share of bad characters on, a line is no text."""
_ENOUGH = 8
"""So many characters of text in one piece end a stretch that is none: in noise, a few letters
happen to stand together."""
_HIGH = re.compile(rb"[\x80-\xff]")


def bad_characters(line: bytes) -> int:
    """How many control characters and bytes that are not UTF-8 stand in a line."""
    controls = len(line) - len(line.translate(None, _CONTROL))
    if not _HIGH.search(line):
        return controls
    try:
        line.decode()
    except UnicodeDecodeError:
        return controls + line.decode("utf-8", "replace").count("\ufffd")
    return controls


def is_text(line: bytes) -> bool:
    """Whether a line is text in UTF-8, a few broken characters aside."""
    return b"\0" not in line and bad_characters(line) < max(1.0, _SHARE * len(line))


class TextOnly:
    """A decoder that gets the lines that are text; of the others it tells how much they were."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._skipped = 0
        """Bytes of the stretch that is no text."""
        self._told = 0
        self._stretches = 0
        self._pending: list[bytes] = []
        """Short lines of text within it, which may still be noise."""

    @property
    def unreadable(self) -> int:
        """Lines that were not of the format; a stretch that is no text counts as one."""
        return self._decoder.unreadable + self._stretches

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        if not self._skipped and is_text(line):
            return self._decoder.feed(line)
        # In noise, a line that is not all text is most likely noise as well.
        if not self._skipped or bad_characters(line):
            return self._skip([*self._pending, line])
        self._pending.append(line)
        if sum(len(one.strip()) for one in self._pending) < _ENOUGH:
            return []
        return self._resume()

    def close(self) -> list[Said]:
        """The input has ended: settle what is open."""
        return self._resume() + self._decoder.close()

    def _skip(self, lines: list[bytes]) -> list[Said]:
        self._pending = []
        self._skipped += sum(len(line) + 1 for line in lines)
        if self._skipped < 2 * self._told:
            return []
        self._told = self._skipped
        return [Activity(AgentState.WRITING, f"{self._skipped:,} bytes that are not text")]

    def _resume(self) -> list[Said]:
        """The stretch is over: count it, and go on with the text."""
        said: list[Said] = []
        if self._skipped:
            said.append(Unreadable(f"{self._skipped:,} bytes that are not text in UTF-8"))
            self._stretches += 1
        lines, self._pending, self._skipped, self._told = self._pending, [], 0, 0
        for line in lines:
            said += self._decoder.feed(line)
        return said
