"""The voice between programs: real processes, files that vanish, sleepers, rubbish, no folder."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from voicestream_tui.audio.voice_folder import voice_folders
from voicestream_tui.audio.voice_lock import (
    ABANDONED,
    ABANDONED_LOOKS,
    LEASE,
    SOMEBODY,
    URGENT,
    VoiceLock,
)
from voicestream_tui.file_lock import FileLock, remove_if_free

TAIL = 0.2

HOLDER = """
import sys
from pathlib import Path
from voicestream_tui.audio.voice_lock import VoiceLock
lock = VoiceLock(sys.argv[2], int(sys.argv[3]), lambda: [Path(sys.argv[1])])
print(lock.take(False, 0.2), flush=True)
for line in sys.stdin:
    if line == "take\\n":
        print(lock.take(False, 0.2), flush=True)
    elif line == "renew\\n":
        print(lock.renew(), flush=True)
    else:
        lock.give(0.0)
        print("given", flush=True)
"""


class Other:
    """Another program that wants the voice at once and then does what it is told."""

    def __init__(self, folder: Path, title: str = "other", priority: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder), title, str(priority)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.took = self._answer() == "True"

    def tell(self, order: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        return self._answer()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


Start = Callable[..., Other]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    others: list[Other] = []

    def start_one(title: str = "other", priority: int = 0) -> Other:
        others.append(Other(tmp_path, title, priority))
        return others[-1]

    yield start_one
    for other in others:
        other.kill()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., VoiceLock]]:
    made: list[VoiceLock] = []

    def make_one(
        title: str = "me", priority: int = 0, folders: Sequence[Path] | None = None
    ) -> VoiceLock:
        lock = VoiceLock(title, priority, lambda: folders or [tmp_path], clock)
        made.append(lock)
        return lock

    yield make_one
    for lock in made:
        lock.give(0.0)
        lock.leave()


Make = Callable[..., VoiceLock]


# --- one at a time --------------------------------------------------------------------------


def test_only_one_has_the_voice_and_the_other_sees_who(make: Make, tmp_path: Path) -> None:
    first, second = make("claude (shop)"), make("claude (blog)")
    assert first.take(False, TAIL)
    assert not second.take(False, TAIL)
    assert second.speaker() == "claude (shop)"
    first.give(0.0)
    assert second.take(False, TAIL)
    assert first.renew() is False
    assert not first.take(False, TAIL)
    assert first.speaker() == "claude (blog)"
    assert (tmp_path / "voice").stat().st_mode & 0o777 == 0o600


def test_the_voice_of_a_killed_process_is_free_at_once(start: Start, make: Make) -> None:
    other = start("the dead")
    mine = make()
    assert other.took
    assert not mine.take(False, TAIL)
    assert mine.speaker() == "the dead"
    other.kill()
    assert mine.take(False, TAIL)


def test_a_place_in_line_dies_with_its_process(start: Start, make: Make, tmp_path: Path) -> None:
    first = make()
    assert first.take(False, TAIL)
    waiting = start("before me", 5)
    assert not waiting.took
    assert first.wanted() == 5
    second = make()
    first.give(0.0)
    assert not second.take(False, TAIL)  # the other was first
    waiting.kill()
    assert second.take(False, TAIL)
    assert second.wanted() is None
    assert [path.name for path in tmp_path.iterdir()] == ["voice"]


def test_many_processes_never_hold_it_together(tmp_path: Path) -> None:
    """Each counts up a number in a file without any other protection than the voice."""
    script = """
import sys, time
from pathlib import Path
from voicestream_tui.audio.voice_lock import VoiceLock
folder = Path(sys.argv[1])
lock = VoiceLock("x", 0, lambda: [folder / "lock"])
for _ in range(25):
    while not lock.take(False, 0.0):
        time.sleep(0.0005)
    number = folder / "number"
    before = int(number.read_text())
    time.sleep(0.0002)
    number.write_text(str(before + 1))
    lock.give(0.0)
"""
    (tmp_path / "number").write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert (tmp_path / "number").read_text() == "100"
    assert [path.name for path in (tmp_path / "lock").iterdir()] == ["voice"]


# --- who goes first -------------------------------------------------------------------------


def test_among_equals_who_waited_longer_goes_first(make: Make) -> None:
    speaker, second, third, late = make(), make(), make(), make()
    assert speaker.take(False, TAIL)
    assert not second.take(False, TAIL)
    assert not third.take(False, TAIL)
    speaker.give(0.0)
    # Neither one who comes just now nor the one who had it goes before them.
    assert not late.take(False, TAIL)
    assert not speaker.take(False, TAIL)
    assert not third.take(False, TAIL)
    assert second.take(False, TAIL)
    second.give(0.0)
    assert third.take(False, TAIL)


def test_a_higher_priority_goes_first_and_is_seen_by_the_speaker(make: Make) -> None:
    speaker, early, high, low = make(), make("early"), make("high", 3), make("low", -3)
    assert speaker.take(False, TAIL)
    assert speaker.wanted() is None
    assert not low.take(False, TAIL)
    assert speaker.wanted() == -3
    assert not early.take(False, TAIL)
    assert speaker.wanted() == 0
    assert not high.take(False, TAIL)
    assert speaker.wanted() == 3
    speaker.give(0.0)
    assert not early.take(False, TAIL)
    assert high.take(False, TAIL)
    high.give(0.0)
    assert not low.take(False, TAIL)
    assert early.take(False, TAIL)


def test_what_is_urgent_goes_before_every_priority(make: Make) -> None:
    speaker, high, asking = make(), make("high", 10), make("asking", -10)
    assert speaker.take(False, TAIL)
    assert not high.take(False, TAIL)
    assert not asking.take(False, TAIL)
    assert speaker.wanted() == 10
    assert not asking.take(True, TAIL)
    assert speaker.wanted() == URGENT - 10
    speaker.give(0.0)
    assert not high.take(False, TAIL)
    assert asking.take(True, TAIL)


def test_who_leaves_the_line_keeps_nobody_waiting(make: Make) -> None:
    speaker, second, third = make(), make(), make()
    assert speaker.take(False, TAIL)
    assert not second.take(False, TAIL)
    assert not third.take(False, TAIL)
    second.leave()
    speaker.give(0.0)
    assert third.take(False, TAIL)


def test_who_had_it_last_does_not_name_itself_as_the_speaker(make: Make) -> None:
    first, second = make("first"), make("second")
    assert first.take(False, TAIL)
    assert not second.take(False, TAIL)
    first.give(0.0)
    assert not first.take(False, TAIL)
    assert first.speaker() == ""


# --- silence between two --------------------------------------------------------------------


def test_the_next_waits_until_the_one_before_is_quiet(make: Make, clock: Clock) -> None:
    first, second = make(), make()
    assert first.take(False, TAIL)
    assert first.quiet_until <= clock.now
    first.give(clock.now + 0.25)
    assert second.take(False, TAIL)
    assert second.quiet_until == clock.now + 0.25
    second.give(clock.now + 0.25)
    assert second.take(False, TAIL)  # its own sound disturbs nobody
    assert second.quiet_until <= clock.now


def test_what_a_killed_process_left_in_the_device_is_waited_for(
    start: Start, make: Make, clock: Clock
) -> None:
    other = start()
    assert other.took
    other.kill()
    mine = make()
    assert mine.take(False, TAIL)
    assert mine.quiet_until == pytest.approx(clock.now + 0.2)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\x00\xff rubbish",
        b"[" * 4096,
        b"[1, 2]",
        b'{"title": 3, "quiet_at": "soon"}',
        b'{"quiet_at": 1e308, "title": ""}',
        b'{"quiet_at": NaN}',
        b'{"tail": 1e9}',
        b'{"quiet_at": ' + b"9" * 4000 + b"}",
    ],
)
def test_rubbish_in_the_file_is_no_harm(
    make: Make, tmp_path: Path, clock: Clock, note: bytes
) -> None:
    (tmp_path / "voice").write_bytes(note)
    first, second = make(), make()
    assert first.take(False, TAIL)
    assert first.quiet_until <= clock.now + 2.0
    (tmp_path / "voice").write_bytes(note)
    assert not second.take(False, TAIL)
    assert second.speaker() == SOMEBODY


def test_a_title_from_a_file_is_one_short_line(make: Make) -> None:
    first, second = make("evil\x1b[31m\n title\t" + "x" * 500), make()
    assert first.take(False, TAIL)
    assert not second.take(False, TAIL)
    assert second.speaker().startswith("evil [31m title xxx")
    assert len(second.speaker()) == 60


# --- odd situations -------------------------------------------------------------------------


def test_a_file_removed_while_it_is_held_is_made_again(make: Make, tmp_path: Path) -> None:
    first, second = make("first"), make()
    assert first.take(False, TAIL)
    (tmp_path / "voice").unlink()
    assert first.renew()
    assert not second.take(False, TAIL)
    assert second.speaker() == "first"


def test_a_folder_removed_while_it_is_held_is_made_again(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    first, second = make(folders=[folder]), make(folders=[folder])
    assert first.take(False, TAIL)
    (folder / "voice").unlink()
    folder.rmdir()
    assert first.renew()
    assert not second.take(False, TAIL)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_who_lost_the_file_to_somebody_else_is_told(make: Make, tmp_path: Path) -> None:
    first, second = make(), make()
    assert first.take(False, TAIL)
    (tmp_path / "voice").unlink()
    assert second.take(False, TAIL)
    assert not first.renew()
    first.give(0.0)  # does no harm to the new holder
    assert second.renew()
    assert not first.take(False, TAIL)


def test_a_place_in_line_that_was_removed_is_taken_again(make: Make, tmp_path: Path) -> None:
    speaker, waiting = make(), make()
    assert speaker.take(False, TAIL)
    assert not waiting.take(False, TAIL)
    for path in tmp_path.glob("*.waits"):
        path.unlink()
    assert speaker.wanted() is None
    assert not waiting.take(False, TAIL)
    assert speaker.wanted() == 0


def test_strange_names_in_the_folder_are_let_alone(make: Make, tmp_path: Path) -> None:
    strange = [tmp_path / "notes.txt", tmp_path / f"{4000:04d}-{1:020d}-1-1.waits"]
    strange[0].write_text("mine")
    strange[1].mkdir()
    lock = make()
    assert lock.take(False, TAIL)
    assert lock.wanted() is None
    assert all(path.exists() for path in strange)


def test_a_stopped_holder_loses_the_voice_and_learns_of_it(
    start: Start, make: Make, clock: Clock
) -> None:
    other = start("asleep")
    assert other.took
    other.signal(signal.SIGSTOP)
    mine = make()
    for _ in range(ABANDONED_LOOKS + 1):
        assert not mine.take(False, TAIL)
    clock.now += ABANDONED + 0.1
    assert mine.take(False, TAIL)
    assert mine.quiet_until > clock.now
    other.signal(signal.SIGCONT)
    assert other.tell("renew") == "False"
    assert other.tell("take") == "False"
    assert mine.renew()


def test_a_holder_that_shows_signs_keeps_the_voice(
    make: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.utime
    monkeypatch.setattr(os, "utime", lambda fd: real(fd, (clock.now, clock.now)))
    holder, waiting = make(), make()
    assert holder.take(False, TAIL)
    for _ in range(10 * ABANDONED_LOOKS):
        clock.now += 0.1
        assert holder.renew()
        assert not waiting.take(False, TAIL)


def test_a_waiter_that_slept_itself_takes_nothing_away(make: Make, clock: Clock) -> None:
    holder, waiting = make(), make()
    assert holder.take(False, TAIL)
    assert not waiting.take(False, TAIL)
    clock.now += 3600.0
    for _ in range(ABANDONED_LOOKS // 2):
        assert not waiting.take(False, TAIL)


def test_who_slept_does_not_take_back_what_is_free_now(
    make: Make, clock: Clock, tmp_path: Path
) -> None:
    holder = make()
    assert holder.take(False, TAIL)
    (tmp_path / "voice").unlink()
    clock.now += LEASE + 1.0
    assert not holder.renew()
    assert holder.take(False, TAIL)


def test_a_forked_child_does_not_keep_the_voice_alive(tmp_path: Path, make: Make) -> None:
    script = f"""
import os, sys, time
from pathlib import Path
from voicestream_tui.audio.voice_lock import VoiceLock
lock = VoiceLock("parent", 0, lambda: [Path({str(tmp_path)!r})])
assert lock.take(False, 0.2)
child = os.fork()
if not child:
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)
time.sleep(60)
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    mine = make()
    assert not mine.take(False, TAIL)
    parent.kill()
    parent.wait(20)
    try:
        assert mine.take(False, TAIL)
    finally:
        parent.communicate()


def test_the_next_folder_serves_where_the_first_can_not(make: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lock = make(folders=[tmp_path / "file" / "below", tmp_path / "good"])
    assert lock.take(False, TAIL)
    assert (tmp_path / "good" / "voice").exists()


def test_a_folder_that_is_a_link_is_not_trusted(make: Make, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="own"):
        make(folders=[tmp_path / "link"]).open()


def test_a_file_system_without_locks_is_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(fd: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OSError, match="No locks available"):
        make().take(False, TAIL)


def test_a_full_disk_does_not_keep_anybody_from_speaking(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    monkeypatch.setattr(os, "utime", full)
    first, second = make(), make()
    assert first.take(False, TAIL)
    assert first.renew()
    assert not second.take(False, TAIL)
    assert second.speaker() == SOMEBODY


def test_nothing_is_written_before_the_voice_is_wanted(make: Make, tmp_path: Path) -> None:
    lock = make()
    lock.leave()
    lock.give(0.0)
    assert not lock.renew()
    assert lock.speaker() == SOMEBODY
    assert not list(tmp_path.iterdir())


def test_the_folder_of_the_session_is_preferred_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert voice_folders()[0] == tmp_path / "voicestream-tui"
    for broken in (str(tmp_path / "missing"), "", "relative"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", broken)
        folders = voice_folders()
        assert not any(folder.is_relative_to(tmp_path / "missing") for folder in folders)
        assert all(folder.is_absolute() for folder in folders)
        assert str(os.getuid()) in str(folders[-2])


# --- the file -------------------------------------------------------------------------------


def test_looking_at_a_file_that_is_being_made_does_not_lose_it(tmp_path: Path) -> None:
    """Somebody looks again and again whether the file is free while others take it."""
    path = tmp_path / "file"
    over = threading.Event()
    failures: list[BaseException] = []

    def look() -> None:
        try:
            while not over.is_set():
                remove_if_free(path)
        except OSError as error:
            failures.append(error)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        lock = FileLock(path)
        for _ in range(300):
            while not lock.take():
                pass
            assert lock.holds()
            assert not remove_if_free(path)
            lock.give(remove=True)
            assert not lock.holds()
    finally:
        over.set()
        looker.join(20)
    assert not failures
