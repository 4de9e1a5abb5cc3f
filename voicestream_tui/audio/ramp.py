"""A gain that never jumps, and the soft limit at full scale."""

from __future__ import annotations

import math

import numpy as np

from voicestream_tui.model import Samples

KNEE = 0.9
"""Up to this level the limiter changes nothing; above it bends towards 1."""


class Ramp:
    """A gain that goes to its target in a straight line of `length` samples.

    A new target in the middle of the way turns the line from where it is: no click.
    """

    def __init__(self, length: int, value: float = 1.0) -> None:
        self._steps = np.arange(1, length + 1, dtype=np.float32)
        self._gains = np.empty(length, dtype=np.float32)
        self.value = value
        self.target = value
        self.left = 0
        """Samples until the target is reached."""

    def aim(self, target: float) -> None:
        """Set out for a target. The same target again changes nothing."""
        if target != self.target:
            self.target = target
            self.left = len(self._steps)

    def jump(self, target: float) -> None:
        """Be at the target now; only for moments when nothing sounds."""
        self.value = self.target = target
        self.left = 0

    def apply(self, block: Samples) -> None:
        """Multiply a block in place and move on by its length."""
        moving = min(len(block), self.left)
        if moving:
            slope = (self.target - self.value) / self.left
            gains = self._gains[:moving]
            np.multiply(self._steps[:moving], slope, out=gains)
            gains += self.value
            block[:moving] *= gains
            self.left -= moving
            self.value = self.value + slope * moving if self.left else self.target
        if self.value != 1.0 and moving < len(block):
            block[moving:] *= self.value


class Limiter:
    """Keeps samples within ±1 by bending what is louder than the knee."""

    def __init__(self, longest: int) -> None:
        self._size = np.empty(longest, dtype=np.float32)
        self._over = np.empty(longest, dtype=np.float32)

    def apply(self, block: Samples) -> float:
        """Limit a block of at most `longest` samples in place; returns its peak after that."""
        if not len(block):
            return 0.0
        peak = max(float(block.max()), -float(block.min()))
        if peak <= KNEE:
            return peak
        size, over = self._size[: len(block)], self._over[: len(block)]
        np.abs(block, out=size)
        np.subtract(size, KNEE, out=over)
        np.maximum(over, 0.0, out=over)
        over /= 1.0 - KNEE
        np.tanh(over, out=over)
        over *= 1.0 - KNEE
        np.minimum(size, KNEE, out=size)
        size += over
        np.copysign(size, block, out=block)
        return KNEE + (1.0 - KNEE) * math.tanh((peak - KNEE) / (1.0 - KNEE))
