"""Pieces of a sound at another rate join without a click."""

from __future__ import annotations

import numpy as np
import pytest

from voicestream_tui.audio.dsp import resample
from voicestream_tui.audio.resampling import Resampler
from voicestream_tui.model import Samples


def a_tone(rate: int, seconds: float = 1.0) -> Samples:
    tone: Samples = (0.5 * np.sin(2 * np.pi * 3000 * np.arange(int(rate * seconds)) / rate)).astype(
        np.float32
    )
    return tone


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("size", [100, 6614, 40000])
def test_the_pieces_are_the_whole(rate: int, size: int) -> None:
    tone = a_tone(rate)
    resampler = Resampler(48000)
    pieces = [resampler.convert(tone[at : at + size], rate) for at in range(0, len(tone), size)]
    joined = np.concatenate([*pieces, resampler.rest()])
    whole = resample(tone, rate, 48000)
    assert joined.dtype == np.float32
    assert abs(len(joined) - len(whole)) <= 1
    shorter = min(len(joined), len(whole))
    np.testing.assert_allclose(joined[:shorter], whole[:shorter], atol=1e-5)


def test_almost_all_of_a_piece_comes_at_once() -> None:
    assert len(Resampler(48000).convert(a_tone(22050, 0.3), 22050)) > 0.25 * 48000


def test_a_rate_that_changes_in_the_middle_loses_nothing() -> None:
    resampler = Resampler(48000)
    rates = (22050, 48000, 16000, 22050)
    pieces = [resampler.convert(a_tone(rate, 0.5), rate) for rate in rates]
    total = sum(map(len, pieces)) + len(resampler.rest())
    assert abs(total - 4 * 0.5 * 48000) <= 4


def test_there_is_no_rest_of_nothing() -> None:
    assert len(Resampler(48000).rest()) == 0
    resampler = Resampler(48000)
    assert len(resampler.convert(np.zeros(0, np.float32), 22050)) == 0
    assert len(resampler.rest()) == 0
