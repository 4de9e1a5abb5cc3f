"""The chunks of a text: its phrases with silence between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voicestream_tui.model import Samples
from voicestream_tui.speak.onnx.phrases import Phrase, spoken

RATE = 100


def sound(*shares: float, length: int = 10) -> list[tuple[Samples, float]]:
    return [(np.full(length, 0.25, np.float32), share) for share in shares]


def silences(phrases: list[Phrase]) -> list[int]:
    """Samples of silence at the beginning of each chunk; there is none elsewhere."""
    found = []
    for chunk in spoken(phrases, 10.0, RATE, 2.0):
        heard = np.flatnonzero(chunk.samples)
        assert len(heard) == 10
        assert heard[-1] == len(chunk.samples) - 1
        found.append(int(heard[0]))
    return found


def test_chunks_tell_how_far_the_text_is_spoken() -> None:
    chunks = list(spoken([Phrase(4, sound(0.5, 1.0)), Phrase(6, sound(1.0))], 10, RATE, 2.0))
    assert [(c.start, c.end) for c in chunks] == [(0.0, 0.2), (0.2, 0.4), (0.4, 1.0)]
    assert {c.sample_rate for c in chunks} == {RATE}
    assert all(c.samples[-1] == 0.5 for c in chunks)


def test_silence_stands_between_phrases_only() -> None:
    phrases = [Phrase(4, sound(0.5, 1.0)), Phrase(3, sound(1.0), rest=0.1), Phrase(3, sound(1.0))]
    assert silences(phrases) == [0, 0, 25, 10]


def test_phrase_without_sound_leaves_no_silence() -> None:
    phrases = [Phrase(2, []), Phrase(2, sound(1.0), rest=0.1), Phrase(2, []), Phrase(4, sound(1.0))]
    assert silences(phrases) == [0, 10]


def test_shares_never_go_beyond_the_end() -> None:
    thirds = [Phrase(1 / 3, sound(1.0)) for _ in range(300)]
    ends = [chunk.end for chunk in spoken(thirds, 99.9, RATE, 1.0)]
    assert ends == sorted(ends)
    assert max(ends) == 1.0


def test_nothing_is_made_before_it_is_asked_for() -> None:
    made: list[int] = []

    def slowly(n: int) -> Iterator[tuple[Samples, float]]:
        made.append(n)
        yield from sound(1.0)

    chunks = spoken([Phrase(1, slowly(n)) for n in range(3)], 3, RATE, 1.0)
    next(chunks)
    assert made == [0]
