"""The user's messages: called back in order, kept in a file that may hold anything."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from voicestream_tui.tui.history import History


def written(path: Path) -> list[str]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_older_and_newer_go_through_the_messages_and_back_to_the_draft() -> None:
    history = History(None, 10)
    for text in ("one", "two", "three"):
        history.add(text)
    assert [history.older("draft"), history.older("three")] == ["three", "two"]
    assert [history.older("two"), history.older("one")] == ["one", None]
    assert [history.newer("one"), history.newer("two")] == ["two", "three"]
    assert [history.newer("three"), history.newer("draft")] == ["draft", None]


def test_what_is_written_in_place_of_a_message_called_back_is_not_lost() -> None:
    history = History(None, 10)
    for text in ("one", "two"):
        history.add(text)
    assert history.older("") == "two"
    assert [history.older("new words"), history.newer("two")] == ["two", "new words"]
    assert history.newer("new words, and more") is None
    assert [history.older("new words, and more"), history.older("two")] == ["two", "one"]
    assert [history.newer("one"), history.newer("two")] == ["two", "new words, and more"]


def test_a_draft_is_not_lost_when_what_was_called_back_is_deleted() -> None:
    history = History(None, 10)
    history.add("one")
    assert history.older("draft") == "one"
    assert [history.older(""), history.newer("one")] == ["one", "draft"]


def test_an_empty_history_calls_nothing_back() -> None:
    history = History(None, 10)
    assert history.older("draft") is None
    assert history.newer("draft") is None


def test_the_same_message_twice_in_a_row_is_kept_once() -> None:
    history = History(None, 10)
    for text in ("go on", "go on", "stop", "go on"):
        history.add(text)
    assert len(history) == 3


def test_messages_come_back_in_the_next_conversation(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history.jsonl"
    first = History(path, 10)
    first.add("二行の\nメッセージ")
    first.add("second")
    assert path.stat().st_mode & 0o777 == 0o600
    again = History(path, 10)
    assert [again.older(""), again.older("second")] == ["second", "二行の\nメッセージ"]


def test_two_programs_add_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    one, other = History(path, 10), History(path, 10)
    one.add("from one")
    other.add("from the other")
    assert written(path) == ["from one", "from the other"]


def test_only_so_many_are_kept_and_the_file_is_cut_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history = History(path, 3)
    for number in range(10):
        history.add(str(number))
    assert len(history) == 3
    assert len(History(path, 3)) == 3
    assert written(path) == ["7", "8", "9"]
    assert list(tmp_path.iterdir()) == [path]


def test_with_nothing_to_keep_nothing_is_read_or_written(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('"old"\n')
    history = History(path, 0)
    history.add("new")
    assert len(history) == 0
    assert path.read_text() == '"old"\n'


def test_lines_that_are_no_messages_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'"good"\n{"a": 1}\n\xff\xfe\n[broken\n42\n""\n"also good"\n')
    history = History(path, 10)
    assert [history.older(""), history.older("also good")] == ["also good", "good"]
    assert history.older("good") is None


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path)])
def test_a_file_that_cannot_be_read_or_written_is_no_error(
    tmp_path: Path, make: object, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "history.jsonl"
    make(path)  # type: ignore[operator]
    with caplog.at_level(logging.WARNING):
        history = History(path, 10)
        history.add("kept in memory")
        history.add("and this")
    assert history.older("") == "and this"
    assert caplog.text.count("cannot be written") == 1
