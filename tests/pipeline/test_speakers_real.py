"""The real engines, one after another, while they speak."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.make_test_models.kokoro_files import make_kokoro
from scripts.make_test_models.vits_files import make_coqui
from scripts.make_test_models.voices import make_voice
from tests.pipeline.fakes import (
    RATE,
    EventLog,
    FakeTranslator,
    Listening,
    ListSource,
    ManualOutput,
)
from tests.speak.fake_say import install
from tests.speak.wyoming_server import Client, Server, event, info, sound, voice
from voicestream_tui.agent.formats import TextDecoder
from voicestream_tui.assembly import make_speaker
from voicestream_tui.audio.player import Player
from voicestream_tui.config import Settings, load_settings
from voicestream_tui.model import Failed, SpeakingStarted, Voice, VoiceChanged
from voicestream_tui.pipeline import Pipeline, PipelineOptions, VoiceRoom
from voicestream_tui.speak.base import Speaker
from voicestream_tui.speak.chain import SpeakerChoice
from voicestream_tui.speak.macos_say import SaySpeaker
from voicestream_tui.speak.openjtalk.hts_voices import packaged_voice

ENGINES = ("openjtalk", "piper", "kokoro", "vits", "wyoming", "say")


def answer(kind: str, data: dict[str, Any], client: Client) -> None:
    """A server that hums half a second, whatever it is given."""
    if kind == "describe":
        client.send(info(voice("mari")))
    elif kind == "synthesize":
        hum = (np.sin(np.arange(8000) / 8) * 9000).astype("<i2").tobytes()
        client.send(sound(hum[:6000]) + sound(hum[6000:]) + event("audio-stop"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("voices")
    make_voice(made / "small")
    make_kokoro(made / "kokoro", ("jf_alpha",))
    make_coqui(made / "coqui")
    mei = packaged_voice()
    assert mei is not None
    assert mei.path is not None
    for mood in ("neutral", "happy"):
        shutil.copy(mei.path, made / f"anna-{mood}.htsvoice")
    return made


@pytest.fixture
def settings(folder: Path) -> Iterator[Settings]:
    with Server(answer) as server:
        overrides = {"tts.voices_dir": str(folder), "wyoming.uri": server.uri}
        yield load_settings(None, None, environ={}, overrides=overrides)


@pytest.mark.parametrize(
    "key",
    [
        "piper:ja_JP-small-medium",
        "kokoro:jf_alpha",
        "vits:coqui",
        "wyoming:mari",
        "say:Kyoko",
        "openjtalk:anna",
    ],
)
def test_one_switches_to_an_engine_and_back(key: str, settings: Settings, tmp_path: Path) -> None:
    say = install(tmp_path)

    def make(engine: str) -> Speaker:
        if engine == "say":
            return SaySpeaker(program=str(say), platform="darwin")
        return make_speaker(settings, engine)

    log, output, player = EventLog(), ManualOutput(), Player(RATE)
    source = ListSource("", end=False)
    pipeline = Pipeline(
        source,
        TextDecoder(),
        FakeTranslator,
        log,
        voice_room=VoiceRoom(
            SpeakerChoice(("openjtalk",), make, ENGINES), player, output, lambda entry: "鳥です。"
        ),
        options=PipelineOptions(sentence_gap=0.1, paragraph_gap=0.1),
    )

    def known() -> dict[str, Voice]:
        return {voice.key: voice for voice in pipeline.voices()}

    hall = Listening()
    hall.pipeline, hall.player, hall.output, hall.log = pipeline, player, output, log
    pipeline.start()
    try:
        log.wait_for(lambda: bool(log.of(VoiceChanged)), 60)
        for count, wanted in enumerate(("openjtalk:mei", key, "openjtalk:mei"), 1):
            if count > 1:
                log.wait_for(lambda key=wanted: key in known(), 60)  # type: ignore[misc]
                pipeline.set_voice(known()[wanted])
                log.wait_for(lambda now=count: len(log.of(VoiceChanged)) == now, 60)  # type: ignore[misc]
            before = len(output.sound)
            source.push("One bird.")
            source.push("")
            hall.pull_until(
                lambda now=count: len(log.of(SpeakingStarted)) >= now and player.idle  # type: ignore[misc]
            )
            assert np.abs(output.sound[before:]).max() > 0.02
        assert [event.voice for event in log.of(SpeakingStarted)] == [
            "openjtalk:mei",
            key,
            "openjtalk:mei",
        ]
        assert log.of(Failed) == []
    finally:
        pipeline.close()
