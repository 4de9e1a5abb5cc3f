"""A WAV file of exactly what was played."""

from __future__ import annotations

import logging
import queue
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples

log = logging.getLogger(__name__)

SETTLE = 0.5
"""Seconds of sound, or of waiting for more, after which file and header are made whole."""
BACKLOG = 300
"""Seconds of sound that may wait for a disk before the recording is given up."""
LARGEST = 0xFFFF_FFFF
JOIN = 5.0
"""Seconds that `close()` waits for a disk."""


class WavRecorder:
    """Writes 16-bit mono PCM in a thread of its own; a crash loses half a second at most.

    Args:
        path: The file; an existing one is replaced.
        sample_rate: Hz.
        on_problem: Gets (message, hint), once, from the writer's thread, if writing fails.
            The recording ends there; `write` may go on being called.
        longest_silence: Seconds; of a longer silence the rest is left out. 0 keeps all of it.
        open_file: Opens the file for writing bytes.

    Raises:
        AudioError: the file can't be opened.
    """

    def __init__(
        self,
        path: Path,
        sample_rate: int,
        on_problem: Callable[[str, str], None],
        *,
        longest_silence: float = 0.0,
        open_file: Callable[[Path], BinaryIO] = lambda path: path.open("wb"),
    ) -> None:
        self.path = path
        self._rate = sample_rate
        self._on_problem = on_problem
        self._blocks: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._longest_silence = round(longest_silence * sample_rate)
        self._silence = 0
        """Samples of silence up to now."""
        self._given = 0
        self._taken = 0
        """Samples in the file."""
        self._left_out = 0
        self._broken = False
        self._closed = False
        try:
            self._file = open_file(path)
        except OSError as error:
            raise AudioError(
                f"The recording {path} can't be written: {error.strerror}.",
                "Name another file or folder.",
            ) from error
        self._thread = threading.Thread(target=self._run, name="wav-writer", daemon=True)
        self._thread.start()

    def write(self, block: Samples) -> None:
        """Take a copy of a block, shape (n,). Never waits; for the output's thread."""
        if self._broken or self._closed:
            return
        self._blocks.put(block.copy())
        self._given += len(block)

    def close(self) -> None:
        """Write what is waiting and finish the file. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._blocks.put(None)
        self._thread.join(JOIN)
        if self._thread.is_alive():
            log.error("the recording %s could not be finished: the disk does not answer", self.path)

    def _run(self) -> None:
        try:
            with self._file:
                self._file.write(self._header())
                self._file.flush()
                self._write_blocks()
        except OSError as error:
            self._fail(f"{error.strerror or error}")

    def _write_blocks(self) -> None:
        settled = 0
        while True:
            try:
                unsettled = self._taken > settled
                block = self._blocks.get(timeout=SETTLE if unsettled else None)
            except queue.Empty:
                self._settle()
                settled = self._taken
                continue
            if block is None:
                self._settle()
                return
            if self._is_too_silent(block):
                self._left_out += len(block)
                continue
            self._file.write(_pcm(block))
            self._taken += len(block)
            if self._taken - settled >= SETTLE * self._rate:
                self._settle()
                settled = self._taken
            if self._given - self._taken - self._left_out > BACKLOG * self._rate:
                raise OSError("the disk is too slow")

    def _is_too_silent(self, block: Samples) -> bool:
        self._silence = 0 if block.any() else self._silence + len(block)
        return bool(self._longest_silence) and self._silence > self._longest_silence

    def _settle(self) -> None:
        # The samples first: a header must never speak of more than there is.
        self._file.flush()
        self._file.seek(0)
        self._file.write(self._header())
        self._file.seek(0, 2)
        self._file.flush()

    def _header(self) -> bytes:
        size = 2 * self._taken
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", min(LARGEST, 36 + size), b"WAVE"),
            *(b"fmt ", 16, 1, 1, self._rate, 2 * self._rate, 2, 16),
            *(b"data", min(LARGEST, size)),
        )

    def _fail(self, reason: str) -> None:
        self._broken = True
        while not self._blocks.empty():
            self._blocks.get()
        self._on_problem(
            f"The recording {self.path} can't be written any more: {reason}.",
            "What was played until then is in it, the rest is only heard; free some space.",
        )


def _pcm(block: Samples) -> bytes:
    scaled = np.clip(block, -1.0, 1.0) * np.float32(32767.0)
    return bytes(np.rint(scaled).astype("<i2").data)
