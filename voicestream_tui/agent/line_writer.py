"""Writing lines into a pipe from a thread of its own, so that a full pipe holds up nobody."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
from collections import deque

_log = logging.getLogger(__name__)


class LineWriter:
    """Writes lines in order; what a reader that went away would have got is dropped.

    A broken pipe is no error: that the reader is gone shows at the other end of its life.

    Args:
        fd: The pipe; it belongs to the writer now.
        name: Of the thread.
    """

    def __init__(self, fd: int, name: str) -> None:
        self._fd = fd
        os.set_blocking(fd, False)
        self._woken, self._wake = os.pipe()
        self._lines: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._finishing = False
        self._stopping = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Have a line written; nothing happens after `finish` or `stop`."""
        with self._changed:
            if not self._finishing:
                self._lines.append(line)
                self._changed.notify()

    def finish(self) -> None:
        """Close the pipe when everything is written."""
        with self._changed:
            self._finishing = True
            self._changed.notify()

    def stop(self) -> None:
        """Drop what is not written and close the pipe; the thread has ended afterwards."""
        with self._closing:
            with self._changed:
                if self._stopping:
                    return
                self._stopping = self._finishing = True
                os.write(self._wake, b"!")
                self._changed.notify()
            self._thread.join()
            os.close(self._woken)
            os.close(self._wake)

    def _run(self) -> None:
        try:
            while (line := self._next()) is not None:
                self._write(line)
        except OSError as error:
            _log.info("%s: %s", self._thread.name, error)
            with self._changed:
                self._finishing = True
                self._lines.clear()
        finally:
            with contextlib.suppress(OSError):
                os.close(self._fd)

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._finishing)
            return None if self._stopping or not self._lines else self._lines.popleft()

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left and not self._stopping:
            try:
                left = left[os.write(self._fd, left) :]
            except BlockingIOError:
                select.select([self._woken], [self._fd], [])
