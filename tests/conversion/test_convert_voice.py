"""The recipe that makes a voice of a Coqui VITS checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scripts.conversion.voice import main
from tests.conversion.recipe import ROOT, VOICE_PYTHON, needs_coqui, run
from voicestream_tui.speak.vits.engine import VitsSpeaker

SCRIPT = ROOT / "scripts" / "convert-voice"


def refuses(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 1
    told = capsys.readouterr().err
    assert told.startswith("convert-voice: ")
    return told


def source(folder: Path, kind: str = "vits") -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model": kind}))
    return folder


def test_what_is_no_voice_of_coqui_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new"
    assert "nowhere is no folder" in refuses(capsys, tmp_path / "nowhere", new)
    assert "has no config.json" in refuses(capsys, tmp_path, new)
    assert 'of the type "xtts"' in refuses(capsys, source(tmp_path / "x", "xtts"), new)
    (tmp_path / "x" / "config.json").write_text("[]")
    assert "config.json is damaged" in refuses(capsys, tmp_path / "x", new)
    (tmp_path / "config.yaml").touch()
    assert "espnet_onnx" in refuses(capsys, tmp_path, new)
    assert not new.exists()


def test_a_missing_checkpoint_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = source(tmp_path / "v")
    assert "has no checkpoint" in refuses(capsys, folder, tmp_path / "new")
    told = refuses(capsys, folder, tmp_path / "new", "--checkpoint", folder / "x.pth")
    assert "x.pth is not there" in told


@pytest.mark.slow
@needs_coqui
@pytest.mark.parametrize("speakers", [0, 3])
def test_a_checkpoint_of_coqui_becomes_a_voice_that_speaks(tmp_path: Path, speakers: int) -> None:
    made = run(VOICE_PYTHON, "-m", "tests.conversion.coqui", tmp_path / "trained", speakers)
    assert made.returncode == 0, made.stderr[-2000:]
    new = tmp_path / "voices" / "mine"
    done = run(SCRIPT, tmp_path / "trained", new, python=VOICE_PYTHON)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "a voice for the engine vits" in done.stdout
    speaker = VitsSpeaker(
        tmp_path / "voices",
        cache_dir=tmp_path / "cache",
        device="cpu",
        speaker="voice2" if speakers else "",
    )
    try:
        (voice,) = speaker.voices()
        assert not voice.problem
        sound = np.concatenate([chunk.samples for chunk in speaker.speak("Hello there.", voice)])
    finally:
        speaker.close()
    assert len(sound) > 2000
    assert np.isfinite(sound).all()
    again = run(SCRIPT, tmp_path / "trained", new, python=VOICE_PYTHON)
    assert again.returncode == 1
    assert "--force replaces it" in again.stderr
