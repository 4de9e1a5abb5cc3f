"""The phrase that sounds."""

from __future__ import annotations

import pytest

from voicestream_tui.model import PlayerState
from voicestream_tui.tui.phrases import phrases, sounding_phrase

TEXT = "比較を修正しました。これで、テストがすべて通ります。"


def phrase(text: str, fraction: tuple[float, float], position: float = 0, length: float = 0) -> str:
    start, end = sounding_phrase(text, PlayerState(1, position, length, fraction))
    return text[start:end]


def test_phrases_cover_the_text_and_end_at_its_marks() -> None:
    parts = [TEXT[start:end] for start, end in phrases(TEXT)]
    assert parts == ["比較を修正しました。", "これで、", "テストがすべて通ります。"]
    assert phrases("") == []


def test_a_short_phrase_joins_the_next() -> None:
    parts = [t[start:end] for t in ["はい、そうです。"] for start, end in phrases(t)]
    assert parts == ["はい、そうです。"]


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        ((0.0, 0.3), "比較を修正しました。"),
        ((0.4, 0.45), "これで、"),
        ((0.6, 1.0), "テストがすべて通ります。"),
        ((0.3, 0.9), "これで、テストがすべて通ります。"),
    ],
)
def test_a_fraction_is_snapped_to_phrases(fraction: tuple[float, float], expected: str) -> None:
    assert phrase(TEXT, fraction) == expected


def test_one_clip_for_the_whole_text_moves_with_the_position() -> None:
    assert phrase(TEXT, (0.0, 1.0), 0.5, 6.0) == "比較を修正しました。"
    assert phrase(TEXT, (0.0, 1.0), 5.5, 6.0) == "テストがすべて通ります。"


def test_a_text_without_marks_is_one_phrase() -> None:
    assert phrase("句読点なし", (0.2, 0.4)) == "句読点なし"
    assert phrase("", (0.0, 1.0)) == ""
