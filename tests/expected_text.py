"""What the assistant said in a recording, worked out from the whole file at once.

This helper shares no code with the program, so that the two can be held against each other.
It decides like this, for the main agent alone (lines without `parent_tool_use_id`):

1. A *text* of a message is one that an `assistant` line confirms (model not `<synthetic>`), or,
   where no line confirms it, the joined deltas of one content block. Texts stand in the order
   in which their first character came. A confirmed text is taken from the line, not the deltas.
   The texts of a message for which the model gave its reason to stop need no such line.
2. Other unconfirmed deltas were cut off. Where the turn ends there, they were said and stay.
   Where it goes on with a later text, that text is a second attempt and takes their place,
   unless the CLI's own notice ("cut off mid-stream") asked the model to go on: then they stay
   if no later text begins alike (8 characters, or all of the shorter one), and one space parts
   them from what follows if a letter or digit stands on both sides.
3. A message is *cut* if it has unconfirmed deltas, or `abandoned_blocks`, or if a synthetic
   user line right after it says so. A text in the message after the cut one that is equal to a
   confirmed text of the cut one is the same text told again and counts once.
4. A synthetic line counts as text unless it reports an error: it is the answer of a slash
   command.
5. A plan (`ExitPlanMode`) and questions (`AskUserQuestion`), which stand in a tool's input alone,
   count as texts of the message that uses the tool.
6. If a turn has no text at all, the `result`'s own text counts, unless it is an error.

Thinking counts apart (`expected_thinking`): by its line, or by its deltas where no line
confirms it and no other message of the turn follows.

Blank texts count for nothing. The texts are joined without anything else between them. A half
of a UTF-16 pair without its other half is U+FFFD.
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
    resumed: set[str] = field(default_factory=set)
    result: str = ""


def expected_text(path: Path) -> str:
    """Return all that the main agent said in a recording, joined.

    Of a text file it is the text itself, its last line ended by a line feed like the others.
    """
    if path.suffix == ".txt":
        text = path.read_text(encoding="utf-8")
        return text if text.endswith("\n") or not text else text + "\n"
    told = "".join(_told(turn) for turn in _turns(_objects(path)))
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def expected_thinking(path: Path) -> str:
    """Return all that the main agent thought in a recording, as far as it was shown, joined."""
    if path.suffix == ".txt":
        return ""
    thought: list[str] = []
    started: dict[int, str] = {}
    for item in _objects(path):
        kind = item.get("type")
        if kind == "stream_event":
            event = item["event"]
            if event["type"] == "message_start":
                started = {}
            elif event.get("delta", {}).get("type") == "thinking_delta":
                index = event["index"]
                started[index] = started.get(index, "") + event["delta"]["thinking"]
        elif kind == "assistant":
            for block in item["message"]["content"]:
                if block["type"] == "thinking" and block["thinking"].strip():
                    thought.append(block["thinking"])
                    started.pop(min(started, default=0), None)
        elif kind == "result":
            thought += started.values()
            started = {}
    thought += started.values()
    return "".join(thought)


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
            elif event["type"] == "message_delta" and event["delta"].get("stop_reason"):
                for one in turn.messages.get(streaming, []):
                    one.confirmed = True
        elif kind == "assistant":
            _confirm(turn, item)
        elif kind == "user" and item.get("isSynthetic") and turn.messages:
            if "cut off mid-stream" in json.dumps(item["message"]):
                turn.cut.add(list(turn.messages)[-1])
                turn.resumed.add(list(turn.messages)[-1])
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
        if block["type"] == "tool_use":
            spoken += [_Spoken(text, confirmed=True) for text in _inside(block) if text]
        if block["type"] != "text":
            continue
        open_ones = [one for one in spoken if not one.confirmed and one.text.strip()]
        if open_ones:
            open_ones[0].text, open_ones[0].confirmed = block["text"], True
        else:
            spoken.append(_Spoken(block["text"], confirmed=True))


def _inside(tool: dict[str, Any]) -> list[str]:
    """The text for the user that a tool's input holds."""
    if tool["name"] == "ExitPlanMode":
        return [tool["input"].get("plan", "")]
    if tool["name"] == "AskUserQuestion":
        asked = []
        for question in tool["input"]["questions"]:
            lines = [question["question"], ""]
            for number, option in enumerate(question["options"], start=1):
                lines.append(f"{number}. {option['label']}: {option['description']}")
            asked.append("\n".join(lines))
        return ["\n\n".join(asked)]
    return []


def _told(turn: _Turn) -> str:
    ids = list(turn.messages)
    told: list[str] = []
    gap = False
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
            if not one.text.strip() or one.text in again:
                continue
            if gap and told[-1][-1].isalnum() and one.text[0].isalnum():
                told.append(" ")
            gap = False
            if one.confirmed or not _replaced(one, later, message_id in turn.resumed):
                told.append(one.text)
                gap = not one.confirmed
    return "".join(told) or turn.result


def _replaced(cut_off: _Spoken, later: list[_Spoken], resumed: bool) -> bool:
    if resumed:
        return any(_alike(cut_off.text, other.text) for other in later)
    return any(other.text.strip() for other in later)


def _alike(one: str, other: str) -> bool:
    shorter = min(len(one), len(other), _ALIKE)
    return shorter > 0 and one[:shorter] == other[:shorter]
