"""Writes settings as TOML: those in effect, and a first file for the user."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from voicestream_tui.config_model import ENGINES, TABLES, Settings
from voicestream_tui.errors import ConfigError


def literal(value: str | bool | int | float) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def any_literal(value: Any) -> str:
    """Write a value of whatever type TOML has, a table in one line."""
    match value:
        case Mapping():
            pairs = (f"{_key(key)} = {any_literal(part)}" for key, part in value.items())
            return "{ " + ", ".join(pairs) + " }" if value else "{}"
        case list():
            return f"[{', '.join(map(any_literal, value))}]"
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return literal(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else literal(name)


def show(settings: Settings) -> str:
    """Write the settings in effect as TOML, each with where it comes from."""
    lines: list[str] = []
    for table in TABLES:
        values = getattr(settings, table)
        own = {key: literal(getattr(values, key)) for key in type(values).model_fields}
        origins = {key: settings.origins.get(f"{table}.{key}", "default") for key in own}
        lines += _table(table, own, origins)
    for name, free in settings.engines.items():
        origin = settings.origins.get(f"{ENGINES}.{name}", "default")
        own = {_key(key): any_literal(value) for key, value in free.items()}
        lines += _table(f"{ENGINES}.{_key(name)}", own, dict.fromkeys(own, origin))
    return "\n".join(lines)


def _table(name: str, values: Mapping[str, str], origins: Mapping[str, str]) -> list[str]:
    rows = {key: f"{key} = {value}" for key, value in values.items()}
    width = max(map(len, rows.values()), default=0)
    shown = (f"{row:<{width}}  # {origins[key]}" for key, row in rows.items())
    return [f"[{name}]", *shown, ""]


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
    lines.append("# An engine of another package has a table of its own: [engines.NAME]")
    return "\n".join([*lines, ""])


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
