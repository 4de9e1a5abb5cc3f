"""English words in katakana."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicestream_tui.text.katakana import english_katakana, plural, spell

SPEAKABLE = re.compile(r"[ァ-ヺー0-9]*")


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("server", "サーバー"),
        ("Browser", "ブラウザー"),
        ("template", "テンプレート"),
        ("dashboard", "ダッシュボード"),
        ("internationalization", "インターナショナリゼーション"),
    ],
)
def test_a_word_is_read_as_a_word(word: str, reading: str) -> None:
    assert english_katakana(word) == reading


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("ABC", "エービーシー"),
        ("XQJ", "エックスキュージェイ"),
        ("GDPR", "ジーディーピーアール"),
        ("HTTPS", "エイチティーティーピーエス"),
        ("qwrt", "キューダブリューアールティー"),
        ("x", "エックス"),
        ("APIs", "エーピーアイズ"),
        ("PR's", "ピーアールズ"),
        ("PDFs", "ピーディーエフス"),
    ],
)
def test_an_abbreviation_is_spelled(word: str, reading: str) -> None:
    assert english_katakana(word) == reading


def test_long_capitals_are_read_as_a_word() -> None:
    assert english_katakana("SERVER") == english_katakana("server")


def test_digits_stay_digits() -> None:
    assert english_katakana("XY7") == "エックスワイ7"


def test_spelling_leaves_out_what_has_no_name() -> None:
    assert spell("a-3_é漢z") == "エーサンゼット"


@pytest.mark.parametrize(
    ("reading", "several"),
    [
        ("ワーカー", "ワーカーズ"),
        ("テスト", "テスツ"),
        ("コマンド", "コマンズ"),
        ("フック", "フックス"),
        ("クラス", "クラス"),
    ],
)
def test_plurals(reading: str, several: str) -> None:
    assert plural(reading) == several


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20))
def test_no_letter_of_the_word_is_left(word: str) -> None:
    assert SPEAKABLE.fullmatch(english_katakana(word))


def test_a_monstrous_word_is_cut_off() -> None:
    assert 0 < len(english_katakana("ab" * 5_000)) < 200


def test_the_model_is_not_loaded_before_a_word_needs_it() -> None:
    code = (
        "import sys; from voicestream_tui.text.katakana import english_katakana as k; "
        "assert k('ABC') == 'エービーシー'; assert 'e2k' not in sys.modules; "
        "k('browser'); assert 'e2k' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
