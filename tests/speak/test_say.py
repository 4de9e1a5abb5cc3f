"""The voices of macOS: a program of the same name stands for `say`."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.speak.fake_say import install
from voicestream_tui.assembly import make_speaker
from voicestream_tui.config import load_settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.macos_say import SaySpeaker


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in PATH with a `say`, which notes what it is asked for."""
    install(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def mac() -> SaySpeaker:
    return SaySpeaker(platform="darwin")


def asked(folder: Path) -> list[list[str]]:
    return [line.split("\t") for line in (folder / "asked").read_text("utf-8").splitlines()]


def test_the_voices_are_listed_japanese_ones_and_better_ones_first(program: Path) -> None:
    voices = mac().voices()
    assert [voice.id for voice in voices] == [
        "Kyoko (Enhanced)",
        "Kyoko",
        "Otoya",
        "Eddy (Japanese (Japan))",
        "Albert",
        "Fiona",
        "Majed",
    ]
    assert [voice.language for voice in voices] == ["ja"] * 4 + ["en", "en", "ar"]


def test_each_sentence_is_said_as_soon_as_it_is_made(program: Path) -> None:
    speaker = mac()
    chunks = speaker.speak("一つ。二つです。", speaker.voices()[1])
    first = next(chunks)
    assert asked(program) == [
        ["-v", "Kyoko", "--file-format=WAVE", "--data-format=LEI16@22050", "-f", "-", "一つ。"]
    ]
    (second,) = chunks
    assert (first.start, first.end, second.start, second.end) == (0.0, 3 / 8, 3 / 8, 1.0)
    assert first.sample_rate == 22050
    # 0.1 s a character and what is left of the silence around it.
    assert len(first.samples) / 22050 == pytest.approx(0.3 + 0.06, abs=0.01)
    assert len(second.samples) / 22050 == pytest.approx(0.25 + 0.5 + 0.06, abs=0.01)
    assert float(np.abs(first.samples).max()) == 0.5


def test_what_would_be_a_command_to_the_synthesiser_is_none(program: Path) -> None:
    list(mac().speak("速度[[rate 900]]です。", mac().voices()[0]))
    assert "[" not in asked(program)[0][-1]


def test_a_text_without_anything_to_say_runs_nothing(program: Path) -> None:
    assert list(mac().speak("…", mac().voices()[0])) == []
    assert not (program / "asked").exists()


@pytest.mark.parametrize(
    ("voice", "message"),
    [
        ("Broken", "Voice `Broken' not found"),
        ("Odd", "made no sound that can be read"),
        ("Mute", "made no sound that can be read"),
    ],
)
def test_what_goes_wrong_is_told(program: Path, voice: str, message: str) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        mac().warm_up(Voice("say", voice, voice))
    assert caught.value.hint


def test_a_program_that_is_missing_is_told() -> None:
    with pytest.raises(EngineError, match="can't be started") as caught:
        SaySpeaker(program="no-such-say", platform="darwin").voices()
    assert "macOS" in caught.value.hint


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_elsewhere_than_on_a_mac_there_are_no_voices(program: Path, platform: str) -> None:
    speaker = SaySpeaker(platform=platform)
    assert speaker.voices() == []
    with pytest.raises(EngineError, match="part of macOS") as caught:
        list(speaker.speak("はい。", Voice("say", "Kyoko", "Kyoko")))
    assert "openjtalk" in caught.value.hint


def test_it_is_an_engine_of_the_settings() -> None:
    speaker = make_speaker(load_settings(None, None, environ={}, overrides={"tts.engine": "say"}))
    assert isinstance(speaker, SaySpeaker)
