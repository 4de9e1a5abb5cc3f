"""After a message was cut off: is it told again, gone on with, or followed by something else?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

_ENOUGH = 8
"""Characters in common that make a beginning the same beginning."""
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CLOSERS = "\"'”’»」』)]*_`"
_GAP_AFTER = tuple(",)`*")
_GAP_BEFORE = tuple("(`*\"'")
_ENDS = tuple(".!?…:;。！？：")


class Verdict(Enum):
    """What a text after a cut is."""

    REPEATED = auto()
    """A block, whole, that stands already."""
    CONTINUED = auto()
    """The block that was cut off, told again and (perhaps) further."""
    REPLACED = auto()
    """The block that was cut off, told again in other words."""
    NEW = auto()
    """Something else: what follows the cut."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What had been said when a message was cut off."""

    standing: tuple[str, ...] = ()
    """Its blocks that were finished; the agent keeps them."""
    pending: str = ""
    """The text of its unfinished block; empty if there is none."""
    resumed: bool = False
    """The model was asked to go on from there; if not, what follows is a second attempt."""


class Comparison:
    """Compares one text, as it arrives, with what had been said before the cut."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._candidates = [text.lstrip() for text in (*cut.standing, cut.pending) if text.strip()]
        self._length = 0

    def add(self, piece: str) -> bool:
        """Take the next piece; the first one must not begin with blank space.

        Returns:
            Whether the text so far is still equal to something said before. If so, nothing
            of it is new and a verdict is too early.
        """
        self._candidates = [
            text for text in self._candidates if text.startswith(piece, self._length)
        ]
        self._length += len(piece)
        return bool(self._candidates)

    def verdict(self, text: str, complete: bool) -> tuple[Verdict, int]:
        """Judge `text`, the joined pieces, when `add` said False or when it is complete.

        Returns:
            The verdict, and how many of its first characters have been said before
            (0 when they have to be said, or said again).
        """
        pending = self._cut.pending.lstrip()
        if complete and any(text.strip() == said.strip() for said in self._cut.standing):
            return Verdict.REPEATED, len(text)
        if pending and text.startswith(pending):
            return Verdict.CONTINUED, len(pending)
        if complete and pending.strip() and text.strip() == pending.strip():
            return Verdict.CONTINUED, len(text)
        if _common(text, pending) >= _ENOUGH:
            return Verdict.REPLACED, 0
        for said in sorted(map(str.lstrip, self._cut.standing), key=len, reverse=True):
            if len(said) >= _ENOUGH and text.startswith(said):
                return Verdict.REPLACED, len(said)
            if _common(text, said) >= _ENOUGH:
                return Verdict.REPLACED, 0
        return Verdict.NEW, 0


def is_unfinished(text: str) -> bool:
    """Tell whether a text breaks off: inside a code block or not at the end of a sentence."""
    if len(_FENCE.findall(text)) % 2:
        return True
    if text[-1:].isspace():
        return True
    last_line = text[text.rfind("\n") + 1 :]
    return not (_FENCE.match(last_line) or last_line.rstrip(_CLOSERS).endswith(_ENDS))


def joint(before: str, after: str) -> str:
    """Return what belongs between a text that was cut off and its continuation: "" or a space.

    An agent that goes on after a cut starts with the next word, and its texts never start
    with a space.
    """
    line = before[before.rfind("\n") + 1 :]
    in_code = len(_FENCE.findall(before)) % 2 or line.count("`") % 2
    words = (before[-1:].isalnum() or before[-1:] in _GAP_AFTER) and (
        after[:1].isalnum() or after[:1] in _GAP_BEFORE
    )
    return " " if words and not in_code else ""


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
