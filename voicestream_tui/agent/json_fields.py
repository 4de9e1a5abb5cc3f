"""Fields of a JSON object: each of the wanted type, or a default. Nothing here raises."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from voicestream_tui.agent.surrogates import mend

Json = Mapping[str, Any]

_NOTHING: Json = {}


def text_of(data: Json, key: str) -> str:
    """A string, fit for UTF-8; else empty."""
    value = data.get(key)
    return mend(value) if isinstance(value, str) else ""


def int_of(data: Json, key: str, missing: int = 0) -> int:
    """A whole number; else 0, or what stands for a missing one."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else missing


def float_of(data: Json, key: str) -> float:
    """A finite number; else 0."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def flag_of(data: Json, key: str) -> bool:
    """Whether the field is true."""
    return data.get(key) is True


def map_of(data: Json, key: str) -> Json:
    """An object; else an empty one."""
    value = data.get(key)
    return value if isinstance(value, dict) else _NOTHING


def maps_of(data: Json, key: str) -> Iterator[Json]:
    """The objects of a list."""
    value = data.get(key)
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def texts_of(data: Json, key: str) -> tuple[str, ...]:
    """The strings of a list."""
    value = data.get(key)
    items = value if isinstance(value, list) else []
    return tuple(mend(item) for item in items if isinstance(item, str))


def code_of(data: Json, *keys: str) -> str:
    """The first of these fields that says anything, numbers as text."""
    for key in keys:
        if found := text_of(data, key) or _number(int_of(data, key)):
            return found
    return ""


def json_of(data: Json, key: str) -> str:
    """A field as JSON text; empty if it is missing or null."""
    value = data.get(key)
    try:
        return "" if value is None else mend(json.dumps(value, ensure_ascii=False))
    except (RecursionError, ValueError):
        return ""


def _number(value: int) -> str:
    """Python refuses to write numbers of thousands of digits."""
    try:
        return str(value or "")
    except ValueError:
        return ""
