"""`bench translation`: scores, development sets, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.command import run
from voicestream_tui.bench_scores import char_bleu, chrf, comparable
from voicestream_tui.bench_translation import (
    DevelopmentSet,
    chosen,
    demo_set,
    read_sets,
    run_translation,
)
from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError, UsageError

TRANSLATED = ["テストはすべて成功しました。", "ファイル main.py を修正します。", "完了。"]
WANTED = ["すべてのテストが成功しました。", "main.pyを直しました。", "終わりました。"]


def test_the_scores_are_those_of_sacrebleu() -> None:
    # sacrebleu 2.6.0: corpus_chrf and corpus_bleu with tokenize="char", on these texts.
    assert chrf(TRANSLATED, WANTED) == pytest.approx(42.448555, abs=1e-6)
    assert char_bleu(TRANSLATED, WANTED) == pytest.approx(48.561695, abs=1e-6)


def test_the_same_text_scores_full_and_another_one_nothing() -> None:
    assert chrf(WANTED, WANTED) == char_bleu(WANTED, WANTED) == pytest.approx(100)
    assert chrf(["abcd"], ["終わり"]) == char_bleu(["abcd"], ["終わり"]) == 0
    assert chrf([""], [""]) == char_bleu([""], [""]) == 0


def test_style_does_not_count() -> None:
    assert comparable("`ａｂ`を１つ") == "abを1つ"


def test_a_folder_gives_its_sets_with_the_outputs_of_other_systems(tmp_path: Path) -> None:
    (tmp_path / "b.tsv").write_text("One.\t一つ。\nTwo.\t二つ。\n")
    (tmp_path / "a.en").write_text("One.\nTwo.\n")
    (tmp_path / "a.ja").write_text("一つ。\n二つ。\n")
    (tmp_path / "a.other.ja").write_text("一。\n二。\n")
    (tmp_path / "notes.txt").write_text("no set")
    assert read_sets(tmp_path) == [
        DevelopmentSet("a", ("One.", "Two."), ("一つ。", "二つ。"), {"other": ("一。", "二。")}),
        DevelopmentSet("b", ("One.", "Two."), ("一つ。", "二つ。")),
    ]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no development set"),
        ({"a.tsv": "One.\n"}, "a.tsv, line 1"),
        ({"a.en": "One.\n"}, "a.ja"),
        ({"a.en": "One.\n", "a.ja": "一。\n", "a.x.ja": "一。\n二。\n"}, "a.x.ja has 2 lines"),
        ({"a.tsv": b"\xff\t\xff"}, "a.tsv"),
    ],
)
def test_what_is_wrong_with_a_folder_is_told(
    tmp_path: Path, files: dict[str, str | bytes], says: str
) -> None:
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=says):
        read_sets(tmp_path)


def test_a_part_of_a_set_is_the_same_each_time_and_keeps_lines_together() -> None:
    lines = tuple(str(n) for n in range(100))
    whole = DevelopmentSet("a", lines, lines, {"x": lines})
    part = chosen(whole, 10)
    assert part == chosen(whole, 10)
    assert len(part.english) == 10
    assert part.english == part.japanese == part.stored["x"]
    assert chosen(whole, 0) is chosen(whole, 100) is whole


def test_the_sentences_of_the_demo_are_measured_without_a_folder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(demo_set().english) > 5
    assert run_translation(Settings(), None, engines=["starter"], sentences=2) == 0
    printed = capsys.readouterr().out
    assert "demo, 2 sentences" in printed
    assert "--dev FOLDER" in printed


def test_an_engine_stands_beside_stored_outputs(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text("All 14 tests pass.\nI fixed `main.py`.\n")
    (tmp_path / "a.ja").write_text(
        "14件のテストはすべて成功しました。\n`main.py` を修正しました。\n"
    )
    (tmp_path / "a.perfect.ja").write_text((tmp_path / "a.ja").read_text())
    (tmp_path / "a.careless.ja").write_text("テストは成功しました。\n`main.py` を修正しました。\n")
    done = run("bench", "translation", "--dev", tmp_path, "--translator", "starter", "--json")
    assert done.code == 0
    figures = json.loads(done.out)
    assert figures["missing"] == {}
    rows = {row["system"]: row for row in figures["rows"]}
    assert rows["perfect"]["chrf"] == rows["perfect"]["char_bleu"] == 100.0
    assert [rows[name]["numbers_kept"] for name in ("perfect", "careless")] == [100.0, 0.0]
    assert 20 < rows["starter"]["chrf"] <= 100
    assert rows["starter"]["ms_p95"] >= rows["starter"]["ms_p50"] > 0
    assert rows["starter"]["in_english"] == 0


def test_an_engine_that_is_not_installed_is_told_and_an_unknown_one_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_translation(Settings(), None, engines=["nllb"], sentences=1) == 1
    assert "not measured: nllb" in capsys.readouterr().out
    with pytest.raises(EngineError, match="nlb"):
        run_translation(Settings(), None, engines=["nlb"])


def test_a_sentence_without_a_good_translation_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("voicestream_tui.bench_translation.make_translator", lambda *_: Silent())
    (tmp_path / "a.tsv").write_text("It works now.\t動きます。\n")
    assert run_translation(Settings(), tmp_path, engines=["starter"], as_json=True) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["in_english"] == 1


class Silent:
    """An engine that finds no words."""

    name = "silent"

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [""] * len(sentences)

    def warm_up(self) -> None:
        pass

    def close(self) -> None:
        pass
