"""How turns begin and end: with a result, with an error, interrupted, or without a word."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude import wording
from voicestream_tui.agent.claude.asking import Asking
from voicestream_tui.agent.claude.main_blocks import MainBlocks
from voicestream_tui.agent.claude.notes import NOTHING, is_listing
from voicestream_tui.agent.claude.outlet import Outlet
from voicestream_tui.agent.claude.reports import Reports
from voicestream_tui.agent.claude.tool_uses import ToolUses
from voicestream_tui.agent.claude.turns import Turns
from voicestream_tui.agent.said import AgentFailure, TurnEnd, TurnStarted
from voicestream_tui.model import AgentState


class TurnKeeper:
    """Opens and closes turns, and settles what belongs to them."""

    def __init__(
        self,
        outlet: Outlet,
        turns: Turns,
        blocks: MainBlocks,
        tools: ToolUses,
        asking: Asking,
        reports: Reports,
    ) -> None:
        self._outlet = outlet
        self._turns = turns
        self._blocks = blocks
        self._tools = tools
        self._asking = asking
        self._reports = reports
        self._session = ""
        self._interrupted = False

    @property
    def told(self) -> str:
        """What the program around the model said last in this turn."""
        return self._turns.told

    def begin(self, init: m.Init) -> None:
        """A turn was announced."""
        if init.session_id != self._session:
            # Another process: the turns of the one before will get no results any more.
            self.close()
        self._session = init.session_id
        self._blocks.settle()
        self._interrupted = False
        if self._turns.begin():
            self._outlet.say(TurnStarted(init.model, init.session_id))
        self._outlet.show(AgentState.REQUESTING)

    def interrupted(self) -> None:
        """The user stopped the turn; its result follows."""
        self._interrupted = True

    def close(self) -> None:
        """Nothing more will come of the process: end all that is open."""
        self._blocks.settle()
        while self._turns.open:
            reason = "interrupted" if self._interrupted else "ended without a result"
            self._end(TurnEnd(False, reason), AgentState.DONE)
        self._tools.all_ended()
        self._asking.ended()

    def command_answered(self, text: str) -> None:
        """The program around the model answers in place of it."""
        self._blocks.settle()
        self._outlet.open_turn()
        self._turns.told = text
        if text.strip() != NOTHING:
            self._outlet.say_whole(text, plain=is_listing(text))

    def fail(self, text: str, code: str) -> None:
        """Tell an error, once: the turn's result repeats it."""
        self._blocks.settle()
        self._outlet.open_turn()
        self._reports.failed()
        if self._turns.fail(text, code):
            self._outlet.say(AgentFailure(wording.failure(text), code))

    def end(self, result: m.Result) -> None:
        """A turn's result has come."""
        self._outlet.open_turn()
        breaking_off = self._blocks.breaking_off or result.broken_off
        between = self._turns.overlapping and self._blocks.writing
        if not between:
            self._blocks.settle()
        self._tell_denied(result)
        if wording.is_interrupted(result) or (self._interrupted and result.is_error):
            self._end(TurnEnd(False, "interrupted"), AgentState.DONE)
        elif result.is_error:
            code = result.error_code or result.subtype.removeprefix("error_")
            self.fail(wording.error_result(result), code)
            self._end(TurnEnd(False, self._turns.code or code), AgentState.FAILED)
        elif breaking_off and not between:
            self.fail(wording.CUT_OFF, "cut_off")
            self._end(TurnEnd(False, "cut_off"), AgentState.FAILED)
        else:
            self._give_text(result)
            self._end(TurnEnd(), AgentState.DONE)

    def _tell_denied(self, result: m.Result) -> None:
        """Tell which tools were refused, each once, unless the user decided that."""
        told: set[str] = set()
        for denied in result.denied:
            if denied.tool not in told and not self._asking.about(denied.tool_use_id):
                told.add(denied.tool)
                self._reports.denied(denied, self._tools.agent_of(denied.tool_use_id))

    def _give_text(self, result: m.Result) -> None:
        """Use the result's text when nothing else carried text."""
        text = f"```json\n{result.structured}\n```" if result.structured else result.text
        told = self._blocks.repeats(result.text)
        if text.strip() not in ("", NOTHING) and self._turns.silent and not told:
            self._outlet.say_whole(text)

    def _end(self, end: TurnEnd, state: AgentState) -> None:
        if not self._turns.overlapping:
            self._tools.turn_ended(end.ok)
            self._asking.ended(running=self._tools.is_running)
        self._reports.turn_ended()
        self._outlet.say(end)
        self._turns.end()
        self._interrupted = False
        self._outlet.show(state, end.reason)
