"""Models that are missing, damaged or made for something else: which file, and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scripts.make_test_models.translators import make_marian
from voicestream_tui.errors import EngineError
from voicestream_tui.translate.ct2.nllb import NllbTranslator
from voicestream_tui.translate.ct2.opus_mt import OpusMtTranslator

MARIAN_FILES = ("model.bin", "source.spm", "target.spm", "shared_vocabulary.json")
NLLB_FILES = ("model.bin", "sentencepiece.bpe.model", "shared_vocabulary.json")


@pytest.fixture
def marian(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "opus-mt", tmp_path / "marian")


@pytest.fixture
def nllb(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(
        models / "nllb", tmp_path / "nllb", ignore=shutil.ignore_patterns("vmap.txt")
    )


@pytest.mark.parametrize("name", MARIAN_FILES)
def test_a_missing_file_of_marian_is_named(marian: Path, name: str) -> None:
    (marian / name).unlink()
    with pytest.raises(EngineError, match=name) as caught:
        OpusMtTranslator(model=str(marian)).warm_up()
    assert caught.value.hint


@pytest.mark.parametrize("name", NLLB_FILES)
def test_a_missing_file_of_nllb_is_named(nllb: Path, name: str) -> None:
    (nllb / name).unlink()
    with pytest.raises(EngineError, match=name):
        NllbTranslator(model=str(nllb)).warm_up()


@pytest.mark.parametrize("name", [*MARIAN_FILES, "config.json"])
@pytest.mark.parametrize("damage", ["broken", "half", "empty"])
def test_a_damaged_file_is_named(marian: Path, name: str, damage: str) -> None:
    file = marian / name
    whole = file.read_bytes()
    half = whole[: len(whole) // 2]
    file.write_bytes({"broken": b"\xff broken", "half": half, "empty": b""}[damage])
    with pytest.raises(EngineError) as caught:
        OpusMtTranslator(model=str(marian)).translate(["Yes."])
    assert str(file) in caught.value.message
    assert "etch" in caught.value.hint


def test_a_vocabulary_of_another_model_is_an_engine_error(marian: Path) -> None:
    file = marian / "shared_vocabulary.json"
    file.write_text(json.dumps(json.loads(file.read_text())[:-7]))
    with pytest.raises(EngineError, match=str(marian)):
        OpusMtTranslator(model=str(marian)).warm_up()


def test_vocabularies_of_older_converters_are_read(nllb: Path) -> None:
    file = nllb / "shared_vocabulary.json"
    (nllb / "shared_vocabulary.txt").write_text("\n".join(json.loads(file.read_text())) + "\n")
    file.unlink()
    assert NllbTranslator(model=str(nllb)).translate(["Yes."]) == ["はい。"]


def test_a_model_that_was_not_converted_is_told_so(tmp_path: Path) -> None:
    for name in ("model.safetensors", "source.spm", "target.spm"):
        (tmp_path / name).touch()
    with pytest.raises(EngineError, match="not in CTranslate2 format") as caught:
        OpusMtTranslator(model=str(tmp_path)).warm_up()
    assert "ct2-transformers-converter" in caught.value.hint


def test_a_model_of_the_other_engine_is_told_so(marian: Path, nllb: Path) -> None:
    with pytest.raises(EngineError, match='none of the engine "opus-mt"') as caught:
        OpusMtTranslator(model=str(nllb)).warm_up()
    assert '"nllb"' in caught.value.hint
    with pytest.raises(EngineError, match='none of the engine "nllb"'):
        NllbTranslator(model=str(marian)).warm_up()


def test_a_model_into_other_languages_is_told_so(tmp_path: Path) -> None:
    make_marian(tmp_path, languages=("fra", "deu"))
    with pytest.raises(EngineError, match="not translate into Japanese, but into: fra, deu"):
        OpusMtTranslator(model=str(tmp_path)).warm_up()


def test_a_language_that_nllb_does_not_know_is_told_with_the_like(nllb: Path) -> None:
    with pytest.raises(EngineError, match="english") as caught:
        NllbTranslator(model=str(nllb), source_language="english").warm_up()
    assert "eng_Latn" in caught.value.hint


def test_without_a_model_the_message_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=str(tmp_path)) as caught:
        OpusMtTranslator(models_dir=tmp_path).warm_up()
    assert "models pull fugumt-en-ja" in caught.value.hint
    with pytest.raises(EngineError, match="nowhere"):
        OpusMtTranslator(model=str(tmp_path / "nowhere"), models_dir=tmp_path).warm_up()


def test_a_model_that_has_not_come_whole_is_not_taken(marian: Path) -> None:
    marian.rename(marian.with_name(".marian.partial"))
    with pytest.raises(EngineError, match="no model for"):
        OpusMtTranslator(models_dir=marian.parent).warm_up()


def test_a_model_is_found_by_its_kind_and_by_its_name(marian: Path, nllb: Path) -> None:
    folder = marian.parent
    assert OpusMtTranslator(models_dir=folder).translate(["Yes."]) == ["はい。"]
    by_name = NllbTranslator(models_dir=folder, model="/elsewhere/nllb")
    assert by_name.translate(["Yes."]) == ["はい。"]
