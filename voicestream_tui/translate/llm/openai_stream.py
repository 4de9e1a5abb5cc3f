"""What an OpenAI-compatible server sends: events of a stream, or one answer. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_LONGEST_LINE = 1 << 20
_SHOWN = 200


class NoSuchProtocolError(Exception):
    """What was sent is nothing that such a server sends; says what it looks like."""


class ServerSaidError(Exception):
    """The server tells of an error of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of an answer."""

    text: str = ""
    ended: bool = False
    cut: bool = False
    """It ended because it was as long as allowed."""


def lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Cut blocks of bytes into lines, without their ends, as soon as they are whole.

    Raises:
        NoSuchProtocolError: a line is endless.
    """
    waiting = b""
    for block in blocks:
        waiting += block
        *whole, waiting = waiting.split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r").decode("utf-8", "replace")
        if len(waiting) > _LONGEST_LINE:
            raise NoSuchProtocolError("a line without an end")
    if waiting.strip():
        yield waiting.decode("utf-8", "replace")


def pieces(stream: Iterable[str]) -> Iterator[Said]:
    """Read the events of a stream (`text/event-stream`).

    Raises:
        NoSuchProtocolError: an event is no JSON of an answer.
        ServerSaidError: the server tells of an error.
    """
    for line in stream:
        field, _, value = line.partition(":")
        if field != "data":
            if field and field not in ("event", "id", "retry"):
                raise NoSuchProtocolError(shown(line))
            continue
        data = value.removeprefix(" ")
        if data.strip() == "[DONE]":
            yield Said(ended=True)
            return
        yield piece(data, "delta")


def piece(data: str, holds: str) -> Said:
    """Read one JSON document.

    Args:
        data: an event's, or a whole answer.
        holds: under which key the text is: "delta" in a stream, "message" in an answer.

    Raises:
        NoSuchProtocolError: it is none of an answer.
        ServerSaidError: the server tells of an error.
    """
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NoSuchProtocolError(shown(data)) from error
    if not isinstance(document, dict):
        raise NoSuchProtocolError(shown(data))
    if document.get("error"):
        raise ServerSaidError(complaint(document))
    choices = document.get("choices")
    if choices == [] or (choices is None and "usage" in document):
        return Said()  # figures at the end
    choice = choices[0] if isinstance(choices, list) else None
    part = choice.get(holds) if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(part, dict | None):
        raise NoSuchProtocolError(shown(data))
    text = (part or {}).get("content")
    reason = choice.get("finish_reason")
    return Said(text if isinstance(text, str) else "", reason is not None, reason == "length")


def complaint(document: Any) -> str:
    """What a document says about an error; "" if nothing."""
    found = document.get("error", document) if isinstance(document, dict) else document
    if isinstance(found, dict):
        found = found.get("message") or found.get("detail") or ""
    return shown(found) if isinstance(found, str) else ""


def shown(text: str) -> str:
    """A text short enough for a message, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def model_names(data: str) -> list[str]:
    """The models that a server lists.

    Raises:
        NoSuchProtocolError: it is no such list.
    """
    try:
        found = json.loads(data)["data"] or []
        return [str(model["id"]) for model in found]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoSuchProtocolError(shown(data)) from error
