"""A memory of bounded size: what was noted last, by name."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Keeps the values noted last, and forgets the oldest.

    Args:
        size: How many to keep.
    """

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._values: OrderedDict[str, T] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __getitem__(self, key: str) -> T:
        return self._values[key]

    def get(self, key: str) -> T | None:
        """The value of this name, if it is still known."""
        return self._values.get(key)

    def items(self) -> list[tuple[str, T]]:
        """All that is known, oldest first."""
        return list(self._values.items())

    def note(self, key: str, value: T) -> None:
        """Remember a value."""
        self._values[key] = value
        if len(self._values) > self._size:
            self._values.popitem(last=False)

    def pop(self, key: str) -> T | None:
        """Forget a value and return it, if it is known."""
        return self._values.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
