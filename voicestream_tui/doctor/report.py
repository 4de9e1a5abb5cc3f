"""The report: lines for people, as they come, or one JSON object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO
from unicodedata import combining, east_asian_width

from voicestream_tui.doctor.finding import Finding, Status

_NAME = 18
_INDENT = 2 + 2 + 4 + 2
_SIGNS = {Status.OK: "✓", Status.WARN: "!", Status.FAIL: "✗"}
_PLAIN_SIGNS = {Status.OK: "+", Status.WARN: "!", Status.FAIL: "x"}
_ERASE = "\r\x1b[K"
_COLOURS = {Status.OK: "32", Status.WARN: "33", Status.FAIL: "1;31"}


class Report:
    """Writes findings as they come.

    Args:
        out: Where to.
        colour: The output is a terminal that knows colours and can erase a line.
        width: Columns of the terminal; 0 leaves lines as long as they are.
    """

    def __init__(self, out: TextIO, *, colour: bool = False, width: int = 0) -> None:
        self._out = out
        self._colour = colour
        self._width = width
        self._area = ""
        self._signs = _SIGNS if _can_write(out, "✓✗→“”") else _PLAIN_SIGNS
        self._arrow = "→" if self._signs is _SIGNS else "->"
        self.counts: Counter[Status] = Counter()

    def expect(self, name: str) -> None:
        """Show what is looked at now, until its line comes."""
        if self._colour:
            self._out.write(f"  … {name}")
            self._out.flush()

    def add(self, area: str, finding: Finding) -> None:
        """Write one finding, below its area's heading."""
        if self._colour:
            self._out.write(_ERASE)
        if area != self._area:
            gap = "\n" if self._area else ""
            self._print(gap + self._coloured(area, "1"))
            self._area = area
        self.counts[finding.status] += 1
        sign = self._coloured(
            f"{self._signs[finding.status]} {finding.status:4}", _COLOURS[finding.status]
        )
        name = finding.name + " " * max(_NAME - columns(finding.name), 0)
        start = _INDENT + max(_NAME, columns(finding.name)) + 1
        first, *rest = self._wrapped(finding.message, start)
        self._print(f"  {sign}  {name} {first}")
        for line in rest:
            self._print(" " * start + line)
        for line in self._remedy(finding.remedy):
            self._print(" " * _INDENT + line)

    def end(self) -> None:
        """Write the summary."""
        if self._colour:
            self._out.write(_ERASE)
        parts = [
            f"{self.counts[status]} {singular if self.counts[status] == 1 else plural}"
            for status, singular, plural in (
                (Status.OK, "ok", "ok"),
                (Status.WARN, "warning", "warnings"),
                (Status.FAIL, "failure", "failures"),
            )
        ]
        self._print(f"\n{sum(self.counts.values())} checks: {', '.join(parts)}.")

    def _remedy(self, text: str) -> list[str]:
        lines: list[str] = []
        for number, line in enumerate(text.splitlines()):
            mark = f"{self._arrow} " if number == 0 else " " * (len(self._arrow) + 1)
            for part in self._wrapped(line, _INDENT + len(mark)):
                lines.append(mark + part)
                mark = " " * len(mark)
        return lines

    def _wrapped(self, text: str, start: int) -> list[str]:
        room = max(self._width - start, 30) if self._width else 0
        return [part for line in text.splitlines() for part in wrapped(line, room)] or [""]

    def _coloured(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def _print(self, text: str) -> None:
        encoding = getattr(self._out, "encoding", None) or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._out.flush()


def as_json(findings: Iterable[tuple[str, Finding]]) -> str:
    """Write everything as one JSON object; see the README."""
    found = list(findings)
    return json.dumps(
        {
            "ok": all(finding.status is not Status.FAIL for _, finding in found),
            "checks": [_entry(area, finding) for area, finding in found],
        },
        default=str,
    )


def _entry(area: str, finding: Finding) -> Mapping[str, object]:
    return {
        "name": finding.name,
        "area": area,
        "status": str(finding.status),
        "message": finding.message,
        "remedy": finding.remedy,
        "details": dict(finding.details),
    }


def columns(text: str) -> int:
    """How many columns a terminal needs for a text."""
    return sum(
        0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1
        for c in text
        if c.isprintable()
    )


def wrapped(text: str, room: int) -> Sequence[str]:
    """Break a text between words so that no line is wider than `room` columns; 0 breaks nothing.

    A word that is too wide by itself, such as a path, stays whole: it may have to be copied.
    """
    if not room or columns(text) <= room:
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if columns(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _can_write(out: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(out, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True
