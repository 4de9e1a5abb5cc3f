"""Where a token stands, told to the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sinusoids(positions: int, width: int) -> NDArray[np.float32]:
    """Sines in the first half of the columns, cosines in the second: (positions, width)."""
    rates = 10_000.0 ** (-np.arange(width // 2) / (width // 2 - 1))
    angles = np.arange(positions)[:, None] * rates[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
