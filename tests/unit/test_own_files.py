"""Voices and models named by file decide about their engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicestream_tui.config import Settings
from voicestream_tui.errors import EngineError
from voicestream_tui.own_files import with_own_files


def settings(**tables: dict[str, object]) -> Settings:
    return Settings.model_validate(tables)


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"[GLOBAL]")
    return folder


def test_a_voice_file_puts_its_engine_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "mine/anna.htsvoice")
    monkeypatch.chdir(tmp_path)
    before = settings(tts={"voice": "mine/anna.htsvoice", "engine": "piper, openjtalk"})
    after, told = with_own_files(before, {"tts.voice"})
    assert after.tts.voice == str(tmp_path / "mine/anna.htsvoice")
    assert after.tts.engine == "openjtalk, piper"
    assert told == [f"{tmp_path}/mine/anna.htsvoice is a voice of the speech engine openjtalk."]
    assert with_own_files(before)[1] == []
    assert with_own_files(before, {"tts.voice", "tts.engine"})[0].tts.engine == "piper, openjtalk"


@pytest.mark.parametrize(
    ("engine", "files"),
    [
        ("opus-mt", ("model.bin", "source.spm", "target.spm")),
        ("nllb", ("model.bin", "sentencepiece.bpe.model")),
        ("firefox", ("model.enja.intgemm.alphas.bin", "lex.50.bin", "srcvocab.enja.spm")),
        ("onnx", ("encoder_model.onnx", "decoder_model_merged.onnx", "source.spm")),
        ("onnx", ("onnx/encoder_model.onnx", "onnx/decoder_model.onnx", "tokenizer.json")),
        ("llm", ("model.bin", "vocabulary.json", "tokenizer.json")),
    ],
)
def test_a_models_folder_names_its_engine(
    tmp_path: Path, engine: str, files: tuple[str, ...]
) -> None:
    folder = touch(tmp_path / "model", *files)
    named = settings(translation={"model": str(folder)})
    after, told = with_own_files(named, {"translation.model"})
    assert after.translation.engine == engine
    assert told == [f"{folder} has a model of the translation engine {engine}."]
    assert with_own_files(named) == (named, [])
    both = {"translation.model", "translation.engine"}
    assert with_own_files(named, both)[0].translation.engine == "starter"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ((), "there is no model.bin"),
        (("model.bin",), "neither source.spm and target.spm"),
        (("pytorch_model.bin",), "not in CTranslate2's format"),
        (("qwen.gguf",), "is for a server"),
    ],
)
def test_a_folder_of_no_engine_is_told(tmp_path: Path, files: tuple[str, ...], told: str) -> None:
    touch(tmp_path, *files)
    with pytest.raises(EngineError) as caught:
        with_own_files(settings(translation={"model": str(tmp_path)}), {"translation.model"})
    assert told in caught.value.message
    with pytest.raises(EngineError, match="is not there"):
        with_own_files(settings(translation={"model": "nowhere"}), {"translation.model"})
