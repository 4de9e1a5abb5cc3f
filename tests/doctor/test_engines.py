"""Engines that the settings name: what they answered is judged, and real ones are tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.make_test_models.translators import make_marian
from tests.doctor.machines import machine, settings
from voicestream_tui.doctor.asking import other_computer
from voicestream_tui.doctor.child import Answer, probe
from voicestream_tui.doctor.finding import Finding, Status
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.doctor.speech import judge as judge_speech
from voicestream_tui.doctor.speech import speech
from voicestream_tui.doctor.translation import judge as judge_translation
from voicestream_tui.doctor.translation import translation

BROKEN = Answer(problem="There is no model.", hint="Fetch one.")
TRANSLATED = Answer({"english": "Hi.", "japanese": "はい。", "load": 0.5, "seconds": 0.04})


def spoken(**more: Any) -> Answer:
    said = {
        "voice": "e:v",
        "known": ["e:v"],
        "broken": {},
        "wanted": {"tts.voice": "", "tts.subagent_voice": ""},
        "absent": [],
        "processor": "",
        "load": 0.5,
        "first": 0.05,
        "seconds": 0.2,
        "sound": 1.5,
    }
    return Answer({**said, **more})


def lacking(*voices: str) -> Answer:
    keys = ("tts.voice", "tts.subagent_voice")
    wanted = dict(zip(keys, [*voices, ""], strict=False))
    return spoken(wanted=wanted, absent=[key for key, voice in wanted.items() if voice])


def test_a_translation_is_shown_with_its_time() -> None:
    found = judge_translation("starter", TRANSLATED, False)
    assert found.status is Status.OK
    assert "a sentence in 40 ms" in found.message
    assert "はい。" in found.message


def test_an_engine_that_fails_is_worse_without_another_one() -> None:
    alone = judge_translation("opus-mt", BROKEN, False)
    assert (alone.status, alone.remedy) == (Status.FAIL, "Fetch one.")
    assert judge_translation("opus-mt", BROKEN, True).status is Status.WARN


def test_no_translation_and_a_slow_one_are_warned_of() -> None:
    for more in ({"japanese": " "}, {"seconds": 2.5}):
        found = judge_translation("starter", Answer({**TRANSLATED.value, **more}), False)
        assert found.status is Status.WARN
        assert found.remedy


def test_speech_is_shown_with_what_it_runs_on() -> None:
    (found,) = judge_speech("piper", spoken(processor="CUDA"), False)
    assert found.status is Status.OK
    assert "e:v on CUDA" in found.message


def test_silence_slowness_and_broken_voices_are_told() -> None:
    assert judge_speech("x", spoken(sound=0.0), False)[0].status is Status.FAIL
    assert judge_speech("x", spoken(seconds=3.0), False)[0].status is Status.WARN
    _, voice = judge_speech("x", spoken(broken={"e:w": "no .json"}), False)
    assert (voice.name, voice.status) == ("e:w", Status.WARN)
    assert judge_speech("x", BROKEN, False)[0].status is Status.FAIL


def spoken_with(answers: dict[str, Answer], **overrides: object) -> list[Finding]:
    return speech(machine(settings(**overrides), answers))


def test_a_voice_that_no_engine_has_fails() -> None:
    engine, voice = spoken_with(
        {"probe_engines:speak": lacking("nobody"), "probe_engines:voices": Answer([])},
        tts__voice="nobody",
    )
    assert engine.status is Status.OK
    assert voice.status is Status.FAIL
    assert 'tts.voice = "nobody"' in voice.message
    assert "e:v" in voice.remedy


def test_a_voice_of_an_engine_beside_the_chain_is_none_that_is_missing() -> None:
    others = Answer([{"key": "piper:anna", "names": ["anna", "piper:anna"]}])
    (found,) = spoken_with(
        {"probe_engines:speak": lacking("anna"), "probe_engines:voices": others},
        tts__voice="anna",
    )
    assert found.status is Status.OK


def test_a_voice_of_the_second_engine_of_a_chain_is_found() -> None:
    answers = {
        "probe_engines:speak piper": lacking("mei"),
        "probe_engines:speak openjtalk": spoken(),
    }
    found = spoken_with(answers, tts__engine="piper, openjtalk", tts__voice="mei")
    assert [finding.status for finding in found] == [Status.OK, Status.OK]


def test_an_engine_on_another_computer_is_not_asked() -> None:
    def never(name: str, limit: float, /, **arguments: Any) -> Answer:
        raise AssertionError("it was asked")

    wanted = settings(tts__engine="wyoming", wyoming__uri="tcp://192.168.1.20:10200")
    (found,) = speech(machine(wanted, probe=never))
    assert found.status is Status.OK
    assert "192.168.1.20" in found.message


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("tcp://192.168.1.20:10200", "192.168.1.20"),
        ("tcp://127.0.0.1:10200", ""),
        ("tcp://localhost:10200", ""),
        ("unix:///run/piper.sock", ""),
        ("", ""),
        ("home.lan:10200", "home.lan"),
    ],
)
def test_other_computers_are_told_from_this_one(address: str, host: str) -> None:
    assert other_computer(settings(wyoming__uri=address), "wyoming") == host


@pytest.fixture
def models(tmp_path: Path) -> Path:
    make_marian(tmp_path / "models/opus-mt")
    return tmp_path / "models"


def real(models: Path, **overrides: object) -> Machine:
    return machine(settings(models__folder=str(models), **overrides), probe=probe)


def test_a_real_model_is_loaded_and_one_that_is_damaged_is_told(models: Path) -> None:
    wanted = real(models, translation__engine="opus-mt")
    (found,) = translation(wanted)
    assert found.status is not Status.FAIL, found
    assert found.details["load"]
    file = models / "opus-mt/model.bin"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    (found,) = translation(wanted)
    assert found.status is Status.FAIL
    assert "opus-mt" in found.message
    assert found.remedy


def test_trying_engines_writes_nothing_into_a_model_s_folder(models: Path) -> None:
    before = sorted(models.rglob("*"))
    translation(real(models, translation__engine="opus-mt", translation__vocabulary_map=True))
    assert sorted(models.rglob("*")) == before


def test_the_shipped_voice_speaks() -> None:
    (found,) = speech(machine(probe=probe))
    assert found.status is not Status.FAIL, found
    assert found.details["voice"] == "openjtalk:mei"
    assert found.details["sound"]
