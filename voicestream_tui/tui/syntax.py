"""Syntax colours for unfolded code."""

from __future__ import annotations

from rich.style import Style
from rich.syntax import Syntax

from voicestream_tui.tui.overlays import Run

_LONGEST = 60_000
"""Longer contents stay plain: colouring them would hold up the screen."""


def syntax_runs(code: str, language: str, pygments_style: str) -> list[Run]:
    """Colour a piece of code.

    Args:
        code: The text as shown.
        language: A Pygments lexer's name or alias; an unknown one leaves the text plain.
        pygments_style: A Pygments style's name.

    Returns:
        Coloured stretches in order, not overlapping, without backgrounds.
    """
    if not language or len(code) > _LONGEST:
        return []
    syntax = Syntax(code, language, theme=pygments_style, background_color="default")
    text = syntax.highlight(code)
    shown = len(text.plain)
    runs: list[Run] = []
    for span in text.spans:
        style = span.style if isinstance(span.style, Style) else Style.parse(span.style)
        end = min(span.end, shown, len(code))
        if style.color is not None and span.start < end:
            runs.append((span.start, end, Style(color=style.color, italic=style.italic)))
    return sorted(runs, key=lambda run: run[:2])
