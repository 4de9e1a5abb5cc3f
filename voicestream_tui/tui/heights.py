"""Heights of thousands of rows, with fast sums: which row is at a line, and where a row begins."""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """A list of non-negative heights (a Fenwick tree): every operation takes O(log n)."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]
        self.total = 0
        """Sum of all heights."""
        for height in heights:
            self.append(height)

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def append(self, height: int) -> None:
        self._heights.append(height)
        node = len(self._heights)
        covered = height
        child, lowest = node - 1, node - (node & -node)
        while child > lowest:
            covered += self._tree[child]
            child -= child & -child
        self._tree.append(covered)
        self.total += height

    def set(self, index: int, height: int) -> int:
        """Change one height.

        Returns:
            By how much the total grew.
        """
        change = height - self._heights[index]
        if change:
            self._heights[index] = height
            self.total += change
            node = index + 1
            while node < len(self._tree):
                self._tree[node] += change
                node += node & -node
        return change

    def offset(self, index: int) -> int:
        """Sum of the heights before `index`; `index` may be the length."""
        result = 0
        while index > 0:
            result += self._tree[index]
            index -= index & -index
        return result

    def find(self, line: int) -> tuple[int, int]:
        """The row that covers a line.

        Args:
            line: Counted from 0; must be less than `total`.

        Returns:
            The row's index and the line's number within the row.
        """
        position = 0
        step = 1 << (len(self._heights).bit_length())
        while step:
            following = position + step
            if following < len(self._tree) and self._tree[following] <= line:
                position = following
                line -= self._tree[following]
            step >>= 1
        return position, line
