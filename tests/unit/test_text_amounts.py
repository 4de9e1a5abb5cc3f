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


TIMES = [
    ("The request timed out after 30s.", "The request timed out after 30 seconds."),
    ("It polls every 5s, then 1s.", "It polls every 5 seconds, then 1 second."),
    ("42 passed in 1.23s", "42 passed in 1.23 seconds"),
    ("It took 1,250ms (p99=300ms).", "It took 1,250 ms (p99=300 ms)."),
    ("The cookie lasts 7d or 24h.", "The cookie lasts 7 days or 24 hours."),
    ("It drops from 2m 30s to 45s.", "It drops from 2 minutes 30 seconds to 45 seconds."),
    ("It ran for 1h30m.", "It ran for 1 hour 30 minutes."),
    ("Wait 5-10s, or 1s-2s.", "Wait 5-10 seconds, or 1-2 seconds."),
    ("Wait 500ms-2s.", "Wait 500 ms-2 seconds."),
    ("Every 5min or 2hrs.", "Every 5 minutes or 2 hours."),
    ("The 30s timeout and a 60s limit.", "The 30 seconds timeout and a 60 seconds limit."),
    ("After 10s of silence.", "After 10 seconds of silence."),
    ("It took 404s.", "It took 404 seconds."),
    ("It expires after 3600s or 1800s.", "It expires after 3600 seconds or 1800 seconds."),
    ("The rate limit resets after 5m.", "The rate limit resets after 5 minutes."),
]
NO_TIMES = [
    "A protocol of the 1990s.",
    "It was born in the 90s.",
    "Since the 80s and early 70s.",
    "The 90s were different.",
    "We saw 502s and 503s there.",
    "The page 404s.",
    "A 3d model and a 2d array.",
    "The memory limit is 512m.",
    "It needs 256m of memory.",
    "It has 5m rows.",
    "Only 1s and 0s.",
    "All 0s.",
    "It has 10s of thousands, and 100s of open files.",
    "Pass -Xmx512m, x5s, 5s/step, 30s-long, v5.3s and $5m.",
]


@pytest.mark.parametrize(("english", "expected"), TIMES)
def test_units_right_behind_their_number(english: str, expected: str) -> None:
    assert spell_out(english) == expected


@pytest.mark.parametrize("english", NO_TIMES)
def test_letters_behind_a_number_that_are_no_units(english: str) -> None:
    assert spell_out(english) == english


def test_figures_that_are_part_of_something_are_not_lone() -> None:
    sentence = "Port 8080, 15,000 ms and 12.5%; not 3, v1.20, 10:30, 2024-06, 80/20 or x86."
    found = [sentence[i:j] for i, j in find_figures(sentence, 0, len(sentence))]
    assert found == ["8080", "15,000", "12.5"]
