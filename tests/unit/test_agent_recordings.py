"""Every recording of the real program, against what an independent helper expects."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.expected_text import expected_text, expected_thinking
from voicestream_tui.agent.formats import AutoDecoder
from voicestream_tui.agent.framing import Framer
from voicestream_tui.agent.said import (
    BlockEnd,
    Retract,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
)

RECORDINGS = sorted(
    path
    for path in (Path(__file__).parent.parent / "recordings").glob("2.*/*")
    if path.suffix in (".jsonl", ".json", ".txt")
)


def decode(chunks: Iterable[bytes]) -> list[Said]:
    framer, decoder = Framer(), AutoDecoder()
    said: list[Said] = []
    for chunk in chunks:
        for line in framer.feed(chunk):
            said += decoder.feed(line)
    for line in framer.close():
        said += decoder.feed(line)
    return said + decoder.close()


def main_text(said: Iterable[Said], thinking: bool = False) -> str:
    """The main agent's text (or thinking) without the blocks that were taken back."""
    blocks: dict[int, str] = {}
    for item in said:
        match item:
            case Text(block, text, agent="") if item.thinking == thinking:
                blocks[block] = blocks.get(block, "") + text
            case Retract(block):
                blocks.pop(block, None)
    return "".join(blocks.values())


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_there_are_recordings_of_both_versions() -> None:
    assert {path.parent.name for path in RECORDINGS} == {"2.1.197", "2.1.330"}
    assert len(RECORDINGS) > 150


@pytest.mark.parametrize("path", RECORDINGS, ids=name)
def test_text_is_said_once_in_order_and_whole(path: Path) -> None:
    assert main_text(decode([path.read_bytes()])) == expected_text(path)


@pytest.mark.parametrize("path", RECORDINGS, ids=name)
def test_thinking_is_told_once_in_order_and_whole(path: Path) -> None:
    assert main_text(decode([path.read_bytes()]), thinking=True) == expected_thinking(path)


def test_some_recordings_hold_thinking() -> None:
    assert sum(bool(expected_thinking(path)) for path in RECORDINGS) >= 5


@pytest.mark.parametrize("path", RECORDINGS, ids=name)
def test_blocks_open_one_at_a_time_and_all_end(path: Path) -> None:
    said = decode([path.read_bytes()])
    open_block = 0
    ended: set[int] = set()
    for item in said:
        match item:
            case Text(block, text, agent=""):
                assert text
                assert block not in ended
                assert open_block in (0, block)
                open_block = block
            case BlockEnd(block) | Retract(block):
                assert block not in ended
                ended.add(block)
                if block == open_block:
                    open_block = 0
    assert open_block == 0
    numbers = {item.block for item in said if isinstance(item, Text)}
    assert numbers == set(range(1, len(numbers) + 1))
    assert ended == numbers


def blocks_of(path: Path, kind: str) -> list[dict[str, Any]]:
    """The content blocks of this kind in all assistant and user lines, sub-agents' included."""
    found: list[dict[str, Any]] = []
    if path.suffix == ".txt":
        return found
    for line in path.read_bytes().split(b"\n"):
        value = json.loads(line) if line.strip() else []
        for data in value if isinstance(value, list) else [value]:
            message = data.get("message")
            content = message["content"] if isinstance(message, dict) else []
            found += [b for b in content if isinstance(b, dict) and b["type"].endswith(kind)]
    return found


@pytest.mark.parametrize("path", RECORDINGS, ids=name)
def test_every_tool_use_is_told_once_and_ends_once_as_its_result_says(path: Path) -> None:
    said = decode([path.read_bytes()])
    used = [item.id for item in said if isinstance(item, ToolUse)]
    assert sorted(used) == sorted(block["id"] for block in blocks_of(path, "tool_use"))
    ends = {item.id: item.ok for item in said if isinstance(item, ToolResult)}
    assert sorted(item.id for item in said if isinstance(item, ToolResult)) == sorted(used)
    for block in blocks_of(path, "tool_result"):
        assert ends[block["tool_use_id"]] == (not block.get("is_error"))


@pytest.mark.parametrize("path", RECORDINGS, ids=name)
def test_every_turn_that_starts_ends_once(path: Path) -> None:
    said = decode([path.read_bytes()])
    starts = sum(isinstance(item, TurnStarted) for item in said)
    assert starts == sum(isinstance(item, TurnEnd) for item in said)


@pytest.mark.parametrize("path", RECORDINGS[::9], ids=name)
def test_splitting_the_bytes_anywhere_changes_nothing(path: Path) -> None:
    data = path.read_bytes()
    whole = decode([data])
    chance = random.Random(path.name)
    for longest in (7, 400, 70_000):
        chunks, start = [], 0
        while start < len(data):
            end = start + chance.randint(1, longest)
            chunks.append(data[start:end])
            start = end
        assert decode(chunks) == whole
