"""Which engine speaks a file is seen from what is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.speak.small_voices import small_onnx
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.openjtalk.engine import OpenJTalkSpeaker
from voicestream_tui.speak.voice_files import find_voice, is_file_name, recognise, sample_rate


def refused(path: Path) -> str:
    with pytest.raises(EngineError) as caught:
        recognise(path)
    return str(caught.value)


def put(path: Path, content: bytes | str | object = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    path.write_bytes(content)
    return path


def test_an_hts_voice_whatever_it_is_called(tmp_path: Path, mei: Voice) -> None:
    assert mei.path is not None
    plain = put(tmp_path / "voice.dat", mei.path.read_bytes())
    assert recognise(plain).engine == "openjtalk"
    assert recognise(put(tmp_path / "in/mei.htsvoice", mei.path.read_bytes()).parent).path == (
        tmp_path / "in/mei.htsvoice"
    )
    assert sample_rate(mei.path) == 48000
    assert sample_rate(plain) is None


@pytest.mark.parametrize(
    ("beside", "content", "engine"),
    [
        ("v.onnx.json", {"phoneme_id_map": {}, "audio": {"sample_rate": 22050}}, "piper"),
        ("config.json", {"model": "vits", "audio": {"sample_rate": 44100}}, "vits"),
        ("config.json", {"characters": {}}, "vits"),
        ("config.yaml", "tts: vits\ntoken_list:\n- a\n", "vits"),
    ],
)
def test_an_onnx_model_is_what_its_description_says(
    tmp_path: Path, beside: str, content: str | dict[str, Any], engine: str
) -> None:
    model = put(tmp_path / "v.onnx", small_onnx())
    description = put(tmp_path / beside, content)
    assert (recognise(model).engine, recognise(model).path) == (engine, model)
    assert recognise(tmp_path).engine == engine
    if beside == "v.onnx.json":
        assert recognise(description).path == model
    described = content if isinstance(content, dict) else {}
    rate = described.get("audio", {}).get("sample_rate")
    assert sample_rate(model) == rate


def test_kokoro_is_a_folder(tmp_path: Path) -> None:
    model = put(tmp_path / "one/onnx/model.onnx", small_onnx())
    voice = put(tmp_path / "one/voices/jf.bin")
    assert recognise(tmp_path / "one").engine == "kokoro"
    assert recognise(model) == recognise(tmp_path / "one")
    assert (recognise(voice).engine, recognise(voice).path) == ("kokoro", voice)
    assert recognise(put(tmp_path / "soft.profile.toml", "")).engine == "kokoro"
    model.unlink()
    assert "there is no model (onnx/model.onnx" in refused(tmp_path / "one")
    put(tmp_path / "two/kokoro-v1.0.onnx", small_onnx())
    assert "there are no voices (voices-v1.0.bin" in refused(tmp_path / "two")


def test_what_is_no_voice_is_told_with_what_is_missing(tmp_path: Path) -> None:
    assert "is not there" in refused(tmp_path / "none.htsvoice")
    assert "does not begin with [GLOBAL]" in refused(put(tmp_path / "a.htsvoice", "<html>"))
    assert "no voice that is known" in refused(put(tmp_path / "a.txt"))
    assert "is no ONNX model" in refused(put(tmp_path / "a.onnx", b"\xff\xff"))
    assert "text and no model" in refused(put(tmp_path / "page.onnx", "<html>"))
    model = put(tmp_path / "b/b.onnx", small_onnx())
    assert "b.onnx.json is missing beside it" in refused(model)
    put(tmp_path / "b/b.onnx.json", "{")
    assert "is no JSON" in refused(model)
    put(tmp_path / "b/b.onnx.json", {"something": 1})
    assert "has neither phoneme_id_map" in refused(model)
    assert "c.onnx is missing" in refused(put(tmp_path / "c.onnx.json", "{}"))
    put(tmp_path / "many/one.onnx", small_onnx())
    put(tmp_path / "many/two.htsvoice", "x")
    assert "several voices: one.onnx, two.htsvoice" in refused(tmp_path / "many")
    (tmp_path / "empty").mkdir()
    assert "has no voice in it" in refused(tmp_path / "empty")


def test_ids_are_told_from_files() -> None:
    assert not any(map(is_file_name, ("", "mei", "openjtalk:mei", "ja_JA-hi_fi_captain-medium")))
    assert all(map(is_file_name, ("./mei", "~/v", "a.htsvoice", "A.ONNX", "x/y")))


def test_a_setting_finds_its_voice(tmp_path: Path, mei: Voice, speaker: OpenJTalkSpeaker) -> None:
    assert find_voice(speaker, "") == mei
    assert find_voice(speaker, "openjtalk:mei") == mei
    assert find_voice(speaker, str(mei.path)) == mei
    assert find_voice(speaker, "nobody") is None
    assert mei.path is not None
    own = put(tmp_path / "own.htsvoice", mei.path.read_bytes())
    found = find_voice(speaker, str(own))
    assert found is not None
    assert (found.engine, found.id, found.path) == ("openjtalk", "own", own)
    put(tmp_path / "p.onnx", small_onnx())
    put(tmp_path / "p.onnx.json", {"phoneme_id_map": {}})
    with pytest.raises(EngineError, match="voice of the speech engine piper") as caught:
        find_voice(speaker, str(tmp_path / "p.onnx"))
    assert caught.value.hint == "Choose the engine: --speaker piper"
