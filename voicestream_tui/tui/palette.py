"""The colours of the screen, named by their use, and what the style sheet calls them."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme, each "#rrggbb", named by their use."""

    background: str
    panel: str
    """Background of the meter, the status line and windows."""
    text: str
    muted: str
    """Time stamps, notices and labels."""
    japanese: str
    accent: str
    """Keys, marks and frames."""
    heading: str
    code: str
    link: str
    quote: str
    tool: str
    user: str
    """What the user wrote to the agent."""
    subagent: str
    """The first sub-agent; the next three, then the first again."""
    subagent_2: str
    subagent_3: str
    subagent_4: str
    error: str
    warning: str
    success: str
    selected: str
    """Background of the selected row."""
    spoken: str
    """Background of the row that sounds."""
    bar: str
    """The mark at the left edge of the row that sounds."""
    phrase: str
    """Background of the phrase that sounds."""
    phrase_text: str
    content: str
    """Background of unfolded code."""
    track: str
    """The unlit part of the level bar."""
    level_low: str
    level_mid: str
    level_high: str
    peak: str


PALETTE_KEYS = tuple(field.name for field in fields(Palette))
STAND_INS = {
    "user": "accent",
    "subagent_2": "link",
    "subagent_3": "code",
    "subagent_4": "warning",
}
"""What a file need not name: the colour that is taken instead."""


def palette_variables(palette: Palette) -> dict[str, str]:
    """The style sheet's names of the colours: `$vs-level-low` and so on."""
    return {f"vs-{key.replace('_', '-')}": getattr(palette, key) for key in PALETTE_KEYS}
