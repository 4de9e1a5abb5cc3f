"""A file that one program holds at a time, by a lock of the kernel.

The kernel frees the lock with the process that held it, however that ended: a lock that nobody
holds any more can't be left behind. What is written in the file is information, never the lock.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import weakref
from pathlib import Path

_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
_TRIES = 20
"""Times that a file is opened again which was removed between opening and locking it."""


class FileLock:
    """One file, held or not. Not thread-safe: it belongs to one thread.

    A file that was removed while it was held is held no more, because others would make a new
    one and hold that: `holds()` tells, and the holder has to look from time to time.

    Args:
        path: The file; made when it is not there, readable by its user alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None
        _open_locks.add(self)

    def take(self) -> bool:
        """Hold the file if nobody else does; never waits.

        Raises:
            OSError: the file can't be made, or files can't be locked there.
        """
        self.give()
        for _ in range(_TRIES):
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._fd = os.open(self.path, flags, 0o600)
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                self.give()
                if error.errno in _TAKEN:
                    return False
                raise
            if self.holds():
                return True
            self.give()
        return False

    def holds(self) -> bool:
        """Whether this is held, and is still the file that others find under the name."""
        if self._fd is None:
            return False
        try:
            found, mine = self.path.stat(follow_symlinks=False), os.fstat(self._fd)
        except OSError:
            return False
        return os.path.samestat(found, mine)

    def give(self, *, remove: bool = False) -> None:
        """Hold the file no more; `remove` it if it was held."""
        if self._fd is None:
            return
        if remove and self.holds():
            with contextlib.suppress(OSError):
                self.path.unlink()
        # Unlocked by word, not only by closing: a child in the middle of its start may have the
        # descriptor too.
        with contextlib.suppress(OSError):
            fcntl.flock(self._fd, fcntl.LOCK_UN)
        self._close()

    def read(self, most: int) -> bytes:
        """The file's first bytes while it is held; raises OSError if that fails."""
        assert self._fd is not None
        return os.pread(self._fd, most, 0)

    def write(self, content: bytes) -> None:
        """Replace what is in the file while it is held; raises OSError if that fails."""
        assert self._fd is not None
        os.pwrite(self._fd, content, 0)
        os.ftruncate(self._fd, len(content))

    def touch(self) -> None:
        """Let others see that the holder is awake; raises OSError if that fails."""
        assert self._fd is not None
        os.utime(self._fd)

    def forget(self) -> None:
        """Close the file in a child process, where the lock is still the parent's."""
        self._close()

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            with contextlib.suppress(OSError):
                os.close(fd)


def remove_if_free(path: Path) -> bool:
    """Remove a file that nobody holds; False if somebody does. Never waits, makes no file.

    Raises:
        OSError: the file can't be opened, for another reason than that it is gone.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(path.stat(follow_symlinks=False), os.fstat(fd)):
                path.unlink()
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    finally:
        os.close(fd)
    return True


_open_locks: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _forget_all() -> None:
    """A child that goes on as this program must not keep its parent's locks alive."""
    for lock in list(_open_locks):
        lock.forget()


os.register_at_fork(after_in_child=_forget_all)
