"""What is opened for a run is closed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.fakes import EventLog, ListSource
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.assembly import Assembly, Input, Job, make_speaker
from voicestream_tui.config import load_settings
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Failed
from voicestream_tui.speak.piper.engine import PiperSpeaker
from voicestream_tui.speak.piper.options import PiperOptions
from voicestream_tui.speak.registry import speakers


def test_an_agent_is_stopped_although_no_pipeline_could_be_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_output(*args: object, **settings: object) -> None:
        raise AudioError("There is no such device.")

    monkeypatch.setattr("voicestream_tui.assembly.open_output", no_output)
    source = ListSource(end=False)
    assembly = Assembly(load_settings(None, None), Job(lambda: Input(source, TextDecoder())))
    with pytest.raises(AudioError):
        assembly.make_pipeline(lambda event: None)
    assembly.close()
    assert source.closed.is_set()


def test_what_fails_before_anybody_listens_is_told_to_the_first_who_does() -> None:
    job = Job(lambda: Input(ListSource(), TextDecoder()), record=Path("/dev/full"))
    assembly = Assembly(
        load_settings(None, None, environ={}, overrides={"audio.device": "none"}), job
    )
    log = EventLog()
    try:
        assembly.start()
        assert assembly._recorder is not None
        assembly._recorder._thread.join(20)  # the disk is full from the first byte on
        assembly.make_pipeline(log)
        assert ["/dev/full" in event.message for event in log.of(Failed)] == [True]
    finally:
        assembly.close()


class AnySpeaker:
    """Takes what every speech engine is told, and a setting of its own."""

    def __init__(
        self, voices_dir: Path, models_dir: Path, device: str, *, style: str = "plain"
    ) -> None:
        self.told = (voices_dir, models_dir, device, style)


def test_a_speech_engine_is_made_with_the_fields_of_its_own_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = {**speakers._addresses, "any-one": f"{__name__}:AnySpeaker"}
    monkeypatch.setattr(speakers, "_addresses", addresses, raising=False)
    overrides = {"tts.voices_dir": "/v", "models.folder": "/m", "tts.device": "cpu"}
    settings = load_settings(None, None, environ={}, overrides=overrides)
    made = make_speaker(
        settings.model_copy(update={"engines": {"any-one": {"style": "sad"}}}), "any-one"
    )
    assert isinstance(made, AnySpeaker)
    assert made.told == (Path("/v"), Path("/m"), "cpu", "sad")


def test_the_settings_of_piper_reach_its_voices() -> None:
    overrides = {"piper.speaker": "female", "piper.noise_w": 0.3, "tts.device": "cpu"}
    speaker = make_speaker(load_settings(None, None, environ={}, overrides=overrides), "piper")
    assert isinstance(speaker, PiperSpeaker)
    assert speaker._options == PiperOptions("cpu", "female", noise_w=0.3)
