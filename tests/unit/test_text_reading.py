"""What is spoken for what is shown. The table to read is `reading_cases.txt` beside this file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text.complaints import complaints
from voicestream_tui.text.katakana import english_katakana
from voicestream_tui.text.lexicon import load_lexicon
from voicestream_tui.text.reading import Reader, ReadingOptions

ALLOWED = re.compile(
    r"[ぁ-ゖァ-ヺーゝゞヽヾ々〆〇\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U000323af0-9、。！？. ]*"
)
READER = Reader(load_lexicon(), english_katakana)


def marked(text: str) -> tuple[str, list[Span]]:
    """A text with `code` in backquotes, as text and spans."""
    plain, spans = "", []
    for index, part in enumerate(text.split("`")):
        if index % 2:
            spans.append(Span(len(plain), len(plain) + len(part), SpanStyle.CODE))
        plain += part
    return plain, spans


def cases() -> Iterator[tuple[str, str]]:
    for line in Path(__file__).with_name("reading_cases.txt").read_text("utf-8").splitlines()[1:]:
        if " → " in line:
            shown, _, spoken = line.rpartition(" → ")
            yield shown, "" if spoken == "∅" else spoken


CASES = list(cases())


@pytest.mark.parametrize(("shown", "spoken"), CASES, ids=[shown for shown, _ in CASES])
def test_a_sentence_is_read_as_an_engineer_would_say_it(shown: str, spoken: str) -> None:
    text, spans = marked(shown)
    assert READER.read(text, spans) == spoken


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("supported", "サポーテッド"),
        ("ensure", "エンシュア"),
        ("unauthorized", "アンオーソライズド"),
        ("unauthenticated", "アンオーセンティケーテッド"),
        ("callable", "コーラブル"),
        ("builtin", "ビルトイン"),
        ("builtins", "ビルトインズ"),
        ("startswith", "スターツウィズ"),
        ("endswith", "エンズウィズ"),
        ("provides", "プロバイズ"),
        ("multiline", "マルチライン"),
        ("aliases", "エイリアシズ"),
        ("queued", "キュード"),
        ("subscribed", "サブスクライブド"),
        ("unescaped", "アンエスケープト"),
        ("unlimited", "アンリミテッド"),
        ("quote", "クオート"),
        ("flatten", "フラッテン"),
        ("pseudo", "シュード"),
        ("linted", "リンテッド"),
        ("lstrip", "エルストリップ"),
        ("rstrip", "アールストリップ"),
        ("getcwd", "ゲットシーダブリューディー"),
        ("chdir", "チェンジディレクトリ"),
        ("mutexes", "ミューテックシズ"),
        ("executable", "エグゼキュータブル"),
        ("foreign", "フォーリン"),
        ("acquire", "アクワイア"),
        ("pagination", "ページネーション"),
        ("migrated", "マイグレーテッド"),
        ("threaded", "スレッデッド"),
        ("tailwindcss", "テールウィンドシーエスエス"),
        ("exhausted", "イグゾーステッド"),
        ("diagnostics", "ダイアグノスティックス"),
        ("immediately", "イミディエイトリー"),
        ("nondeterministic", "ノンデターミニスティック"),
        ("succeeded", "サクシーデッド"),
        ("entities", "エンティティーズ"),
        ("availability", "アベイラビリティー"),
        ("hardcoded", "ハードコーデッド"),
    ],
)
def test_words_that_agents_use_are_not_left_to_guessing(word: str, said: str) -> None:
    assert READER.read(word) == said
    assert READER.read(f"`{word}`です") == f"{said}です"


@pytest.mark.parametrize(
    ("shown", "phonemes"),
    [
        ("何日もかかります", "ナンニチモ"),
        ("何本もあります", "ナンボンモ"),
        ("何百もあります", "ナンビャクモ"),
        ("何千もあります", "ナンゼンモ"),
        ("第何章ですか", "ダイナンショー"),
        ("何重にもなります", "ナンジューニモ"),
        ("何文字ですか", "ナンモジ"),
    ],
)
def test_open_jtalk_says_how_many_right(shown: str, phonemes: str) -> None:
    open_jtalk = pytest.importorskip("pyopenjtalk")
    assert open_jtalk.g2p(READER.read(shown), kana=True).startswith(phonemes)


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(CASES) >= 1_000
    assert len({shown for shown, _ in CASES}) == len(CASES)


def test_nothing_in_the_table_would_be_complained_about() -> None:
    found = {shown: complaints(spoken, marked(shown)[0]) for shown, spoken in CASES if spoken}
    assert {shown: faults for shown, faults in found.items() if faults} == {}


def test_signs_are_said_in_code_and_pass_in_prose() -> None:
    assert READER.read("a | b") == "エー ビー"
    assert READER.read("a | b", [Span(0, 5, SpanStyle.CODE)]) == "エー パイプ ビー"


def test_spans_of_other_styles_change_nothing() -> None:
    text = "この config は古い"
    assert READER.read(text, [Span(3, 9, SpanStyle.STRONG)]) == READER.read(text)


def test_spans_out_of_place_do_no_harm() -> None:
    wrong = [Span(5, 3, SpanStyle.CODE), Span(0, 99, SpanStyle.CODE), Span(1, 2, SpanStyle.CODE)]
    assert READER.read("空です", wrong) == "空です"


def test_the_lexicon_is_asked_before_the_katakana_of_a_word() -> None:
    asked: list[str] = []

    def katakana(word: str) -> str:
        asked.append(word)
        return "ホニャララ"

    reader = Reader(load_lexicon(), katakana)
    assert reader.read("pytestとzorkmidを使う") == "パイテストとホニャララを使う"
    assert asked == ["zorkmid"]


def test_emoji_are_silent_or_named_as_the_listener_wants() -> None:
    named = Reader(load_lexicon(), english_katakana, ReadingOptions(emoji="named"))
    assert READER.read("リリースしました🚀") == "リリースしました"
    assert named.read("リリースしました🚀") == "リリースしました、ロケット"
    assert named.read("🫠です") == "絵文字、です"
    assert READER.read("🎉") == ""
    assert named.read("👨‍💻🇯🇵👍🏽") == "絵文字、日本の旗、いいね"


def test_marks_that_carry_the_meaning_are_said_whatever_the_setting() -> None:
    assert READER.read("✅ 完了") == "完了"
    assert READER.read("✅") == "マル"
    text = "`a` ✅ と `b` ❌"
    plain, spans = marked(text)
    assert READER.read(plain, spans) == "エー、マル、とビー、バツ"


@pytest.mark.parametrize(
    ("spoken", "shown", "found"),
    [
        ("パース コンフィグを呼びます。", "`parse_config()`を呼びます。", []),
        ("ケーユービーイーアールのポッド", "kuberのpod", ["spelled: kuber"]),
        ("エイチティーティーピーエスです", "HTTPSです", []),
        ("エーピーアイ ユーアールエルです", "API URLです", []),
        ("abcです", "", ["Latin letters: abc"]),
        ("<c0>です", "", ["Latin letters: c", "a slot: <c0>"]),
        ("**太字です", "", ["a mark of Markdown: **"]),
        ("完了。。です", "", ["doubled pauses: 。。"]),
        ("12345678901234件", "", ["a number too long to follow: 12345678901234"]),
        ("", "word", ["nothing is said"]),
        ("", "---", []),
        ("è", "", ["characters that can't be spoken"]),
    ],
)
def test_faults_of_a_spoken_form_are_named(spoken: str, shown: str, found: list[str]) -> None:
    assert complaints(spoken, shown) == found


def test_an_own_reading_wins(tmp_path: Path) -> None:
    own = tmp_path / "lexicon.toml"
    own.write_text(
        '[words]\npytest = "ピーワイテスト"\n"Foo Bar" = "フバー"\n"冪等" = "ベキトウ"\n'
    )
    reader = Reader(load_lexicon(own), english_katakana)
    assert reader.read("pytestとfoo barは冪等です") == "ピーワイテストとフバーはベキトウです"


def test_an_own_term_goes_before_numbers_paths_and_flags(tmp_path: Path) -> None:
    own = tmp_path / "lexicon.toml"
    own.write_text(
        '[words]\nv2 = "ブイツー"\n404 = "ヨンマルヨン"\n"src/app.py" = "入口"\n'
        '"8分" = "ハチフン"\n"--no-verify" = "検査なし"\n"🚀" = "発射"\n'
    )
    reader = Reader(load_lexicon(own), english_katakana)
    assert reader.read("v2で404") == "ブイツーでヨンマルヨン"
    assert reader.read("v2.1で4040") == "バージョン2.1で4040"
    assert reader.read("src/app.pyに--no-verify") == "入口に検査なし"
    assert reader.read("8分で🚀") == "ハチフンで発射"


def test_words_of_more_than_four_letters_are_never_spelled_if_they_can_be_said() -> None:
    for word in ("CONCURRENTLY", "foobar", "Kubernetes", "zorkmid", "YAMLS", "deserializer"):
        assert "ビーアール" not in READER.read(word)
        assert len(READER.read(word)) < 2 * len(word)


def test_the_same_text_is_read_the_same_twice() -> None:
    text = "`src/a.py:42` の HTTPServer は v1.2.3 で 200 ms"
    assert READER.read(text) == READER.read(text)


FRAGMENTS = st.one_of(
    st.sampled_from("`:=-。、()[]{}<>#@$^*/\\~'\"… \n\x00\u2028–"),
    st.sampled_from(
        ["a", "Foo", "x_y", "src/a.py", "42", "1.", "--flag", "http://", "v1.2", "O(", "0x"]
    ),
    st.sampled_from("あ漢é😀ﬁẞİＡｱ²½Ⅳ㎏🅰ªⓐ𝐀한"),
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=15).map("".join)))
def test_nothing_but_kana_kanji_digits_and_pauses_is_spoken(text: str) -> None:
    assert ALLOWED.fullmatch(READER.read(text))
    assert ALLOWED.fullmatch(READER.read(text, [Span(0, len(text), SpanStyle.CODE)]))


@pytest.mark.parametrize(
    "unit",
    [
        *[
            "a",
            "_",
            "@",
            ".",
            "-",
            "a.",
            "a/",
            "1.",
            "<a ",
            "é",
            "a@",
            "あa",
            "1:",
            "a:",
            "a-1",
            "1-",
        ],
        *[
            "[",
            "a\\",
            "C:\\a ",
            "1/",
            "* ",
            "1 ",
            "1d",
            "x^",
            "~1",
            "> ",
            "8分",
            "✅",
            "(^",
            "s/a/",
            "1,",
        ],
        *[
            "行",
            "🇯",
            "<A ",
            "::",
            "1x",
            "${a",
            "'",
            '"',
            "2026-",
            "あ・",
            "!",
            "1件/",
            "何",
            "ⅲ",
            "①",
        ],
    ],
)
def test_endless_repetition_is_read_in_bounded_steps(unit: str) -> None:
    """A pattern that tries again at every character would take minutes here."""
    assert ALLOWED.fullmatch(READER.read(unit * 20_000))
