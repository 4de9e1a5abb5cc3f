"""Amounts that a small model gets wrong."""

from __future__ import annotations

import pytest

from voicestream_tui.text.amounts import find_figures, find_large, spell_out

LARGE = [
    ("1.2 million", "120万"),
    ("3 million", "300万"),
    ("48.6 million", "4,860万"),
    ("1.234567 million", "1,234,567"),
    ("150 million", "1.5億"),
    ("1.55 billion", "15.5億"),
    ("1.555 billion", "1,555,000,000"),
    ("2.5 billion", "25億"),
    ("40 thousand", "4万"),
    ("5 thousand", "5,000"),
    ("2 trillion", "2兆"),
    ("$48.6 million", "4,860万ドル"),
    ("€3-billion", "30億ユーロ"),
]


@pytest.mark.parametrize(("english", "japanese"), LARGE)
def test_words_for_sizes(english: str, japanese: str) -> None:
    sentence = f"It is {english} or so."
    assert find_large(sentence, 0, len(sentence)) == [(6, 6 + len(english), japanese)]


@pytest.mark.parametrize("sentence", ["A million rows.", "It is 3 millions.", "v1.2 million."])
def test_no_amounts(sentence: str) -> None:
    assert not find_large(sentence, 0, len(sentence))


SPELLED = [
    ("It takes 2.4 s at most.", "It takes 2.4 seconds at most."),
    ("It takes 1 s, not 15 min.", "It takes 1 second, not 15 minutes."),
    ("After 3 h, 15 ms and 3.1 s.", "After 3 hours, 15 ms and 3.1 seconds."),
    ("See lines 30 to 74 and steps 1 through 3.", "See lines 30-74 and steps 1-3."),
    ("It drops from 30 to 74.", "It drops from 30 to 74."),
    ("It runs at 5 s/step with 3 s' delay.", "It runs at 5 s/step with 3 s' delay."),
    ("All 4 tests.", "All 4 tests."),
]


@pytest.mark.parametrize(("english", "expected"), SPELLED)
def test_units_and_ranges(english: str, expected: str) -> None:
    assert spell_out(english) == expected


def test_figures_that_are_part_of_something_are_not_lone() -> None:
    sentence = "Port 8080, 15,000 ms and 12.5%; not 3, v1.20, 10:30, 2024-06, 80/20 or x86."
    found = [sentence[i:j] for i, j in find_figures(sentence, 0, len(sentence))]
    assert found == ["8080", "15,000", "12.5"]
