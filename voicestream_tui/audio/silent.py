"""Outputs without a loudspeaker: one that keeps time, one that hurries."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import numpy as np

from voicestream_tui.audio.player import Player
from voicestream_tui.model import Samples

log = logging.getLogger(__name__)

BLOCK = 0.020
"""Seconds of a block."""
TOO_LATE = 0.5
"""Seconds behind time after which the lost time is given up (the computer was asleep)."""
FAST_BLOCK = 1024


class SilentOutput:
    """Takes blocks at the pace of a device and lets nobody hear them.

    Args:
        sample_rate: Hz.
        clock: Monotonic seconds.
        wait: Waits for so many seconds; returns True if the output is to stop. The default
            waits for real and ends early at `stop()`.
        block: Seconds of a block.
    """

    name = "silent"
    underflows = 0
    latency = 0.0

    def __init__(
        self,
        sample_rate: int,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        block: float = BLOCK,
    ) -> None:
        self._rate = sample_rate
        self._clock = clock
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
        self._block: Samples = np.zeros(round(block * sample_rate), dtype=np.float32)
        self._thread: threading.Thread | None = None

    def start(self, render: Callable[[Samples], None]) -> None:
        """Begin to take blocks, in a thread of its own; again after a `stop()` if need be."""
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._run, args=(render,), name="silent-clock", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Take no further block and join the thread. May be called twice."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, render: Callable[[Samples], None]) -> None:
        # Each block's time is counted from the start, so that late waits don't add up.
        due = self._clock()
        failed = False
        while not self._wait(max(0.0, due - self._clock())) and not self._stopping.is_set():
            try:
                render(self._block)
            except Exception:
                if not failed:
                    log.exception("a block of sound could not be made")
                failed = True
            due += len(self._block) / self._rate
            if self._clock() - due > TOO_LATE:
                due = self._clock()


class FastOutput:
    """Takes sound as fast as it is made, for writing files; sleeps while there is none.

    Nothing is rendered while the voice is being made, so that no silence gets in between.
    """

    name = "file"
    underflows = 0
    latency = 0.0

    def __init__(self, player: Player) -> None:
        """`player` is the one whose `render` it will be started with."""
        self._player = player
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, render: Callable[[Samples], None]) -> None:
        """Begin to take blocks, in a thread of its own."""
        self._thread = threading.Thread(
            target=self._run, args=(render,), name="fast-clock", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Take no further block and join the thread. May be called twice."""
        self._stopping.set()
        self._player.wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, render: Callable[[Samples], None]) -> None:
        block: Samples = np.zeros(FAST_BLOCK, dtype=np.float32)
        while not self._stopping.is_set():
            if not self._player.wait_until_due(1.0):
                continue
            render(block[:0])
            if frames := min(len(block), self._player.frames_due):
                render(block[:frames])
