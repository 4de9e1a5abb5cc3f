"""Which of several translations is taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voicestream_tui.translate.choice import least_lost
from voicestream_tui.translate.slotted import Effort, SlottedTranslator


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
        (
            "The two servers do not start.",
            [
                "2台は起動しません。起動しません。起動しません。起動しません。",
                "サーバーは起動します。",
            ],
            "サーバーは起動します。",
        ),
        ("Ask Alice.", ["Aliceeに聞きます。", "Aliceに聞きます。"], "Aliceに聞きます。"),
        ("Run <c0>.", ["実行します。", "走らせます。"], "実行します。"),
    ],
)
def test_what_loses_least_is_taken_and_else_the_likeliest(
    english: str, candidates: list[str], taken: str
) -> None:
    assert least_lost(english, candidates) == taken


class Forgetful(SlottedTranslator):
    """Loses the slot in what it holds for the likeliest."""

    name = "forgetful"
    longest = 99

    def load(self) -> None: ...

    def unload(self) -> None: ...

    def length(self, text: str) -> int:
        return len(text)

    def spells(self, text: str) -> bool:
        return True

    def run(self, texts: Sequence[str], effort: Effort) -> list[list[str]]:
        if effort == "quick":
            return [[text] for text in texts]
        return [["実行します。", "<c0>を実行します。"] for _ in texts]


def test_engines_with_slots_of_their_own_take_what_the_beam_kept() -> None:
    assert Forgetful().translate(["Run <c0>."]) == ["<c0>を実行します。"]
    assert Forgetful().translate(["Run it."]) == ["実行します。"]
