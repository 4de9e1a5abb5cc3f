"""Claude's messages → what was said: text once and in order, tools, requests, news. Pure."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.asking import Asking
from voicestream_tui.agent.claude.main_blocks import MainBlocks
from voicestream_tui.agent.claude.other_side import OtherSide
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.reports import Reports
from voicestream_tui.agent.claude.subagents import Subagents
from voicestream_tui.agent.claude.tasks import Tasks
from voicestream_tui.agent.claude.tool_uses import ToolUses
from voicestream_tui.agent.claude.turn_keeper import TurnKeeper
from voicestream_tui.agent.claude.turns import Turns
from voicestream_tui.agent.said import ControlAnswered, Said, Unreadable
from voicestream_tui.model import AgentState

_TOOL_KINDS = ("tool_use", "server_tool_use", "mcp_tool_use")


class Assembler:
    """Merges the messages of one agent process, of any number of turns.

    Blocks are numbered from `first_block` in order of appearance. At most one block of the
    main agent, text or thinking, is open at a time; a sub-agent's text comes as a `Text` and
    its `BlockEnd` together, which may stand between two `Text`s of the main agent's open block.
    """

    def __init__(self, first_block: int = 1) -> None:
        turns = Turns()
        self._outlet = Outlet(turns, first_block)
        self._blocks = MainBlocks(self._outlet.say, self._outlet.number)
        self._asking = Asking(self._outlet, self._blocks.make_room)
        self._tools = ToolUses(self._outlet, self._asking.tool_ended)
        self._tasks = Tasks(self._outlet, self._tools)
        self._subagents = Subagents()
        self._reports = Reports(self._outlet)
        self._turn = TurnKeeper(
            self._outlet, turns, self._blocks, self._tools, self._asking, self._reports
        )
        self._other_side = OtherSide(
            self._outlet,
            self._turn,
            self._blocks,
            self._tools,
            self._tasks,
            self._asking,
            self._reports,
        )

    def feed(self, message: m.Message) -> list[Said]:
        """Take one message; return what it means, in order."""
        self._take(message)
        return self._outlet.flush()

    def close(self) -> list[Said]:
        """The input has ended: settle everything."""
        self._turn.close()
        return self._outlet.flush()

    def _take(self, message: m.Message) -> None:
        match message:
            case (
                m.MessageStart()
                | m.BlockStart()
                | m.TextDelta()
                | m.ThinkingDelta()
                | m.ToolDelta()
                | m.BlockStop()
                | m.MessageDelta()
                | m.MessageStop()
            ):
                # A sub-agent's text comes whole; its deltas would mix into the main agent's.
                if not message.parent:
                    self._take_delta(message)
            case m.Assistant():
                self._take_assistant(message)
            case m.User():
                if message.parent:
                    self._subagents.name(message.parent, message.agent)
                self._other_side.take(message)
            case m.Result():
                self._turn.end(message)
            case m.Init():
                self._turn.begin(message)
            case m.PermissionAsked():
                agent = self._subagents.known(message.agent_id)
                self._asking.asked(message, agent or self._tools.agent_of(message.tool_use_id))
            case m.PermissionWithdrawn(request_id):
                self._asking.withdrawn(request_id)
            case m.ControlResponse(request_id, ok, text):
                self._outlet.say(ControlAnswered(request_id, ok, text))
            case m.Thinking():
                if not self._blocks.writing:
                    self._outlet.show(AgentState.THINKING)
            case m.PermissionDenied(tool_use_id=tool_use_id):
                self._reports.denied(message, self._tools.agent_of(tool_use_id))
            case m.CommandOutput(text):
                if text.strip() and text != self._turn.told:
                    self._turn.command_answered(text)
            case m.Task():
                self._take_task(message)
            case m.Garbage(text):
                self._outlet.say(Unreadable(text))
            case _:
                self._reports.take(message)

    def _take_delta(self, message: m.Delta) -> None:
        match message:
            case m.MessageStart(message_id):
                self._reports.message_begins()
                self._blocks.message_start(message_id)
            case m.BlockStart(message_id, index, kind, text):
                self._blocks.block_start(message_id, index, kind)
                if kind == "text":
                    self._blocks.delta(message_id, index, text)
                elif kind in _TOOL_KINDS:
                    self._tools.begins(message)
                    self._outlet.show(AgentState.TOOL, message.name)
                elif kind.endswith("thinking"):
                    self._outlet.show(AgentState.THINKING)
                    self._blocks.delta(message_id, index, text, thinking=True)
            case m.TextDelta(message_id, index, text):
                self._blocks.delta(message_id, index, text)
            case m.ThinkingDelta(message_id, index, text):
                self._outlet.show(AgentState.THINKING)
                self._blocks.delta(message_id, index, text, thinking=True)
            case m.MessageDelta(message_id, stop_reason):
                self._reports.stop_reason(stop_reason)
                self._blocks.message_delta(message_id, stop_reason)
            case m.MessageStop(message_id, abandoned):
                self._blocks.message_stop(message_id, abandoned)

    # --- lines of the assistant ---------------------------------------------------------------

    def _take_assistant(self, message: m.Assistant) -> None:
        if message.parent:
            self._take_subagent(message)
        elif message.synthetic:
            self._take_synthetic(message)
        else:
            self._reports.message_came()
            for content in message.content:
                self._take_content(message, content)

    def _take_content(self, message: m.Assistant, content: m.Content) -> None:
        sole = len(message.content) == 1
        match content:
            case m.TextContent(text):
                self._blocks.confirm(message.message_id, message.uuid, text, message.aborted, sole)
            case m.ThinkingContent(text):
                self._blocks.confirm_thinking(message.message_id, message.uuid, text, sole)
            case m.ToolContent():
                self._blocks.tool_used(message.message_id)
                self._take_tool(content)
            case m.ToolResult():
                self._blocks.other_content(message.message_id)
                self._tools.ended(content)
            case _:
                self._blocks.other_content(message.message_id)

    def _take_tool(self, tool: m.ToolContent, agent: str = "", parent: str = "") -> None:
        self._subagents.tool_used(tool)
        if self._tools.used(tool, agent, parent, self._asking.announces(tool)):
            self._asking.tool_used(tool, agent)

    def _take_subagent(self, message: m.Assistant) -> None:
        agent = self._subagents.name(message.parent, message.agent)
        for content in message.content:
            match content:
                case m.TextContent(text) if message.synthetic:
                    self._outlet.mention(f"{agent}: {text}" if message.error else "")
                case m.TextContent(text) | m.ThinkingContent(text):
                    thinking = isinstance(content, m.ThinkingContent)
                    if text.strip() and self._subagents.is_new(message, text):
                        self._outlet.say_whole(text, agent, thinking=thinking)
                case m.ToolContent():
                    self._take_tool(content, agent, message.parent)
                case m.ToolResult():
                    self._tools.ended(content)

    def _take_synthetic(self, message: m.Assistant) -> None:
        """Words of the program around the model: an error, or a slash command's answer."""
        text = "\n".join(c.text for c in message.content if isinstance(c, m.TextContent))
        if not text.strip():
            return
        if message.error or text.startswith("API Error"):
            self._turn.fail(text, message.error)
        else:
            self._turn.command_answered(text)

    def _take_task(self, task: m.Task) -> None:
        self._subagents.task(task)
        self._tasks.news(task)
        if task.event == "progress" and not self._blocks.writing:
            agent = self._subagents.name(task.tool_use_id)
            self._outlet.show(AgentState.TOOL, f"{agent}: {task.description}")
