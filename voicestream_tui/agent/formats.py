"""Lines → what was said, for claude's stream-json, for plain text, and for either of them."""

from __future__ import annotations

import json
import re
from typing import Protocol

from voicestream_tui.agent import messages as m
from voicestream_tui.agent.assembler import Assembler
from voicestream_tui.agent.said import (
    Activity,
    BlockEnd,
    Said,
    Text,
    TurnEnd,
    TurnStarted,
)
from voicestream_tui.agent.stream_json import parse
from voicestream_tui.agent.surrogates import mend
from voicestream_tui.model import AgentState

_BLANK_LINES = 1000
"""Blank lines kept until the format is known."""
_TYPES = ("system", "stream_event", "assistant", "user", "result")
_BEGINNING = b'{"type":"'
_FIELDS = (b'"session_id":"', b'"parent_tool_use_id":')
"""What marks a line of claude's whose end or whose beginning is missing."""


_TERMINAL_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""Control sequences (ECMA-48): CSI, OSC, and the two-character ones."""


class Decoder(Protocol):
    """Turns an agent's lines into what it said. Never raises, whatever the lines hold."""

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


class ClaudeDecoder:
    """Decodes stream-json, and the one-line JSON of `--output-format json`.

    Args:
        first_block: The number of the first block.
    """

    def __init__(self, first_block: int = 1) -> None:
        self.unreadable = 0
        self._assembler = Assembler(first_block)

    def feed(self, line: bytes) -> list[Said]:
        said: list[Said] = []
        for message in parse(line):
            self.unreadable += isinstance(message, m.Garbage)
            said += self._assembler.feed(message)
        return said

    def close(self) -> list[Said]:
        return self._assembler.close()


class TextDecoder:
    """Takes lines as plain text or Markdown: one turn, one block, every line with its line feed."""

    def __init__(self) -> None:
        self.unreadable = 0
        self._open = False

    def feed(self, line: bytes) -> list[Said]:
        # Colours and the like are for a terminal's eyes: neither to be shown here nor spoken.
        plain = _TERMINAL_CODES.sub("", mend(line.decode("utf-8", "replace")))
        text = Text(1, plain + "\n")
        if self._open:
            return [text]
        self._open = True
        return [TurnStarted(), Activity(AgentState.WRITING), text]

    def close(self) -> list[Said]:
        if not self._open:
            return []
        self._open = False
        return [BlockEnd(1), TurnEnd(), Activity(AgentState.DONE)]


class AutoDecoder:
    """Decides at the first line that is not blank whether the agent writes JSON or text.

    Text may turn into stream-json later: a command's warnings often come before its output.
    After it has decided for JSON, every other line is unreadable.
    """

    def __init__(self) -> None:
        self._decoder: Decoder | None = None
        self._blank: list[bytes] = []

    @property
    def unreadable(self) -> int:
        return self._decoder.unreadable if self._decoder else 0

    def feed(self, line: bytes) -> list[Said]:
        if self._decoder is None:
            if not line.strip():
                if len(self._blank) < _BLANK_LINES:
                    self._blank.append(line)
                return []
            self._decoder = ClaudeDecoder() if _is_claude(line) else TextDecoder()
            said: list[Said] = []
            if isinstance(self._decoder, TextDecoder):
                for blank in self._blank:
                    said += self._decoder.feed(blank)
            self._blank.clear()
            return said + self._decoder.feed(line)
        if isinstance(self._decoder, TextDecoder) and _is_unmistakable(line):
            said = self._decoder.close()
            self._decoder = ClaudeDecoder(first_block=2)
            return said + self._decoder.feed(line)
        return self._decoder.feed(line)

    def close(self) -> list[Said]:
        return self._decoder.close() if self._decoder else []


def _is_claude(line: bytes) -> bool:
    """Whether a line is a JSON object with a type, or an array of such, or the torn half of one."""
    try:
        value = json.loads(line.decode("utf-8", "replace").strip().removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return line.startswith(_BEGINNING) or (
            line.rstrip().endswith(b"}") and any(field in line for field in _FIELDS)
        )
    if isinstance(value, list) and value:
        value = value[0]
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _is_unmistakable(line: bytes) -> bool:
    """Whether a line can only be one of claude's: the first one, or one with type and ids."""
    if not line.startswith(b"{") or b'"session_id"' not in line:
        return False
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    ids = ("session_id",) if value.get("subtype") == "init" else ("session_id", "uuid")
    named = all(isinstance(value.get(key), str) and value[key] for key in ids)
    return named and value.get("type") in _TYPES
