"""The colours of Textual's own themes, by the names that ours have."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

_LEAST_CONTRAST = 4.5
"""Of text and its background: WCAG 2.2, success criterion 1.4.3."""
_WHITE, _BLACK = Color(255, 255, 255), Color(0, 0, 0)
_STEP = 0.1
"""Share of black or white that a colour gets more at a time, until it can be read."""
_BACKGROUNDS = {
    "background": "background",
    "panel": "panel",
    "selected": "surface-lighten-1",
    "spoken": "surface-lighten-2",
    "phrase": "primary-muted",
    "content": "surface",
    "track": "surface-lighten-2",
}
_TEXTS = {
    **dict.fromkeys(("text", "japanese"), "foreground"),
    **dict.fromkeys(("muted", "quote", "tool"), "foreground-muted"),
    **dict.fromkeys(("accent", "heading", "link", "user", "subagent_2"), "primary"),
    **dict.fromkeys(("code", "success", "subagent_3"), "success"),
    **dict.fromkeys(("warning", "subagent_4"), "warning"),
    "subagent": "secondary",
    "error": "error",
}
_ON = {
    **dict.fromkeys(_TEXTS, ("background", "panel", "selected", "spoken")),
    **dict.fromkeys(("text", "code"), ("background", "panel", "selected", "spoken", "content")),
}
_MARKS = {
    "bar": "primary",
    "peak": "foreground",
    "level_low": "success",
    "level_mid": "warning",
    "level_high": "error",
}


def has_own_colours(theme: Theme) -> bool:
    """Whether a theme says its colours; some leave them to the terminal, and nobody knows them."""
    return Color.parse(theme.primary).ansi is None


def borrowed_variables(theme: Theme) -> dict[str, str]:
    """The names of our colours for a theme that is not ours, as near as it has them.

    All are "#rrggbb": Rich, which paints the rows, knows no transparent ones. Texts are made
    lighter or darker until they can be read on the backgrounds where they stand.

    Args:
        theme: one that has colours of its own.
    """
    of = theme.to_color_system().generate()
    base = Color.parse(of["background"])

    def solid(name: str) -> Color:
        color = Color.parse(of[name])
        return base.blend(color, color.a, alpha=1.0)

    near = {key: solid(name) for key, name in {**_BACKGROUNDS, **_MARKS}.items()}
    for key, name in _TEXTS.items():
        near[key] = _readable(solid(name), [near[ground] for ground in _ON[key]])
    near["phrase_text"] = _readable(near["text"], [near["phrase"]])
    return {f"vs-{key.replace('_', '-')}": color.hex6.lower() for key, color in near.items()}


def _readable(color: Color, grounds: list[Color]) -> Color:
    """The nearest to a colour that can be read on all backgrounds, or best if none quite can."""
    ways = [color.blend(end, _STEP * n, alpha=1.0) for n in range(11) for end in (_WHITE, _BLACK)]
    contrasts = [min(_contrast(way, ground) for ground in grounds) for way in ways]
    for way, contrast in zip(ways, contrasts, strict=True):
        if contrast >= _LEAST_CONTRAST:
            return way
    return ways[contrasts.index(max(contrasts))]


def _contrast(one: Color, other: Color) -> float:
    """Between 1 and 21: WCAG 2.2, "contrast ratio"."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    """Between 0 and 1: WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
