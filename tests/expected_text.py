"""What the assistant said in a recording, worked out from the whole file at once.

This helper shares no code with the program, so that the two can be held against each other.
It decides like this, for the main agent alone (lines without `parent_tool_use_id`):

1. A *text* of a message is one that an `assistant` line confirms (model not `<synthetic>`), or,
   where no line confirms it, the joined deltas of one content block. Texts stand in the order
   in which their first character came. A confirmed text is taken from the line, not the deltas.
2. Unconfirmed deltas were cut off. If the same turn goes on with a later message in which a
   text begins alike (8 characters, or all of the shorter one), that text replaces them;
   otherwise they were said and stay.
3. A message is *cut* if it has unconfirmed deltas, or `abandoned_blocks`, or if a synthetic
   user line right after it says so. A text in the message after the cut one that is equal to a
   confirmed text of the cut one is the same text told again and counts once.
4. A synthetic line counts as text unless it reports an error: it is the answer of a slash
   command.
5. If a turn has no text at all, the `result`'s own text counts, unless it is an error.

Blank texts count for nothing. The texts are joined without anything between them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ALIKE = 8


@dataclass
class _Spoken:
    text: str
    confirmed: bool


@dataclass
class _Turn:
    messages: dict[str, list[_Spoken]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    result: str = ""


def expected_text(path: Path) -> str:
    """Return all that the main agent said in a recording, joined.

    Of a text file it is the text itself, its last line ended by a line feed like the others.
    """
    if path.suffix == ".txt":
        text = path.read_text(encoding="utf-8")
        return text if text.endswith("\n") or not text else text + "\n"
    return "".join(_told(turn) for turn in _turns(_objects(path)))


def _objects(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in path.read_bytes().split(b"\n"):
        if line.strip():
            value = json.loads(line)
            found += value if isinstance(value, list) else [value]
    return [item for item in found if not item.get("parent_tool_use_id")]


def _turns(objects: list[dict[str, Any]]) -> list[_Turn]:
    """Split at each `init`; a result belongs to the first turn that still lacks one."""
    turns = [_Turn()]
    streaming = ""
    blocks: dict[int, _Spoken] = {}
    without_result: list[_Turn] = []
    for item in objects:
        turn = turns[-1]
        kind = item.get("type")
        if kind == "system" and item.get("subtype") == "init":
            turns.append(_Turn())
            without_result.append(turns[-1])
        elif kind == "stream_event":
            event = item["event"]
            if event["type"] == "message_start":
                streaming = event["message"]["id"]
                blocks = {}
                turn.messages[streaming] = []
            elif event["type"] == "content_block_delta" and event["delta"]["type"] == "text_delta":
                if event["index"] not in blocks:
                    blocks[event["index"]] = _Spoken("", confirmed=False)
                    turn.messages[streaming].append(blocks[event["index"]])
                blocks[event["index"]].text += event["delta"]["text"]
            elif item.get("abandoned_blocks"):
                turn.cut.add(streaming)
        elif kind == "assistant":
            _confirm(turn, item)
        elif kind == "user" and item.get("isSynthetic") and turn.messages:
            if "cut off mid-stream" in json.dumps(item["message"]):
                turn.cut.add(list(turn.messages)[-1])
        elif kind == "result":
            ended = without_result.pop(0) if without_result else turn
            ended.result = "" if item["is_error"] else item.get("result", "")
    return turns


def _confirm(turn: _Turn, line: dict[str, Any]) -> None:
    message = line["message"]
    if message["model"] == "<synthetic>" and line.get("error"):
        return
    spoken = turn.messages.setdefault(message["id"], [])
    for block in message["content"]:
        if block["type"] != "text":
            continue
        open_ones = [one for one in spoken if not one.confirmed and one.text.strip()]
        if open_ones:
            open_ones[0].text, open_ones[0].confirmed = block["text"], True
        else:
            spoken.append(_Spoken(block["text"], confirmed=True))


def _told(turn: _Turn) -> str:
    ids = list(turn.messages)
    told: list[str] = []
    for number, message_id in enumerate(ids):
        before = ids[number - 1] if number else ""
        spoken = turn.messages[before] if before else []
        again = (
            {one.text for one in spoken if one.confirmed}
            if before in turn.cut or any(not one.confirmed and one.text.strip() for one in spoken)
            else set()
        )
        later = [one for other in ids[number + 1 :] for one in turn.messages[other]]
        for one in turn.messages[message_id]:
            replaced = not one.confirmed and any(_alike(one.text, other.text) for other in later)
            if one.text.strip() and not replaced and one.text not in again:
                told.append(one.text)
    return "".join(told) or turn.result


def _alike(one: str, other: str) -> bool:
    shorter = min(len(one), len(other), _ALIKE)
    return shorter > 0 and one[:shorter] == other[:shorter]
