"""Themes as TOML files: ours in the package, the user's in their own folder.

A file names its colours by what they are for (`Palette`). With `extends` it takes what it
does not name from another theme.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygments.styles import get_all_styles
from textual.theme import Theme

from voicestream_tui.errors import ConfigError
from voicestream_tui.tui.palette import PALETTE_KEYS, STAND_INS, Palette, palette_variables

DEFAULT_THEME = "voicestream-dark"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = ("name", "extends", "dark", "syntax", "colors")


@dataclass(frozen=True, slots=True)
class VoiceTheme:
    """A theme as its file describes it."""

    name: str
    dark: bool
    syntax: str
    """The Pygments style of unfolded code."""
    palette: Palette

    def to_textual(self) -> Theme:
        """The theme as Textual takes it."""
        p = self.palette
        return Theme(
            name=self.name,
            dark=self.dark,
            primary=p.accent,
            secondary=p.subagent,
            accent=p.accent,
            foreground=p.text,
            background=p.background,
            surface=p.panel,
            panel=p.panel,
            error=p.error,
            warning=p.warning,
            success=p.success,
            variables={
                "text": p.text,
                "text-muted": p.muted,
                "text-disabled": p.muted,
                "border": p.accent,
                "scrollbar": p.track,
                "scrollbar-hover": p.muted,
                "scrollbar-active": p.accent,
                "scrollbar-background": p.background,
                "scrollbar-background-hover": p.background,
                "scrollbar-background-active": p.background,
                "scrollbar-corner-color": p.background,
                "block-cursor-background": p.spoken,
                "block-cursor-foreground": p.text,
                "block-cursor-text-style": "none",
                "block-cursor-blurred-background": p.spoken,
                "block-cursor-blurred-foreground": p.text,
                "screen-selection-background": p.phrase,
                "screen-selection-foreground": p.phrase_text,
                **palette_variables(p),
            },
        )


def shipped_folder() -> Path:
    """Where our own theme files lie: in the installed package or in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_themes(user_folder: Path | None) -> tuple[dict[str, VoiceTheme], list[ConfigError]]:
    """Read all theme files; the user's own win over ours of the same name.

    Args:
        user_folder: The folder with the user's files; need not exist.

    Returns:
        The themes by name, ours first, and what is wrong with files of the user's that
        could not be used.

    Raises:
        ConfigError: One of our own files is broken.
    """
    themes: dict[str, VoiceTheme] = {}
    for path in sorted(shipped_folder().glob("*.toml"), key=_default_first):
        theme = load_theme(path, themes)
        themes[theme.name] = theme
    problems: list[ConfigError] = []
    if user_folder is not None and user_folder.is_dir():
        for path in sorted(user_folder.glob("*.toml")):
            try:
                theme = load_theme(path, themes)
                themes[theme.name] = theme
            except ConfigError as problem:
                problems.append(problem)
    return themes, problems


def _default_first(path: Path) -> tuple[bool, str]:
    return path.stem != DEFAULT_THEME, path.stem


def load_theme(path: Path, known: Mapping[str, VoiceTheme]) -> VoiceTheme:
    """Read one theme file.

    Args:
        path: The file.
        known: The themes that it may extend.

    Raises:
        ConfigError: The file cannot be read, or a key or value is wrong; says which.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}.") from error
    _check_keys(path, "", data, _KEYS)
    base = _base(path, data, known)
    dark = data.get("dark", base.dark if base else True)
    if not isinstance(dark, bool):
        raise ConfigError(f"{path}: dark must be true or false, not {dark!r}.")
    return VoiceTheme(
        name=_string(path, data, "name", path.stem),
        dark=dark,
        syntax=_syntax(path, data, base),
        palette=_palette(path, data.get("colors", {}), base),
    )


def _base(
    path: Path, data: Mapping[str, Any], known: Mapping[str, VoiceTheme]
) -> VoiceTheme | None:
    name = _string(path, data, "extends", "")
    if name and name not in known:
        raise ConfigError(
            f"{path}: extends names {name!r}, which is no theme.",
            f"Themes that can be extended: {', '.join(known)}.",
        )
    return known[name] if name else None


def _palette(path: Path, colors: Any, base: VoiceTheme | None) -> Palette:
    if not isinstance(colors, dict):
        raise ConfigError(f"{path}: colors must be a table.", "Write it as [colors].")
    _check_keys(path, "colors.", colors, PALETTE_KEYS)
    values: dict[str, str] = {}
    for key in PALETTE_KEYS:
        value = colors.get(key, getattr(base.palette, key) if base else None)
        if value is None and key in STAND_INS:
            value = values.get(STAND_INS[key], colors.get(STAND_INS[key]))
        if value is None:
            raise ConfigError(
                f"{path}: colors.{key} is missing.",
                f'Add it, or take the rest from another theme: extends = "{DEFAULT_THEME}".',
            )
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            raise ConfigError(
                f"{path}: colors.{key} is {value!r}, which is no colour.",
                'Write six hexadecimal digits, such as "#1a2b3c".',
            )
        values[key] = value.lower()
    return Palette(**values)


def _syntax(path: Path, data: Mapping[str, Any], base: VoiceTheme | None) -> str:
    name = _string(path, data, "syntax", base.syntax if base else "github-dark")
    known = sorted(get_all_styles())
    if name not in known:
        raise ConfigError(
            f"{path}: syntax is {name!r}, which is no Pygments style.", _nearest(name, known)
        )
    return name


def _string(path: Path, data: Mapping[str, Any], key: str, default: str) -> str:
    value = data.get(key, default)
    if not isinstance(value, str):
        raise ConfigError(f"{path}: {key} must be a string, not {value!r}.")
    return value


def _check_keys(path: Path, where: str, data: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in data:
        if key not in known:
            raise ConfigError(f"{path}: {where}{key} is unknown.", _nearest(key, known))


def _nearest(name: str, known: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
