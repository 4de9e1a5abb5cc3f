"""The main agent's blocks: what it says and what it thinks, once, in order, one open at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from voicestream_tui.agent.claude.floor import Floor
from voicestream_tui.agent.claude.text_blocks import TextBlocks
from voicestream_tui.agent.said import Said


class MainBlocks:
    """Merges the main agent's deltas and confirming lines of a turn.

    Text and thinking are merged apart, by the same rules, and both learn where a message and
    each of its blocks begin and end. Methods are as in `TextBlocks`.

    Args:
        emit: Takes each `Text`, `BlockEnd` and `Retract`.
        number: Gives the number of the next block.
    """

    def __init__(self, emit: Callable[[Said], None], number: Callable[[], int]) -> None:
        self._floor = Floor(emit, number, self._interrupt_thinking)
        own = count(1)
        self._thinking = TextBlocks(
            self._floor.thinking, lambda: next(own), kind="thinking", joins=False
        )
        self._texts = TextBlocks(self._floor.text, number, on_replaced=self._thinking.withdraw)
        self._at: tuple[str, int] | None = None
        """The block that began last."""

    @property
    def writing(self) -> bool:
        """Whether a message's deltas are still coming."""
        return self._texts.writing

    @property
    def breaking_off(self) -> bool:
        """Whether a text was cut off and nothing has taken its place."""
        return self._texts.breaking_off

    def message_start(self, message_id: str) -> None:
        """A message begins."""
        self._at = None
        self._thinking.message_start(message_id)
        self._texts.message_start(message_id)

    def block_start(self, message_id: str, index: int, kind: str) -> None:
        """A block of any kind begins; a negative index is that after the last."""
        if index < 0:
            index = self._last(message_id) + 1
        self._at = (message_id, index)
        self._thinking.block_start(message_id, index, kind)
        self._texts.block_start(message_id, index, kind)

    def delta(self, message_id: str, index: int, text: str, thinking: bool = False) -> None:
        """Take a piece of text or thinking; a negative index is that of the last block."""
        if not text:
            return
        if index < 0:
            index = max(self._last(message_id), 0)
        if self._at != (message_id, index):
            # Its beginning was missed; the other kind has to learn of it too.
            self._at = (message_id, index)
            other = self._texts if thinking else self._thinking
            other.block_start(message_id, index, "")
        (self._thinking if thinking else self._texts).delta(message_id, index, text)

    def message_delta(self, message_id: str, stop_reason: str) -> None:
        """The message's last news."""
        self._thinking.message_delta(message_id, stop_reason)
        self._texts.message_delta(message_id, stop_reason)

    def message_stop(self, message_id: str, abandoned: bool) -> None:
        """A message is over, or was cut off."""
        self._thinking.message_stop(message_id, abandoned)
        self._texts.message_stop(message_id, abandoned)

    def confirm(self, message_id: str, uuid: str, text: str, aborted: bool, sole: bool) -> None:
        """Take a finished text block; an empty one takes nothing back."""
        self._thinking.other_content(message_id)
        if text.strip():
            self._texts.confirm(message_id, uuid, text, aborted, sole)
        else:
            self._texts.other_content(message_id)

    def confirm_thinking(self, message_id: str, uuid: str, text: str, sole: bool) -> None:
        """Take a finished thinking block; an empty one was left out and says nothing."""
        self._texts.other_content(message_id)
        if text.strip():
            self._thinking.confirm(message_id, uuid, text, aborted=False, sole=sole)
        else:
            self._thinking.other_content(message_id)

    def tool_used(self, message_id: str) -> None:
        """A tool use was confirmed."""
        self._thinking.tool_used(message_id)
        self._texts.tool_used(message_id)

    def other_content(self, message_id: str) -> None:
        """A block that is neither text, thinking nor tool use was confirmed."""
        self._thinking.other_content(message_id)
        self._texts.other_content(message_id)

    def user_line(self, token_limit: bool) -> None:
        """A line of the other side came between two messages."""
        self._texts.user_line(token_limit)

    def cut_notice(self) -> None:
        """The program around the model says that the message before was cut off."""
        self._thinking.cut_notice()
        self._texts.cut_notice()

    def repeats(self, text: str) -> bool:
        """Whether a result repeats one of the last texts; each is repeated once at most."""
        return self._texts.repeats(text)

    def make_room(self) -> None:
        """End what is open, so that something else can be said; what comes of it follows later."""
        self._thinking.make_room()
        self._texts.make_room()

    def settle(self) -> None:
        """End what is open and forget the turn."""
        self._thinking.settle()
        self._texts.settle()
        self._floor.settle()
        self._at = None

    def _last(self, message_id: str) -> int:
        """Index of the block of this message that began last; -1 if there is none."""
        return self._at[1] if self._at is not None and self._at[0] == message_id else -1

    def _interrupt_thinking(self) -> None:
        self._thinking.give_way()
