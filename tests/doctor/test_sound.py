from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.cli.command import run
from tests.doctor.machines import machine, settings
from tests.null_sink import RATE, NullSink, missing
from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, Status
from voicestream_tui.doctor.probe_sound import chord
from voicestream_tui.doctor.sound import judge_devices, judge_tone, tone

NO_LIBRARY = Answer(problem="The PortAudio library was not found.", hint="apt install it")
CARD = {"name": "card (ALSA, 48000 Hz)", "default": True}


def found(*devices: dict[str, object], problem: str = "") -> Answer:
    return Answer(
        {"version": "V19", "devices": list(devices), "problem": problem, "hint": "Devices: card"}
    )


def last(answer: Answer, wanted: str = "") -> Finding:
    return judge_devices(answer, wanted)[-1]


def test_a_device_is_ok_and_named() -> None:
    portaudio, device = judge_devices(found(CARD), "")
    assert (portaudio.status, device.status) == (Status.OK, Status.OK)
    assert "card (ALSA, 48000 Hz), the default" in device.message


def test_without_portaudio_nothing_can_be_heard() -> None:
    assert last(NO_LIBRARY).status is Status.FAIL
    assert last(NO_LIBRARY).remedy == "apt install it"
    assert last(NO_LIBRARY, "none").status is Status.OK


def test_without_a_device_nothing_can_be_heard() -> None:
    assert last(found()).status is Status.FAIL
    assert last(found({**CARD, "default": False})).status is Status.FAIL
    assert last(found(), "none").status is Status.OK


def test_without_any_device_the_name_of_one_changes_nothing() -> None:
    named = last(found(problem="There is no sound device “x”."), "x")
    assert (named.status, named.message, named.remedy) == (
        Status.FAIL,
        last(found()).message,
        last(found()).remedy,
    )


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    device = last(found(CARD, problem="There is no sound device “x”."), "x")
    assert device.status is Status.FAIL
    assert "Devices: card" in device.remedy


def played(**more: Any) -> Answer:
    said = {"device": "card", "problems": [], "underflows": 0, "played": True}
    return Answer({**said, **more})


@pytest.mark.parametrize(
    ("answer", "status", "word"),
    [
        (played(), Status.OK, "card took a tone"),
        (played(underflows=3), Status.WARN, "3 times"),
        (played(played=False), Status.FAIL, "only a part"),
        (played(problems=[["It is gone.", "Plug it in."]]), Status.FAIL, "It is gone."),
        (Answer(problem="It did not end within 15 s."), Status.FAIL, "15 s"),
    ],
)
def test_what_became_of_the_tone_is_told(answer: Answer, status: Status, word: str) -> None:
    judged = judge_tone(answer, "low", 1.0)
    assert judged.status is status
    assert word in judged.message


def test_a_tone_at_no_volume_is_no_proof() -> None:
    assert judge_tone(played(), "low", 0.0).status is Status.WARN


def test_the_tone_is_played_only_if_asked_for() -> None:
    assert "--sound" in tone(machine())[0].message
    asked = machine(answers={"probe_sound:play": played()}, sound=True)
    assert "took a tone" in tone(asked)[0].message
    silent = machine(settings(audio__device="none"), sound=True)
    assert tone(silent)[0].status is Status.WARN


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_the_tone_is_soft_and_has_no_click(rate: int) -> None:
    samples = chord(rate)
    assert samples.dtype == np.float32
    assert len(samples) == round(0.9 * rate)
    assert 0.05 < np.abs(samples).max() <= 0.12
    assert abs(samples[0]) < 1e-4
    assert np.abs(samples[-rate // 100 :]).max() < 1e-3


@pytest.mark.alone
@pytest.mark.skipif(bool(missing()), reason=missing() or "all there")
def test_the_tone_comes_out_of_the_device() -> None:
    with NullSink() as sink, sink.record() as recording:
        result = run("doctor", "--sound", variables=sink.environment)
        recording.advance(0.3)
        heard = recording.stop()
    line = next(line for line in result.out.splitlines() if "  tone  " in line)
    assert "ok" in line, result.out
    assert "took a tone" in line
    sounding = np.flatnonzero(np.abs(heard) > 1e-3)
    assert len(sounding), "nothing was heard"
    assert 0.5 * RATE < sounding[-1] - sounding[0] < RATE
