"""The line of keys at the bottom; a click on one does what the key does."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key, what it does now, and how much it matters."""

    key: str
    label: str
    action: str
    rank: int
    """Lower numbers stay longer when the line gets narrow."""


def fitting(hints: list[KeyHint], width: int) -> list[KeyHint]:
    """The hints that fit side by side, in their order, the least important ones left out."""
    kept: list[KeyHint] = []
    used = 1
    for hint in sorted(hints, key=lambda hint: hint.rank):
        needed = len(hint.key) + 1 + len(hint.label) + 2
        if used + needed - 1 > width:
            continue
        used += needed
        kept.append(hint)
    return [hint for hint in hints if hint in kept]


class KeyBar(Widget):
    """Shows hints; the owner says which."""

    COMPONENT_CLASSES = {"key-bar--key", "key-bar--label"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[KeyHint] = []
        self._ends: list[tuple[int, KeyHint]] = []

    def show(self, hints: list[KeyHint]) -> None:
        """Show these hints, as many as fit."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def render(self) -> Text:
        key = self.get_component_rich_style("key-bar--key")
        label = self.get_component_rich_style("key-bar--label")
        line = Text(" ", no_wrap=True, overflow="crop", end="")
        self._ends = []
        for number, hint in enumerate(fitting(self._hints, self.size.width)):
            line.append("  " if number else "")
            line.append(hint.key, key)
            line.append(f" {hint.label}", label)
            self._ends.append((len(line.plain), hint))
        return line

    async def on_click(self, event: events.Click) -> None:
        for end, hint in self._ends:
            if event.x <= end:
                await self.run_action(hint.action)
                return
