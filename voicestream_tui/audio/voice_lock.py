"""Who of several programs on this machine speaks: one at a time.

The voice is a file that the speaker holds by a lock of the kernel (`file_lock`), which is free
the moment its process is gone. Others stand in line (`waiting_line`). What the file says, who
speaks and when it will be quiet, is a courtesy and may be wrong or rubbish.

One case is left in which a lock stays although nobody speaks: its process is stopped (Ctrl-Z).
So a speaker touches the file all the time, and has to stop by itself when it could not
(`LEASE`); who waits takes the voice away after `ABANDONED` by putting a new file in its place.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from voicestream_tui.audio.voice_folder import first_usable, make_folder, voice_folders
from voicestream_tui.audio.waiting_line import WaitingLine
from voicestream_tui.file_lock import FileLock

LEASE = 2.0
"""Seconds after a `renew()` in which the holder may sound."""
ABANDONED = 5.0
"""Seconds without a sign of the holder after which the voice is taken from it..."""
ABANDONED_LOOKS = 50
"""...and so many looks, because who looks may have been stopped itself."""
AFTER_ABANDONED = 0.5
"""Seconds of silence after that, in which the old holder sees its loss if it woke just then."""
LONGEST_QUIET = 2.0
"""Seconds of silence that the one before can ask for at most."""
URGENT = 1000
"""What an urgent sentence adds to the priority."""
SOMEBODY = "another voicestream-tui"
_LONGEST_TITLE = 60
_LONGEST_NOTE = 4096


class VoiceLock:
    """The right to speak, taken and given back. Not thread-safe: it belongs to one thread.

    Nothing is touched before `open` or the first use. `open`, `take` and `wanted` raise OSError if
    the voice can't be kept in any of the folders.

    Args:
        title: What others show of this program while they wait.
        priority: Higher goes first.
        folders: Gives the folders to try; one is made if it is missing.
        clock: Seconds that all programs of this machine count alike.
    """

    def __init__(
        self,
        title: str,
        priority: int = 0,
        folders: Callable[[], Sequence[Path]] = voice_folders,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = _shown(title)
        self._priority = priority
        self._folders = folders
        self._clock = clock
        self._id = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._file: FileLock | None = None
        self._line: WaitingLine | None = None
        self._sign: tuple[int, int] | None = None
        self._sign_since = 0.0
        self._sign_looks = 0
        self._renewed = 0.0
        self._tail = 0.0
        self.quiet_until = 0.0
        """After a successful `take`: when whoever spoke before is heard no more."""

    def open(self) -> None:
        """Find the folder and try whether files can be locked there."""
        self._open()

    def level(self, urgent: bool) -> int:
        """How much this program wants the voice, as `wanted` tells it of others."""
        return self._priority + (URGENT if urgent else 0)

    def take(self, urgent: bool, tail: float) -> bool:
        """Take the voice if it is free and nobody comes first; else stand in line. Never waits.

        Args:
            urgent: what is to be said comes before all that is not urgent.
            tail: seconds that this program may be heard after its sudden end.
        """
        file, line = self._open()
        level = self.level(urgent)
        if not line.anybody_before(level):
            taken, quiet_until = file.take(), self._clock()
            if not taken and self._abandoned(file.path):
                self._put_away(file.path)
                taken, quiet_until = file.take(), self._clock() + AFTER_ABANDONED
            if taken:
                self.leave()
                self.quiet_until = max(quiet_until, self._quiet_after(_read(file)))
                self._tail = round(tail, 3)
                self._write({"pid": os.getpid(), "tail": self._tail})
                self._renewed = self._clock()
                return True
        line.join(level)
        return False

    def leave(self) -> None:
        """Stand in line no more."""
        self._sign = None
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.leave()

    def speaker(self) -> str:
        """Who has the voice, for the user; "" if it was this program till now.

        Asked while somebody else has it or is about to take it.
        """
        if self._file is None:
            return SOMEBODY
        try:
            with self._file.path.open("rb") as file:
                note = _note(file.read(_LONGEST_NOTE))
        except OSError:
            return SOMEBODY
        if note.get("id") == self._id:
            return ""
        title = note.get("title")
        return (_shown(title) if isinstance(title, str) else "") or SOMEBODY

    def wanted(self) -> int | None:
        """The level of the first who waits; None if nobody does."""
        return self._open()[1].highest()

    def renew(self) -> bool:
        """Show that the holder is awake; False if the voice is lost.

        If the file was removed and nobody else has made it again, it is taken again, unless so
        much time has passed that others may have spoken meanwhile.
        """
        if self._file is None:
            return False
        awake = self._clock() - self._renewed < LEASE
        held = self._file.holds()
        if held:
            with contextlib.suppress(OSError):
                self._file.touch()
            held = self._file.holds()  # it may have been taken away just before
        elif awake:
            with contextlib.suppress(OSError):
                held = self._open()[0].take()
            if held:
                self._write({"pid": os.getpid(), "tail": self._tail})
        self._renewed = self._clock()
        return held

    def give(self, quiet_at: float) -> None:
        """Give the voice back; `quiet_at` is when this program is heard no more.

        Does nothing if it is not held.
        """
        if self._file is None or not self._file.holds():
            return
        self._write({"quiet_at": round(quiet_at, 3)})
        self._file.give()

    # --- inside ---------------------------------------------------------------------------------

    def _open(self) -> tuple[FileLock, WaitingLine]:
        if self._file is None or self._line is None:
            folder = first_usable(self._folders())
            self._file, self._line = FileLock(folder / "voice"), WaitingLine(folder)
        elif not self._file.path.parent.is_dir():
            make_folder(self._file.path.parent)
        return self._file, self._line

    def _write(self, more: dict[str, Any]) -> None:
        assert self._file is not None
        note = {"id": self._id, "title": self._title, "priority": self._priority, **more}
        with contextlib.suppress(OSError):
            self._file.write(json.dumps(note).encode())

    def _quiet_after(self, note: dict[str, Any]) -> float:
        """When the one who left this note is heard no more."""
        if note.get("id") == self._id:
            return 0.0
        now = self._clock()
        # One that ended suddenly left no time, only how much of it may still be in the device.
        quiet_at = _seconds(note.get("quiet_at")) or now + _seconds(note.get("tail"))
        return quiet_at if quiet_at <= now + LONGEST_QUIET else 0.0

    def _abandoned(self, path: Path) -> bool:
        """Whether the holder has given no sign for long; asked at every look."""
        sign, now = _sign_of(path), self._clock()
        if sign != self._sign:
            self._sign, self._sign_since, self._sign_looks = sign, now, 0
        self._sign_looks += 1
        return self._sign_looks >= ABANDONED_LOOKS and now - self._sign_since >= ABANDONED

    def _put_away(self, path: Path) -> None:
        """Remove the file of a holder that sleeps, unless it gave a sign just now."""
        with contextlib.suppress(OSError):
            if _sign_of(path) == self._sign:
                path.unlink()


def _sign_of(path: Path) -> tuple[int, int] | None:
    """What changes with every sign of life of a file's holder."""
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _read(file: FileLock) -> dict[str, Any]:
    try:
        return _note(file.read(_LONGEST_NOTE))
    except OSError:
        return {}


def _note(content: bytes) -> dict[str, Any]:
    try:
        note = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _seconds(value: object) -> float:
    """A time out of a note; 0 if it is none."""
    return value if isinstance(value, float) and 0.0 < value < 1e12 else 0.0


def _shown(title: str) -> str:
    """A title as one short line without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
