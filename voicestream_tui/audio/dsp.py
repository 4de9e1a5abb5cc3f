"""Arithmetic of sound: rate, speed, edges. Pure; all arrays are float32 of shape (n,)."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from voicestream_tui.model import Samples

SLOWEST, FASTEST = 0.5, 3.0
HOP = 0.020
"""Seconds of sound between two joins of `stretch`, all of which are cross-faded."""
SEARCH = 0.010
"""Seconds to either side within which a join is shifted to where the waves agree."""
COARSE_RATE = 8000
"""Hz at which the first look for a join happens."""


def resample(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """Convert a whole sound to another rate (Hz); the length becomes n · to_rate / from_rate."""
    if from_rate == to_rate or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, from_rate, to_rate), dtype=np.float32)


def trim_silence(
    samples: Samples,
    sample_rate: int,
    *,
    start: bool = True,
    end: bool = True,
    floor: float = -50.0,
    keep_before: float = 0.005,
    keep_after: float = 0.030,
) -> Samples:
    """Cut silence off the ends; a view. A sound that is silent all over becomes empty.

    Args:
        samples: The sound.
        sample_rate: Its rate in Hz.
        start: Whether to trim the beginning.
        end: Whether to trim the end.
        floor: Level in dB of full scale up to which a sample counts as silence.
        keep_before: Seconds left before the first sample above the floor: soft onsets.
        keep_after: Seconds left after the last one: the voice dying away.
    """
    heard = np.flatnonzero(np.abs(samples) > 10.0 ** (floor / 20.0))
    if not len(heard):
        return samples[:0]
    first = max(0, int(heard[0]) - round(keep_before * sample_rate)) if start else 0
    last = int(heard[-1]) + 1 + round(keep_after * sample_rate) if end else len(samples)
    return samples[first:last]


def echo(samples: Samples, sample_rate: int, seconds: float = 0.010) -> Samples:
    """The end of a sound backwards and fading: what follows it where it is cut off, for no click.

    Args:
        samples: The sound, shape (n,).
        sample_rate: Its rate in Hz.
        seconds: How much of its end; a shorter sound gives as much as it has.
    """
    end = samples[max(0, len(samples) - round(seconds * sample_rate)) :]
    return end[::-1] * np.linspace(1.0, 0.0, len(end) + 2, dtype=np.float32)[1:-1]


def stretch(samples: Samples, sample_rate: int, speed: float) -> Samples:
    """Make speech faster or slower without changing its pitch (waveform-similarity overlap-add).

    The result begins and ends with the very 10 ms that the sound begins and ends with, so that
    stretched clips join as the originals did. Its length is n / speed, give or take 10 ms, but
    not under 60 ms; sounds under 80 ms come back as they are.

    Args:
        samples: Speech, shape (n,).
        sample_rate: Its rate in Hz.
        speed: Above 1 is faster; from 0.5 to 3.

    Raises:
        ValueError: the speed is out of range.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"the speed must be from {SLOWEST} to {FASTEST}, not {speed}")
    hop = round(HOP * sample_rate)
    if speed == 1.0 or len(samples) < 4 * hop:
        return samples
    places = _joins(samples, sample_rate, hop, speed)
    steps = np.arange(hop)
    # Each hop goes from what would have followed the last place into what begins at the new one.
    leaving = samples[(places[:-1] + hop)[:, None] + steps]
    coming = samples[places[1:, None] + steps]
    rising = (0.5 - 0.5 * np.cos(np.pi * (steps + 0.5) / hop)).astype(np.float32)
    joined = leaving + (coming - leaving) * rising
    return np.concatenate((samples[:hop], joined.ravel(), samples[places[-1] + hop :]))


def _joins(samples: Samples, sample_rate: int, hop: int, speed: float) -> NDArray[np.intp]:
    """Where in the sound each hop of the result begins; the last one runs on to the end."""
    factor = max(1, sample_rate // COARSE_RATE)
    coarse = samples[: len(samples) // factor * factor].reshape(-1, factor).mean(axis=1)
    reach = round(SEARCH * sample_rate)
    length = max(round(len(samples) / speed), 3 * hop)
    # The last one has 2 to 3 hops of the result left, and plays the sound from there to its end.
    count = max(1, int(length / hop - 2.0))
    final = len(samples) - (length - count * hop)
    furthest = len(samples) - 2 * hop
    places = np.zeros(count + 1, dtype=np.intp)
    for index in range(1, count + 1):
        ideal = final if index == count else min(round(index * hop * speed), final)
        model = int(places[index - 1]) + hop
        low, high = max(0, ideal - reach), min(furthest, ideal + reach)
        if index == count:
            high = min(len(samples) - hop, ideal + reach)
        near = _best(coarse, model // factor, hop // factor, low // factor, high // factor)
        near = near * factor
        low, high = max(low, near - factor), min(high, near + factor)
        places[index] = _best(samples, model, hop, low, max(low, high))
    return places


def _best(samples: Samples, model: int, length: int, low: int, high: int) -> int:
    """The place from `low` to `high` from which `length` samples most resemble those at `model`."""
    template = samples[model : model + length]
    region = samples[low : high + length]
    length = min(len(template), len(region))
    likeness = np.correlate(region, template[:length], "valid")
    energy = np.concatenate(((0.0,), np.cumsum(np.square(region, dtype=np.float64))))
    norm = np.sqrt(np.maximum(energy[length:] - energy[:-length], 0.0)) + 1e-4
    likeness = likeness / norm
    # In silence all places are alike: the middle keeps the time.
    middle = (len(likeness) - 1) / 2
    likeness -= 1e-6 * np.abs(np.arange(len(likeness)) - middle)
    return low + int(np.argmax(likeness))


def _line(length: int) -> Samples:
    return ((np.arange(length) + 0.5) / max(1, length)).astype(np.float32)
