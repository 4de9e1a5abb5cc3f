"""Programs that wait for the voice, in the order in which it comes to them.

Each holds a file of its own whose name says how much it wants the voice and since when. A name
whose file nobody holds was left behind by a program that died, and is removed by whoever looks.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from voicestream_tui.file_lock import FileLock, remove_if_free

TOP = 5000
"""A name begins with the level taken from this, so that names sort as the line stands."""
_NAME = re.compile(r"(\d{4})-\d{20}-\d+-\d+\.waits", re.ASCII)
_TRIES = 20
"""Times that another look may come between making the own file and holding it."""
_numbers = itertools.count()


class WaitingLine:
    """The line as one program sees it: its own place, and the places of others.

    Not thread-safe. Every method raises OSError if the folder can't be read or written.

    Args:
        folder: Where the files are.
        clock: Nanoseconds that all programs of this machine count alike.
    """

    def __init__(self, folder: Path, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._folder = folder
        self._clock = clock
        self._since: int | None = None
        self._level = 0
        self._place: FileLock | None = None

    def join(self, level: int) -> None:
        """Have a place in the line; one that is higher or lower now keeps its time.

        Args:
            level: higher goes first; between -4000 and 4000.
        """
        if self._since is None:
            self._since = self._clock()
        if self._place is not None and self._level == level and self._place.holds():
            return
        self._drop_place()
        self._level = level
        name = f"{TOP - level:04d}-{self._since:020d}-{os.getpid()}-{next(_numbers)}.waits"
        place = FileLock(self._folder / name)
        if any(place.take() for _ in range(_TRIES)):
            self._place = place

    def leave(self) -> None:
        """Give up the own place, if there is one."""
        self._drop_place()
        self._since = None

    def anybody_before(self, level: int) -> bool:
        """Whether others come first: before the own place, or before a newcomer of `level`."""
        mine = self._place.path.name if self._place is not None else None
        for name, other in self._names():
            if name == mine or (mine is None and other < level):
                return False
            if self._waits(name):
                return True
        return False

    def highest(self) -> int | None:
        """The level of the first of the others; None if nobody waits."""
        mine = self._place.path.name if self._place is not None else None
        for name, other in self._names():
            if name != mine and self._waits(name):
                return other
        return None

    def _drop_place(self) -> None:
        place, self._place = self._place, None
        if place is not None:
            place.give(remove=True)

    def _names(self) -> Iterator[tuple[str, int]]:
        try:
            names = sorted(os.listdir(self._folder))  # noqa: PTH208 - the names are all it takes
        except FileNotFoundError:
            return
        for name in names:
            if found := _NAME.fullmatch(name):
                yield name, TOP - int(found[1])

    def _waits(self, name: str) -> bool:
        with contextlib.suppress(PermissionError, IsADirectoryError):
            return not remove_if_free(self._folder / name)
        return False  # nothing of ours, whatever it is called
