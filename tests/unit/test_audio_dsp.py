"""Resampling, time-stretch, trimming, fades, on sounds whose right answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.audio.manual import RATE, level, steepest, tone
from voicestream_tui.audio.dsp import resample, stretch, trim_silence
from voicestream_tui.model import Samples

SPEEDS = [0.5, 0.8, 1.2, 1.5, 2.0, 3.0]


def pitch(samples: Samples) -> float:
    """Hertz of a steady tone, by its strongest frequency."""
    size = 1 << 19
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size))
    return float(np.argmax(spectrum)) * RATE / size


def cycles(samples: Samples) -> int:
    """How often a wave rises through zero."""
    return int(((samples[:-1] < 0) & (samples[1:] >= 0)).sum())


def glide(seconds: float) -> Samples:
    """From 100 to 300 Hz."""
    hertz = np.linspace(100, 300, round(seconds * RATE))
    return (0.5 * np.sin(2 * np.pi * np.cumsum(hertz) / RATE)).astype(np.float32)


def loudness(samples: Samples) -> Samples:
    """RMS in windows of 20 ms."""
    windows = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    return np.asarray(np.sqrt((windows**2).mean(axis=1)), dtype=np.float32)


@pytest.mark.parametrize("speed", SPEEDS)
def test_stretch_keeps_the_pitch_of_a_tone_and_changes_its_length(speed: float) -> None:
    sound = tone(2.0)
    result = stretch(sound, RATE, speed)
    assert result.dtype == np.float32
    assert len(result) == pytest.approx(len(sound) / speed, abs=0.011 * RATE)
    assert pitch(result) == pytest.approx(220.0, abs=0.3)
    assert steepest(result) < 1.05 * steepest(sound)
    assert loudness(result)[:-1].min() > 0.9 * 0.5 / 2**0.5


@pytest.mark.parametrize("speed", SPEEDS)
def test_stretch_follows_a_glide(speed: float) -> None:
    sound = glide(2.0)
    result = stretch(sound, RATE, speed)
    assert cycles(result) == pytest.approx(cycles(sound) / speed, rel=0.03)
    middle = result[len(result) // 2 - 2400 : len(result) // 2 + 2400]
    assert cycles(middle) in (19, 20, 21)
    assert steepest(result) < 1.1 * steepest(sound)
    assert loudness(result)[:-1].min() > 0.85 * 0.5 / 2**0.5


@pytest.mark.parametrize("speed", SPEEDS)
def test_stretch_keeps_the_distance_of_pulses(speed: float) -> None:
    period = 400
    sound = np.zeros(RATE, dtype=np.float32)
    sound[::period] = 0.8
    result = stretch(sound, RATE, speed)
    places = np.flatnonzero(result > 0.4)
    distances = np.diff(places)
    assert np.median(distances) == period
    assert (distances == period).mean() > 0.9
    assert result.max() <= 0.81


@pytest.mark.parametrize("speed", [0.5, 0.7, 1.1, 1.9, 3.0])
@pytest.mark.parametrize("length", [3840, 3841, 5695, 9600, 12345, 30011])
def test_stretched_ends_are_the_ends_of_the_sound(speed: float, length: int) -> None:
    sound = np.random.default_rng(length).uniform(-1, 1, length).astype(np.float32)
    result = stretch(sound, RATE, speed)
    assert np.array_equal(result[:480], sound[:480])
    assert np.array_equal(result[-480:], sound[-480:])
    assert abs(len(result) - max(length / speed, 2880)) <= 481


def test_stretch_of_silence_and_of_short_sounds() -> None:
    assert not stretch(level(0.0, 20000), RATE, 2.0).any()
    short = tone(0.079)
    assert np.array_equal(stretch(short, RATE, 2.0), short)
    assert len(stretch(level(0.0, 0), RATE, 2.0)) == 0


def test_speed_one_changes_nothing() -> None:
    sound = tone(0.5)
    assert np.array_equal(stretch(sound, RATE, 1.0), sound)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100])
def test_stretch_at_other_rates(rate: int) -> None:
    time = np.arange(rate) / rate
    sound = (0.5 * np.sin(2 * np.pi * 150 * time)).astype(np.float32)
    result = stretch(sound, rate, 1.5)
    assert cycles(result) == pytest.approx(100, abs=2)
    assert len(result) == pytest.approx(rate / 1.5, abs=0.011 * rate)


@pytest.mark.parametrize("speed", [0.49, 3.01, 0.0, -1.0, float("nan")])
def test_speed_out_of_range_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        stretch(tone(0.5), RATE, speed)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100])
def test_resample_keeps_pitch_and_duration(rate: int) -> None:
    time = np.arange(rate) / rate
    sound = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    result = resample(sound, rate, RATE)
    assert result.dtype == np.float32
    assert len(result) == pytest.approx(RATE, abs=1)
    expected = tone(1.0, hertz=440)
    middle = slice(1000, 47000)
    assert np.abs(result[middle] - expected[middle]).max() < 1e-3


def test_resample_to_the_same_rate_changes_nothing() -> None:
    sound = tone(0.1)
    assert resample(sound, RATE, RATE) is sound
    assert len(resample(sound[:0], 22050, RATE)) == 0


def test_trim_keeps_a_little_before_the_onset_and_after_the_end() -> None:
    sound = np.concatenate((level(0.0005, 9600), level(0.3, 4800), level(0.0005, 9600)))
    trimmed = trim_silence(sound, RATE)
    assert len(trimmed) == 240 + 4800 + 1440
    assert trimmed[239] == np.float32(0.0005)
    assert trimmed[240] == np.float32(0.3)


def test_trim_of_one_end_only() -> None:
    sound = np.concatenate((level(0.0, 9600), level(0.3, 4800), level(0.0, 9600)))
    assert len(trim_silence(sound, RATE, end=False)) == 240 + 4800 + 9600
    assert len(trim_silence(sound, RATE, start=False)) == 9600 + 4800 + 1440


def test_trim_takes_no_more_than_there_is() -> None:
    sound = level(0.3, 100)
    assert np.array_equal(trim_silence(sound, RATE), sound)
    assert len(trim_silence(level(0.0, 100), RATE)) == 0
    assert len(trim_silence(level(0.0, 0), RATE)) == 0
