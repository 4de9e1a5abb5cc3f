"""The translations of a sentence's parts, put together."""

from __future__ import annotations

import pytest

from voicestream_tui.translate.parts import joined


@pytest.mark.parametrize(
    ("parts", "translations", "whole"),
    [
        (("It failed.", "But it works now."), ("失敗しました。", "でも今は動きます。"),
         "失敗しました。でも今は動きます。"),
        (("If it fails again", "Tell me."), ("また失敗した場合。", "教えてください。"),
         "また失敗した場合、教えてください。"),
        (("If it fails again", "Tell me."), ("また失敗したら、", "教えてください。"),
         "また失敗したら、教えてください。"),
        (('He said "no."', "Twice."), ("「いいえ」と言いました。", "2回です。"),
         "「いいえ」と言いました。2回です。"),
        (("One part.",), ("1つの部分。",), "1つの部分。"),
        (("A heading",), ("見出し。",), "見出し。"),
        (("It failed.", "Why?"), ("失敗しました。", ""), ""),
        ((), (), ""),
    ],
)  # fmt: skip
def test_parts_are_put_together(
    parts: tuple[str, ...], translations: tuple[str, ...], whole: str
) -> None:
    assert joined(parts, translations) == whole
