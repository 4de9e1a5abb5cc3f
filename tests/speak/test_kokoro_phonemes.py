"""What Kokoro is given for a Japanese text."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicestream_tui.errors import EngineError
from voicestream_tui.speak.blend import Blend, find_profiles, parse_blend, save_blend
from voicestream_tui.speak.kokoro.phonemes import KANA, phonemes, pronounced
from voicestream_tui.speak.kokoro.pieces import pieces
from voicestream_tui.speak.kokoro.vocabulary import PUBLISHED, vocabulary_beside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今日は良い天気です。", "kʲoː βa joi teŋkʲi desɨ."),
        ("学校で、写真を撮る！", "ɡaʔkoː de, ɕaɕiɴ o toɾɯ!"),
        ("「完了」ですか？", "“kanɾʲoː” desɨ ka?"),
        ("心配", "ɕimpai"),
        ("残念", "ʣanneɴ"),
        ("何故か困難", "naʣeka konnaɴ"),
        ("原因：エラー", "ɡeɴiɴ: eɾaː"),
    ],
)
def test_a_text_becomes_words_of_ipa(text: str, expected: str) -> None:
    assert phonemes(text) == expected


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("キャッシュ", "kʲaʔɕɨ"),
        ("チェック", "ʨeʔkɯ"),
        ("ファイル", "ɸaiɾɯ"),
        ("ウィンドウ", "βindoɯ"),
        ("ティー", "tʲiː"),
        ("ディスク", "dʲisɨkɯ"),
        ("デュアル", "dʲɨaɾɯ"),
        ("トゥルー", "tɯɾɯː"),
        ("ヴァイ", "vai"),
        ("ジェイソン", "ʥeisoɴ"),
        ("ツァイス", "ʦaisɨ"),
        ("クォータ", "kᵝoːta"),
        ("リョーリ", "ɾʲoːɾʲi"),
        ("コンニャク", "koɲɲakɯ"),
        ("シンパイ", "ɕimpai"),
        ("マンガ", "maŋɡa"),
        ("イェス", "jesɨ"),
        ("デス’", "desɨ"),
        ("ー", ""),
        ("ヂヅ", "ʥizɨ"),
    ],
)
def test_kana_are_pronounced(kana: str, expected: str) -> None:
    assert pronounced(kana) == expected


def test_every_symbol_is_in_the_published_vocabulary() -> None:
    small = "ァィゥェォャュョヮ"
    everything = {pronounced(a + b) for a in KANA for b in (*small, *KANA, "ー", "ッ", "ン", "")}
    everything |= {pronounced("ン" + a + b) for a in KANA for b in small}
    symbols = {sign for said in everything for sign in said}
    assert len(symbols) > 30
    assert symbols <= set(PUBLISHED)
    assert set(phonemes("「あ」、い。う？え！お：か；き…く―け～こ")) <= set(PUBLISHED)


def test_the_published_vocabulary_has_114_symbols_of_178_numbers() -> None:
    assert len(PUBLISHED) == 114
    assert max(PUBLISHED.values()) == 177
    assert [PUBLISHED[sign] for sign in ';.? aɕɯɾʔː"ʲᵻ'] == [
        *(1, 4, 6, 16, 43, 77, 110, 125, 148, 158, 11, 164, 177)
    ]


def test_a_folder_without_a_vocabulary_has_the_published_one(tmp_path: Path) -> None:
    assert vocabulary_beside(tmp_path) is PUBLISHED
    (tmp_path / "config.json").write_text('{"vocab": {"a": 7}}', encoding="utf-8")
    assert vocabulary_beside(tmp_path) == {"a": 7}
    (tmp_path / "tokenizer.json").write_text('{"model": {"vocab": {"b": 8}}}', encoding="utf-8")
    assert vocabulary_beside(tmp_path) == {"b": 8}


def test_the_first_clause_stands_alone_and_later_ones_are_joined() -> None:
    said = "kʲoː βa, ɕoɾʲi o kakɯɲiɴ ɕi, maɕi ta, joi desɨ."
    early = pieces(said, early=True)
    assert [piece.phonemes for piece in early] == [
        "kʲoː βa,",
        "ɕoɾʲi o kakɯɲiɴ ɕi, maɕi ta,",
        "joi desɨ.",
    ]
    assert [piece.phonemes for piece in pieces(said, early=False)] == [said]


def test_a_pause_follows_a_clause_and_a_longer_one_a_sentence() -> None:
    one, two = pieces("aɕita mo iɕo ni, iki maɕoː ka dekiɾɯ dake hajakɯ!", early=True)
    assert 0 < one.pause < two.pause


@pytest.mark.parametrize("said", ["ka " * 300, "k" * 700, "ka, " * 200])
def test_no_piece_is_longer_than_the_model_takes(said: str) -> None:
    for early in (True, False):
        made = pieces(said, early)
        assert max(len(piece.phonemes) for piece in made) <= 240
        joined = "".join(piece.phonemes for piece in made).replace(" ", "")
        assert joined == said.replace(" ", "")


def test_a_mixture_is_read_and_written() -> None:
    blend = parse_blend(" jf_alpha:60 + jm_kumo:20")
    assert blend == Blend((("jf_alpha", 60.0), ("jm_kumo", 20.0)))
    assert blend.id == "jf_alpha:60+jm_kumo:20"
    assert blend.shares == (("jf_alpha", 0.75), ("jm_kumo", 0.25))
    assert dict(parse_blend("a+b+c").shares) == pytest.approx(dict.fromkeys("abc", 1 / 3))


@pytest.mark.parametrize(
    "text", ["a", "a+", "+a", "a+a", "a:0+b:1", "a:-1+b", "a:x+b", "a:nan+b:1", "a:inf+b", ":5+b"]
)
def test_what_is_no_mixture_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="no mixture"):
        parse_blend(text)


def test_profiles_are_found_and_broken_ones_tell_why(tmp_path: Path) -> None:
    save_blend(tmp_path / "a", "Evening voice", "x:1+y:2")
    save_blend(tmp_path, "夜", "x+y", engine="other")
    for name, text in {
        "text": "engine = ",
        "lacks": 'engine = "kokoro"',
        "type": 'engine = "kokoro"\nblend = 3',
        "blend": 'engine = "kokoro"\nblend = "x"',
    }.items():
        (tmp_path / f"{name}.profile.toml").write_text(text, encoding="utf-8")
    found = {profile.name: profile for profile in find_profiles(tmp_path, "kokoro")}
    assert sorted(found) == ["Evening voice", "blend", "lacks", "text", "type"]
    assert found["Evening voice"].blend == parse_blend("x:1+y:2")
    assert "no TOML" in found["text"].problem
    assert "'blend'" in found["lacks"].problem
    assert "must be texts" in found["type"].problem
    assert "no mixture" in found["blend"].problem
    assert list(find_profiles(tmp_path / "nowhere", "kokoro")) == []


def test_a_profile_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EngineError, match="can't be written"):
        save_blend(tmp_path / "file", "mine", "a+b")
    save_blend(tmp_path, "mine", "a+b")
    with pytest.raises(EngineError, match="is a voice"):
        save_blend(tmp_path, "mine", "a+b")
