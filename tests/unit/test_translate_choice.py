"""Which of several translations is taken."""

from __future__ import annotations

import pytest

from voicestream_tui.translate.choice import least_lost


@pytest.mark.parametrize(
    ("english", "candidates", "taken"),
    [
        ("It works.", ["動きます。", "動作します。"], "動きます。"),
        ("Run <c0>.", ["実行します。", "<c0>を実行します。"], "<c0>を実行します。"),
        ("Run <c0>.", ["<c0>と<c0>を実行します。", "<c0>を実行します。"], "<c0>を実行します。"),
        (
            "All 14 pass.",
            ["すべて成功します。", "14件とも成功します。"],
            "14件とも成功します。",
        ),
        ("Two fail.", ["失敗しています。", "二つ失敗しています。"], "二つ失敗しています。"),
        ("Run <c0> 3 times.", ["3回実行します。", "<c0>を実行します。"], "<c0>を実行します。"),
        ("It is slow.", ["遅い遅い遅い遅いです。", "遅いです。"], "遅いです。"),
        ("Ask Alice.", ["Aliceeに聞きます。", "Aliceに聞きます。"], "Aliceに聞きます。"),
        ("Run <c0>.", ["実行します。", "走らせます。"], "実行します。"),
    ],
)
def test_what_loses_least_is_taken_and_else_the_likeliest(
    english: str, candidates: list[str], taken: str
) -> None:
    assert least_lost(english, candidates) == taken
