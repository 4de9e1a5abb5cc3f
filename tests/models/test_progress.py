"""What is shown of a download where there is no terminal."""

from __future__ import annotations

import pytest

from voicestream_tui.models.progress import Lines
from voicestream_tui.models.pull import in_words


def told(size: int | None, have: int, *more: int) -> list[str]:
    lines: list[str] = []
    watcher = Lines(lines.append).watcher()
    watcher.begins("m/file", have, size)
    for step in more:
        watcher.grows("m/file", step)
    return lines


def test_every_tenth_is_told_once() -> None:
    assert told(1000, 0, 50, 50, 1, 349, 550) == [
        "m/file of 1.0 kB",
        "m/file 10 %",
        "m/file 40 %",
        "m/file 100 %",
    ]


def test_what_is_there_already_is_told_at_once() -> None:
    assert told(1000, 500, 100) == ["m/file of 1.0 kB, 500 bytes is there", "m/file 60 %"]


def test_without_a_size_bytes_are_told() -> None:
    assert told(None, 0, 9_999_999, 1) == ["m/file", "m/file 10.0 MB"]


def test_an_empty_file_is_no_division_by_nothing() -> None:
    assert told(0, 0) == ["m/file of 0 bytes"]


def test_a_file_that_begins_anew_is_counted_anew() -> None:
    lines: list[str] = []
    watcher = Lines(lines.append).watcher()
    for _ in range(2):
        watcher.begins("m/file", 0, 100)
        watcher.grows("m/file", 10)
    watcher.waits("m/file", "the server is busy (503)", 2.4)
    assert lines == [
        *["m/file of 100 bytes", "m/file 10 %"] * 2,
        "m/file: the server is busy (503); trying again in 2 s",
    ]


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (622_595_991, "622.6 MB")],
)
def test_sizes_are_in_words(size: int, words: str) -> None:
    assert in_words(size) == words
