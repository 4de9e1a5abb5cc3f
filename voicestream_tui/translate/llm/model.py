"""What the engine "llm" needs of a model, wherever that runs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from voicestream_tui.translate.llm.prompt import Message


@dataclass(frozen=True, slots=True)
class Wish:
    """How a model is to answer."""

    deadline: float
    """Monotonic seconds after which nobody waits for the rest."""
    most: int
    """Tokens of an answer, about; what is longer is no translation."""
    temperature: float
    """0 takes the likeliest word each time."""


class Cut(Exception):  # noqa: N818 - it is no error, the answer is only incomplete
    """An answer has reached its greatest length."""


class ChatModel(Protocol):
    """Answers; used by one thread, except for `interrupt`."""

    def load(self) -> None:
        """Make it ready, and write into the log what it runs on.

        Raises:
            EngineError: it can't be used; says what to do.
        """
        ...

    def reply(self, turns: Sequence[Message], wish: Wish) -> Generator[str]:
        """Yield the answer as it is made, in pieces; closing the iterator stops the model.

        Raises:
            EngineError: the model does not work, or not in time.
            Cut: the answer is longer than wished.
        """
        ...

    def interrupt(self) -> None:
        """End what `reply` is doing, from any thread and for good; it raises an EngineError."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...
