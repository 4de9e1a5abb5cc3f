"""A plan's Markdown as text: headings, lists and code keep their looks, marks go."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rich.text import Text

from voicestream_tui.tui.rows import printable

_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+(.*)$")
_FENCE = re.compile(r"\s*(```|~~~)")
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__")


def plan_text(plan: str, colours: Mapping[str, str]) -> Text:
    """The plan line by line.

    Args:
        plan: Markdown.
        colours: The theme's variables, `vs-heading` and so on.
    """
    lines: list[Text] = []
    fenced = False
    for raw in plan.strip().split("\n"):
        line = printable(raw.expandtabs(4)).rstrip()
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            lines.append(Text(f"  {line}", colours["vs-code"]))
        elif heading := _HEADING.match(line):
            lines.append(_inline(heading[1], colours, f"bold {colours['vs-heading']}"))
        elif item := _ITEM.match(line):
            mark = "\u2219" if item[2] in "-*+" else item[2]
            start = Text.assemble(item[1], (f"{mark} ", colours["vs-accent"]))
            lines.append(start + _inline(item[3], colours, ""))
        else:
            lines.append(_inline(line, colours, ""))
    return Text("\n").join(lines)


def _inline(text: str, colours: Mapping[str, str], style: str) -> Text:
    shown = Text(style=style)
    place = 0
    for found in _INLINE.finditer(text):
        shown.append(text[place : found.start()])
        if found[1]:
            shown.append(found[1], colours["vs-code"])
        else:
            shown.append(found[2] or found[3], "bold")
        place = found.end()
    shown.append(text[place:])
    return shown
