"""A row of the transcript: a segment, or a whole block of thinking, with what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto

from voicestream_tui.model import Kind, Segment, Translation
from voicestream_tui.text.notices import ended_tool
from voicestream_tui.tui.thoughts import Thoughts

_FOLDABLE = (Kind.CODE, Kind.TABLE)
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*([\w+#.-]+)", re.MULTILINE)
_LONGEST_MESSAGE = 12
LINES_OF_LONG_MESSAGE = 8
"""So many of a longer message's lines always show."""
AGENT_COLOURS = 4
"""So many sub-agents at a time can be told apart by colour."""


class RowState(StrEnum):
    """Where a row is on its way to the ear."""

    WAITING = auto()
    SPEAKING = auto()
    SPOKEN = auto()
    SKIPPED = auto()
    WITHDRAWN = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a tool use ended."""

    ok: bool
    seconds: float


@dataclass(slots=True)
class Row:
    """One segment with what became of it; of thinking, all segments of its block."""

    segment: Segment
    t: float
    """Seconds since the start."""
    gap: bool = False
    """A blank line stands above it."""
    named: bool = False
    """The sub-agent's name stands before its text."""
    colour: int = 0
    """Which of the sub-agents' colours, from 1; 0 for the main agent."""
    hang: int = 2
    """Cells of an item's mark with the blank behind it, also before its later sentences."""
    translation: Translation | None = None
    outcome: Outcome | None = None
    thoughts: Thoughts | None = None
    state: RowState = RowState.WAITING
    unfolded: bool = False
    revision: int = 0
    """Counts every change of what the row shows."""
    awaited: bool = True
    """False once no translation can come any more."""

    @property
    def agent(self) -> str:
        """The sub-agent's name; empty for the main agent."""
        return agent_name(self.segment)

    @property
    def foldable(self) -> bool:
        segment = self.segment
        if segment.kind is Kind.USER:
            return segment.english.count("\n") >= _LONGEST_MESSAGE
        if segment.kind is Kind.SUBAGENT:  # code of a sub-agent: a label stands for it
            return bool(segment.label) and segment.label != self.agent
        return segment.kind is Kind.THINKING or (
            segment.kind in _FOLDABLE and bool(segment.english)
        )

    @property
    def english(self) -> str:
        """The English as copied: of code and tables the content."""
        return self.thoughts.english if self.thoughts is not None else self.segment.english

    @property
    def japanese(self) -> str:
        """The Japanese as shown; empty while there is none."""
        if self.thoughts is not None:
            return self.thoughts.japanese if self.unfolded else self.thoughts.gist
        translation, segment = self.translation, self.segment
        japanese = segment.japanese if translation is None else translation.japanese
        if segment.kind is Kind.TOOL and self.outcome is not None:
            return ended_tool(japanese, self.outcome.ok)
        return japanese

    @property
    def pending(self) -> bool:
        """Its Japanese is still to come."""
        if self.segment.kind is Kind.USER or self.japanese:
            return False
        return self.awaited and (self.thoughts is None or self.segment.speakable)

    @property
    def wide(self) -> bool:
        """The English takes the room of both columns."""
        alone = self.segment.kind in (Kind.USER, Kind.THINKING)
        return alone and not self.japanese and not self.pending

    @property
    def language(self) -> str:
        """The programming language that a code block names, in lower case."""
        match = _FENCE.search(self.segment.source)
        return match[1].lower() if match else ""


def agent_name(segment: Segment) -> str:
    """The sub-agent that a segment comes from; empty for the main agent."""
    return segment.agent or (segment.label if segment.kind is Kind.SUBAGENT else "")


def printable(text: str) -> str:
    """Replace control characters one for one, so that no text can move the cursor."""
    return _UNPRINTABLE.sub(_replacement, text)


def one_line(text: str) -> str:
    """The text on one line, without control characters: for the lines at the bottom."""
    return " ".join(printable(text).split())


def _replacement(match: re.Match[str]) -> str:
    return " " if match[0] in "\t\r" else "\ufffd"
