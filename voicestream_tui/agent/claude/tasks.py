"""Sub-agents and commands that go on in the background: told when they start and when they end.

In the foreground they are tool uses like any other, which their results bring to an end. One that
goes on after its tool's result is in the background: this holds for every version, while the
fields that say so do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.recent import Recent
from voicestream_tui.agent.claude.tool_uses import ToolUses
from voicestream_tui.text.agent_events import task_ended_phrase, task_started_phrase

_OVER = ("completed", "failed", "stopped", "killed")


@dataclass(frozen=True, slots=True)
class _Task:
    tool_use_id: str
    kind: str
    description: str
    background: bool = False


class Tasks:
    """Tells what becomes of tasks in the background."""

    def __init__(self, outlet: Outlet, tools: ToolUses) -> None:
        self._outlet = outlet
        self._tools = tools
        self._running: Recent[_Task] = Recent()

    def news(self, message: m.Task) -> None:
        """Take what a line tells of a task."""
        key = message.task_id or message.tool_use_id
        if message.event == "started":
            task = _Task(message.tool_use_id, message.kind, message.description)
            self._running.note(key, task)
        elif message.event == "notification":
            known = self._running.pop(key)
            self._tools.subagent_ended(message.tool_use_id, message.status == "completed")
            if known is not None and known.background:
                status = message.status if message.status in _OVER else "completed"
                phrase = task_ended_phrase(known.kind, known.description, status)
                self._outlet.notify(phrase)

    def tool_ended(self, result: m.ToolResult) -> None:
        """A tool use is over; a task of its that is not goes on in the background."""
        for key, task in self._running.items():
            if task.tool_use_id and task.tool_use_id == result.id and not task.background:
                if not result.ok:
                    self._running.pop(key)
                    continue
                self._running.note(key, replace(task, background=True))
                agent = self._tools.agent_of(result.id)
                self._outlet.notify(task_started_phrase(task.kind, task.description), agent)
