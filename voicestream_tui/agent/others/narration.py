"""Keeps the order that `said` asks for: turns, one open block at a time, tools and their ends.

For the decoders of agents that tell one thing after the other, with ids for tools alone.
"""

from __future__ import annotations

from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    BlockEnd,
    Notice,
    Retract,
    Said,
    Text,
    ToolResult,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.model import AgentState

UNFINISHED = "ended without a result"
"""Why a turn ended when its agent did not say."""


class Narration:
    """Collects what an agent says; what needs a turn opens one.

    Args:
        first_block: The number of the first block.
    """

    def __init__(self, first_block: int = 1) -> None:
        self._out: list[Said] = []
        self._next_block = first_block
        self._block = 0
        self._thinking = False
        self._activity: Activity | None = None
        self._told_tools: set[str] = set()
        self._running: dict[str, None] = {}
        """Ids of the tool uses that have no result yet, in their order."""
        self._failures: set[str] = set()
        self._failed = ""
        """Code of the turn's last failure."""
        self.in_turn = False

    def take(self) -> list[Said]:
        """What was said since the last call."""
        said, self._out = self._out, []
        return said

    # --- turns ---------------------------------------------------------------------------

    def begin_turn(self, model: str = "", session_id: str = "") -> None:
        """A turn begins; one that is still open ended without a word."""
        self.break_off()
        self._out.append(TurnStarted(model, session_id))
        self.in_turn = True
        self._told_tools.clear()
        self._failures.clear()
        self._failed = ""
        self.show(AgentState.REQUESTING)

    def end_turn(self, ok: bool = True, reason: str = "") -> None:
        """The turn ends, and with it whatever is open; nothing happens outside a turn."""
        if not self.in_turn:
            return
        self.end_block()
        for tool in list(self._running):
            self.tool_result(tool, ok)
        reason = reason or ("" if ok else self._failed)
        self._out.append(TurnEnd(ok, reason))
        self.in_turn = False
        failed = self.has_failed and not ok
        self.show(AgentState.FAILED if failed else AgentState.DONE, reason)

    def break_off(self) -> None:
        """Nothing more comes of the open turn, though it has not ended."""
        self.end_turn(False, self._failed or UNFINISHED)

    # --- what is said ---------------------------------------------------------------------------

    def write(self, text: str, *, thinking: bool = False) -> None:
        """Go on with the open block if it is of the same kind, else begin one."""
        if not text:
            return
        if self._block and self._thinking != thinking:
            self.end_block()
        self._open_turn()
        self.show(AgentState.THINKING if thinking else AgentState.WRITING)
        if not self._block:
            self._block, self._thinking = self._next_block, thinking
            self._next_block += 1
        self._out.append(Text(self._block, text, thinking=thinking))

    def end_block(self) -> None:
        """The open block is complete."""
        if self._block:
            self._out.append(BlockEnd(self._block))
            self._block = 0

    def retract_block(self) -> None:
        """The open block is taken back."""
        if self._block:
            self._out.append(Retract(self._block))
            self._block = 0

    def use_tool(self, tool_id: str, name: str, argument: str) -> None:
        """A tool is used, be it within a text; told once for each id of a turn."""
        if tool_id and tool_id in self._told_tools:
            return
        self._open_turn()
        self._out.append(ToolUse(name, argument, id=tool_id))
        if tool_id:
            self._told_tools.add(tool_id)
            self._running[tool_id] = None
            self.show(AgentState.TOOL, f"{name} {argument}".strip())

    def tool_result(self, tool_id: str, ok: bool) -> None:
        """A tool use is over; told once."""
        if tool_id not in self._running:
            return
        del self._running[tool_id]
        self._out.append(ToolResult(tool_id, ok))
        if not self._running and not self._block:
            self.show(AgentState.REQUESTING)

    def notice(self, english: str, japanese: str) -> None:
        """Something to know that is neither text nor a failure."""
        self._out.append(Notice(english, japanese))

    def fail(self, message: str, code: str) -> None:
        """The agent reports an error; the same words are told once a turn."""
        self._open_turn()
        self._failed = code or self._failed
        if message not in self._failures:
            self._failures.add(message)
            self.end_block()
            self._out.append(AgentFailure(message, code))

    @property
    def has_failed(self) -> bool:
        """An error was told in this turn."""
        return bool(self._failures)

    def unreadable(self, said: Unreadable) -> None:
        """A line that is not of the format."""
        self._out.append(said)

    def show(self, state: AgentState, detail: str = "") -> None:
        """What the agent is busy with, if that is news."""
        activity = Activity(state, detail)
        if activity != self._activity:
            self._activity = activity
            self._out.append(activity)

    def _open_turn(self) -> None:
        if not self.in_turn:
            self.begin_turn()
