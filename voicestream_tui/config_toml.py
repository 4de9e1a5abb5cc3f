"""Writes settings as TOML: those in effect, and a first file for the user."""

from __future__ import annotations

import json
from pathlib import Path

from voicestream_tui.config_model import TABLES, Settings
from voicestream_tui.errors import ConfigError


def literal(value: str | bool | int | float) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def show(settings: Settings) -> str:
    """Write the settings in effect as TOML, each with where it comes from."""
    lines: list[str] = []
    for table in TABLES:
        values = getattr(settings, table)
        rows = {
            key: f"{key} = {literal(getattr(values, key))}" for key in type(values).model_fields
        }
        width = max(map(len, rows.values()))
        lines.append(f"[{table}]")
        for key, row in rows.items():
            origin = settings.origins.get(f"{table}.{key}", "default")
            lines.append(f"{row:<{width}}  # {origin}")
        lines.append("")
    return "\n".join(lines)


def default_text() -> str:
    """The text of a first settings file: every key, described, with its default.

    The values are commented out, so that a later version's defaults reach the user.
    """
    lines = [
        "# Settings of voicestream-tui.",
        "# Take the # from a line to set it; what stands here is the default.",
        "# Order: defaults, then this file, then a preset, then the environment",
        '# (VOICESTREAM_TTS_SPEED=1.2), then options. "voicestream-tui config show" tells',
        "# which value is in effect and why.",
        "",
    ]
    for table, model in TABLES.items():
        lines += [f"# {model.__doc__}", f"[{table}]"]
        for key, field in model.model_fields.items():
            lines += [f"# {field.description}", f"#{key} = {literal(field.default)}", ""]
    return "\n".join(lines)


def init(path: Path) -> None:
    """Write a first settings file.

    Raises:
        ConfigError: the file is there already, or can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(default_text())
    except FileExistsError as error:
        raise ConfigError(
            f"{path} is there already; nothing was changed.",
            "Move it away first, or edit it as it is.",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} can't be written: {error.strerror}.", "Choose another place with --config."
        ) from error
