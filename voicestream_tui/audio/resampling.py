"""Sound that comes in pieces, at another rate, without a seam between the pieces."""

from __future__ import annotations

import numpy as np
import soxr

from voicestream_tui.model import Samples


class Resampler:
    """Converts the pieces of one sound; joined they are what the whole would have become.

    What a piece ends with waits for the next one, 40 ms at most; `rest` gives the end. Pieces
    that have the wanted rate already pass through.
    """

    def __init__(self, rate: int) -> None:
        """Begin a sound.

        Args:
            rate: Hz of what comes out.
        """
        self._rate = rate
        self._from = rate
        self._stream: soxr.ResampleStream | None = None

    def convert(self, samples: Samples, rate: int) -> Samples:
        """Convert the next piece, float32 of shape (n,) at `rate` Hz; perhaps into nothing yet."""
        ended = self.rest() if rate != self._from else np.zeros(0, np.float32)
        self._from = rate
        if rate == self._rate:
            return np.concatenate([ended, samples]) if len(ended) else samples
        if self._stream is None:
            self._stream = soxr.ResampleStream(rate, self._rate, 1, dtype="float32")
        converted: Samples = self._stream.resample_chunk(samples)
        return np.concatenate([ended, converted]) if len(ended) else converted

    def rest(self) -> Samples:
        """What is left when no piece follows."""
        stream, self._stream = self._stream, None
        if stream is None:
            return np.zeros(0, np.float32)
        left: Samples = stream.resample_chunk(np.zeros(0, np.float32), last=True)
        return left
