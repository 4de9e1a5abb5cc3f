"""Where everything said is collected, in order."""

from __future__ import annotations

from voicestream_tui.agent.claude.turns import Turns
from voicestream_tui.agent.said import (
    Activity,
    AgentFailure,
    BlockEnd,
    Notice,
    Said,
    Text,
    ToolUse,
    TurnStarted,
)
from voicestream_tui.model import AgentState


class Outlet:
    """Collects what is said, numbers blocks, and opens a turn for what must belong to one.

    Args:
        turns: Told when something is said outside a turn.
        first_block: The number of the first block.
    """

    def __init__(self, turns: Turns, first_block: int = 1) -> None:
        self._turns = turns
        self._next_block = first_block
        self._out: list[Said] = []
        self.activity = Activity(AgentState.STARTING)
        """What the agent was busy with last."""

    def flush(self) -> list[Said]:
        """Return what was said since the last time."""
        said, self._out = self._out, []
        return said

    def number(self) -> int:
        """The number of the next block."""
        self._next_block += 1
        return self._next_block - 1

    def say(self, said: Said) -> None:
        """Add something."""
        match said:
            case Text() | ToolUse() | AgentFailure():
                self.open_turn()
                if isinstance(said, Text) and not said.agent:
                    self._turns.silent = self._turns.silent and said.thinking
                    self.show(AgentState.THINKING if said.thinking else AgentState.WRITING)
        self._out.append(said)

    def say_whole(
        self,
        text: str,
        agent: str = "",
        *,
        thinking: bool = False,
        urgent: bool = False,
        plain: bool = False,
    ) -> None:
        """Say a text that is there at once, as a block of its own."""
        number = self.number()
        self.say(Text(number, text, agent, thinking=thinking, urgent=urgent, plain=plain))
        self.say(BlockEnd(number))

    def notify(
        self, phrase: tuple[str, str], agent: str = "", urgent: bool = False, tool: str = ""
    ) -> None:
        """Say something that nobody wrote as text: English, Japanese."""
        self.say(Notice(*phrase, urgent=urgent, agent=agent, tool=tool))

    def open_turn(self) -> None:
        """What comes now belongs to a turn, announced or not."""
        if self._turns.begin_silently():
            self._out.append(TurnStarted())

    def show(self, state: AgentState, detail: str = "") -> None:
        """Tell what the agent is busy with, if that is news."""
        activity = Activity(state, detail)
        if activity != self.activity:
            self.activity = activity
            self._out.append(activity)

    def mention(self, detail: str) -> None:
        """Say something in the status line without a change of state."""
        if detail:
            self.show(self.activity.state, detail)
