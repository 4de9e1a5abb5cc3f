"""Whether the figures of a sentence are those of its translation."""

from __future__ import annotations

import pytest

from voicestream_tui.text.figures import figures_kept, find_number_words

KEPT = [
    ("Port 8080 is used.", "ポート8080を使います。", True),
    ("Port 8080 is used.", "ポート808080を使います。", False),
    ("It waits 15,000 ms.", "15ミリ秒待ちます。", False),
    ("It waits 15,000 ms.", "15000ミリ秒待ちます。", True),
    ("It has 40,000 files.", "4万個のファイルがあります。", True),
    ("It took 12.5 ms.", "12ミリ秒かかりました。", False),
    ("Two of 3 fail.", "3つのうち2つが失敗します。", True),
    ("At <c0> in 2024.", "2024年に<c0>で。", True),
    ("All is well.", "すべて正常です。", True),
    ("All is well.", "2019年はすべて正常です。", False),
    ("The job needs more than twenty-four hours.", "24時間以上かかります。", True),
    ("The job needs more than twenty-four hours.", "12時間以上かかります。", False),
    ("The job needs more than twenty-four hours.", "20時間以上かかります。", False),
    ("Between ten and twenty of them.", "10個から20個です。", True),
    ("It moves twenty thousand files.", "2万個のファイルを移します。", True),
    ("It moves twenty thousand files.", "20万個のファイルを移します。", False),
    ("One hundred and fifty of them.", "そのうち150個です。", True),
    ("About a million rows.", "約100万行です。", True),
    ("It makes up half of it.", "50%を占めます。", True),
    ("Ten of them are dozens.", "10個は12個入りです。", True),
    ("It starts at 3 p.m. sharp.", "15時ちょうどに始まります。", True),
    ("It costs $5.00.", "5ドルです。", True),
    ("It costs $12.50.", "12.5ドルです。", True),
    ("It reads 3,000 rows.", "3千行を読みます。", True),
    ("Step 12 of 14.", "14のうち12です。", True),
    ("The 14th of May.", "5月14日です。", True),
]


def test_numbers_in_words_are_found_with_their_values() -> None:
    text = "Ten of twenty-four, one hundred and fifty, two thousand, dozens, a half, nine, tens."
    found = find_number_words(text, 0, len(text))
    assert [(text[i:j], value) for i, j, value in found] == [
        ("Ten", 10),
        ("twenty-four", 24),
        ("one hundred and fifty", 150),
        ("two thousand", 2000),
    ]


@pytest.mark.parametrize(("english", "japanese", "kept"), KEPT)
def test_figures_are_compared(english: str, japanese: str, kept: bool) -> None:
    assert figures_kept(english, japanese) is kept
