"""The engines "opus-mt" and "nllb" on small models of the same layout."""

from __future__ import annotations

import logging
from pathlib import Path

import ctranslate2
import pytest

from scripts.make_test_models.translators import make_marian, words
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Kind, Segment, Span, SpanStyle
from voicestream_tui.translate.base import SecondSearch
from voicestream_tui.translate.ct2.nllb import NllbTranslator
from voicestream_tui.translate.ct2.opus_mt import OpusMtTranslator
from voicestream_tui.translate.onnx.engine import OnnxTranslator
from voicestream_tui.translate.segments import translate_segments
from voicestream_tui.translate.tokens.nllb import polish
from voicestream_tui.translate.tokens.sentencepieces import SentencePieceTranslator


@pytest.fixture(
    params=[
        "opus-mt",
        "several",
        "nllb",
        "nllb with a map",
        "onnx",
        "onnx-several",
        "onnx-nllb",
    ]
)
def engine(request: pytest.FixtureRequest, models: Path) -> SentencePieceTranslator:
    name = str(request.param)
    if name.startswith("onnx"):
        return OnnxTranslator(models_dir=models, model=name, threads=1)
    if name.startswith("nllb"):
        return NllbTranslator(models_dir=models, vocabulary_map=name.endswith("map"), threads=1)
    return OpusMtTranslator(models_dir=models, model=name, threads=1)


def test_every_word_is_translated_and_the_sentence_ends(engine: SentencePieceTranslator) -> None:
    assert engine.translate(["The tests pass.", "Open the file."]) == [
        "そのテスト合格。",
        "開くそのファイル。",
    ]


def test_a_second_search_finds_the_same_here(engine: SentencePieceTranslator) -> None:
    assert isinstance(engine, SecondSearch)
    assert engine.translate_again(["The tests pass."]) == ["そのテスト合格。"]


def test_nothing_and_blanks_are_translated_as_nothing(engine: SentencePieceTranslator) -> None:
    assert engine.translate([]) == []
    assert engine.translate(["", "  ", "Yes."]) == ["", "", "はい。"]


def test_slots_come_back_in_their_places(engine: SentencePieceTranslator) -> None:
    for translate in (engine.translate, engine.translate_again):
        first, second = translate(["Run <c0> and then open <c1>.", "<c2> failed."])
        assert first.replace(" ", "") == "実行<c0>と次に開く<c1>。"
        assert second.replace(" ", "") == "<c2>失敗。"


def test_code_of_a_segment_survives(engine: SentencePieceTranslator) -> None:
    english = "Run pytest -q and then open conftest.py."
    spans = (Span(4, 13, SpanStyle.CODE),)
    (done,) = translate_segments(engine, [Segment(1, 1, Kind.PROSE, english, spans=spans)])
    assert done.ok
    assert done.japanese == "実行pytest -qと次に開くconftest.py。"
    assert [done.japanese[s.start : s.end] for s in done.spans] == ["pytest -q", "conftest.py"]
    assert done.engine == engine.name


def test_a_sentence_that_is_too_long_is_split_and_nothing_is_lost(
    engine: SentencePieceTranslator,
) -> None:
    clause = "the server reads the file and writes it again"
    many = ", and ".join([clause] * 60) + "."
    assert len(many) > 3000
    (japanese,) = engine.translate([many])
    expected = words("そのサーバー読むそのファイルと書くそれ再び") * 60
    assert [w for w in words(japanese) if w not in "、。と"] == [w for w in expected if w != "と"]


def test_one_endless_word_is_cut_and_not_lost(engine: SentencePieceTranslator) -> None:
    (japanese,) = engine.translate(["x" * 1500])
    assert japanese.count("x") == 1500


def test_results_keep_their_order_in_a_large_batch(engine: SentencePieceTranslator) -> None:
    sentences = [f"Test {number}." for number in range(100)]
    given = engine.translate(sentences)
    assert [g.replace(" ", "") for g in given] == [f"試験{number}。" for number in range(100)]


def test_closing_frees_the_model_and_a_later_call_loads_it_again(
    engine: SentencePieceTranslator,
) -> None:
    engine.warm_up()
    engine.close()
    assert engine.translate(["Yes."]) == ["はい。"]


def test_marian_is_given_its_end_and_its_language(models: Path) -> None:
    one = OpusMtTranslator(models_dir=models)
    one.warm_up()
    assert one.family.encode("The tests.") == ["▁The", "▁tests", ".", "</s>"]
    several = OpusMtTranslator(models_dir=models, model="several")
    several.warm_up()  # its configuration lets CTranslate2 add the end
    assert several.family.encode("The tests.") == [">>jpn<<", "▁The", "▁tests", "."]


def test_pieces_that_only_the_source_knows_are_decoded(models: Path) -> None:
    engine = OpusMtTranslator(models_dir=models)
    engine.warm_up()
    assert engine.family.decode(["▁Server", "と", "▁Tests", "。", "</s>"]) == "Serverと Tests。"


def test_nllb_is_given_its_languages(models: Path) -> None:
    english = NllbTranslator(models_dir=models)
    english.warm_up()
    assert english.family.encode("The tests.") == ["eng_Latn", "▁The", "▁tests", ".", "</s>"]
    assert list(english.family.prefix) == ["jpn_Jpan"]
    german = NllbTranslator(models_dir=models, source_language="deu_Latn")
    assert german.translate(["Test."]) == ["試験。"]
    assert german.family.encode("Test.")[0] == "deu_Latn"


def test_the_small_model_notices_a_token_that_lacks(models: Path) -> None:
    model = ctranslate2.Translator(str(models / "nllb"))
    (result,) = model.translate_batch(
        [["▁The", "▁tests", "▁pass", ".", "</s>"]], target_prefix=[["jpn_Jpan"]]
    )
    assert result.hypotheses[0] == ["jpn_Jpan", "テスト", "合格", "."]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("テストは合格です.", "テストは合格です。"),
        ("はい. テストは, 合格です.", "はい。テストは、合格です。"),
        ("3.14 です.", "3.14 です。"),
        ("実行 <c0>.", "実行 <c0>。"),
        ("v1.2.", "v1.2."),
        ("申し訳ありません.", ""),
    ],
)
def test_what_nllb_is_known_for_is_mended(given: str, told: str) -> None:
    assert polish(given, "The tests pass.") == told


def test_an_apology_that_was_meant_stays() -> None:
    assert polish("申し訳ありません.", "I'm sorry.") == "申し訳ありません。"


def test_a_model_gets_one_sentence_at_a_time(engine: SentencePieceTranslator) -> None:
    engine.warm_up()
    assert engine.split("Yes. It works, e.g. here. <c0> is at 3.5. <c1> is not.") == [
        "Yes.",
        "It works, e.g. here.",
        "<c0> is at 3.5.",
        "<c1> is not.",
    ]


def test_the_log_tells_what_a_model_runs_on(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        OpusMtTranslator(models_dir=models, device="cpu", compute_type="float32").warm_up()
    assert "runs on cpu, computes in float32 (asked for cpu, float32)" in caplog.text


@pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="CUDA is there")
def test_a_card_that_is_not_there_is_an_error_and_no_silent_processor(models: Path) -> None:
    with pytest.raises(EngineError, match="can't use CUDA") as caught:
        OpusMtTranslator(models_dir=models, device="cuda:1").warm_up()
    assert "translation.device = cpu" in caught.value.hint


def test_a_card_whose_memory_is_too_small_is_told_apart(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*files: str, **how: object) -> None:
        raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr(ctranslate2, "Translator", full)
    with pytest.raises(EngineError, match="does not fit the graphics card") as caught:
        OpusMtTranslator(models_dir=models, device="cuda").warm_up()
    assert "smaller" in caught.value.hint


def test_odd_devices_and_types_are_named(models: Path) -> None:
    with pytest.raises(EngineError, match='no device "gpu"'):
        OpusMtTranslator(models_dir=models, device="gpu").warm_up()
    with pytest.raises(EngineError, match="int3") as caught:
        OpusMtTranslator(models_dir=models, device="cpu", compute_type="int3").warm_up()
    assert "translation.compute_type" in caught.value.hint


def test_slots_are_written_so_that_the_model_can_spell_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_marian(tmp_path / "m", without="<>%{}[]")
    engine = OpusMtTranslator(model=str(tmp_path / "m"))
    with caplog.at_level(logging.INFO):
        (japanese,) = engine.translate(["Open <c0>."])
    assert japanese.replace(" ", "") == "開く<c0>。"
    assert "X0X 7 of 7" in caplog.text


def test_a_map_that_cannot_be_written_costs_speed_only(
    models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "nllb"
    folder.mkdir()
    for file in (models / "nllb").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "vmap.txt").write_text("▁The\tその\n", encoding="utf-8")
    engine = NllbTranslator(model=str(folder), vocabulary_map=True)
    assert engine.translate(["The tests pass."]) == ["そのテスト合格。"]
    assert "mislead" in caplog.text
