"""Shows how a download goes: bars in a terminal, now and then a line elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from voicestream_tui.models.pull import in_words
from voicestream_tui.models.transfer import Watcher

_STEPS = 10
"""Lines a file, where its size is known."""
_STRIDE = 10_000_000
"""Bytes a line, where it is not."""


@contextmanager
def shown(console: Console) -> Iterator[Watcher]:
    """Give a watcher that shows all it is told on a console, until the end of the block."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines(lambda line: console.print(line, markup=False, highlight=False)).watcher()
        return
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        yield _Bars(progress).watcher()


class _Bars:
    """A bar a file."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}

    def watcher(self) -> Watcher:
        return Watcher(self._begins, self._grows, self._waits)

    def _begins(self, path: str, have: int, size: int | None) -> None:
        with self._lock:
            if path not in self._tasks:
                self._tasks[path] = self._progress.add_task(path, total=size)
        self._progress.update(self._tasks[path], completed=have, total=size)

    def _grows(self, path: str, more: int) -> None:
        self._progress.advance(self._tasks[path], more)

    def _waits(self, path: str, cause: str, seconds: float) -> None:
        self._progress.console.print(_waiting(path, cause, seconds), markup=False, highlight=False)


@dataclass(slots=True)
class _Count:
    have: int
    size: int | None
    told: int


class Lines:
    """A line at the beginning of a file and for every tenth of it.

    Args:
        write: Writes a line; called by several threads, one at a time.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._counts: dict[str, _Count] = {}

    def watcher(self) -> Watcher:
        """What calls this."""
        return Watcher(self._begins, self._grows, self._waits)

    def _begins(self, path: str, have: int, size: int | None) -> None:
        with self._lock:
            count = _Count(have, size, 0)
            count.told = _step(count)
            self._counts[path] = count
            whole = f" of {in_words(size)}" if size is not None else ""
            there = f", {in_words(have)} is there" if have else ""
            self._write(f"{path}{whole}{there}")

    def _grows(self, path: str, more: int) -> None:
        with self._lock:
            count = self._counts[path]
            count.have += more
            step = _step(count)
            if step > count.told:
                count.told = step
                part = f"{step * 100 // _STEPS} %" if count.size else in_words(count.have)
                self._write(f"{path} {part}")

    def _waits(self, path: str, cause: str, seconds: float) -> None:
        with self._lock:
            self._write(_waiting(path, cause, seconds))


def _step(count: _Count) -> int:
    return count.have * _STEPS // count.size if count.size else count.have // _STRIDE


def _waiting(path: str, cause: str, seconds: float) -> str:
    return f"{path}: {cause}; trying again in {seconds:.0f} s"
