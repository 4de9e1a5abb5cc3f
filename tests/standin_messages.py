"""What the stand-in for the Messages API says: scripted replies, and their form on the wire."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_WORD = re.compile(r"\s*\S+|\s+$")
_ids = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Say:
    """A text block."""

    text: str
    deltas: Sequence[str] = ()
    """How it is cut; by chance if empty. A delta may end inside a UTF-16 pair."""


@dataclass(frozen=True, slots=True)
class Think:
    """A thinking block; redacted if it has no words."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class UseTool:
    """A tool_use block."""

    name: str
    input: Mapping[str, Any]


Block = Say | Think | UseTool


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the assistant and how it arrives."""

    blocks: Sequence[Block]
    pace: float = 0.0
    """Seconds from one delta to the next, on average."""
    first_delay: float = 0.0
    """Seconds before the message starts."""
    cut_after: int | None = None
    """The connection breaks after so many deltas."""
    hold_after: int | None = None
    """Silence after so many deltas, until `release()` or the end of the stand-in."""
    error_after: int | None = None
    """The API reports that it is overloaded after so many deltas."""
    stop: str = ""
    """Why the model stopped; worked out from the blocks if empty."""

    @property
    def stop_reason(self) -> str:
        if self.stop:
            return self.stop
        return "tool_use" if any(isinstance(b, UseTool) for b in self.blocks) else "end_turn"


@dataclass(frozen=True, slots=True)
class ApiError:
    """An answer that refuses. 400, 403, 404 and 413 are final; the CLI retries the others."""

    status: int
    type: str
    message: str

    def body(self) -> Json:
        return {"type": "error", "error": {"type": self.type, "message": self.message}}


def new_id(kind: str) -> str:
    return f"{kind}_standin{next(_ids):06d}"


def message(reply: Reply, model: str) -> Json:
    """The whole reply as one JSON value, for a request that does not stream."""
    content = [_block(block, whole=True) for block in reply.blocks]
    return _frame(model) | {"content": content, "stop_reason": reply.stop_reason}


def events(reply: Reply, model: str, rhythm: random.Random) -> Iterator[Json]:
    """The reply as the events of a stream."""
    yield {"type": "message_start", "message": _frame(model)}
    for index, block in enumerate(reply.blocks):
        begin = _block(block, whole=False)
        yield {"type": "content_block_start", "index": index, "content_block": begin}
        for piece in _pieces(block, rhythm):
            delta = _delta(block, piece)
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    stop = {"stop_reason": reply.stop_reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": {"output_tokens": 100}}
    yield {"type": "message_stop"}


def _frame(model: str) -> Json:
    return {
        "id": new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 1},
    }


def _delta(block: Block, piece: str) -> Json:
    match block:
        case Say():
            return {"type": "text_delta", "text": piece}
        case Think():
            return {"type": "thinking_delta", "thinking": piece}
        case UseTool():
            return {"type": "input_json_delta", "partial_json": piece}


def _block(block: Block, *, whole: bool) -> Json:
    match block:
        case Say(text):
            return {"type": "text", "text": text if whole else ""}
        case Think(""):
            return {"type": "redacted_thinking", "data": "c3RhbmQtaW4="}
        case Think(text):
            signature = "c3RhbmQtaW4=" if whole else ""
            return {
                "type": "thinking",
                "thinking": text if whole else "",
                "signature": signature,
            }
        case UseTool(name, arguments):
            given = dict(arguments) if whole else {}
            return {"type": "tool_use", "id": new_id("toolu"), "name": name, "input": given}


def _pieces(block: Block, rhythm: random.Random) -> Iterator[str]:
    """Cut a block into deltas of 1–4 words, now and then inside a word."""
    if isinstance(block, Say) and block.deltas:
        yield from block.deltas
        return
    match block:
        case Say(text) | Think(text):
            words = _WORD.findall(text)
        case UseTool(_, arguments):
            words = re.findall(r".{1,6}", json.dumps(arguments, ensure_ascii=False))
    while words:
        size = rhythm.choice((1, 1, 2, 2, 3, 4))
        piece, words = "".join(words[:size]), words[size:]
        if words and len(words[0]) > 5 and rhythm.random() < 0.15:
            piece, words[0] = piece + words[0][:3], words[0][3:]
        yield piece
