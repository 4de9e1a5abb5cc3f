"""Tool uses of the main agent and its sub-agents: each told once, and each brought to an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.recent import Recent
from voicestream_tui.agent.claude.tool_argument import main_argument
from voicestream_tui.agent.said import ToolResult, ToolUse
from voicestream_tui.model import AgentState

_KEPT = 256


@dataclass(frozen=True, slots=True)
class _Use:
    agent: str
    parent: str
    """Id of the tool use that started the sub-agent; empty for the main agent."""


class ToolUses:
    """Tells tool uses and their ends, and knows which ones are running.

    Args:
        outlet: Where to say it.
        on_ended: Gets the id of each tool use that has ended.
    """

    def __init__(self, outlet: Outlet, on_ended: Callable[[str], None]) -> None:
        self._outlet = outlet
        self._on_ended = on_ended
        self._told: Recent[_Use] = Recent(_KEPT)
        self._running: Recent[_Use] = Recent(_KEPT)
        self._early: Recent[m.BlockStart] = Recent(64)
        """Beginnings of tool blocks that held an input already, by tool id."""

    @property
    def busy(self) -> bool:
        """Whether a tool of the main agent is running."""
        return any(not use.parent for _, use in self._running.items())

    def is_running(self, tool_id: str) -> bool:
        """Whether this tool use was told and has not ended."""
        return tool_id in self._running

    def agent_of(self, tool_id: str) -> str:
        """The sub-agent that uses a tool; empty for the main agent, and if it is not known."""
        use = self._told.get(tool_id)
        return use.agent if use else ""

    def begins(self, start: m.BlockStart) -> None:
        """A tool's block begins; its input may be there already, and missing later."""
        if start.input:
            self._early.note(start.tool_id, start)

    def used(
        self, tool: m.ToolContent, agent: str = "", parent: str = "", announced: bool = False
    ) -> bool:
        """Tell a tool use; False if it was told before. If it is announced, a notice follows."""
        if tool.id and tool.id in self._told:
            return False
        early = self._early.pop(tool.id)
        argument = main_argument(tool.name, tool.input or (early and early.input) or {})
        self._outlet.say(ToolUse(tool.name, argument, agent, tool.id, announced))
        if tool.id:
            use = _Use(agent, parent)
            self._told.note(tool.id, use)
            self._running.note(tool.id, use)
        if not agent:
            self._outlet.show(AgentState.TOOL, f"{tool.name} {argument}".strip())
        return True

    def ended(self, result: m.ToolResult) -> None:
        """Tell the end of a tool use; nothing happens if it has ended or is unknown."""
        if self._running.pop(result.id) is not None:
            self._outlet.say(ToolResult(result.id, result.ok))
            self._on_ended(result.id)

    def subagent_ended(self, parent: str, ok: bool) -> None:
        """No results will come any more for the tools of this sub-agent."""
        for tool_id, use in self._running.items():
            if parent and use.parent == parent:
                self.ended(m.ToolResult(tool_id, ok))
                self.subagent_ended(tool_id, ok)

    def turn_ended(self, ok: bool) -> None:
        """No results will come any more for the main agent's tools.

        Sub-agents in the background go on.
        """
        for tool_id, use in self._running.items():
            if not use.parent:
                self.subagent_ended(tool_id, ok)
                self.ended(m.ToolResult(tool_id, ok))
        self._early.clear()

    def all_ended(self) -> None:
        """No results will come any more at all."""
        for tool_id, _ in self._running.items():
            self.ended(m.ToolResult(tool_id, ok=False))
        self._early.clear()
