"""Who has the floor: the main agent's text or its thinking, never both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from voicestream_tui.agent.said import BlockEnd, Retract, Said, Text

_GIVEN_KEPT = 64
"""So many thoughts back one can still be taken back."""


@dataclass(slots=True)
class _Held:
    """Thinking that waits until the text that is open has ended."""

    number: int
    parts: list[str] = field(default_factory=list)
    ended: bool = False


class Floor:
    """Passes text on at once, and thinking whenever no text is open.

    A text may stay open after its message was cut off, because the next message may go on with
    it. What that message thinks first is held until it is clear what becomes of the text.

    Thinking comes with numbers of its own, which `thinking` replaces.

    Args:
        emit: Takes each `Text`, `BlockEnd` and `Retract`.
        number: Gives the number of the next block.
        interrupt: Asks the open thinking to end; called before text is given.
    """

    def __init__(
        self,
        emit: Callable[[Said], None],
        number: Callable[[], int],
        interrupt: Callable[[], None],
    ) -> None:
        self._emit = emit
        self._number = number
        self._interrupt = interrupt
        self._text = 0
        """The text block that is open; 0 if none is."""
        self._given: dict[int, int] = {}
        """The numbers under which thinking was given, by its own."""
        self._open: dict[int, int] = {}
        self._held: dict[int, _Held] = {}

    def text(self, said: Said) -> None:
        """Pass on what belongs to the text."""
        match said:
            case Text(number):
                if self._open:
                    self._interrupt()
                self._text = number
            case BlockEnd(number) | Retract(number) if number == self._text:
                self._text = 0
        self._emit(said)
        if not self._text and self._held:
            self._release()

    def thinking(self, said: Said) -> None:
        """Pass on, or hold, what belongs to the thinking."""
        match said:
            case Text(number, text):
                if number in self._open:
                    self._emit(Text(self._open[number], text, thinking=True))
                elif self._text:
                    self._held.setdefault(number, _Held(number)).parts.append(text)
                else:
                    self._give(number, text)
            case BlockEnd(number):
                if number in self._open:
                    self._emit(BlockEnd(self._open.pop(number)))
                elif number in self._held:
                    self._held[number].ended = True
            case Retract(number):
                self._held.pop(number, None)
                self._open.pop(number, None)
                if number in self._given:
                    self._emit(Retract(self._given.pop(number)))

    def settle(self) -> None:
        """Nothing will be taken back any more."""
        self._given.clear()

    def _give(self, number: int, text: str) -> None:
        self._given[number] = self._open[number] = self._number()
        for old in list(self._given)[:-_GIVEN_KEPT]:
            del self._given[old]
        self._emit(Text(self._open[number], text, thinking=True))

    def _release(self) -> None:
        held, self._held = self._held, {}
        for one in held.values():
            self._give(one.number, "".join(one.parts))
            if one.ended:
                self._emit(BlockEnd(self._open.pop(one.number)))
