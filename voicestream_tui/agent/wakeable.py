"""Reading a file descriptor in one thread so that another thread can end it at once."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator

CHUNK = 64 * 1024
"""Bytes asked for at a time."""


class WakeableReader:
    """Yields what comes from a descriptor, until its end or until `stop` is called.

    A pipe of our own wakes the blocked `select`, so it works for pipes, terminals and files.
    The pipe lives only while somebody reads: nothing is left open in any order of calls.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()
        self._stopped = False
        self._draining = False
        self._wake: int | None = None

    @property
    def stopped(self) -> bool:
        """Whether the reading ended, or will end, before the input did."""
        return self._stopped and not self._draining

    def chunks(self) -> Iterator[bytes]:
        """Yield chunks of bytes, none empty. One reader at a time."""
        with self._lock:
            if self.stopped or not self._is_open():
                return
            woken, self._wake = os.pipe()
            if self._stopped:
                os.write(self._wake, b"!")
        try:
            while (chunk := self._next(woken)) is not None:
                if chunk:
                    yield chunk
        finally:
            with self._lock:
                os.close(woken)
                os.close(self._wake)
                self._wake = None

    def stop(self, drain: bool = False) -> None:
        """End the reading; callable from any thread, any number of times.

        Args:
            drain: Give what lies ready to be read before ending, even to a reader that
                begins only now. A later call without it ends that, too.
        """
        with self._lock:
            self._draining = drain
            self._stopped = True
            if self._wake is not None:
                os.write(self._wake, b"!")

    def _is_open(self) -> bool:
        # `select` does not always refuse a descriptor that is closed: it may wait for ever.
        try:
            os.fstat(self._fd)
        except OSError:
            return False
        return True

    def _next(self, woken: int) -> bytes | None:
        """The next chunk; b"" if there was none after all, None at the end."""
        try:
            ready, _, _ = select.select([self._fd, woken], [], [])
            if woken in ready and not (self._draining and self._fd in ready):
                return None
            return os.read(self._fd, CHUNK) or None
        except BlockingIOError:
            return b""
        except OSError:
            # A terminal whose other end is gone says so with an error.
            return None
