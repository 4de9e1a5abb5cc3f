"""From the player's rate to that of a device which insists on another one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import soxr

from voicestream_tui.model import Samples

BLOCK = 0.010
"""Seconds that are rendered at a time."""


class RateBridge:
    """Renders at one rate and gives out at another, without a seam.

    Args:
        from_rate: Hz of what is rendered.
        to_rate: Hz of what is given out.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._converter = soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32")
        self._block: Samples = np.zeros(round(BLOCK * from_rate), dtype=np.float32)
        self._ready: Samples = np.zeros(0, dtype=np.float32)

    def pull(self, out: Samples, render: Callable[[Samples], None]) -> None:
        """Fill `out`, shape (n,) with any n, rendering as much as that takes."""
        filled = 0
        while filled < len(out):
            if not len(self._ready):
                render(self._block)
                self._ready = self._converter.resample_chunk(self._block)
                continue
            part = self._ready[: len(out) - filled]
            out[filled : filled + len(part)] = part
            self._ready = self._ready[len(part) :]
            filled += len(part)
