"""Claude's messages → what was said: text once and in order, tools, failures, activity. Pure."""

from __future__ import annotations

import re

from voicestream_tui.agent import messages as m
from voicestream_tui.agent import wording
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    BlockEnd,
    Said,
    Text,
    ToolUse,
    TurnEnd,
    TurnStarted,
    Unreadable,
)
from voicestream_tui.agent.subagents import Subagents
from voicestream_tui.agent.text_blocks import TextBlocks
from voicestream_tui.agent.tool_argument import main_argument
from voicestream_tui.agent.turns import Turns
from voicestream_tui.model import AgentState

_CUT_NOTICE = re.compile(r"\bcut off mid-stream\b", re.IGNORECASE)
_TOKEN_LIMIT = re.compile(r"\btoken limit\b", re.IGNORECASE)
_INTERRUPTED = "[Request interrupted by user"
_TOOL_KINDS = ("tool_use", "server_tool_use", "mcp_tool_use")


class Assembler:
    """Merges the messages of one agent process, of any number of turns.

    Blocks are numbered from `first_block` in order of appearance. At most one block of the
    main agent is open at a time; a sub-agent's text comes as a `Text` and its `BlockEnd`
    together, which may stand between two `Text`s of the main agent's open block.
    """

    def __init__(self, first_block: int = 1) -> None:
        self._out: list[Said] = []
        self._next_block = first_block
        self._blocks = TextBlocks(self._say, self._number)
        self._subagents = Subagents()
        self._turns = Turns()
        self._activity: Activity | None = None
        self._tools: set[str] = set()
        """Ids of the tool uses told in this turn."""
        self._running: set[str] = set()
        """Ids of the main agent's tool uses that have no result yet."""
        self._early_inputs: dict[str, m.BlockStart] = {}
        """Beginnings of tool blocks that held an input already, by tool id."""
        self._interrupted = False
        self._session = ""
        self._synthetic: set[str] = set()
        """Ids of the lines told in this turn that the program around the model wrote."""

    def feed(self, message: m.Message) -> list[Said]:
        """Take one message; return what it means, in order."""
        self._take(message)
        return self._flush()

    def close(self) -> list[Said]:
        """The input has ended: settle everything."""
        self._close_turns()
        return self._flush()

    # --- plumbing -----------------------------------------------------------------------------

    def _flush(self) -> list[Said]:
        said, self._out = self._out, []
        return said

    def _number(self) -> int:
        self._next_block += 1
        return self._next_block - 1

    def _say(self, said: Said) -> None:
        match said:
            case Text() | ToolUse() | AgentFailure():
                self._open_turn()
                if isinstance(said, Text) and not said.agent:
                    self._turns.silent = False
                    self._show(AgentState.WRITING)
        self._out.append(said)

    def _open_turn(self) -> None:
        """What comes now belongs to a turn, announced or not."""
        if self._turns.begin_silently():
            self._out.append(TurnStarted())

    def _say_whole(self, text: str, agent: str = "") -> None:
        number = self._number()
        self._say(Text(number, text, agent))
        self._say(BlockEnd(number))

    def _show(self, state: AgentState, detail: str = "") -> None:
        activity = Activity(state, detail)
        if activity != self._activity:
            self._activity = activity
            self._out.append(activity)

    def _mention(self, detail: str) -> None:
        """Say something in the status line without a change of state."""
        if detail:
            self._show(self._activity.state if self._activity else AgentState.STARTING, detail)

    # --- messages -----------------------------------------------------------------------------

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
                self._take_user(message)
            case m.Result():
                self._take_result(message)
            case m.Init(model, session_id):
                self._begin_turn(model, session_id)
            case m.Garbage(text):
                self._say(Unreadable(text))
            case _:
                self._take_news(message)

    def _take_delta(self, message: m.Message) -> None:
        match message:
            case m.MessageStart(message_id):
                self._blocks.message_start(message_id)
            case m.BlockStart(message_id, index, kind, text):
                self._blocks.block_start(message_id, index, kind)
                if kind == "text":
                    self._blocks.delta(message_id, index, text)
                elif kind in _TOOL_KINDS:
                    if message.input:
                        self._early_inputs[message.tool_id] = message
                    self._show(AgentState.TOOL, message.name)
                elif kind.endswith("thinking"):
                    self._show(AgentState.THINKING)
            case m.TextDelta(message_id, index, text):
                self._blocks.delta(message_id, index, text)
            case m.ThinkingDelta():
                self._show(AgentState.THINKING)
            case m.MessageDelta(message_id, stop_reason):
                self._blocks.message_delta(message_id, stop_reason)
            case m.MessageStop(message_id, abandoned):
                self._blocks.message_stop(message_id, abandoned)

    def _take_assistant(self, message: m.Assistant) -> None:
        if message.parent:
            self._take_subagent(message)
        elif message.synthetic:
            self._take_synthetic(message)
        else:
            for content in message.content:
                match content:
                    case m.TextContent(text):
                        self._blocks.confirm(
                            message.message_id,
                            message.uuid,
                            text,
                            message.aborted,
                            sole=len(message.content) == 1,
                        )
                    case m.ToolContent():
                        self._blocks.tool_used(message.message_id)
                        self._take_tool(content)
                    case _:
                        self._blocks.other_content(message.message_id)

    def _take_tool(self, tool: m.ToolContent, agent: str = "") -> None:
        if tool.id and tool.id in self._tools:
            return
        self._tools.add(tool.id)
        early = self._early_inputs.pop(tool.id, None)
        argument = main_argument(tool.name, tool.input or (early and early.input) or {})
        self._subagents.tool_used(tool)
        self._say(ToolUse(tool.name, argument, agent))
        if not agent:
            self._running.add(tool.id)
            self._show(AgentState.TOOL, f"{tool.name} {argument}".strip())

    def _take_subagent(self, message: m.Assistant) -> None:
        agent = self._subagents.name(message.parent, message.agent)
        for content in message.content:
            match content:
                case m.TextContent(text) if message.synthetic:
                    self._mention(f"{agent}: {text}" if message.error else "")
                case m.TextContent(text):
                    if text.strip() and self._subagents.is_new(message, text):
                        self._say_whole(text, agent)
                case m.ToolContent():
                    self._take_tool(content, agent)

    def _take_synthetic(self, message: m.Assistant) -> None:
        """Words of the program around the model: an error, or a slash command's answer."""
        text = "\n".join(c.text for c in message.content if isinstance(c, m.TextContent))
        if not text.strip() or (message.uuid and message.uuid in self._synthetic):
            return
        self._synthetic.add(message.uuid)
        if message.error or text.startswith("API Error"):
            self._fail(text, message.error)
            return
        self._blocks.settle()
        self._turns.told = text
        self._say_whole(text)

    def _take_user(self, message: m.User) -> None:
        if message.parent:
            self._subagents.name(message.parent, message.agent)
            return
        self._blocks.user_line(
            token_limit=message.synthetic and bool(_TOKEN_LIMIT.search(message.text))
        )
        if message.text.startswith(_INTERRUPTED) and not message.replay:
            self._interrupted = True
        elif message.synthetic and _CUT_NOTICE.search(message.text):
            self._blocks.cut_notice()
        self._running.difference_update(message.tool_results)
        if message.tool_results and not self._running and not self._blocks.writing:
            self._show(AgentState.REQUESTING)

    def _take_news(self, message: m.Message) -> None:
        match message:
            case m.Status("requesting"):
                self._show(AgentState.REQUESTING)
            case m.Status("compacting"):
                self._show(AgentState.WAITING, "compacting the conversation")
            case m.Thinking() if not self._blocks.writing:
                self._show(AgentState.THINKING)
            case m.ApiRetry():
                self._show(AgentState.RETRYING, wording.retry(message))
            case m.PermissionAsked(tool, arguments):
                asked = f"permission: {tool} {main_argument(tool, arguments)}".strip()
                self._show(AgentState.WAITING, asked)
            case m.PermissionDenied(tool):
                self._mention(f"permission denied: {tool}".rstrip(": "))
            case m.RateLimit():
                self._mention(wording.rate_limit(message))
            case m.ModelFallback():
                self._show(AgentState.REQUESTING, wording.fallback(message))
            case m.Compacted():
                self._mention("the conversation was compacted")
            case m.Refusal(text) | m.Notice(text):
                self._mention(text)
            case m.Task():
                self._subagents.task(message)
                if message.event == "progress" and not self._blocks.writing:
                    agent = self._subagents.name(message.tool_use_id)
                    self._show(AgentState.TOOL, f"{agent}: {message.description}")

    # --- turns --------------------------------------------------------------------------------

    def _begin_turn(self, model: str, session_id: str) -> None:
        if session_id != self._session:
            # Another process: the turns of the one before will get no results any more.
            self._close_turns()
        self._session = session_id
        self._blocks.settle()
        self._turns.begin()
        self._interrupted = False
        self._say(TurnStarted(model, session_id))
        self._show(AgentState.REQUESTING)

    def _close_turns(self) -> None:
        self._blocks.settle()
        while self._turns.open:
            reason = "interrupted" if self._interrupted else "ended without a result"
            self._end_turn(TurnEnd(False, reason), AgentState.DONE)

    def _fail(self, text: str, code: str) -> None:
        """Tell an error, once: the turn's result repeats it."""
        self._blocks.settle()
        self._open_turn()
        if self._turns.fail(text, code):
            self._say(AgentFailure(wording.failure(text), code))

    def _take_result(self, message: m.Result) -> None:
        self._open_turn()
        breaking_off = self._blocks.breaking_off or message.broken_off
        between = self._turns.overlapping and self._blocks.writing
        if not between:
            self._blocks.settle()
        if wording.is_interrupted(message) or (self._interrupted and message.is_error):
            self._end_turn(TurnEnd(False, "interrupted"), AgentState.DONE)
        elif message.is_error:
            code = message.error_code or message.subtype.removeprefix("error_")
            self._fail(wording.error_result(message), code)
            self._end_turn(TurnEnd(False, self._turns.code or code), AgentState.FAILED)
        elif breaking_off and not between:
            self._fail(wording.CUT_OFF, "cut_off")
            self._end_turn(TurnEnd(False, "cut_off"), AgentState.FAILED)
        else:
            self._give_result_text(message)
            self._end_turn(TurnEnd(), AgentState.DONE)

    def _give_result_text(self, message: m.Result) -> None:
        """Use the result's text when nothing else carried text."""
        text = f"```json\n{message.structured}\n```" if message.structured else message.text
        if text.strip() and self._turns.silent:
            self._say_whole(text)

    def _end_turn(self, end: TurnEnd, state: AgentState) -> None:
        self._say(end)
        self._turns.end()
        self._interrupted = False
        self._tools.clear()
        self._synthetic.clear()
        self._running.clear()
        self._early_inputs.clear()
        self._show(state, end.reason)
