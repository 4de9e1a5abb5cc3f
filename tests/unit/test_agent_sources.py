from __future__ import annotations

import gc
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from voicestream_tui.agent.sources import (
    FollowSource,
    RecordingSource,
    Source,
    StreamSource,
    TextSource,
)
from voicestream_tui.errors import UsageError

PATIENCE = 10.0


class Reading:
    """Reads a source in a thread of its own."""

    def __init__(self, source: Source) -> None:
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._source = source
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        for line in self._source.lines():
            self.lines.put(line)

    def next(self) -> bytes:
        return self.lines.get(timeout=PATIENCE)

    def close(self) -> None:
        self._source.close()
        self.join()

    def join(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


class FakeTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


# --- streams ----------------------------------------------------------------------------------


def test_a_stream_gives_lines_as_they_come() -> None:
    ours, theirs = os.pipe()
    reading = Reading(StreamSource(ours))
    os.write(theirs, b"one\ntw")
    assert reading.next() == b"one"
    os.write(theirs, b"o\n")
    assert reading.next() == b"two"
    os.close(theirs)
    reading.join()
    os.close(ours)


def test_closing_ends_a_blocked_read_and_drops_half_a_line() -> None:
    ours, theirs = os.pipe()
    reading = Reading(StreamSource(ours))
    os.write(theirs, b"whole\nhalf")
    assert reading.next() == b"whole"
    reading.close()
    assert reading.lines.empty()
    os.close(ours)
    os.close(theirs)


def test_a_stream_closed_before_it_is_read_gives_nothing() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"never read\n")
    source = StreamSource(ours)
    source.close()
    source.close()
    assert list(source.lines()) == []
    os.close(ours)
    os.close(theirs)


def test_reading_leaves_no_descriptor_open() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"line\n")
    os.close(theirs)
    gc.collect()  # so that nothing that an earlier test left open is closed meanwhile
    before = psutil.Process().num_fds()
    assert list(StreamSource(ours).lines()) == [b"line"]
    assert psutil.Process().num_fds() == before
    os.close(ours)


def test_a_file_can_be_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "stream"
    path.write_bytes(b"one\ntwo")
    with path.open("rb") as file:
        assert list(StreamSource(file).lines()) == [b"one", b"two"]


def test_a_terminal_can_be_a_stream_and_its_end_is_an_end() -> None:
    ours, theirs = os.openpty()
    reading = Reading(StreamSource(ours))
    os.write(theirs, b"typed\n")
    assert reading.next() == b"typed\r"
    os.close(theirs)
    reading.join()
    os.close(ours)


def test_a_terminal_in_which_nobody_types_can_be_left() -> None:
    ours, theirs = os.openpty()
    Reading(StreamSource(theirs)).close()
    os.close(theirs)
    os.close(ours)


def test_a_stream_that_does_not_block_is_waited_for() -> None:
    ours, theirs = os.pipe()
    os.set_blocking(ours, False)
    reading = Reading(StreamSource(ours))
    os.write(theirs, b"late\n")
    assert reading.next() == b"late"
    os.close(theirs)
    reading.join()
    os.close(ours)


def test_a_closed_stream_is_an_empty_one() -> None:
    unused = 900
    assert list(StreamSource(unused).lines()) == []


def test_an_endless_line_is_cut_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"x" * 5000 + b"\nnext\n")
    os.close(theirs)
    assert list(StreamSource(ours, max_line=10).lines()) == [b"x" * 10, b"next"]
    os.close(ours)
    assert "stdin" in caplog.text


# --- recordings -------------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path: Path) -> Callable[[int, str | None], Path]:
    def make(count: int, timing: str | None) -> Path:
        path = tmp_path / "some.jsonl"
        path.write_text("".join(f"{number}\n" for number in range(count)))
        if timing is not None:
            path.with_suffix(".timing").write_text(timing)
        return path

    return make


def replay(path: Path, speed: float) -> list[tuple[float, bytes]]:
    time = FakeTime()
    source = RecordingSource(path, speed, clock=time.clock, wait=time.wait)
    return [(round(time.now - 100.0, 6), line) for line in source.lines()]


Make = Callable[[int, str | None], Path]


def test_a_recording_keeps_its_pace(recording: Make) -> None:
    path = recording(3, "0.5\n0.75\n2\n")
    assert replay(path, 1.0) == [(0.5, b"0"), (0.75, b"1"), (2.0, b"2")]


def test_a_recording_can_be_faster_and_slower(recording: Make) -> None:
    path = recording(2, "1\n2\n")
    assert [at for at, _ in replay(path, 4.0)] == [0.25, 0.5]
    assert [at for at, _ in replay(path, 0.5)] == [2.0, 4.0]


def test_speed_zero_does_not_wait(recording: Make) -> None:
    assert [at for at, _ in replay(recording(3, "10\n20\n30\n"), 0.0)] == [0.0, 0.0, 0.0]


def test_without_timing_a_line_comes_every_30_ms(recording: Make) -> None:
    assert [at for at, _ in replay(recording(3, None), 1.0)] == [0.03, 0.06, 0.09]


def test_lines_beyond_the_timing_follow_at_the_default_pace(recording: Make) -> None:
    assert [at for at, _ in replay(recording(3, "1.0\n"), 1.0)] == [1.0, 1.03, 1.06]


def test_timing_beyond_the_lines_is_ignored(recording: Make) -> None:
    assert [at for at, _ in replay(recording(1, "1\n2\n3\n"), 1.0)] == [1.0]


@pytest.mark.parametrize("odd", ["nan", "inf", "soon", "1e999"])
def test_timing_that_is_no_time_ends_the_timing(recording: Make, odd: str) -> None:
    assert [at for at, _ in replay(recording(3, f"1\n{odd}\n7\n"), 1.0)] == [1.0, 1.03, 1.06]


def test_time_never_runs_backwards(recording: Make) -> None:
    assert [at for at, _ in replay(recording(4, "2\n1\n-5\n"), 1.0)] == [2.0, 2.0, 2.0, 2.03]


def test_closing_ends_a_paced_wait(recording: Make) -> None:
    reading = Reading(RecordingSource(recording(2, "0\n3600\n")))
    assert reading.next() == b"0"
    reading.close()
    assert reading.lines.empty()


def test_a_recording_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        RecordingSource(tmp_path / "none.jsonl")
    assert "none.jsonl" in caught.value.message
    with pytest.raises(UsageError):
        RecordingSource(tmp_path)


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_a_speed_that_makes_no_sense(recording: Make, speed: float) -> None:
    with pytest.raises(UsageError):
        RecordingSource(recording(1, None), speed)


# --- followed files ---------------------------------------------------------------------------


class Poller:
    """Stands in for the wait between two looks: each look happens when the test says so."""

    def __init__(self) -> None:
        self._idle = threading.Semaphore(0)
        self._look = threading.Semaphore(0)

    def wait(self, _seconds: float) -> None:
        self._idle.release()
        self._look.acquire(timeout=PATIENCE)

    def until_idle(self) -> None:
        """Wait until everything that was there has been read."""
        assert self._idle.acquire(timeout=PATIENCE)

    def look(self) -> None:
        self._look.release()


class Following:
    def __init__(self, path: Path) -> None:
        self.poller = Poller()
        self.source = FollowSource(path, wait=self.poller.wait)
        self.reading = Reading(self.source)
        self.poller.until_idle()

    def look(self) -> None:
        self.poller.look()
        self.poller.until_idle()

    def lines(self) -> list[bytes]:
        found = []
        while not self.reading.lines.empty():
            found.append(self.reading.lines.get())
        return found

    def close(self) -> None:
        self.source.close()
        self.poller.look()
        self.reading.join()


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_followed_file_is_read_from_its_beginning_and_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\nt")
    following = Following(path)
    assert following.lines() == [b"one"]
    append(path, b"wo\nthree\n")
    following.look()
    assert following.lines() == [b"two", b"three"]
    following.close()


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "log"
    following = Following(path)
    following.look()
    path.write_bytes(b"one\n")
    following.look()
    assert following.lines() == [b"one"]
    following.close()


def test_a_file_that_was_cut_shorter_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"a long first line\nhalf")
    following = Following(path)
    path.write_bytes(b"new\n")
    following.look()
    assert following.lines() == [b"a long first line", b"new"]
    following.close()


def test_a_file_that_was_replaced_is_read_to_its_end_first(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old 1\n")
    following = Following(path)
    append(path, b"old 2")
    path.rename(tmp_path / "log.1")
    path.write_bytes(b"new 1\n")
    following.look()
    assert following.lines() == [b"old 1", b"old 2", b"new 1"]
    following.close()


def test_a_file_that_was_removed_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old\n")
    following = Following(path)
    path.unlink()
    following.look()
    path.write_bytes(b"new\n")
    following.look()
    assert following.lines() == [b"old", b"new"]
    following.close()


def test_closing_ends_the_wait_for_news(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    reading = Reading(FollowSource(path))
    assert reading.next() == b"one"
    reading.close()


def test_a_folder_can_not_be_followed(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        FollowSource(tmp_path)


# --- texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one", [b"one"]),
        ("one\n", [b"one"]),
        ("one\n\ntwo\n\n", [b"one", b"", b"two", b""]),
        ("NEL \u0085 is content", ["NEL \u0085 is content".encode()]),
        ("half a pair \ud83d", [b"half a pair ?"]),
    ],
)
def test_a_text_gives_its_lines(text: str, lines: list[bytes]) -> None:
    assert list(TextSource(text).lines()) == lines


def test_a_closed_text_gives_no_more() -> None:
    source = TextSource("one\ntwo")
    lines = source.lines()
    assert next(lines) == b"one"
    source.close()
    assert list(lines) == []
