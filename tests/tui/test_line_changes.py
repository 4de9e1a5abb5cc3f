"""What changes between two texts: nothing is left out, and no texts take long."""

from __future__ import annotations

import difflib
from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui.tui.line_changes import changed_lines

LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "{", "}", ""]), max_size=30)


def lines(count: int, every: int) -> list[str]:
    """Lines that repeat themselves, but for one in `every`."""
    return [f"line {n}" if n % every == 0 else f"alike {n % 3}" for n in range(count)]


@given(LINES, LINES)
def test_the_lines_that_go_and_stay_are_the_old_ones(old: list[str], new: list[str]) -> None:
    shown = list(changed_lines(old, new))
    assert _is_part([line for sign, line in shown if sign in "- "], old)
    assert _is_part([line for sign, line in shown if sign in "+ "], new)
    gone = len([sign for sign, _ in shown if sign == "-"])
    come = len([sign for sign, _ in shown if sign == "+"])
    assert len(new) - len(old) == come - gone
    assert (gone + come == 0) == (old == new)


def _is_part(some: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in some)


def test_lines_that_differ_come_as_difflib_has_them() -> None:
    old = [f"line {n}" for n in range(40)]
    new = [*old[:5], "new", *old[5:20], *old[22:]]
    expected = [("@", "") if row[0] == "@" else (row[0], row[1:]) for row in _unified(old, new)]
    assert list(changed_lines(old, new)) == expected[1:]


def _unified(old: list[str], new: list[str]) -> list[str]:
    return list(unified_diff(old, new, lineterm=""))[2:]


def test_a_small_change_of_a_large_text_is_found() -> None:
    old = lines(50_000, 7)
    new = [*old[:9], "one", *old[9:40_000], "other", *old[40_001:]]
    shown = list(changed_lines(old, new))
    assert [row for row in shown if row[0] in "+-"] == [
        ("+", "one"),
        ("-", old[40_000]),
        ("+", "other"),
    ]
    assert len(shown) < 20


@pytest.mark.parametrize("every", [5, 100_000])
def test_difflib_never_gets_much(monkeypatch: pytest.MonkeyPatch, every: int) -> None:
    work = 0

    class Matcher(difflib.SequenceMatcher[str]):
        def __init__(self, junk: Any, a: list[str], b: list[str]) -> None:
            nonlocal work
            work += len(a) * len(b)
            super().__init__(junk, a, b)

    monkeypatch.setattr("voicestream_tui.tui.line_changes.SequenceMatcher", Matcher)
    old = lines(60_000, every)
    new = [f"{line}!" if n % 4 == 1 else line for n, line in enumerate(old)]
    assert sum(sign == "-" for sign, _ in changed_lines(old, new)) >= 15_000
    assert work <= 400_000


def test_what_is_too_large_to_part_counts_as_replaced() -> None:
    old, new = [str(n) for n in range(100_001)], [str(n) for n in range(100_001, 0, -1)]
    assert sum(sign == "-" for sign, _ in changed_lines(old, new)) > 100_000
