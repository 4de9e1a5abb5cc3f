"""Brings neural voices to the level of the others; they are trained to many different ones."""

from __future__ import annotations

import numpy as np

from voicestream_tui.model import Samples

MEASURED = "準備が出来ました。今日は何をしましょうか。"
"""Spoken into nothing once, to measure a Japanese voice."""
_PEAK = 0.7
"""Level of the loudest sample of the measuring sentence."""
_LEAST_GAIN, _MOST_GAIN = 0.25, 4.0
_KNEE = 0.85
"""Level above which peaks are bent back below 1."""


def gain_for(peak: float) -> float:
    """What brings a voice to the level of the others, given its loudest sample."""
    if not np.isfinite(peak) or peak == 0.0:
        return 1.0
    return min(max(_PEAK / peak, _LEAST_GAIN), _MOST_GAIN)


def levelled(samples: Samples, gain: float) -> Samples:
    """At the gain, the few peaks above the knee bent instead of cut; always within [-1, 1]."""
    louder: Samples = np.nan_to_num(samples * np.float32(gain))
    over = np.abs(louder) > _KNEE
    if over.any():
        excess = (np.abs(louder[over]) - _KNEE) / (1 - _KNEE)
        louder[over] = np.sign(louder[over]) * (_KNEE + (1 - _KNEE) * np.tanh(excess))
    return louder
