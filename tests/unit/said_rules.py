"""What holds for everything that a decoder says, whatever it was fed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    Asked,
    AskWithdrawn,
    BlockEnd,
    Retract,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
)


class Rules:
    """Follows what is said and fails at the first thing that breaks the vocabulary's rules."""

    def __init__(self, first_block: int = 1) -> None:
        self._next_block = first_block
        self._open: dict[int, str] = {}
        """Blocks that have not ended: whose they are, by number."""
        self._ended: set[int] = set()
        self._retracted: set[int] = set()
        self._tools: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._turns = 0
        self._last: Said | None = None

    def take(self, said: Said) -> None:
        writable(said)
        match said:
            case Text(number, text, agent):
                assert text, "an empty text"
                assert number not in self._ended | self._retracted, f"{said} after the block's end"
                if number not in self._open:
                    assert number == self._next_block, f"{said} skips a number"
                    self._next_block += 1
                    others = [n for n, whose in self._open.items() if whose == agent]
                    assert agent or not others, f"{said} while {others} are open"
                    self._open[number] = agent
                assert self._open[number] == agent, f"{said} changes hands"
                assert self._turns, f"{said} outside a turn"
            case BlockEnd(number):
                assert number in self._open, f"{said} of a block that is not open"
                del self._open[number]
                self._ended.add(number)
            case Retract(number):
                assert number in self._open or number in self._ended, f"{said} of an unknown block"
                assert number not in self._retracted, f"{said} twice"
                self._open.pop(number, None)
                self._retracted.add(number)
            case ToolUse(id=tool_id):
                assert self._turns, f"{said} outside a turn"
                self._tools[tool_id] += 1
            case ToolResult(tool_id):
                assert self._tools[tool_id] > 0, f"{said} of a tool use that nobody heard of"
                self._tools[tool_id] -= 1
            case Asked(request):
                assert not self._asked[request.id], f"{said} asks again"
                self._asked[request.id] += 1
            case AskWithdrawn(request_id):
                assert self._asked[request_id], f"{said} of nothing that was asked"
                self._asked[request_id] -= 1
            case TurnStarted():
                self._turns += 1
            case TurnEnd():
                assert self._turns, f"{said} without a turn"
                self._turns -= 1
            case AgentFailure():
                assert self._turns, f"{said} outside a turn"
            case Activity():
                assert said != self._last, f"{said} again"
        self._last = said

    def end(self) -> None:
        """Nothing comes any more."""
        assert not self._open, f"open at the end: {sorted(self._open)}"
        assert not self._turns, f"{self._turns} turns without an end"


def keeps_the_rules(said: Iterable[Said]) -> None:
    """Fail unless this, up to the end of the input, keeps the rules."""
    rules = Rules()
    for one in said:
        rules.take(one)
    rules.end()


def writable(value: object) -> None:
    """Fail if a string in here could not be written as UTF-8."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, Mapping):
        return  # a tool's input is handed on as it came
    elif isinstance(value, tuple | list):
        for item in value:
            writable(item)
    elif is_dataclass(value):
        for field in fields(value):
            writable(getattr(value, field.name))


def blocks(said: Iterable[Said]) -> dict[int, Text]:
    """What stands in the end: the whole text of each block that was not taken back."""
    parts: dict[int, list[Text]] = {}
    for one in said:
        match one:
            case Text(number):
                parts.setdefault(number, []).append(one)
            case Retract(number):
                parts.pop(number, None)
    return {
        number: Text(number, "".join(t.text for t in texts), texts[0].agent, texts[0].thinking)
        for number, texts in parts.items()
    }


def main_text(said: Iterable[Said]) -> str:
    """What the main agent has said to its user, in the end."""
    texts = blocks(said).values()
    return "".join(t.text for t in texts if not t.agent and not t.thinking)
