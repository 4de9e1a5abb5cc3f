"""Voices of a Wyoming server: a scripted one, and one of the real package."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Attribution, Describe, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker
from wyoming.server import AsyncEventHandler, AsyncServer, AsyncTcpServer
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
)

from tests.speak.wyoming_server import RATE, Client, Server, event, info, sound, voice
from voicestream_tui.assembly import make_speaker
from voicestream_tui.config import load_settings
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples
from voicestream_tui.speak.base import Interruptible
from voicestream_tui.speak.booth import Booth
from voicestream_tui.speak.pcm import from_pcm
from voicestream_tui.speak.wyoming.engine import WyomingSpeaker
from voicestream_tui.speak.wyoming.wire import parse_address

TEXT = "確認しました。続けます。"
PCM = (np.sin(np.arange(RATE) / 10) * 20000).astype("<i2")
"""One second."""

Answer = Callable[[str, dict[str, Any], Client], None]


def spoken(speaker: WyomingSpeaker, text: str = TEXT) -> tuple[Samples, int]:
    """All the sound that the first voice makes of a text, and its rate."""
    chunks = list(speaker.speak(text, speaker.voices()[0]))
    assert len({chunk.sample_rate for chunk in chunks}) == 1
    edges = [edge for chunk in chunks for edge in (chunk.start, chunk.end)]
    assert edges == sorted(edges)
    assert 0 <= edges[0] <= edges[-1] <= 1
    return np.concatenate([chunk.samples for chunk in chunks]), chunks[0].sample_rate


def answering(
    synthesis: Callable[[Client], None], described: bytes = info(voice("mari"))
) -> Answer:
    def answer(kind: str, data: dict[str, Any], client: Client) -> None:
        if kind == "describe":
            client.send(described)
        elif kind in ("synthesize", "synthesize-stop"):
            synthesis(client)

    return answer


def says(*parts: bytes) -> Callable[[Client], None]:
    return lambda client: client.send(b"".join(parts))


STOP = event("audio-stop")


def test_the_sound_of_a_server_is_heard() -> None:
    with Server(answering(says(event("audio-start"), sound(PCM.tobytes()), STOP))) as server:
        heard, rate = spoken(WyomingSpeaker(uri=server.uri))
    assert rate == RATE
    np.testing.assert_allclose(heard, PCM / 32768, atol=1e-6)
    assert server.heard[-1] == ("synthesize", {"text": TEXT, "voice": {"name": "mari"}})


def test_sound_is_yielded_while_the_server_still_makes_more() -> None:
    first_heard = threading.Event()

    def slow(client: Client) -> None:
        client.send(sound(PCM[: RATE // 2].tobytes()))
        assert first_heard.wait(20)
        client.send(sound(PCM[RATE // 2 :].tobytes()) + STOP)

    with Server(answering(slow)) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        chunks = speaker.speak(TEXT, speaker.voices()[0])
        first = next(chunks)
        first_heard.set()
        rest = list(chunks)
    assert len(first.samples) == RATE // 2
    assert sum(len(chunk.samples) for chunk in rest) == RATE // 2


def test_crumbs_are_put_together_and_samples_may_be_cut_between_them() -> None:
    data = PCM.tobytes()
    crumbs = [sound(data[at : at + 333]) for at in range(0, len(data), 333)]
    with Server(answering(says(*crumbs, STOP))) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        chunks = list(speaker.speak(TEXT, speaker.voices()[0]))
    assert len(chunks) < 8
    heard = np.concatenate([chunk.samples for chunk in chunks])
    np.testing.assert_allclose(heard, PCM / 32768, atol=1e-6)


def test_a_server_that_streams_gets_its_text_as_a_stream() -> None:
    described = info(voice("mari"), streams=True)
    two = says(sound(PCM.tobytes()), STOP, sound(PCM.tobytes()), STOP, event("synthesize-stopped"))
    with Server(answering(two, described)) as server:
        heard, _ = spoken(WyomingSpeaker(uri=server.uri))
    assert len(heard) == 2 * RATE
    assert [kind for kind, _ in server.heard if kind != "describe"] == [
        "synthesize-start",
        "synthesize-chunk",
        "synthesize-stop",
    ]


def test_voices_are_japanese_first_installed_ones_only_and_by_speaker() -> None:
    described = info(
        voice("amy", "en_GB"),
        voice("far", installed=False),
        voice("duo", "ja-JP", speakers=[{"name": "a"}, {"name": "b"}], description="A pair"),
    )
    with Server(answering(says(), described)) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        found = speaker.voices()
        assert [one.key for one in found] == [
            "wyoming:duo",
            "wyoming:duo#a",
            "wyoming:duo#b",
            "wyoming:amy",
        ]
        assert found[1].name == "A pair, a"
        assert [one.language for one in found] == ["ja", "ja", "ja", "en"]
        assert found[0].licence == "by somebody, https://example.org"
        wanted = WyomingSpeaker(uri=server.uri, voice="far").voices()
        assert [one.id for one in wanted][:2] == ["far", "duo"]


@pytest.mark.parametrize(("voice_id", "asked"), [("duo", "b"), ("duo#a", "a")])
def test_a_speaker_can_be_set_or_chosen(voice_id: str, asked: str) -> None:
    described = info(voice("duo", speakers=[{"name": "a"}, {"name": "b"}]))
    with Server(answering(says(sound(PCM.tobytes()), STOP), described)) as server:
        speaker = WyomingSpeaker(uri=server.uri, speaker="b")
        chosen = next(one for one in speaker.voices() if one.id == voice_id)
        assert list(speaker.speak(TEXT, chosen))
    assert server.heard[-1][1]["voice"] == {"name": "duo", "speaker": asked}


def test_a_server_without_a_list_of_voices_speaks_with_its_own() -> None:
    with Server(answering(says(sound(PCM.tobytes()), STOP), info())) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        assert [one.id for one in speaker.voices()] == ["test"]
        assert list(speaker.speak(TEXT, speaker.voices()[0]))
    assert server.heard[-1] == ("synthesize", {"text": TEXT})


@pytest.mark.parametrize(
    ("width", "channels", "data", "expected"),
    [
        (1, 1, bytes([0, 128, 192]), [-1.0, 0.0, 0.5]),
        (2, 2, b"\x00\x40\x00\x20", [0.375]),
        (3, 1, b"\x00\x00\x40\x00\x00\xc0", [0.5, -0.5]),
        (4, 1, b"\x00\x00\x00\x80", [-1.0]),
        (2, 1, b"\x00\x40\x00", [0.5]),
    ],
)
def test_sound_of_every_width_is_read(
    width: int, channels: int, data: bytes, expected: list[float]
) -> None:
    np.testing.assert_allclose(from_pcm(data, width, channels), expected, atol=1e-6)


def test_numbers_may_begin_with_the_large_end() -> None:
    np.testing.assert_allclose(from_pcm(b"\x40\x00\xc0\x00", 2, big_endian=True), [0.5, -0.5])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (says(event("error", {"text": "no such model"})), "no such model"),
        (says(b'{"type": "audio-chunk", "payload_length": 100}\n123'), "hung up"),
        (says(b"HTTP/1.1 400 Bad Request\r\n"), "does not speak the Wyoming protocol"),
        (says(b"[1, 2]\n"), "does not speak the Wyoming protocol"),
        (says(b'{"type": "audio-chunk", "payload_length": 99999999999}\n'), "does not speak"),
        (says(b'{"type": "x", "data_length": 3}\n[1]'), "does not speak"),
        (says(sound(b"1234", rate=0), STOP), "of a form that nothing here can read"),
        (says(sound(b"1234", width=7), STOP), "of a form that nothing here can read"),
        (says(*[event("pong")] * 20), 'answers with "pong" instead of "audio-chunk"'),
        (says(STOP), "sent no sound"),
        (says(), "hung up"),
    ],
)
def test_what_goes_wrong_in_an_answer_is_told(
    answer: Callable[[Client], None], message: str
) -> None:
    def then_hang_up(client: Client) -> None:
        answer(client)
        raise OSError

    with Server(answering(then_hang_up)) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        mari = speaker.voices()[0]
        with pytest.raises(EngineError, match=message) as caught:
            list(speaker.speak(TEXT, mari))
        assert caught.value.hint


def test_a_server_that_falls_silent_is_not_waited_for_without_end() -> None:
    with Server(answering(lambda client: client.wait_for_hang_up())) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        mari = speaker.voices()[0]
        speaker._time_limit = 0.2  # only now, when nothing else can take longer
        with pytest.raises(EngineError, match=r"silent for 0\.2 seconds") as caught:
            list(speaker.speak(TEXT, mari))
        assert "wyoming.time_limit" in caught.value.hint


def test_closing_does_not_wait_for_a_silent_server() -> None:
    asked = threading.Event()

    def silent(client: Client) -> None:
        asked.set()
        client.wait_for_hang_up()

    with Server(answering(silent)) as server:
        booth = Booth("wyoming", lambda: WyomingSpeaker(uri=server.uri, time_limit=600.0))
        mari = booth.voices()[0]
        told: list[str] = []
        booth.load_later(lambda speaker: mari, lambda voice, error: told.append(str(error)))
        assert asked.wait(20)
        booth.close()
        assert booth.join(20)
        assert told == []


def test_whoever_is_interrupted_calls_nobody_any_more() -> None:
    with Server(answering(says(sound(PCM.tobytes()), STOP))) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        assert isinstance(speaker, Interruptible)
        speaker.interrupt()
        with pytest.raises(EngineError, match="not needed any more"):
            speaker.voices()
        assert server.connections == 0


def test_a_server_that_came_back_is_used_again() -> None:
    broken = True

    def moody(client: Client) -> None:
        if broken:
            raise OSError
        client.send(sound(PCM.tobytes()) + STOP)

    with Server(answering(moody)) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        mari = speaker.voices()[0]
        with pytest.raises(EngineError):
            list(speaker.speak(TEXT, mari))
        broken = False
        assert list(speaker.speak(TEXT, mari))
    with pytest.raises(EngineError, match="There is no Wyoming server at tcp://127"):
        list(speaker.speak(TEXT, mari))


def test_leaving_off_in_the_middle_hangs_up() -> None:
    over = threading.Event()

    def endless(client: Client) -> None:
        client.send(sound(PCM.tobytes()))
        client.wait_for_hang_up()
        over.set()

    with Server(answering(endless)) as server:
        speaker = WyomingSpeaker(uri=server.uri)
        chunks = speaker.speak(TEXT, speaker.voices()[0])
        next(chunks)
        chunks.close()  # type: ignore[attr-defined]
        assert over.wait(20)


def test_a_voice_that_the_server_does_not_have_is_told() -> None:
    with Server(answering(says())) as server:
        with pytest.raises(EngineError, match=r'wyoming\.voice is "eve"') as caught:
            WyomingSpeaker(uri=server.uri, voice="eve").voices()
        assert "mari" in caught.value.hint


def test_a_server_for_something_else_is_told() -> None:
    with (
        Server(answering(says(), event("info", {"asr": []}))) as server,
        pytest.raises(EngineError, match="does not speak: it has no speech program"),
    ):
        WyomingSpeaker(uri=server.uri).voices()


def test_a_socket_of_this_computer_can_be_the_address(tmp_path: Path) -> None:
    path = str(tmp_path / "tts.sock")
    with Server(answering(says(sound(PCM.tobytes()), STOP)), path) as server:
        assert len(spoken(WyomingSpeaker(uri=server.uri))[0]) == RATE
    with pytest.raises(EngineError, match="There is no Wyoming server at unix://"):
        WyomingSpeaker(uri="unix:///nowhere/at/all.sock").voices()


@pytest.mark.parametrize("uri", ["http://a:1", "tcp://", "tcp://a:99999", "unix://", "piper"])
def test_an_address_that_is_none_is_told(uri: str) -> None:
    with pytest.raises(EngineError, match="no address of a Wyoming server") as caught:
        parse_address(uri)
    assert "tcp://" in caught.value.hint


def test_a_server_far_away_gets_no_text_unless_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[object] = []

    def no_network(connection: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    with pytest.raises(EngineError, match="neither this computer nor in a private") as caught:
        WyomingSpeaker(uri="tcp://8.8.8.8:10200").voices()
    assert "wyoming.allow_remote" in caught.value.hint
    assert tried == []
    with pytest.raises(EngineError, match="refused"):
        WyomingSpeaker(uri="tcp://8.8.8.8:10200", allow_remote=True).voices()
    assert tried == [("8.8.8.8", 10200)]


def test_without_a_server_in_the_settings_there_are_no_voices() -> None:
    assert WyomingSpeaker().voices() == []


def test_the_settings_reach_the_engine() -> None:
    with Server(answering(says(sound(PCM.tobytes()), STOP))) as server:
        overrides = {"wyoming.uri": server.uri, "wyoming.voice": "mari", "tts.engine": "wyoming"}
        speaker = make_speaker(load_settings(None, None, environ={}, overrides=overrides))
        assert isinstance(speaker, WyomingSpeaker)
        assert len(spoken(speaker)[0]) == RATE


# --- the real package as the server ---------------------------------------------------------------


class Real(AsyncEventHandler):
    """Speaks a quarter of a second a character, each its own level."""

    streams = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._text: list[str] = []

    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            await self.write_event(self._info().event())
        elif Synthesize.is_type(event.type):
            asked = Synthesize.from_event(event)
            if asked.voice is None or asked.voice.name != "mari":
                await self.write_event(Error("which voice?").event())
            else:
                await self._say(asked.text)
        elif SynthesizeStart.is_type(event.type):
            self._text = []
        elif SynthesizeChunk.is_type(event.type):
            self._text.append(SynthesizeChunk.from_event(event).text)
        elif SynthesizeStop.is_type(event.type):
            for sentence in "".join(self._text).split("。"):
                if sentence:
                    await self._say(sentence)
            await self.write_event(SynthesizeStopped().event())
        return True

    async def _say(self, text: str) -> None:
        await self.write_event(AudioStart(RATE, 2, 1).event())
        for character in text:
            level = ord(character) % 100 * 100
            audio = np.full(RATE // 4, level, "<i2").tobytes()
            await self.write_event(AudioChunk(RATE, 2, 1, audio).event())
        await self.write_event(AudioStop().event())

    def _info(self) -> Info:
        about: dict[str, Any] = {
            "attribution": Attribution("us", "https://example.org"),
            "installed": True,
            "description": None,
            "version": "1",
        }
        speakers = [TtsVoiceSpeaker("one")]
        mari = TtsVoice(name="mari", languages=["ja_JP"], speakers=speakers, **about)
        program = TtsProgram(
            name="real", voices=[mari], supports_synthesize_streaming=self.streams, **about
        )
        return Info(tts=[program])


class Streaming(Real):
    streams = True


@pytest.fixture(params=[Real, Streaming])
def real_server(request: pytest.FixtureRequest) -> Iterator[str]:
    uris: list[str] = []
    started = threading.Event()
    loop = asyncio.new_event_loop()
    server = AsyncServer.from_uri("tcp://127.0.0.1:0")

    async def serve() -> None:
        await server.start(request.param)
        assert isinstance(server, AsyncTcpServer)
        assert isinstance(server._server, asyncio.Server)
        uris.append(f"tcp://127.0.0.1:{server._server.sockets[0].getsockname()[1]}")
        started.set()
        await asyncio.get_running_loop().create_future()

    async def stop() -> None:
        task.cancel()
        await server.stop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    task = loop.create_task(serve())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    assert started.wait(20)
    yield uris[0]
    asyncio.run_coroutine_threadsafe(stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


def test_a_server_of_the_real_package_speaks(real_server: str) -> None:
    speaker = WyomingSpeaker(uri=real_server)
    (mari,) = speaker.voices()
    assert mari.key == "wyoming:mari"
    speaker.warm_up(mari)
    heard, rate = spoken(speaker, "あいう。")
    levels = [round(float(level) * 32768) for level in heard[RATE // 8 :: RATE // 4]]
    assert levels[:3] == [ord(character) % 100 * 100 for character in "あいう"]
    assert rate == RATE
