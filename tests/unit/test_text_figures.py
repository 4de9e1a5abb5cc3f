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
    ("It expires on December 4.", "12月4日に期限が切れます。", True),
    ("It expires on December 4.", "10月4日に期限が切れます。", False),
    ("Since October, nothing.", "10月以降は何もありません。", True),
    ("It takes half an hour.", "30分かかります。", True),
    ("It takes half a second.", "0.5秒かかります。", True),
    ("It takes a minute and a half.", "1.5分かかります。", True),
    ("It takes three and a half days.", "3.5日かかります。", True),
    ("It takes a fifth of a second.", "0.2秒かかります。", True),
    ("A ten-minute walk.", "徒歩10分です。", True),
    ("A dozen tests fail.", "12件のテストが失敗します。", True),
    ("Two dozen tests fail.", "24件のテストが失敗します。", True),
    ("Two dozen tests fail.", "14件のテストが失敗します。", False),
    ("The twelfth attempt.", "12回目の試行です。", True),
    ("In the eighteenth century.", "18世紀のことです。", True),
    ("It has 50 million rows.", "5,000万行あります。", True),
    ("It has 50 million rows.", "50万行あります。", False),
    ("About 165,000,000 years.", "約1億6,500万年です。", True),
    ("About 165,000,000 years.", "約1億6,000万年です。", False),
    ("A tenfold increase.", "10倍の増加です。", True),
    ("About 75,000 flowers.", "約7万5000本の花です。", True),
    ("About 75,000 flowers.", "約7万500本の花です。", False),
    ("A 3.2-million-year-old skeleton.", "320万年前の骨格です。", True),
    ("It left at 7.15 a.m. today.", "今日の午前7時15分に出ました。", True),
    ("It left at 7.15 a.m. today.", "今日の午前7時50分に出ました。", False),
    ("Version 7.15 is out.", "バージョン7の15が出ました。", False),
    ("After two decades.", "20年後のことです。", True),
    ("After two decades.", "30年後のことです。", False),
    ("Over 3 centuries.", "300年にわたります。", True),
    ("The nostalgia for the eighties.", "1980年代への郷愁です。", True),
    ("A teenage reader.", "10代の読者です。", True),
    ("Louis XIV reigned.", "ルイ14世が治めました。", True),
    ("Louis XIV reigned.", "ルイ16世が治めました。", False),
    ("Almost 60% of the vote.", "6割近い票です。", True),
    ("Almost 60% of the vote.", "7割近い票です。", False),
    ("Most of it is done.", "6割は終わっています。", True),
    ("Two ten-minute calls a week.", "週に2回、10分間の電話です。", True),
    ("The German one eleven.", "ドイツのものは11桁です。", True),
    ("Two teens collided.", "10代の2人が衝突しました。", True),
    ("It marks the centenary.", "100周年を記念します。", True),
    ("It has 64 hexadecimal digits.", "16進数で64桁です。", True),
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
