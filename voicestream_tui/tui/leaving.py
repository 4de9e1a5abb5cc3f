"""When a key that ends the program must be pressed twice."""

from __future__ import annotations

_SECONDS = 2.0


class SecondThought:
    """Remembers that a key was pressed, for two seconds."""

    def __init__(self) -> None:
        self._key = ""
        self._until = 0.0

    def confirmed(self, key: str, now: float) -> bool:
        """Whether the key was pressed a second time in time."""
        again = self.words(now) and key == self._key
        self._key, self._until = key, now + _SECONDS
        return bool(again)

    def words(self, now: float) -> str:
        """What to tell the user; empty when nothing is pending."""
        return f"{self._key} again quits" if self._key and now < self._until else ""
