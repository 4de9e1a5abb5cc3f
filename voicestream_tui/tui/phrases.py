"""Which phrase of a Japanese sentence sounds now."""

from __future__ import annotations

import re

from voicestream_tui.model import PlayerState

_BORDER = re.compile(r"[、。，．！？；：]+[」』）)]*")
_SHORTEST = 4
"""A phrase of fewer characters joins the next one: a highlight that flickers is no help."""


def phrases(text: str) -> list[tuple[int, int]]:
    """Cut a text at its commas and full stops into ranges that cover it all."""
    cuts = [*(match.end() for match in _BORDER.finditer(text)), len(text)]
    ranges: list[tuple[int, int]] = []
    start = 0
    for end in cuts:
        if end - start >= _SHORTEST or end == len(text):
            ranges.append((start, end))
            start = end
    return [item for item in ranges if item[0] < item[1]]


def sounding_phrase(text: str, state: PlayerState) -> tuple[int, int]:
    """The stretch of `text` to highlight, snapped to the borders of phrases.

    Args:
        text: The Japanese as shown.
        state: The player's state while this text sounds.

    Returns:
        A range of characters; empty for an empty text.
    """
    ranges = phrases(text)
    if not ranges:
        return (0, 0)
    begin, end = state.fraction
    if end <= begin:
        begin, end = 0.0, 1.0
    inside = [r for r in ranges if begin <= (r[0] + r[1]) / 2 / len(text) <= end]
    if len(inside) == len(ranges) > 1 and state.duration > 0:
        inside = []
        begin = end = min(state.position / state.duration, 1.0)
    if not inside:
        middle = (begin + end) / 2 * len(text)
        inside = [next((r for r in ranges if middle < r[1]), ranges[-1])]
    return (inside[0][0], inside[-1][1])
