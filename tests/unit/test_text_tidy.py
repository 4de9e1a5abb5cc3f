"""The punctuation of a translation."""

from __future__ import annotations

import pytest

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text.spacing import with_blanks
from voicestream_tui.text.tidy import tidy

CASES = [
    # The end of the sentence
    ("設定を読みました", ".", "設定を読みました。"),
    ("設定を読みました。", ".", "設定を読みました。"),
    ("<c0>", ".", "<c0>。"),
    ("続けますか", "?", "続けますか。"),
    ("どれが正しい", "?", "どれが正しい？"),
    ("設定", "", "設定"),
    ("次のとおりです：", ".", "次のとおりです："),
    ("「はい」", ".", "「はい」。"),
    ("（新規。）", ".", "（新規。）"),
    ("", ".", ""),
    # Colons
    ("計画:再試行する", "", "計画：再試行する"),
    ("注: <c0>は動きません。", ".", "注：<c0>は動きません。"),
    ("<c0>: 削除します。", ".", "<c0>: 削除します。"),
    ("CI:ビルドです。", ".", "CI：ビルドです。"),
    ("12:30です。", ".", "12:30です。"),
    ("Ctrl ->「開く」です。", ".", "Ctrl → 「開く」です。"),
    ("比率 3:1", "", "比率3:1"),
    ("次のとおりです:", "", "次のとおりです："),
    (": 98", ".", "98。"),
    # Brackets
    ("<c0> (新規) です。", ".", "<c0>（新規）です。"),
    ("場所 (<c0>)です。", ".", "場所 (<c0>)です。"),
    ("重大度 (CVSS 5.4)", "", "重大度 (CVSS 5.4)"),
    # Other signs
    ("はい,動きます.", ".", "はい、動きます。"),
    ("完了!次は?", "", "完了！次は？"),
    ("完了、。", ".", "完了。"),
    ("完了。。", ".", "完了。"),
    ("<c0> —再試行します。", ".", "<c0> — 再試行します。"),
    ("A—Bです。", ".", "A—Bです。"),
    ("<c0> –<c1>", "", "<c0> – <c1>"),
    ("はい。。、次です", ".", "はい。次です。"),
    ("本当！。", "", "本当！"),
    ("まず読み;次に書きます。", ".", "まず読み、次に書きます。"),
    ('"最近の動き"パネルです。', ".", "「最近の動き」パネルです。"),
    ('単語 "receive" です。', ".", "単語「receive」です。"),
    ('<c0> "x" <c1>', "", '<c0> "x" <c1>'),
    ('それは空の"と表示されます。', ".", "それは空のと表示されます。"),
    ("<c0> -新しい設定です。", ".", "<c0> — 新しい設定です。"),
    # Widths
    ("ＡＰＩは１２％です。", ".", "APIは12%です。"),
    ("ｻｰﾊﾞｰを起動します。", ".", "サーバーを起動します。"),
    ("はい！（たぶん）", "", "はい！（たぶん）"),
    # Politeness
    ("ログを確認する。", ".", "ログを確認します。"),
    ("ログを確認した", ".", "ログを確認しました。"),
    ("これは古いバグである。", ".", "これは古いバグです。"),
    ("動いている。次も使える。", ".", "動いています。次も使えます。"),
    ("使えない。", ".", "使えません。"),
    ("「確認する。」と書きます。", ".", "「確認する。」と書きます。"),
    ("ログを確認する", "", "ログを確認する"),
    ("パネル。", ".", "パネル。"),
    # Blanks
    ("はい。 次です。", ".", "はい。次です。"),
    ("Redis キャッシュ が 2 GB です。", ".", "Redisキャッシュ が2 GBです。"),
]


@pytest.mark.parametrize(("japanese", "end", "expected"), CASES)
def test_punctuation(japanese: str, end: str, expected: str) -> None:
    assert tidy(japanese, end) == expected
    assert tidy(expected, end) == expected


SPACED = [
    ("Redisキャッシュが2 GBです。", "Redis キャッシュが 2 GB です。"),
    ("設定を読みました。", "設定を読みました。"),
    ("app.pyの42行目（GitHub）。", "app.py の 42 行目（GitHub）。"),
    ("「API」です", "「API」です"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), SPACED)
def test_blanks_beside_latin_letters(text: str, expected: str) -> None:
    assert with_blanks(text) == (expected, ())
    assert with_blanks(expected) == (expected, ())


def test_spans_move_with_the_blanks() -> None:
    text = "まずapp.pyとx1の3行"
    spans = [
        Span(2, 8, SpanStyle.CODE),
        Span(9, 11, SpanStyle.CODE),
        Span(0, len(text), SpanStyle.STRONG),
    ]
    shown, moved = with_blanks(text, spans)
    assert shown == "まず app.py と x1 の 3 行"
    assert [shown[s.start : s.end] for s in moved] == ["app.py", "x1", shown]
