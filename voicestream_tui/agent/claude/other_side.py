"""Lines of the other side: tool results, prompts, and notes of the program around the model."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude.asking import Asking
from voicestream_tui.agent.claude.main_blocks import MainBlocks
from voicestream_tui.agent.claude.notes import (
    INTERRUPTED,
    Note,
    read_command_output,
    read_note,
    read_prompt,
)
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.reports import Reports
from voicestream_tui.agent.claude.tasks import Tasks
from voicestream_tui.agent.claude.tool_uses import ToolUses
from voicestream_tui.agent.claude.turn_keeper import TurnKeeper
from voicestream_tui.agent.said import UserMessage
from voicestream_tui.model import AgentState


class OtherSide:
    """Tells the ends of tool uses, the user's messages, and why a reply is taken up again."""

    def __init__(
        self,
        outlet: Outlet,
        turn: TurnKeeper,
        blocks: MainBlocks,
        tools: ToolUses,
        tasks: Tasks,
        asking: Asking,
        reports: Reports,
    ) -> None:
        self._outlet = outlet
        self._turn = turn
        self._blocks = blocks
        self._tools = tools
        self._tasks = tasks
        self._asking = asking
        self._reports = reports

    def take(self, message: m.User) -> None:
        """Take one line of the other side."""
        for result in message.tool_results:
            self._tools.ended(result)
            self._tasks.tool_ended(result)
            self._asking.told_late(result.id, message.plan)
        if message.parent:
            return
        note = read_note(message.text) if message.synthetic else Note.OTHER
        self._blocks.user_line(token_limit=note is Note.TOKEN_LIMIT)
        match note:
            case Note.CUT:
                self._blocks.cut_notice()
                self._reports.note("cut")
            case Note.TOKEN_LIMIT:
                self._reports.token_limit_noted()
            case Note.EMPTY:
                self._reports.note("empty")
        if message.tool_results:
            if not self._tools.busy and not self._blocks.writing:
                self._outlet.show(AgentState.REQUESTING)
        elif message.replay and not message.synthetic:
            self._echo(message)
        elif message.text.startswith(INTERRUPTED):
            self._turn.interrupted()

    def _echo(self, message: m.User) -> None:
        if output := read_command_output(message.text):
            if output != self._turn.told:
                self._reports.command_output(output)
        elif prompt := read_prompt(message.text):
            self._outlet.say(UserMessage(prompt, message.uuid))
