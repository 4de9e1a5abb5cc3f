"""Which pairs are learnt from, and in which form."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from train_starter import prepare, teach
from train_starter.cleaning import fault_of, key_of, one_style
from train_starter.masking import mask_pair
from train_starter.numbers import varied
from train_starter.pairs import Pair, read_pairs, read_parallel, write_pairs

from voicestream_tui.text.number_values import keeps_numbers
from voicestream_tui.text.protect import protect
from voicestream_tui.text.segmenter import Segmenter
from voicestream_tui.translate.gate import problem_of
from voicestream_tui.translate.starter.engine import PACKAGED_MODEL, StarterTranslator

OWN = Path(prepare.__file__).parents[1] / "pairs"


@pytest.mark.parametrize(
    ("english", "japanese", "fault"),
    [
        ("The tests pass.", "テストは成功しました。", ""),
        ("Use `foo`.", "`foo` を使います。", ""),
        ("", "はい。", "empty"),
        ("テスト passes.", "テストは成功します。", "not English"),
        ("Все тесты прошли.", "テストは成功しました。", "not English"),
        ("The tests pass.", "The tests pass.", "not Japanese"),
        ("The tests of the parser pass again.", "はい。", "length"),
        ("Yes, that is what it does now, too.", "はい、" * 30, "length"),
        ("The second and third one.", "&2;番目と&3;番目です。", "left-over marks"),
        ("It is called that way.", "そのように「呼ばれます。", "brackets"),
    ],
)
def test_a_pair_that_teaches_something_wrong_is_refused(
    english: str, japanese: str, fault: str
) -> None:
    assert fault_of(english, japanese) == fault


def test_raw_machine_translation_is_refused_where_it_is_known_to_be() -> None:
    english = "You can retrieve a schema by using the Item property."
    raw = "使用することができます、項目プロパティを取得します。"
    assert fault_of(english, raw, "ms-dotnet-docs-ht") == "raw machine translation"
    assert fault_of(english, raw, "agent") == ""
    good = "項目プロパティを使って、スキーマを取得できます。"
    assert fault_of(english, good, "ms-dotnet-docs-ht") == ""


def test_japanese_is_written_in_one_way() -> None:
    assert one_style("ＡＰＩ を １ 回 ﾃｽﾄ する  ") == "APIを1回テストする"
    assert one_style("run the test") == "run the test"


def test_texts_that_differ_in_signs_alone_have_the_same_key() -> None:
    assert key_of("The tests pass.") == key_of("the TESTS pass!") != key_of("The tests passed.")


@pytest.mark.parametrize(
    ("english", "japanese", "masked"),
    [
        (
            "Open `main.py` and run `make`.",
            "`make` を実行する前に `main.py` を開きます。",
            ("Open <c0> and run <c1>.", "<c1> を実行する前に <c0> を開きます。"),
        ),
        # What the Japanese has in words of its own goes back; the others are numbered anew.
        (
            "Use GitHub with config.toml.",
            "ギットハブでconfig.tomlを使います。",
            ("Use GitHub with <c0>.", "ギットハブで<c0>を使います。"),
        ),
        # What is a part of another, or of a slot's own spelling.
        (
            "`<` and `0`, not `<=`.",
            "`<=` ではなく `<` と `0` です。",
            ("<c0> and <c1>, not <c2>.", "<c2> ではなく <c0> と <c1> です。"),
        ),
        ("25 million rows.", "2500万行です。", ("<c0> rows.", "<c0>行です。")),
        ("Run `make`.", "実行します。", None),
        ("Run `make`.", "`make` と `make` を実行します。", None),
        ("Run it.", "`make` を実行します。", None),
        # No slot of a part of a longer name.
        ("See a.py now.", "a.pyi を見ます。", ("See a.py now.", "a.pyi を見ます。")),
    ],
)  # fmt: skip
def test_both_sides_get_the_same_slots(
    english: str, japanese: str, masked: tuple[str, str] | None
) -> None:
    result = mask_pair(Pair(english, japanese))
    assert (result[:2] if result else None) == masked


def test_the_english_is_masked_as_the_program_does_it(sample: list[Pair]) -> None:
    compared = 0
    for pair in sample:
        pieces = (segmenter := Segmenter()).feed(pair.english) + segmenter.close()
        masked = mask_pair(pair)
        if masked is None or len(pieces) != 1:
            continue
        expected = protect(pieces[0].english, pieces[0].spans)
        if len(set(protect(masked.english).slots)) == len(set(expected.slots)):
            assert masked.english == expected.text
            compared += 1
    assert compared > 40


def test_hardly_any_pair_that_people_wrote_is_refused_by_the_gate() -> None:
    written = [pair for file in sorted(OWN.glob("*.tsv")) for pair in read_pairs(file)]
    chosen = random.Random(1).sample(written, 2000)
    masked = [pair for one in chosen if (pair := mask_pair(one))]
    refused = [pair.english for pair in masked if problem_of(pair.english, pair.japanese)]
    assert len(masked) > 1950
    assert len(refused) < 6, refused


def test_figures_are_replaced_on_both_sides_alike() -> None:
    chance = random.Random(1)
    english, japanese = varied("All 14 tests pass.", "14件のテストが成功します。", chance) or (
        "",
        "",
    )
    assert english != "All 14 tests pass."
    assert keeps_numbers(english, japanese)
    assert keeps_numbers("All 14 tests pass.", "14件のテストが成功します。")
    assert varied("Since 2019.", "2019年から。", chance) is None
    assert varied("14 of 14.", "14個。", chance) is None
    assert varied("Twelve.", "12個。", chance) is None


def test_pairs_are_deduplicated_and_development_sets_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(
        "The tests pass now.\tテストは成功します。\n"
        "The tests pass now!\tテストは成功します。\n"
        "The parser works again.\tパーサーは再び動きます。\n"
        "I changed 14 files.\t14個のファイルを変更しました。\n"
        "I changed 15 files.\t16個のファイルを変更しました。\n"
    )
    (tmp_path / "dev.tsv").write_text("The parser works again.\t別の訳です。\n")
    out = tmp_path / "out"
    code = prepare.main(
        [
            *("--pairs", f"{tmp_path}/a.tsv", "--held-out", f"{tmp_path}/dev.tsv"),
            *("--out", str(out), "--vary-numbers", "1"),
        ]
    )
    assert code == 0
    pairs = list(read_pairs(out / "a.tsv.xz"))
    assert [pair.english for pair in pairs[:2]] == ["The tests pass now.", "I changed 14 files."]
    assert len(pairs) == 3
    assert json.loads((out / "report.json").read_text())["a"] == {
        "kept": 2,
        "seen before": 1,
        "held out": 1,
        "wrong figures": 1,
        "added with other figures": 1,
    }


def test_a_collection_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("It works.\t動きます。\tgood\nIt fails.\t失敗します。\tbad\n")
    out = tmp_path / "out"
    arguments = ["--pairs", f"{tmp_path}/a.tsv", "--leave-out", "bad", "--out", str(out)]
    assert prepare.main(arguments) == 0
    assert [pair.english for pair in read_pairs(out / "a.tsv.xz")] == ["It works."]


def test_several_files_make_one_set() -> None:
    assert prepare.sets_of(["x/docs.tsv.xz", "agent=a.tsv", "agent=b.tsv"]) == {
        "docs": [Path("x/docs.tsv.xz")],
        "agent": [Path("a.tsv"), Path("b.tsv")],
    }


def test_the_sample_is_good(sample: list[Pair]) -> None:
    counts: Counter[str] = Counter()
    kept = list(prepare.prepared(sample, frozenset(), Counter(), counts))
    assert len(kept) == len(sample), counts


def test_files_of_pairs_are_read_as_written_and_mistakes_told(tmp_path: Path) -> None:
    pairs = [Pair("Yes.", "はい。"), Pair("No.", "いいえ。")]
    for name in ("a.tsv", "a.tsv.xz"):
        write_pairs(tmp_path / name, pairs)
        assert list(read_pairs(tmp_path / name)) == pairs
    (tmp_path / "b.tsv").write_text("Yes.\tはい。\nNo.\n")
    with pytest.raises(ValueError, match=r"b\.tsv, line 2"):
        list(read_pairs(tmp_path / "b.tsv"))
    (tmp_path / "c.en").write_text("Yes.\nNo.\n")
    (tmp_path / "c.ja").write_text("はい。\n")
    with pytest.raises(ValueError, match="2 lines"):
        read_parallel(tmp_path / "c.en", tmp_path / "c.ja")


@pytest.fixture
def sample() -> list[Pair]:
    return list(read_pairs(Path(__file__).with_name("sample.tsv")))


def test_a_teacher_s_translations_are_pairs_that_can_be_learnt_from(tmp_path: Path) -> None:
    lines = tmp_path / "lines.tsv"
    english = [
        "I opened `src/main.py` and ran the tests.",
        "All 42 tests pass.",
        "i opened `src/main.py` and ran the tests",
        "",
        "日本語です。",
    ]
    lines.write_text("\n".join(f"{text}\told" for text in english), encoding="utf-8")
    out = tmp_path / "taught.tsv.xz"
    model = str(PACKAGED_MODEL)
    assert teach.main(["--model", model, str(lines), "--beam", "2", "--out", str(out)]) == 0
    found = list(read_pairs(out))
    assert sorted(pair.english for pair in found) == sorted(english[:2])
    masked = {pair.english: mask_pair(pair) for pair in found}
    first, second = (masked[text] for text in english[:2])
    assert first is not None
    assert "<c0>" in first.english
    assert "<c0>" in first.japanese
    assert second is not None
    assert "42" in second.japanese


def test_what_a_teacher_loses_or_invents_is_not_taught() -> None:
    teacher = Parrot({"All 42 tests pass.": "テストは合格します。", "It works.": "動作します。"})
    counts: Counter[str] = Counter()
    found = list(teach.taught(teacher, ["All 42 tests pass.", "It works."], counts))
    assert found == [Pair("It works.", "動作します。")]
    assert counts == {"kept": 1, "loses or invents something": 1}


class Parrot(StarterTranslator):
    """A teacher that says what it was told to."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__()
        self._known = known

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self._known[sentence] for sentence in sentences]
