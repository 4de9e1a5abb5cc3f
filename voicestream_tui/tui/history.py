"""What the user wrote before: to be called back, also in the next conversation."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

_SLACK = 2
"""The file is written anew when it holds so many times more than is kept."""


class History:
    """Messages in the order written, with a cursor; kept in a file of one JSON string a line.

    Several programs may add to the file at a time. What cannot be read is passed over, and
    what cannot be written is logged: a history is never a reason to fail.
    """

    def __init__(self, path: Path | None, limit: int) -> None:
        """Read the file.

        Args:
            path: The file; it and its folder need not exist. None keeps nothing.
            limit: How many messages are kept; with 0 the file is neither read nor written.
        """
        self._path = path if limit > 0 else None
        self._limit = max(limit, 0)
        self._entries: list[str] = []
        self._draft = ""
        self._place = 0
        if self._path is not None:
            self._load(self._path)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, text: str) -> None:
        """Keep a message, unless it is the last one again; the cursor goes to the end."""
        if self._limit and text and self._entries[-1:] != [text]:
            self._entries.append(text)
            del self._entries[: -self._limit]
            self._append(text)
        self._place = len(self._entries)
        self._draft = ""

    def older(self, current: str) -> str | None:
        """The message before; `current` is what stands in its place now. None if there is none."""
        self._keep(current)
        if self._place == 0:
            return None
        self._place -= 1
        return self._entries[self._place]

    def newer(self, current: str) -> str | None:
        """The message after; at the end what stood there before. None beyond that."""
        self._keep(current)
        if self._place >= len(self._entries):
            return None
        self._place += 1
        if self._place == len(self._entries):
            return self._draft
        return self._entries[self._place]

    def _keep(self, current: str) -> None:
        """What is no message as it was called back is a new one, and nothing comes after it."""
        recalled = self._place < len(self._entries)
        if recalled and current == self._entries[self._place]:
            return
        if not recalled or current.strip():
            self._draft = current
        self._place = len(self._entries)

    def _load(self, path: Path) -> None:
        try:
            lines = path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("%s: the history cannot be read: %s", path, error)
            return
        entries = [entry for line in lines if (entry := _entry(line))]
        self._entries = entries[-self._limit :]
        self._place = len(self._entries)
        if len(lines) > self._limit * _SLACK:
            self._rewrite(path)

    def _append(self, text: str) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            descriptor = os.open(self._path, flags, 0o600)
            try:
                os.write(descriptor, (json.dumps(text) + "\n").encode("ascii"))
            finally:
                os.close(descriptor)
        except OSError as error:
            log.warning("%s: the history cannot be written: %s", self._path, error)
            self._path = None

    def _rewrite(self, path: Path) -> None:
        """Leave out what is no longer kept."""
        whole = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            lines = (json.dumps(entry) + "\n" for entry in self._entries)
            descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.writelines(lines)
            whole.replace(path)
        except OSError as error:
            log.warning("%s: the history cannot be written: %s", path, error)


def _entry(line: bytes) -> str:
    """The message on a line; empty if the line holds none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""
