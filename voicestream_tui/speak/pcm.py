"""Whole numbers of sound files and wires as samples."""

from __future__ import annotations

import numpy as np

from voicestream_tui.model import Samples

WIDTHS = (1, 2, 3, 4)
"""Bytes a sample that can be read."""


def from_pcm(data: bytes, width: int, channels: int = 1, *, big_endian: bool = False) -> Samples:
    """Samples of interleaved PCM, float32 in [-1, 1), shape (frames,), channels mixed.

    One byte a sample is unsigned, as in WAVE files; 2, 3 and 4 are signed. An incomplete frame at
    the end is left out.

    Raises:
        ValueError: no such width, or no channel.
    """
    if width not in WIDTHS or channels < 1:
        raise ValueError(f"{width} bytes a sample on {channels} channels can't be read")
    frames = len(data) // (width * channels)
    raw = np.frombuffer(data, np.uint8, count=frames * width * channels)
    if width == 1:
        values = raw.astype(np.float32) - 128.0
    else:
        digits = raw.reshape(-1, width)
        padded = np.zeros((len(digits), 4), np.uint8)
        padded[:, 4 - width :] = digits[:, ::-1] if big_endian else digits
        values = padded.view("<i4")[:, 0].astype(np.float64) / 2.0 ** (8 * (4 - width))
    scaled = values / 2.0 ** (8 * width - 1)
    mixed: Samples = scaled.reshape(-1, channels).mean(axis=1).astype(np.float32)
    return mixed
