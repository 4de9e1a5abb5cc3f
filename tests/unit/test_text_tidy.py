"""The punctuation of a translation."""

from __future__ import annotations

import pytest

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
    # Blanks
    ("Redis キャッシュ が 2 GB です。", ".", "Redisキャッシュ が2 GBです。"),
]


@pytest.mark.parametrize(("japanese", "end", "expected"), CASES)
def test_punctuation(japanese: str, end: str, expected: str) -> None:
    assert tidy(japanese, end) == expected
    assert tidy(expected, end) == expected
