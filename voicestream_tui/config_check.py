"""Checks one layer of settings, so that a mistake is named where it was made."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from voicestream_tui.config_model import ENGINES, KEYS, TABLES, EngineTable
from voicestream_tui.config_toml import literal
from voicestream_tui.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Layer:
    """Values from one place."""

    origin: str
    """The place as shown to the user: a file, "preset low-latency", "environment", "option"."""
    values: Mapping[str, Any]
    """Tables of keys; not yet checked."""
    text: bool = False
    """Values are words of text ("1.2", "yes") rather than typed."""
    source: str = ""
    """The file's text, to name the line of a mistake."""
    names: Mapping[str, str] | None = None
    """What the user calls a dotted key there, if not so: {"tts.speed": "VOICESTREAM_TTS_SPEED"}."""


def check(layer: Layer) -> dict[str, dict[str, Any]]:
    """Give the layer's values, converted to their types.

    Raises:
        ConfigError: a table or key is unknown or a value is not allowed; every mistake is named.
    """
    checked: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    hints: list[str] = []
    for table, values in layer.values.items():
        if table == ENGINES and isinstance(values, Mapping):
            checked[table] = _check_engines(layer, values, problems, hints)
        elif table not in TABLES:
            problems.append(f"{_place(layer, table)}: unknown {_kind(values)} {table!r}.")
            hints.append(_nearest_top(table, values))
        elif not isinstance(values, Mapping):
            problems.append(f"{_place(layer, table)}: {table!r} must be a table.")
            hints.append(f"Write [{table}] on a line of its own, its keys below it.")
        else:
            checked[table] = _check_table(layer, table, values, problems, hints)
    if problems:
        raise ConfigError("\n".join(problems), "\n".join(dict.fromkeys(filter(None, hints))))
    return checked


def _check_table(
    layer: Layer, table: str, values: Mapping[str, Any], problems: list[str], hints: list[str]
) -> dict[str, Any]:
    model = TABLES[table]
    try:
        valid = model.model_validate(dict(values), strict=not layer.text)
    except ValidationError as error:
        for detail in error.errors():
            key = str(detail["loc"][0])
            dotted = f"{table}.{key}"
            name = (layer.names or {}).get(dotted, dotted)
            where = _place(layer, table, key)
            if detail["type"] == "extra_forbidden":
                problems.append(f"{where}: unknown key {name}.")
                hints.append(nearest_key(dotted))
            else:
                problems.append(f"{where}: {name} = {_shown(values[key])} is not allowed.")
                hints.append(f"{name} must be {allowed(dotted)}.")
        return {}
    return {key: getattr(valid, key) for key in values}


def _check_engines(
    layer: Layer, engines: Mapping[str, Any], problems: list[str], hints: list[str]
) -> dict[str, dict[str, Any]]:
    """Give the tables of engines as they are: only an engine itself knows its keys."""
    for name, values in engines.items():
        where = _place(layer, f"{ENGINES}.{name}")
        if not isinstance(values, Mapping):
            problems.append(f"{where}: {ENGINES}.{name} must be a table.")
            hints.append("Write [engines.NAME] on a line of its own, the engine's keys below it.")
        elif name.replace("-", "_") in TABLES:
            problems.append(f"{where}: {name} is no engine of another package.")
            hints.append(f"Write [{name.replace('-', '_')}] in place of [{ENGINES}.{name}].")
    return {name: dict(values) for name, values in engines.items() if isinstance(values, Mapping)}


def allowed(dotted: str) -> str:
    """Say in words what a setting may be ("a number from 0.5 to 3.0")."""
    table, _, key = dotted.partition(".")
    schema = TABLES[table].model_json_schema()["properties"][key]
    if "enum" in schema:
        return " or ".join(literal(choice) for choice in schema["enum"])
    if "allowed" in schema:
        return str(schema["allowed"])
    match schema["type"]:
        case "boolean":
            return "true or false"
        case "integer":
            return f"a whole number from {schema['minimum']} to {schema['maximum']}"
        case "number":
            return f"a number from {schema['minimum']} to {schema['maximum']}"
        case _:
            return "some text in quotes" if schema.get("minLength") else "text in quotes"


def nearest_key(dotted: str) -> str:
    """Name the key that was meant, or else list the table's keys, as one sentence."""
    table, _, key = dotted.partition(".")
    elsewhere = [known for known in KEYS if known.partition(".")[2] == key]
    if elsewhere:
        elsewhere.sort(key=_is_of_engine)
        return f"{key} belongs to [{elsewhere[0].partition('.')[0]}]."
    own = difflib.get_close_matches(key, TABLES[table].model_fields, n=1)
    if own:
        return f"{dotted}: did you mean {table}.{own[0]}?"
    anywhere = difflib.get_close_matches(dotted, KEYS, n=1, cutoff=0.75)
    if anywhere:
        return f"{dotted}: did you mean {anywhere[0]}?"
    return f"[{table}] knows: {', '.join(TABLES[table].model_fields)}."


def _is_of_engine(dotted: str) -> bool:
    """What concerns one engine is meant less often."""
    return issubclass(TABLES[dotted.partition(".")[0]], EngineTable)


def _nearest_top(name: str, values: object) -> str:
    if not isinstance(values, Mapping):
        for known in sorted(KEYS, key=_is_of_engine):
            table, _, key = known.partition(".")
            if key == name:
                return f"{name} belongs to [{table}]: write it below a line [{table}]."
    close = difflib.get_close_matches(name, TABLES, n=1)
    if close:
        return f"[{name}]: did you mean [{close[0]}]?"
    tables = ", ".join(f"[{table}]" for table in TABLES)
    return f"The tables are: {tables}, and [{ENGINES}.NAME] for an engine of another package."


def _kind(values: object) -> str:
    return "table" if isinstance(values, Mapping) else "key"


def _shown(value: object) -> str:
    return literal(value) if isinstance(value, str | bool | int | float) else repr(value)


def _place(layer: Layer, table: str, key: str = "") -> str:
    line = _line_of(layer.source, table, key) if layer.source else 0
    return f"{layer.origin}, line {line}" if line else layer.origin


def _line_of(source: str, table: str, key: str) -> int:
    """Find the line that sets a key; 0 if it is written in a way not looked for."""
    current = ""
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"""\s*\[\s*["']?([\w.-]+)["']?\s*\]""", line)
        if header:
            current = header[1]
            if current == table and not key:
                return number
            continue
        assignment = re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line)
        if assignment:
            dotted = f"{current}.{assignment[1]}" if current else assignment[1]
            if dotted == (f"{table}.{key}" if key else table):
                return number
    return 0
