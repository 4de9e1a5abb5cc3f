"""Exported models that are missing, damaged or mixed up: which file, and what to do."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import onnx
import onnxruntime
import pytest
import sentencepiece

from scripts.make_test_models.onnx_translators import (
    make_onnx_marian,
    make_onnx_nllb,
    random_spec,
    save_onnx,
)
from scripts.make_test_models.translators import marian_kind
from voicestream_tui import onnx_runtime
from voicestream_tui.errors import EngineError
from voicestream_tui.translate.ct2.nllb import NllbTranslator
from voicestream_tui.translate.ct2.opus_mt import OpusMtTranslator
from voicestream_tui.translate.onnx.engine import OnnxTranslator
from voicestream_tui.translate.onnx.vocabulary import nllb_vocabulary

MARIAN = ("encoder_model.onnx", "decoder_model_merged.onnx", "source.spm", "target.spm")
JSON = ("config.json", "vocab.json")


@pytest.fixture
def marian(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "onnx", tmp_path / "marian")


@pytest.fixture
def nllb(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "onnx-nllb", tmp_path / "nllb")


@pytest.fixture
def split(tmp_path: Path) -> Path:
    make_onnx_marian(tmp_path / "split", merged=False)
    return tmp_path / "split"


def fails(folder: Path, **settings: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        OnnxTranslator(model=str(folder), **settings).translate(["Yes."])  # type: ignore[arg-type]
    assert caught.value.hint
    return caught.value


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | values))


# --- missing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*JSON, "encoder_model.onnx", "source.spm", "target.spm"])
def test_a_missing_file_of_marian_is_named(marian: Path, name: str) -> None:
    (marian / name).unlink()
    assert f"has no file {name}" in fails(marian).message


@pytest.mark.parametrize("name", ["tokenizer.json", "sentencepiece.bpe.model"])
def test_a_missing_file_of_nllb_is_named(nllb: Path, name: str) -> None:
    (nllb / name).unlink()
    assert f"has no file {name}" in fails(nllb).message


def test_a_model_without_its_past_is_told_how_to_export_it(split: Path) -> None:
    (split / "decoder_with_past_model.onnx").unlink()
    error = fails(split)
    assert "has no file decoder_with_past_model.onnx" in error.message
    assert "text2text-generation-with-past" in error.hint


def test_a_missing_decoder_is_named(marian: Path) -> None:
    (marian / "decoder_model_merged.onnx").unlink()
    assert "has no file decoder_model.onnx" in fails(marian).message


def test_an_empty_folder_lacks_its_configuration_first(tmp_path: Path) -> None:
    assert "has no file config.json" in fails(tmp_path).message


def test_without_a_model_the_message_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=f'no model for .*"onnx" in {tmp_path}') as caught:
        OnnxTranslator(models_dir=tmp_path).warm_up()
    assert "docs/engines.md" in caught.value.hint


# --- damaged -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MARIAN, *JSON, "generation_config.json"])
@pytest.mark.parametrize("damage", ["broken", "half", "empty"])
def test_a_damaged_file_is_named(marian: Path, name: str, damage: str) -> None:
    file = marian / name
    whole = file.read_bytes()
    half = whole[: len(whole) // 2]
    file.write_bytes({"broken": b"\xff broken", "half": half, "empty": b""}[damage])
    error = fails(marian)
    assert str(file) in error.message
    assert "etch" in error.hint


@pytest.mark.parametrize("text", ["[]", '{"model": {}}', '{"model": {"vocab": 3}}'])
def test_a_tokenizer_that_is_none_is_named(nllb: Path, text: str) -> None:
    (nllb / "tokenizer.json").write_text(text)
    assert str(nllb / "tokenizer.json") in fails(nllb).message


@pytest.mark.parametrize("key", ["eos_token_id", "pad_token_id", "decoder_start_token_id"])
def test_a_configuration_that_lacks_a_number_is_named(marian: Path, key: str) -> None:
    change(marian / "config.json", **{key: None})
    error = fails(marian)
    assert str(marian / "config.json") in error.message
    assert key in error.message


def test_data_beside_a_graph_that_lacks_is_named(marian: Path) -> None:
    file = marian / "encoder_model.onnx"
    graph = onnx.load(file)
    onnx.save(graph, file, save_as_external_data=True, location="encoder_model.onnx_data")
    assert OnnxTranslator(model=str(marian)).translate(["Yes."]) == ["はい。"]
    (marian / "encoder_model.onnx_data").unlink()
    assert "encoder_model.onnx_data" in fails(marian).message


# --- mixed up ------------------------------------------------------------------------------------


def test_graphs_of_different_models_are_told(marian: Path, tmp_path: Path) -> None:
    kind = marian_kind(tmp_path / "other")
    save_onnx(tmp_path / "other", kind, random_spec(kind))
    shutil.copy(tmp_path / "other" / "decoder_model_merged.onnx", marian)
    error = fails(marian)
    assert "encoder_model.onnx and decoder_model_merged.onnx do not belong together" in (
        error.message
    )


def test_decoders_of_different_models_are_told(split: Path, tmp_path: Path) -> None:
    kind = marian_kind(tmp_path / "other")
    save_onnx(tmp_path / "other", kind, random_spec(kind), merged=False)
    shutil.copy(tmp_path / "other" / "decoder_with_past_model.onnx", split)
    assert "they have not the same layers" in fails(split).message


def test_a_vocabulary_of_another_model_is_told(marian: Path) -> None:
    vocabulary = json.loads((marian / "vocab.json").read_text(encoding="utf-8"))
    change(marian / "vocab.json", **{f"more{n}": len(vocabulary) + n for n in range(5)})
    error = fails(marian)
    assert "decoder_model_merged.onnx gives scores to" in error.message
    assert "do not belong together" in error.message


def test_an_encoder_in_the_place_of_a_decoder_is_told(marian: Path) -> None:
    shutil.copy(marian / "encoder_model.onnx", marian / "decoder_model_merged.onnx")
    assert "is no decoder with past as Optimum exports it" in fails(marian).message


def test_a_decoder_in_the_place_of_an_encoder_is_told(marian: Path) -> None:
    shutil.copy(marian / "decoder_model_merged.onnx", marian / "encoder_model.onnx")
    assert "is no encoder of text" in fails(marian).message


def test_a_decoder_without_past_in_the_place_of_one_with_it_is_told(split: Path) -> None:
    shutil.copy(split / "decoder_model.onnx", split / "decoder_with_past_model.onnx")
    assert "is no decoder with past" in fails(split).message


def test_a_model_of_another_type_is_told(marian: Path) -> None:
    change(marian / "config.json", model_type="bart")
    assert "is of the type 'bart'" in fails(marian).message


def test_a_model_into_other_languages_is_told_so(tmp_path: Path) -> None:
    make_onnx_marian(tmp_path, languages=("fra", "deu"))
    assert "not translate into Japanese, but into: fra, deu" in fails(tmp_path).message


def test_a_language_that_nllb_does_not_know_is_told(nllb: Path) -> None:
    error = fails(nllb, source_language="english")
    assert "english" in error.message
    assert "eng_Latn" in error.hint


def test_other_engines_say_whose_model_it_is(marian: Path, nllb: Path) -> None:
    with pytest.raises(EngineError, match=r"has no file model\.bin") as caught:
        OpusMtTranslator(model=str(marian)).warm_up()
    assert 'one of "onnx"' in caught.value.hint
    with pytest.raises(EngineError, match=r"has no file model\.bin") as caught:
        NllbTranslator(model=str(nllb)).warm_up()
    assert 'one of "onnx"' in caught.value.hint


def test_other_engines_do_not_take_it_when_they_look_for_one(marian: Path) -> None:
    with pytest.raises(EngineError, match='no model for the translation engine "opus-mt"'):
        OpusMtTranslator(models_dir=marian.parent).warm_up()
    assert OnnxTranslator(models_dir=marian.parent).translate(["Yes."]) == ["はい。"]


# --- which of several ----------------------------------------------------------------------------


@pytest.fixture
def several(tmp_path: Path) -> Path:
    for ending in ("", "_fp16", "_quantized"):
        make_onnx_marian(tmp_path, ending=ending, into="onnx")
    return tmp_path


@pytest.mark.parametrize(
    ("compute_type", "graph"),
    [
        ("default", "encoder_model_quantized.onnx"),
        ("int8", "encoder_model_quantized.onnx"),
        ("float32", "encoder_model.onnx"),
        ("float16", "encoder_model_fp16.onnx"),
        ("fp16", "encoder_model_fp16.onnx"),
    ],
)
def test_the_precision_is_chosen_and_told(
    several: Path, compute_type: str, graph: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        OnnxTranslator(model=str(several), compute_type=compute_type, device="cpu").warm_up()
    assert f"runs on CPU (asked for cpu), graphs {graph}, " in caplog.text


def test_a_precision_that_is_not_there_is_told_with_those_that_are(several: Path) -> None:
    error = fails(several, compute_type="q4")
    assert "in q4, but in: float32, float16, int8" in error.message


@pytest.mark.parametrize("name", ["added_tokens.json", "tokenizer_config.json"])
def test_without_a_tokenizer_the_pieces_and_the_added_tokens_are_the_vocabulary(
    nllb: Path, name: str
) -> None:
    (nllb / "tokenizer.json").unlink()
    pieces = nllb / "sentencepiece.bpe.model"
    numbers = {"eng_Latn": 900, "jpn_Jpan": 901}
    entries = {str(number): {"content": token} for token, number in numbers.items()}
    table = numbers if name == "added_tokens.json" else {"added_tokens_decoder": entries}
    (nllb / name).write_text(json.dumps(table))
    found = nllb_vocabulary(nllb, pieces).source
    processor = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    assert [found[token] for token in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]
    assert found["▁The"] == processor.piece_to_id("▁The") + 1
    assert {token: found[token] for token in numbers} == numbers
    (nllb / name).write_text('{"added_tokens_decoder": {"7": 1}}')
    with pytest.raises(EngineError, match=name):
        nllb_vocabulary(nllb, pieces)


# --- where it runs -------------------------------------------------------------------------------


def test_what_it_runs_on_is_what_the_session_says(models: Path) -> None:
    engine = OnnxTranslator(models_dir=models)
    assert engine.runs_on().startswith("CPU (ONNX Runtime ")
    engine.warm_up()
    assert engine.runs_on() == "CPU"
    engine.close()
    assert engine.runs_on().startswith("CPU (ONNX Runtime ")


def test_odd_devices_are_named(marian: Path) -> None:
    assert 'no device "gpu"' in fails(marian, device="gpu").message


def test_cuda_that_is_not_built_in_is_an_error(marian: Path) -> None:
    if onnx_runtime.built_for_cuda(onnxruntime):
        pytest.skip("this ONNX Runtime is built for CUDA")
    error = fails(marian, device="cuda:1")
    assert 'translation.device is "cuda:1"' in error.message
    assert "onnxruntime-gpu" in error.hint


def falling_back() -> SimpleNamespace:
    """An ONNX Runtime for CUDA on a machine where CUDA can't be started."""

    def session(source: str | bytes, options: object, providers: list[object]) -> object:
        return onnxruntime.InferenceSession(source, options, providers=[onnx_runtime.CPU])

    return SimpleNamespace(
        __version__="1.0",
        SessionOptions=onnxruntime.SessionOptions,
        InferenceSession=session,
        get_available_providers=lambda: [onnx_runtime.CUDA, onnx_runtime.CPU],
        set_default_logger_severity=lambda level: None,
    )


def test_no_fallback_to_the_cpu_is_silent(
    models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(onnx_runtime, "import_module", lambda name: falling_back())
    with pytest.raises(EngineError, match="could not start CUDA"):
        OnnxTranslator(models_dir=models, device="cuda").warm_up()
    engine = OnnxTranslator(models_dir=models)
    assert engine.translate(["Yes."]) == ["はい。"]
    assert engine.runs_on() == "CPU"
    assert "CUDA is installed but could not be started" in caplog.text


def test_without_onnx_runtime_it_says_what_to_install(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(onnx_runtime, "import_module", missing)
    assert "--extra onnx" in fails(models / "onnx").hint


def test_what_onnx_runtime_says_while_it_runs_is_an_engine_error(
    marian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FaultError(Exception):
        pass

    engine = OnnxTranslator(model=str(marian))
    engine.warm_up()

    def broken(*_: object, **__: object) -> Callable[[], None]:
        raise FaultError("out of memory\nand more")

    monkeypatch.setattr("voicestream_tui.translate.onnx.tensors.HostTensors.run", broken)
    with pytest.raises(EngineError, match=r"failed on .*: out of memory"):
        engine.translate(["Yes."])


def test_an_nllb_model_in_two_graphs_translates(tmp_path: Path) -> None:
    make_onnx_nllb(tmp_path, merged=False)
    assert OnnxTranslator(model=str(tmp_path)).translate(["The tests pass."]) == [
        "そのテスト合格。"
    ]
