"""What the level meter shows."""

from __future__ import annotations

import math

import numpy as np

from voicestream_tui.model import Samples

WINDOW = 0.020
"""Seconds over which the level is taken at least, so that short blocks do not flicker."""
FALL = 26.0
"""Decibels that the peak falls in a second."""


class Meter:
    """Level and decaying peak of the sound that passes."""

    def __init__(self, sample_rate: int) -> None:
        self._window = int(WINDOW * sample_rate)
        self._decay = math.log(10.0) * FALL / 20.0 / sample_rate
        self._energy = 0.0
        self._count = 0
        self.level = 0.0
        """RMS of the last block, or of the last blocks that make up 20 ms together."""
        self.peak = 0.0
        """Largest magnitude, falling from there."""

    def measure(self, part: Samples, peak: float) -> None:
        """Take in a part of a block; its largest magnitude is `peak`."""
        self._energy += float(np.dot(part, part))
        self._count += len(part)
        fallen = self.peak * math.exp(-self._decay * len(part))
        self.peak = max(peak, fallen if fallen > 1e-5 else 0.0)

    def publish(self) -> None:
        """The block is complete."""
        if self._count >= self._window:
            self.level = math.sqrt(self._energy / self._count)
            self._energy, self._count = 0.0, 0
