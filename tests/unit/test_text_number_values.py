"""Which numbers a sentence has, and whether a translation has them all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from voicestream_tui.text.number_values import (
    keeps_numbers,
    numbers_in_english,
    numbers_in_japanese,
)


def test_numbers_are_read_in_digits_and_words() -> None:
    assert numbers_in_english("Two of 1,200 rows, twenty-five files; <c3> and 0.5") == {
        Decimal(2),
        Decimal(1200),
        Decimal(25),
        Decimal("0.5"),
    }
    assert numbers_in_japanese("1,200行のうち二つ") >= {Decimal(1200), Decimal(2)}
    assert numbers_in_japanese("3万件と二十五個") >= {Decimal(30_000), Decimal(25)}


@pytest.mark.parametrize(
    ("english", "japanese", "kept"),
    [
        ("All 14 tests pass in 3 seconds.", "14件のテストが3秒で成功します。", True),
        ("All 14 tests pass.", "すべてのテストが成功します。", False),
        ("All 14 tests pass.", "41件のテストが成功します。", False),
        ("There are three reasons.", "理由は三つあります。", True),
        ("There are three reasons.", "理由は4つあります。", False),
        ("One of them fails.", "失敗するものがあります。", True),
        ("20,000 rows", "2万行", True),
        ("12,500 rows", "1万2500行", True),
        ("12,500 rows", "1万250行", False),
        ("150,000,000 rows", "1億5,000万行", True),
        ("After two decades.", "20年後のことです。", True),
        ("At 7.15 a.m.", "午前7時15分です。", True),
        ("30% of them", "そのうちの3割", True),
        ("14.7 billion euros", "147億ユーロ", True),
        ("14.7 billion euros", "14億7000万ユーロ", False),
        ("A 3-million-line diff", "300万行の差分", True),
        ("two million to three million years", "200～300万年", True),
        ("60 billion hosts", "600万から3億のホスト", False),
        ("At 11:00 sharp.", "11時ちょうどです。", True),
        ("At 11:05 sharp.", "11時ちょうどです。", False),
        ("A 1.5 hour drive.", "車で1時間半です。", True),
        ("A 1.5 hour drive.", "車で1時間です。", False),
    ],
)
def test_a_lost_number_is_noticed(english: str, japanese: str, kept: bool) -> None:
    assert keeps_numbers(english, japanese) is kept
