"""Who the sub-agents are: their descriptions by the tool use that started them."""

from __future__ import annotations

from collections import OrderedDict

from voicestream_tui.agent.claude import messages as m

_TOOLS = ("Task", "Agent")
_KEPT = 256
"""Sub-agents and texts remembered; a background agent may outlive many turns."""


class Subagents:
    """Names sub-agents and recognises lines of theirs that come again."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, str] = OrderedDict()
        self._texts: OrderedDict[tuple[str, int], None] = OrderedDict()

    def tool_used(self, tool: m.ToolContent) -> None:
        """Note the description in a tool use that starts a sub-agent."""
        if tool.name in _TOOLS:
            for key in ("description", "subagent_type"):
                if isinstance(name := tool.input.get(key), str) and name:
                    self._remember(tool.id, name)
                    return

    def task(self, message: m.Task) -> None:
        """Note the description in the news that a sub-agent was started."""
        if message.kind == "local_agent" and message.description:
            self._remember(message.tool_use_id, message.description)
            self._remember(message.task_id, message.description)

    def known(self, key: str) -> str:
        """The description of the sub-agent of this tool use or with this number; "" if unknown."""
        return self._names.get(key, "") if key else ""

    def name(self, parent: str, told: str = "") -> str:
        """The description of the sub-agent that this tool use started.

        Args:
            parent: Id of the tool use.
            told: What the line itself calls the sub-agent, if anything.
        """
        if told:
            self._remember(parent, told)
        return self._names.get(parent, "sub-agent")

    def is_new(self, message: m.Assistant, text: str) -> bool:
        """Whether this text of this message comes for the first time."""
        key = (message.message_id or message.uuid, hash(text))
        if key in self._texts:
            return False
        self._texts[key] = None
        if len(self._texts) > _KEPT:
            self._texts.popitem(last=False)
        return True

    def _remember(self, parent: str, name: str) -> None:
        if not parent:
            return
        self._names[parent] = name
        if len(self._names) > _KEPT:
            self._names.popitem(last=False)
