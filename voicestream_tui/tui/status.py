"""The status line: what the agent does, with which voice, how late, what went wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from voicestream_tui.model import AgentState
from voicestream_tui.tui.rows import one_line
from voicestream_tui.tui.wrap import shorten

_SPINNER = "\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f"
_FRAME_SECONDS = 0.1
_BUSY = frozenset(
    {
        AgentState.STARTING,
        AgentState.REQUESTING,
        AgentState.THINKING,
        AgentState.WRITING,
        AgentState.TOOL,
        AgentState.RETRYING,
    }
)
_WORDS = {
    AgentState.STARTING: "starting",
    AgentState.REQUESTING: "asking the model",
    AgentState.THINKING: "thinking",
    AgentState.WRITING: "writing",
    AgentState.TOOL: "using a tool",
    AgentState.RETRYING: "trying again",
    AgentState.WAITING: "waiting for you",
    AgentState.DONE: "finished writing",
    AgentState.FAILED: "failed",
}
_OVER = frozenset({AgentState.DONE, AgentState.WAITING})
_STDIN = "stdin"
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
"""The agent's own short name of an error."""
_SHOWN_LAG = 6.0
"""Seconds that speech may be behind without being worth a word."""


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Everything the status line knows."""

    agent: AgentState = AgentState.STARTING
    detail: str = ""
    title: str = ""
    voice: str = ""
    translator: str = ""
    lag: float = 0.0
    """Seconds of speech that are due."""
    latency_last_ms: float | None = None
    latency_p50_ms: float | None = None
    underflows: int = 0
    problems: int = 0
    ended: bool = False
    exit_code: int | None = None
    closing: bool = False
    conversing: bool = False
    """When the agent has finished, it waits for the user."""
    asked: bool = False
    """It waits for the user's answer to a request."""
    held_by: str = ""
    """Who speaks while this program waits."""
    prompt: str = ""
    """What a key would do if pressed again; stands before all else."""
    following: bool = True
    writing: bool = False
    """The composer has the focus: letters are letters, and tab leads to where they are keys."""
    clock: float = 0.0
    """Seconds; moves the spinner."""

    @property
    def working(self) -> bool:
        """The agent is in the middle of a turn."""
        return not self.ended and (self.asked or self.agent in _BUSY)

    @property
    def busy(self) -> bool:
        """The program or the agent does something; nobody waits for the user."""
        return self.closing or (self.working and not self.asked)

    @property
    def spinner(self) -> str:
        if not self.busy:
            return " "
        return _SPINNER[int(self.clock / _FRAME_SECONDS) % len(_SPINNER)]


def activity(facts: StatusFacts) -> tuple[str, str]:
    """What goes on, and in which style, by its name in the style sheet."""
    if facts.prompt and not facts.closing:
        return facts.prompt, "warning"
    if facts.closing:
        key = "ctrl+c" if facts.writing else "q"
        return f"stopping, {key} again leaves at once", "plain"
    if facts.ended and facts.exit_code:
        return f"ended with exit code {facts.exit_code}, q quits", "error"
    if facts.ended:
        return "done, q quits", "done"
    if facts.asked:
        return "waiting for your answer", "accent"
    words = _words(facts)
    if facts.agent in _OVER and facts.lag >= _SHOWN_LAG:
        words += f", {facts.lag:.0f} s left to hear"
    return words, "error" if facts.agent is AgentState.FAILED else "plain"


def _words(facts: StatusFacts) -> str:
    detail = one_line(facts.detail)
    if facts.agent is AgentState.STARTING and detail:
        return f"waiting for {'standard input' if detail == _STDIN else detail}"
    if facts.agent is AgentState.DONE and facts.conversing:
        return _WORDS[AgentState.WAITING]
    words = _WORDS[facts.agent]
    if facts.agent is AgentState.FAILED and _CODE.fullmatch(detail):
        detail = detail.replace("_", " ")
    if facts.agent is AgentState.FAILED and detail == "unknown":
        detail = ""
    return f"{words}: {detail}" if detail else words


def details(facts: StatusFacts, *, wide: bool = False) -> list[tuple[str, str]]:
    """The facts at the right with their styles, the most important first.

    Args:
        facts: What is known.
        wide: There is room for words that help.
    """
    found: list[tuple[str, str]] = []
    first = "tab " if facts.writing else ""
    if not facts.following:
        found.append((f"following off, {first}end resumes", "accent"))
    if facts.problems:
        noun = "problem" if facts.problems == 1 else "problems"
        found.append((f"{facts.problems} {noun}, {first}e shows", "error"))
    if facts.held_by:
        found.append((f"waiting for the voice ({one_line(facts.held_by)} speaks)", "warning"))
    if facts.lag >= _SHOWN_LAG and facts.agent not in _OVER:
        remedy = f", {first}l jumps to live" if wide else ""
        found.append((f"{facts.lag:.0f} s behind{remedy}", "warning"))
    if facts.underflows:
        noun = "underrun" if facts.underflows == 1 else "underruns"
        found.append((f"{facts.underflows} {noun}", "warning"))
    if facts.latency_last_ms is not None:
        text = f"latency {facts.latency_last_ms:.0f} ms"
        if facts.latency_p50_ms is not None:
            text += f" (p50 {facts.latency_p50_ms:.0f})"
        found.append((text, "quiet"))
    if facts.voice:
        found.append((f"voice {one_line(facts.voice)}", "quiet"))
    if facts.translator:
        found.append((f"translation {facts.translator}", "quiet"))
    if facts.title:
        found.append((one_line(facts.title), "quiet"))
    return found


_STYLES = ("plain", "quiet", "done", "error", "warning", "accent", "spinner")
_LEAST_ACTIVITY = 18
_WIDE = 110


class StatusLine(Widget):
    """One line, redrawn only when what it shows has changed."""

    COMPONENT_CLASSES = {f"status--{name}" for name in _STYLES}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.facts = StatusFacts()
        self._shown: object = None

    def show(self, facts: StatusFacts) -> None:
        """Show other facts."""
        self.facts = facts
        shown = (facts.spinner, activity(facts), details(facts, wide=self.size.width >= _WIDE))
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render(self) -> Text:
        style = {name: self.get_component_rich_style(f"status--{name}") for name in _STYLES}
        width = self.size.width
        words, look = activity(self.facts)
        left_room = min(cell_len(words), max(_LEAST_ACTIVITY, width // 2)) + 3
        right = Text(end="")
        for text, name in details(self.facts, wide=width >= _WIDE):
            if left_room + cell_len(right.plain) + cell_len(text) + 5 > width:
                break
            right.append("   " if right.plain else "")
            right.append(text, style[name])
        line = Text(no_wrap=True, overflow="crop", end="")
        line.append(f" {self.facts.spinner} ", style["spinner"])
        line.append(shorten(words, width - cell_len(right.plain) - 5), style[look])
        gap = width - cell_len(line.plain) - cell_len(right.plain) - 1
        line.append(" " * max(gap, 1), Style.null())
        line.append_text(right)
        return line
