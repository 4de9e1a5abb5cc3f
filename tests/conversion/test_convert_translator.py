"""The recipe that makes a translation model of a published one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.conversion.translator import main
from tests.conversion.recipe import PYTHON, ROOT, needs_transformers, run
from voicestream_tui.translate.ct2.nllb import NllbTranslator
from voicestream_tui.translate.ct2.opus_mt import OpusMtTranslator
from voicestream_tui.translate.onnx.engine import OnnxTranslator

SCRIPT = ROOT / "scripts" / "convert-translator"
SENTENCES = ["The tests pass.", "Open the file.", "It works now, and then the server stops.", "No."]


# --- what can't be converted ---------------------------------------------------------------------


def model(folder: Path, *names: str, kind: str = "marian") -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": kind}))
    for name in names:
        (folder / name).touch()
    return folder


def refuses(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 1
    told = capsys.readouterr().err
    assert told.startswith("convert-translator: ")
    assert "Traceback" not in told
    return told


def test_the_help_says_what_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "staka/fugumt-en-ja" in told
    assert "--quantization" in told


def test_what_is_no_folder_and_no_name_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in (tmp_path / "nowhere", "fugumt", "./here/there"):
        assert f"{wrong} is no folder, and no name" in refuses(capsys, wrong, tmp_path / "new")


def test_a_folder_without_a_model_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    told = refuses(capsys, tmp_path / "empty", tmp_path / "new")
    assert "no config.json (Hugging Face) and no decoder.yml (OPUS-MT)" in told


def test_a_model_of_another_kind_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refuses(capsys, model(tmp_path / "bert", kind="bert"), tmp_path / "new")
    assert 'is of the type "bert"' in told


def test_a_damaged_configuration_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = model(tmp_path / "m")
    (folder / "config.json").write_text("{")
    assert f"{folder / 'config.json'} is damaged" in refuses(capsys, folder, tmp_path / "new")


@pytest.mark.parametrize(
    ("kind", "there", "lacks"),
    [
        ("marian", (), "source.spm"),
        ("marian", ("source.spm",), "target.spm"),
        ("m2m_100", (), "sentencepiece.bpe.model"),
        ("marian", ("source.spm", "target.spm"), "weights"),
    ],
)
def test_a_missing_file_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    there: tuple[str, ...],
    lacks: str,
) -> None:
    folder = model(tmp_path / "m", *there, kind=kind)
    assert f"has no {lacks}" in refuses(capsys, folder, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_folder_that_is_there_is_not_replaced_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").touch()
    told = refuses(capsys, model(tmp_path / "m"), tmp_path / "new")
    assert "--force" in told
    assert (tmp_path / "new" / "mine").exists()
    refuses(capsys, model(tmp_path / "m2"), tmp_path / "new", "--force")
    assert (tmp_path / "new" / "mine").exists()


def test_what_onnx_can_not_be_made_of_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = model(tmp_path / "m", "source.spm", "target.spm", "model.safetensors")
    told = refuses(capsys, folder, tmp_path / "new", "--to", "onnx", "--quantization", "float16")
    assert "int8 or float32" in told
    (folder / "decoder.yml").touch()
    told = refuses(capsys, folder, tmp_path / "new", "--to", "onnx")
    assert "--to ct2 only" in told


# --- what can ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small models of random weights, as transformers writes them."""
    folder = tmp_path_factory.mktemp("published")
    for kind in ("marian", "nllb"):
        done = run(PYTHON, "-m", "tests.conversion.hugging_face", kind, folder / kind)
        assert done.returncode == 0, done.stderr[-2000:]
    return folder


def converted(source: Path, folder: Path, *options: str) -> Path:
    done = run(SCRIPT, source, folder, *options)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "'The tests pass.' becomes" in done.stdout
    return folder


@pytest.mark.slow
@needs_transformers
def test_a_marian_model_is_converted_for_both_runtimes(published: Path, tmp_path: Path) -> None:
    full = ("--quantization", "float32")
    ct2 = converted(published / "marian", tmp_path / "ct2", *full)
    graphs = converted(published / "marian", tmp_path / "onnx", "--to", "onnx", *full)
    for beam in (1, 2, 4):
        expected = OpusMtTranslator(model=str(ct2), beam=beam).translate(SENTENCES)
        assert OnnxTranslator(model=str(graphs), beam=beam).translate(SENTENCES) == expected
        assert len(set(expected)) > 1


@pytest.mark.slow
@needs_transformers
def test_an_nllb_model_is_converted_for_both_runtimes(published: Path, tmp_path: Path) -> None:
    full = ("--quantization", "float32")
    ct2 = converted(published / "nllb", tmp_path / "ct2", *full)
    graphs = converted(published / "nllb", tmp_path / "onnx", "--to", "onnx", *full)
    expected = NllbTranslator(model=str(ct2), beam=1).translate(SENTENCES)
    assert OnnxTranslator(model=str(graphs), beam=1).translate(SENTENCES) == expected
    assert len(set(expected)) > 1


@pytest.mark.slow
@needs_transformers
def test_eight_bits_are_smaller_and_found_by_themselves(published: Path, tmp_path: Path) -> None:
    graphs = converted(published / "marian", tmp_path / "onnx", "--to", "onnx")
    assert {file.name for file in graphs.glob("*.onnx")} == {
        "encoder_model_quantized.onnx",
        "decoder_model_merged_quantized.onnx",
    }
    assert OnnxTranslator(models_dir=tmp_path).translate(["The tests pass."])[0]
