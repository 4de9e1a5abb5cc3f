"""Ways in which lines of JSON can be other than a reader expects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.unit.claude_streams import written

Path = tuple[str | int, ...]

DEEP = (40, 300, 700, 900, 950, 1000, 5000, 100_000)
"""Levels of nesting; somewhere among them is what Python's own JSON reader gives up at."""

_DEEPEST = 16

_HOLE = "a hole to be filled with JSON text"

ODD_VALUES: tuple[str, ...] = (
    "null",
    "true",
    "false",
    "0",
    "-1",
    "7",
    "1.5",
    "1e999",
    "-0.0",
    "NaN",
    "-Infinity",
    "1" + "0" * 400,
    "1" + "0" * 5000,
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud83d"',
    '"\u0085\u2028\ufeff\u202e"',
    '" \\r\\n\\t "',
    '"' + "long " * 500 + '"',
    "[]",
    "{}",
    "[null]",
    "[[]]",
    '[{"type": "text"}]',
    '[{"type": "text", "text": null}]',
    '[{"type": "tool_use"}, 5, "s", {"type": {}}]',
    '{"type": []}',
    '{"type": "text", "text": {"text": 1}}',
    '{"": ""}',
)
"""As JSON text: some of them no JSON library writes."""


def nested(depth: int, opening: str = "[", closing: str = "]") -> str:
    """JSON text of lists in lists (or `{"a":` and `}` for maps in maps)."""
    inner = "1" if opening != "[" else ""
    return opening * depth + inner + closing * depth


def odd_values() -> st.SearchStrategy[str]:
    """Values of any type, as JSON text."""
    lists = st.sampled_from(DEEP).map(nested)
    maps = st.sampled_from(DEEP).map(lambda depth: nested(depth, '{"a":', "}"))
    return st.one_of(st.sampled_from(ODD_VALUES), st.text(max_size=8).map(json.dumps), lists, maps)


def paths(value: Any, so_far: Path = ()) -> Iterator[Path]:
    """Where in a JSON value there is something: each field, each item, as deep as lines are."""
    if len(so_far) > _DEEPEST:
        return
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*so_far, key)
        yield from paths(item, (*so_far, key))


def with_value(line: bytes, where: Path, value: str) -> bytes:
    """The line with another value (JSON text) at a place."""
    data = json.loads(line)
    holder = data
    for key in where[:-1]:
        holder = holder[key]
    holder[where[-1]] = _HOLE
    return written(data).replace(json.dumps(_HOLE).encode(), value.encode())


def without(line: bytes, where: Path) -> bytes:
    """The line without the field or item at a place."""
    data = json.loads(line)
    holder = data
    for key in where[:-1]:
        holder = holder[key]
    del holder[where[-1]]
    return written(data)


def with_field(line: bytes, where: Path, name: str, value: str) -> bytes:
    """The line with one more field in the map at a place; unchanged where there is no map."""
    data = json.loads(line)
    holder = data
    for key in where:
        holder = holder[key]
    if not isinstance(holder, dict) or name in holder:
        return line
    holder[name] = _HOLE
    return written(data).replace(json.dumps(_HOLE).encode(), value.encode())


@st.composite
def damaged(draw: st.DrawFn, line: bytes) -> bytes:
    """A line in which a few things are of another type, are missing, or are new."""
    for _ in range(draw(st.integers(1, 3))):
        try:
            places = list(paths(json.loads(line)))
        except (ValueError, RecursionError):
            return line
        if not places:
            return line
        where = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.integers(0, 4)):
            case 0:
                line = without(line, where)
            case 1:
                line = with_field(line, where[:-1], draw(st.text(max_size=5)), draw(odd_values()))
            case _:
                line = with_value(line, where, draw(odd_values()))
    return line


@st.composite
def torn(draw: st.DrawFn, line: bytes) -> bytes:
    """A line with bytes lost, doubled or replaced: hardly JSON, perhaps not even UTF-8."""
    start = draw(st.integers(0, len(line)))
    end = draw(st.integers(start, min(len(line), start + 40)))
    instead = draw(st.one_of(st.just(b""), st.just(line[start:end] * 2), st.binary(max_size=4)))
    return line[:start] + instead.replace(b"\n", b" ") + line[end:]
