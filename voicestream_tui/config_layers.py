"""The places that settings come from, each as one layer."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from voicestream_tui.config_check import Layer, nearest_key
from voicestream_tui.config_model import KEYS, TABLES
from voicestream_tui.errors import ConfigError
from voicestream_tui.home import expand_home

PREFIX = "VOICESTREAM_"
OTHER_VARIABLES = frozenset({"CONFIG", "PRESET", "LOG_DIR", "VENV"})
"""Variables with our prefix that are no settings."""


def presets() -> list[str]:
    """Names of the presets that are shipped."""
    folder = resources.files("voicestream_tui") / "presets"
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def file_layer(path: Path, *, required: bool) -> Layer | None:
    """Read a settings file; None if it is neither there nor required.

    Raises:
        ConfigError: it is required and not there, can't be read, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        if not required:
            return None
        raise ConfigError(
            f"{path} does not exist.", f'"voicestream-tui config init --config {path}" makes it.'
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{path}, line {line}: not UTF-8 text.", "Save the file as UTF-8."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} can't be read: {error.strerror}.", "Check what it is, and its permissions."
        ) from error
    values = _parse(text, str(path))
    return Layer(str(path), _with_paths(values, path.parent), source=text)


def preset_layer(name: str, asked_by: str) -> Layer:
    """Read a shipped preset; `asked_by` is the option or variable that named it.

    Raises:
        ConfigError: there is no such preset.
    """
    known = presets()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        suggestion = f"Did you mean {close[0]}? " if close else ""
        raise ConfigError(
            f"{asked_by}: there is no preset {name!r}.",
            f"{suggestion}The presets are: {', '.join(known)}.",
        )
    file = resources.files("voicestream_tui") / "presets" / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    return Layer(f"preset {name}", _parse(text, f"preset {name}"), source=text)


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """Take the settings from variables such as VOICESTREAM_TTS_SPEED.

    Raises:
        ConfigError: a variable has our prefix and is no setting.
    """
    by_variable = {_variable(dotted): dotted for dotted in KEYS}
    given: dict[str, Any] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable.removeprefix(PREFIX) in OTHER_VARIABLES:
            continue
        if variable not in by_variable:
            known = [*by_variable, *(PREFIX + other for other in sorted(OTHER_VARIABLES))]
            close = difflib.get_close_matches(variable, known, n=1)
            raise ConfigError(
                f"The environment variable {variable} is no setting.",
                f"Did you mean {close[0]}?" if close else f"Unset it: env -u {variable} …",
            )
        if value.strip():
            given[by_variable[variable]] = value.strip()
    names = {dotted: variable for variable, dotted in by_variable.items()}
    values = _with_paths(_nested(given), Path.cwd())
    return Layer("environment", values, text=True, names=names)


def option_layer(overrides: Mapping[str, Any]) -> Layer:
    """Take the settings that options give, by dotted key; None counts as not given.

    Raises:
        ConfigError: there is no such key.
    """
    given = {dotted: value for dotted, value in overrides.items() if value is not None}
    for dotted in given.keys() - set(KEYS):
        table = dotted.partition(".")[0]
        hint = nearest_key(dotted) if table in TABLES else f"The tables are: {', '.join(TABLES)}."
        raise ConfigError(f"option: there is no setting {dotted!r}.", hint)
    return Layer("option", _with_paths(_nested(given), Path.cwd()), text=True)


def _parse(text: str, origin: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(
            r"(.*?)\s*\(at (?:line (\d+), column (\d+)|end of document)\)", f"{error}"
        )
        what, line = (found[1], found[2]) if found else (str(error), None)
        number = line or str(text.count("\n") + (not text.endswith("\n")))
        raise ConfigError(
            f"{origin}, line {number}: not TOML: {what}.",
            'Text stands in "quotes", one setting a line: voice = "mei".',
        ) from error


def _variable(dotted: str) -> str:
    return PREFIX + dotted.replace(".", "_").upper()


def _nested(given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for dotted, value in given.items():
        table, _, key = dotted.partition(".")
        values.setdefault(table, {})[key] = value
    return values


def _with_paths(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Make the values that name files absolute: "~" is the home, the rest is below `folder`."""
    result = {t: dict(v) if isinstance(v, Mapping) else v for t, v in values.items()}
    for table, key in _path_keys():
        entry = result.get(table)
        if isinstance(entry, dict) and isinstance(entry.get(key), str) and entry[key]:
            entry[key] = str(folder.absolute() / expand_home(entry[key]))
    return result


def _path_keys() -> Iterable[tuple[str, str]]:
    for table, model in TABLES.items():
        for key, field in model.model_fields.items():
            if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("path"):
                yield table, key
