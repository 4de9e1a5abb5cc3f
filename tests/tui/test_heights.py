"""Sums over thousands of rows, compared with plain lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui.tui.heights import Heights

SIZES = st.lists(st.integers(0, 9), max_size=60)


@given(SIZES, st.lists(st.tuples(st.integers(0, 59), st.integers(0, 9)), max_size=20))
def test_offsets_and_total_are_the_sums(sizes: list[int], changes: list[tuple[int, int]]) -> None:
    heights = Heights(sizes)
    for index, size in changes:
        if index < len(sizes):
            grown = heights.set(index, size)
            assert grown == size - sizes[index]
            sizes[index] = size
    assert heights.total == sum(sizes)
    assert [heights.offset(i) for i in range(len(sizes) + 1)] == [
        sum(sizes[:i]) for i in range(len(sizes) + 1)
    ]


@given(SIZES)
def test_find_is_the_row_that_covers_the_line(sizes: list[int]) -> None:
    heights = Heights(sizes)
    expected = [(i, line) for i, size in enumerate(sizes) for line in range(size)]
    assert [heights.find(line) for line in range(heights.total)] == expected
