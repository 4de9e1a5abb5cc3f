"""From text to the numbers that VITS voices are given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.make_test_models.vits_files import make_coqui, make_espnet
from voicestream_tui.errors import EngineError
from voicestream_tui.speak import julius, labels
from voicestream_tui.speak.parts import halves
from voicestream_tui.speak.vits.config import Alphabet, VitsConfig
from voicestream_tui.speak.vits.coqui import read_coqui
from voicestream_tui.speak.vits.espnet import read_espnet
from voicestream_tui.speak.vits.reading import symbols


def config(reading: str, cleaner: str = "", family: Any = "coqui") -> VitsConfig:
    return VitsConfig(family, Path("config.json"), Alphabet({}), reading, cleaner)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("こんにちは。", "^ k o [ N n i ch i w a $"),
        ("今日は雨ですか？", "^ ky o ] o w a # a ] m e d e s u k a ? "),
        ("はい、橋です。", "^ h a ] i _ h a [ sh i ] d e s u $"),
        ("学校", "^ g a [ cl k o o $"),
    ],
)
def test_prosody_stands_between_phonemes(text: str, expected: str) -> None:
    assert labels.with_prosody(text) == expected.split()


def test_devoiced_vowels_are_normal_ones_only_with_prosody() -> None:
    assert "U" in labels.plain("です。")
    assert not {"U", "I"} & set(labels.with_prosody("です。"))


def test_plain_phonemes_have_pauses() -> None:
    assert labels.plain("雨、飴") == ["a", "m", "e", "pau", "a", "m", "e"]


def test_accents_follow_each_phoneme() -> None:
    first = ["a", "1", "0", "m", "1", "1", "e", "1", "1"]
    second = ["a", "2", "-1", "m", "2", "0", "e", "2", "0"]
    assert labels.with_accents("雨、飴", pauses=True) == [*first, "pau", *second]
    assert labels.with_accents("雨、飴", pauses=False) == [*first, *second]


def test_kana_are_those_of_the_pronunciation() -> None:
    assert "".join(labels.kana("今日は、東京です。")) == "キョーワ、トーキョーデス。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今日は雨です。", "kyo:waamedesu."),
        ("学校で、写真を撮る！", "gaqko:de,shashiNotoru!"),
        ("どちらに行きますか？", "dochiraniikimasuka?"),
    ],
)
def test_coquis_japanese_phonemizer_is_followed(text: str, expected: str) -> None:
    assert julius.phonemes(text) == expected


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("ティーディー", "ti:di:"),
        ("ファフィフェフォ", "fafifefo"),
        ("フュデュ", "hyudyu"),
        ("ウィウェウォウァ", "wiwewoua"),
        ("シェジェチェ", "shejeche"),
        ("シャジュチョ", "shajucho"),
        ("ツァトゥドゥ", "tsatudu"),
        ("ヴァヴィヴ", "babibu"),
        ("キャリュミョ", "kyaryumyo"),
        ("カァコォアァウゥ", "ka:ko:aau:"),
        ("スィズィ", "sizi"),
        ("ーー", ":"),
        ("ッン", "qN"),
        ("ヂヅ", "jizu"),
        ("ャ", "ya"),
    ],
)
def test_kana_become_julius_phonemes(kana: str, expected: str) -> None:
    assert julius.pronounced(kana) == expected


def test_blanks_stand_between_symbols_and_marks_around_them() -> None:
    numbers = {"a": 1, "b": 2}
    assert Alphabet(numbers).encode("axb") == [1, 2]
    assert Alphabet(numbers, unknown=9).encode("axb") == [1, 9, 2]
    assert Alphabet(numbers, blank=0).encode("ab") == [0, 1, 0, 2, 0]
    assert Alphabet(numbers, blank=0, begin=7, end=8).encode("a") == [7, 0, 1, 0, 8]
    assert Alphabet(numbers, unknown=9, begin=7, end=8).encode("xyz") == []


def test_the_characters_of_a_vits_voice_are_numbered_as_in_training(tmp_path: Path) -> None:
    make_coqui(tmp_path)
    read = read_coqui(tmp_path / "config.json")
    numbers = read.alphabet.numbers
    assert [numbers[sign] for sign in ("_", ",", ".", " ", "a", "z", "N", ":", "<BLNK>")] == [
        *(0, 1, 2, 5, 6, 31, 32, 33, 34)
    ]
    assert read.alphabet.blank == 34
    assert read.alphabet.begin is None
    assert (read.noise, read.length, read.width) == (0.667, 1.0, 1.0)
    assert read.reading == "ja_jp_phonemizer:ja-jp"


@pytest.mark.parametrize(
    ("kind", "others", "expected"),
    [
        ("IPAPhonemes", {"phonemes": "ca"}, "_ ^ $ & a c ! ?"),
        ("Graphemes", {"characters": "zab"}, "_ ^ $ & a b z ! ?"),
        ("Graphemes", {"characters": "zab", "is_sorted": False}, "_ ^ $ & z a b ! ?"),
        ("Graphemes", {"characters": "zazb", "eos": "", "bos": None}, "_ & a b z ! ?"),
        ("BaseVocabulary", {"vocab_dict": ["_", "x", "&"]}, "_ x &"),
        ("BaseVocabulary", {"vocab_dict": {"_": 0, "x": 1, "&": 2}}, "_ x &"),
    ],
)
def test_other_character_classes_are_numbered_as_in_training(
    tmp_path: Path, kind: str, others: dict[str, Any], expected: str
) -> None:
    about = {
        "characters_class": f"TTS.tts.utils.text.characters.{kind}",
        "pad": "_",
        "eos": "^",
        "bos": "$",
        "blank": "&",
        "characters": "abc",
        "punctuations": "!?",
        "phonemes": None,
    } | others
    make_coqui(tmp_path, changes={"characters": about, "use_phonemes": False})
    read = read_coqui(tmp_path / "config.json")
    assert sorted(read.alphabet.numbers, key=read.alphabet.numbers.__getitem__) == expected.split()
    assert read.alphabet.blank == read.alphabet.numbers["&"]
    assert read.reading == "characters"


def test_a_voice_without_a_blank_has_the_number_after_the_last(tmp_path: Path) -> None:
    about = {"pad": "_", "characters": "ab", "punctuations": "!", "blank": None}
    make_coqui(tmp_path, changes={"characters": about, "enable_eos_bos_chars": True})
    alphabet = read_coqui(tmp_path / "config.json").alphabet
    assert (alphabet.blank, alphabet.begin, alphabet.end) == (4, 4, 4)
    make_coqui(tmp_path, changes={"characters": about, "add_blank": False})
    assert read_coqui(tmp_path / "config.json").alphabet.blank is None


def test_a_voice_without_characters_is_refused(tmp_path: Path) -> None:
    make_coqui(tmp_path, changes={"characters": None})
    with pytest.raises(EngineError, match="'characters' is missing"):
        read_coqui(tmp_path / "config.json")
    (tmp_path / "config.json").write_text(json.dumps({"model": "tacotron2"}), encoding="utf-8")
    with pytest.raises(EngineError, match='"tacotron2" and not "vits"'):
        read_coqui(tmp_path / "config.json")
    with pytest.raises(EngineError, match="is missing"):
        read_coqui(tmp_path / "none.json")


@pytest.mark.parametrize("trained", [False, True])
def test_espnets_tokens_are_numbered_in_their_order(tmp_path: Path, *, trained: bool) -> None:
    make_espnet(tmp_path, trained=trained)
    read = read_espnet(tmp_path / "config.yaml")
    assert read.alphabet.numbers["<blank>"] == 0
    assert read.alphabet.numbers["?"] == 45
    assert read.alphabet.unknown == 1
    assert read.reading == "pyopenjtalk_prosody"
    assert read.cleaner == "jaconv"
    assert read.sample_rate == (44_100 if trained else 0)
    ids = read.alphabet.encode(symbols(read, "雨？"))
    assert ids == [read.alphabet.numbers[sign] for sign in ("^", "a", "]", "m", "e", "?")]


@pytest.mark.parametrize(("written", "rate"), [("24000", 24_000), ("22k", 22_000), ("0", 0)])
def test_a_sample_rate_that_was_added_is_read(tmp_path: Path, written: str, rate: int) -> None:
    make_espnet(tmp_path)
    path = tmp_path / "config.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"sample_rate: {written}\n{text}", encoding="utf-8")
    assert read_espnet(path).sample_rate == rate


@pytest.mark.parametrize(
    ("reading", "family", "cleaner", "text", "expected"),
    [
        ("characters", "coqui", "", "ab C", ["a", "b", " ", "C"]),
        ("characters", "coqui", "basic_cleaners", "A  b", ["a", " ", "b"]),
        ("characters", "coqui", "multilingual_cleaners", "A-(b);", ["a", " ", "b", ","]),
        ("characters", "coqui", "phoneme_cleaners", 'A"b"', ["A", "b"]),
        ("characters", "espnet", "", "あ い", ["あ", "<space>", "い"]),
        ("characters", "espnet", "jaconv", "ｱ１", ["ア", "1"]),
        ("tokens", "espnet", "", "k a", ["k", "a"]),
        ("pyopenjtalk", "espnet", "", "雨", ["a", "m", "e"]),
        ("pyopenjtalk_kana", "espnet", "", "雨", ["ア", "メ"]),
        ("pyopenjtalk_accent", "espnet", "", "あ", ["a", "1", "0"]),
        ("ja_jp_phonemizer:ja-jp", "coqui", "", "雨", ["a", "m", "e"]),
    ],
)
def test_a_text_is_read_as_the_description_says(
    reading: str, family: str, cleaner: str, text: str, expected: list[str]
) -> None:
    assert symbols(config(reading, cleaner, family), text) == expected


def test_espeak_reads_other_languages() -> None:
    said = "".join(symbols(config("espeak:en-us"), "Hello world. Yes!"))
    assert re.fullmatch(r"h\S+ w\S+\. j\S+!", said)
    with pytest.raises(EngineError, match='names the language "zz-qq"'):
        symbols(config("espeak:zz-qq"), "Hello")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("短い", ["短い"]),
        ("今日は雨です、明日は晴れです", ["今日は雨です、", "明日は晴れです"]),
        ("あ、いうえおかきくけこさし", ["あ、いうえお", "かきくけこさし"]),
        ("あいうえおかきく", ["あいうえ", "おかきく"]),
    ],
)
def test_a_text_is_halved_at_a_comma_near_its_middle(text: str, expected: list[str]) -> None:
    assert halves(text) == expected
