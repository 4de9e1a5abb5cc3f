"""`voicestream-tui voices mix`: voices mixed of others, heard and chosen by their name."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from scripts.make_test_models.kokoro_files import make_kokoro
from voicestream_tui.cli import main

MIXED = "jf_alpha:60+jf_nezumi:40"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kokoro")
    make_kokoro(folder / "kokoro", ("jf_alpha", "jf_nezumi"))
    return folder


@pytest.fixture
def voices(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of voices to which profiles can be added."""
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / "kokoro").symlink_to(made / "kokoro", target_is_directory=True)
    monkeypatch.setenv("VOICESTREAM_TTS_VOICES_DIR", str(folder))
    monkeypatch.setenv("VOICESTREAM_AUDIO_DEVICE", "none")
    return folder


def test_a_mixture_is_saved_heard_and_chosen(
    voices: Path, tmp_path: Path, isolated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["voices", "mix", "evening", MIXED]) == 0
    said = capsys.readouterr().out
    assert str(voices / "evening.profile.toml") in said
    assert "kokoro:evening" in said
    assert main(["voices"]) == 0
    assert "kokoro:evening" in capsys.readouterr().out
    for number, name in enumerate(("evening", MIXED, f"kokoro:{MIXED}")):
        sound = tmp_path / f"{number}.wav"
        assert main(["voices", "preview", name, "終わりです。", "--record", str(sound)]) == 0
        with wave.open(str(sound)) as file:
            assert file.getnframes() > 4000
    assert main(["voices", "default", MIXED]) == 0
    chosen = (isolated_home / ".config/voicestream-tui/config.toml").read_text(encoding="utf-8")
    assert MIXED in chosen


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evening"], "two voices or more"),
        (["evening", "jf_alpha"], "no mixture of two voices"),
        (["evening", "jf_alpha+jf_none"], "jf_none, which is not installed"),
        (["a/b", MIXED], "can't be the name"),
    ],
)
def test_what_can_not_be_mixed_is_told(
    voices: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["voices", "mix", *words]) != 0
    assert said in capsys.readouterr().err
    assert not list(voices.glob("*.toml"))
