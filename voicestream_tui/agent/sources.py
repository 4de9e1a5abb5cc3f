"""The places lines come from: a stream, a recording with its own timing, a followed log, a text."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Protocol, runtime_checkable

from voicestream_tui.agent.framing import LONGEST_LINE, Framer
from voicestream_tui.agent.wakeable import CHUNK, WakeableReader
from voicestream_tui.errors import AgentError, UsageError

_log = logging.getLogger(__name__)

DEFAULT_PACE = 0.03
"""Seconds between the lines of a recording without timing."""
_LONGEST_WAIT = 3600.0
POLL = 0.05
"""Seconds between two looks at a followed file."""


class Source(Protocol):
    """Where an agent's lines come from."""

    name: str

    @property
    def exit_code(self) -> int | None:
        """What the agent's process ended with; None as long as it runs or if there is none."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Yield lines as they come, without line feeds; ends with the input or at `close`."""
        ...

    def close(self) -> None:
        """End `lines`, even while it waits; callable from any thread, any number of times."""
        ...


@runtime_checkable
class Killable(Protocol):
    """A source with a process that can be ended without waiting for it to end by itself."""

    def kill(self) -> None:
        """End it at once; `close` is then done soon. Callable from any thread."""
        ...


class StreamSource:
    """A stream that another program writes, such as standard input.

    Args:
        stream: A file descriptor, or an open file (which must not have been read from).
            It stays open.
        name: What to call it in messages.
        max_line: Bytes of a line that are kept.
    """

    exit_code: int | None = None

    def __init__(
        self, stream: int | IO[bytes], name: str = "stdin", max_line: int = LONGEST_LINE
    ) -> None:
        self.name = name
        self._stream = stream  # keeps a file from being closed by the garbage collector
        self._reader = WakeableReader(stream if isinstance(stream, int) else stream.fileno())
        self._max_line = max_line

    def lines(self) -> Iterator[bytes]:
        yield from framed(self._reader, self._max_line, self.name)

    def close(self) -> None:
        self._reader.stop()


class RecordingSource:
    """A recording, line by line, at its own pace.

    The times stand in a file of the same name with the suffix `.timing`: one number a line,
    seconds since the start. Lines without a time follow each other every 30 ms.

    Args:
        path: The recording.
        speed: 1 for the recorded pace, 2 for twice as fast, 0 for as fast as possible.
        max_line: Bytes of a line that are kept.
        clock: Monotonic seconds.
        wait: Waits so many seconds, or less once the source is closed.

    Raises:
        UsageError: there is no such file, or the speed is negative.
        AgentError: the file can't be read.
    """

    exit_code: int | None = None

    def __init__(
        self,
        path: Path,
        speed: float = 1.0,
        max_line: int = LONGEST_LINE,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        if not speed >= 0 or math.isinf(speed):
            raise UsageError(
                f"A replay can't have the speed {speed}.",
                "Give 1 for the recorded pace, 2 for twice as fast, 0 for as fast as possible.",
            )
        if not path.exists() or path.is_dir():
            raise UsageError(
                f"There is no recording {path}.",
                "Give the .jsonl file that the output of claude was written to.",
            )
        self.name = path.name
        self._path = path
        self._speed = speed
        self._max_line = max_line
        self._clock = clock
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        if not os.access(path, os.R_OK):
            raise AgentError(f"Can't read {path}.", "You may not be allowed to; see `ls -l`.")

    def lines(self) -> Iterator[bytes]:
        with self._path.open("rb", buffering=0) as file:
            times = self._times()
            start = self._clock()
            for line in _lines_of(file, Framer(self._max_line)):
                due = start + next(times)
                while not self._closed.is_set() and (left := due - self._clock()) > 0:
                    self._wait(min(left, _LONGEST_WAIT))
                if self._closed.is_set():
                    return
                yield line

    def close(self) -> None:
        self._closed.set()

    def _times(self) -> Iterator[float]:
        """When each line is due: seconds after the start, never falling."""
        if self._speed == 0:
            while True:
                yield 0.0
        last = 0.0
        for recorded in _recorded_times(self._path.with_suffix(".timing")):
            last = max(last, recorded)
            yield last / self._speed
        while True:
            last += DEFAULT_PACE
            yield last / self._speed


class FollowSource:
    """A file that another process writes, from its beginning and on and on.

    It waits for a file that is not there yet. A file that was cut shorter, or that another
    one of its name has replaced, is read from its beginning. Only `close` ends it.

    Args:
        path: The file.
        max_line: Bytes of a line that are kept.
        wait: Waits so many seconds for news, or less once the source is closed.

    Raises:
        UsageError: the path is a folder.
    """

    exit_code: int | None = None

    def __init__(
        self,
        path: Path,
        max_line: int = LONGEST_LINE,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        if path.is_dir():
            raise UsageError(f"{path} is a folder.", "Name the file that the agent writes.")
        self.name = path.name
        self._path = path
        self._max_line = max_line
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait

    def lines(self) -> Iterator[bytes]:
        while not self._closed.is_set():
            try:
                file = self._path.open("rb", buffering=0)
            except FileNotFoundError:
                self._wait(POLL)
                continue
            except OSError as error:
                raise AgentError(f"Can't read {self._path}: {error.strerror}.") from error
            with file:
                yield from self._follow(file)

    def close(self) -> None:
        self._closed.set()

    def _follow(self, file: IO[bytes]) -> Iterator[bytes]:
        """Yield the lines of one file until another one has taken its name."""
        framer = Framer(self._max_line)
        while not self._closed.is_set():
            if chunk := file.read(CHUNK):
                yield from framer.feed(chunk)
            elif self._is_replaced(file):
                # What the old one got between the last read and its replacement.
                yield from _lines_of(file, framer)
                return
            elif os.fstat(file.fileno()).st_size < file.tell():
                _log.info("%s was cut shorter; reading it from its beginning", self._path)
                framer = Framer(self._max_line)
                file.seek(0)
            else:
                self._wait(POLL)

    def _is_replaced(self, file: IO[bytes]) -> bool:
        try:
            return not os.path.samestat(self._path.stat(), os.fstat(file.fileno()))
        except OSError:
            return False  # removed: what is written to it can still be read


class TextSource:
    """A text that is there already.

    Args:
        text: Plain text or Markdown.
        name: What to call it in messages.
    """

    exit_code: int | None = None

    def __init__(self, text: str, name: str = "text") -> None:
        self.name = name
        self._text = text
        self._closed = False

    def lines(self) -> Iterator[bytes]:
        for line in self._text.removesuffix("\n").split("\n") if self._text else ():
            if self._closed:
                return
            yield line.encode("utf-8", "replace")

    def close(self) -> None:
        self._closed = True


def framed(reader: WakeableReader, max_line: int, name: str) -> Iterator[bytes]:
    """Yield the lines that a reader's chunks hold; log those too long to be kept whole.

    A last line without a line feed counts, unless the reading was stopped in its middle.
    """
    framer = Framer(max_line)
    for chunk in reader.chunks():
        truncated = framer.truncated
        yield from framer.feed(chunk)
        if framer.truncated > truncated:
            _log.warning("%s: a line of more than %d bytes was cut off", name, max_line)
    if not reader.stopped:
        yield from framer.close()


def _lines_of(file: IO[bytes], framer: Framer) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield from framer.feed(chunk)
    yield from framer.close()


def _recorded_times(path: Path) -> Iterator[float]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("Can't read %s: %s; lines come every 30 ms", path, error.strerror)
        return
    for word in text.split():
        try:
            seconds = float(word)
        except ValueError:
            seconds = math.nan
        if not math.isfinite(seconds):
            _log.warning("%s: %r is no time; the lines after it come every 30 ms", path, word)
            return
        yield seconds
