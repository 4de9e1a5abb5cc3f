"""The format that finds out by itself what an agent writes."""

from __future__ import annotations

from collections.abc import Callable

from voicestream_tui.agent.claude.decoder import ClaudeDecoder
from voicestream_tui.agent.decoder import Decoder
from voicestream_tui.agent.others.codex import CodexDecoder
from voicestream_tui.agent.others.gemini import GeminiDecoder
from voicestream_tui.agent.recognition import begun_by, format_of, is_claude, is_gemini_object
from voicestream_tui.agent.said import Said, Text
from voicestream_tui.agent.text_lines import TextDecoder

_LINES_HELD = 1000
"""Blank lines kept until the format is known."""
_MAKERS: dict[str, Callable[[int], Decoder]] = {
    "claude": ClaudeDecoder,
    "codex": CodexDecoder,
    "gemini": GeminiDecoder,
}
_FENCES = (b"```", b"~~~")


class AutoDecoder:
    """Decides at the first line that is not blank: JSON of which agent, or Markdown.

    A command's warnings often come before its output, and a script may run one agent after the
    other. So text turns into a format whose beginning comes in it, outside of code, and one
    format into another. In a format, every line that is not of it is unreadable.
    """

    def __init__(self) -> None:
        self._decoder: Decoder | None = None
        self._name = ""
        """Name of the format; empty for text."""
        self._held: list[bytes] = []
        self._last_block = 0
        self._in_code = False
        self._unreadable = 0
        """Lines that earlier decoders could not read."""

    @property
    def unreadable(self) -> int:
        """Lines so far that were not of the format."""
        return self._unreadable + (self._decoder.unreadable if self._decoder else 0)

    def feed(self, line: bytes) -> list[Said]:
        """Take one line, without its line feed."""
        if self._decoder is None:
            return self._begin(line)
        return self._switch(line) + self._decode(line)

    def close(self) -> list[Said]:
        """The input has ended: settle what is open."""
        said = self._release("") if any(line.strip() for line in self._held) else []
        return said + (self._decoder.close() if self._decoder else [])

    def _begin(self, line: bytes) -> list[Said]:
        stripped = line.strip()
        held_brace = bool(self._held) and self._held[-1].strip() == b"{"
        if held_brace:
            return self._release("gemini" if is_gemini_object(line) else "") + self._decode(line)
        if not stripped or stripped == b"{":
            if len(self._held) < _LINES_HELD:
                self._held.append(line)
            return []
        return self._release(format_of(line)) + self._decode(line)

    def _release(self, name: str) -> list[Said]:
        """Settle on a format, and give it the lines held back."""
        self._use(name)
        held, self._held = self._held, []
        return [one for line in held for one in self._decode(line)]

    def _use(self, name: str) -> None:
        self._unreadable = self.unreadable
        self._name = name
        self._decoder = _MAKERS.get(name, TextDecoder)(self._last_block + 1)

    def _switch(self, line: bytes) -> list[Said]:
        """Change the format if another one begins with this line."""
        if not self._name:
            if line.lstrip().startswith(_FENCES):
                self._in_code = not self._in_code
            if self._in_code:
                return []
        name = begun_by(line) or ("claude" if not self._name and is_claude(line) else "")
        if not name or name == self._name or self._decoder is None:
            return []
        said = self._decoder.close()
        self._use(name)
        return said

    def _decode(self, line: bytes) -> list[Said]:
        said = self._decoder.feed(line) if self._decoder else []
        for one in said:
            if isinstance(one, Text):
                self._last_block = max(self._last_block, one.block)
        return said
