"""Voices of a Wyoming server, such as Piper's or another one of Home Assistant, over the network.

What is spoken leaves this program: addresses that are neither this computer nor in a private
network are refused unless the settings allow them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from voicestream_tui.errors import EngineError
from voicestream_tui.model import Samples, SpeechChunk, Voice
from voicestream_tui.speak.parts import speakable_parts
from voicestream_tui.speak.pcm import WIDTHS, from_pcm
from voicestream_tui.speak.wyoming.info import ENGINE, ServerInfo, ServerVoice, read_info
from voicestream_tui.speak.wyoming.wire import Connection, Event, parse_address

log = logging.getLogger(__name__)

_FIRST, _LONGEST = 0.15, 1.0
"""Seconds of sound put together; servers send crumbs."""
_MOST_ODD = 20
_RATES = range(4000, 384001)
_WARM_UP = "はい。"


class WyomingSpeaker:
    """Speaks with a server's voices; each text has a connection of its own.

    Args:
        uri: "tcp://HOST:PORT" or "unix://PATH"; "" = there is no server.
        voice: The server's name of the voice to begin with; "" = the first Japanese one.
        speaker: Speaker of a voice with several, by name; "" = the server's choice.
        time_limit: Seconds for each wait.
        allow_remote: Whether the server may be outside this computer and private networks.
    """

    name = ENGINE

    def __init__(
        self,
        *,
        uri: str = "",
        voice: str = "",
        speaker: str = "",
        time_limit: float = 10.0,
        allow_remote: bool = False,
    ) -> None:
        self._uri = uri
        self._voice = voice
        self._speaker = speaker
        self._time_limit = time_limit
        self._allow_remote = allow_remote
        self._info: ServerInfo | None = None
        self._open: Connection | None = None
        self._interrupted = False
        self._seconds_per_character = 0.15

    def voices(self) -> list[Voice]:
        """The installed voices of the server, the one of the settings first; asks it.

        Without a server in the settings there are none.

        Raises:
            EngineError: the server is away or no such server, or does not have the voice.
        """
        if not self._uri:
            return []
        self._info = info = self._asked()
        voices = [one.voice for one in info.voices if one.installed]
        voices = voices or [one.voice for one in info.voices]
        if self._voice:
            first = info.find(self._voice)
            if first is None:
                names = ", ".join(voice.id for voice in voices[:20])
                raise EngineError(
                    f'wyoming.voice is "{self._voice}", which {self._uri} does not have.',
                    f"It has: {names}.",
                )
            voices = [first.voice, *(voice for voice in voices if voice != first.voice)]
        return voices

    def is_loaded(self, voice: Voice) -> bool:
        """Whether nothing has to be loaded here: the server is known."""
        return self._info is not None and self._info.find(voice.id) is not None

    def warm_up(self, voice: Voice) -> None:
        """Let the server load the voice.

        Raises:
            EngineError: as `speak`.
        """
        for _ in self.speak(_WARM_UP, voice):
            pass

    def speak(self, text: str, voice: Voice) -> Iterator[SpeechChunk]:
        """Yield the sound of a text as it arrives.

        Samples are float32 in [-1, 1] at the rate that the server sends. `start` and `end` are
        estimated from how long the sentences before took.

        Raises:
            EngineError: the server is away, silent, reports an error or sends no sound.
        """
        if not speakable_parts(text):
            return
        if not self._uri:
            raise EngineError(
                "No Wyoming server is known.", 'Set wyoming.uri = "tcp://HOST:10200".'
            )
        info = self._info = self._info or self._asked()
        wanted = info.find(voice.id)
        if wanted is None:
            self._info = None  # perhaps it comes back with other voices
            raise EngineError(
                f'The Wyoming server {self._uri} has no voice "{voice.id}".',
                "Choose another voice; voicestream-tui voices lists them.",
            )
        expected = max(len(text) * self._seconds_per_character, 0.5)
        made = 0.0
        try:
            for samples, rate in self._sound(text, wanted, streams=info.streams):
                start = min(made / expected, 0.99)
                made += len(samples) / rate
                yield SpeechChunk(samples, rate, start=start, end=min(made / expected, 0.99))
        except EngineError:
            self._info = None
            raise
        if not made:
            raise EngineError(
                f"The Wyoming server {self._uri} sent no sound for {text[:20]!r}.",
                "Its own log may say why; does the voice speak Japanese?",
            )
        if len(text) >= 5:
            self._seconds_per_character += 0.2 * (made / len(text) - self._seconds_per_character)

    def interrupt(self) -> None:
        """Hang up, and call nobody any more; from any thread."""
        self._interrupted = True
        if (connection := self._open) is not None:
            connection.interrupt()

    def close(self) -> None:
        """Nothing is open between two texts."""

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        address = parse_address(self._uri)
        self._open = connection = Connection(address, self._time_limit)
        try:
            if self._interrupted:
                raise EngineError(f"The Wyoming server {self._uri} is not needed any more.")
            connection.open(allow_remote=self._allow_remote)
            yield connection
        finally:
            self._open = None
            connection.close()

    def _asked(self) -> ServerInfo:
        with self._connection() as connection:
            connection.send(Event("describe"))
            event = self._expected(connection, "info")
        info = read_info(event.data)
        if info is None:
            raise EngineError(
                f"The Wyoming server {self._uri} does not speak: it has no speech program.",
                "Name the one that does in wyoming.uri; often it is another port.",
            )
        return info

    def _sound(
        self, text: str, wanted: ServerVoice, *, streams: bool
    ) -> Iterator[tuple[Samples, int]]:
        """The sound and its rate, in pieces of which the first is short."""
        least, pieces, length, rate = _FIRST, [np.zeros(0, np.float32)], 0, 0
        for samples, its_rate in self._crumbs(text, wanted, streams=streams):
            if rate and its_rate != rate and length:
                yield np.concatenate(pieces), rate
                pieces, length = [], 0
            rate = its_rate
            pieces.append(samples)
            length += len(samples)
            if length >= least * rate:
                yield np.concatenate(pieces), rate
                pieces, length, least = [], 0, min(2 * least, _LONGEST)
        if length:
            yield np.concatenate(pieces), rate

    def _crumbs(
        self, text: str, wanted: ServerVoice, *, streams: bool
    ) -> Iterator[tuple[Samples, int]]:
        with self._connection() as connection:
            connection.send(*self._request(text, wanted, streams=streams))
            last = "synthesize-stopped" if streams else "audio-stop"
            rest = b""
            while True:
                event = self._expected(connection, "audio-chunk", "audio-start", "audio-stop", last)
                if event.type == last:
                    return
                match event.type:
                    case "audio-chunk":
                        rate, width, channels = self._format(event)
                        data = rest + event.payload
                        whole = len(data) - len(data) % (width * channels)
                        rest = data[whole:]
                        if whole:
                            yield from_pcm(data[:whole], width, channels), rate
                    case _:
                        rest = b""

    def _expected(self, connection: Connection, *types: str) -> Event:
        """The next event of these types; a few others are passed over."""
        for _ in range(_MOST_ODD):
            event = connection.receive()
            if event.type in types:
                return event
            log.debug("wyoming: %s passed over", event.type)
        raise EngineError(
            f'The Wyoming server {self._uri} answers with "{event.type}" instead of "{types[0]}".',
            "Is it a server for speech? Check the port in wyoming.uri.",
        )

    def _request(self, text: str, wanted: ServerVoice, *, streams: bool) -> list[Event]:
        voice: dict[str, str] = {}
        if wanted.name:
            voice["name"] = wanted.name
            if wanted.speaker or self._speaker:
                voice["speaker"] = wanted.speaker or self._speaker
        who = {"voice": voice} if voice else {}
        if not streams:
            return [Event("synthesize", {"text": text, **who})]
        return [
            Event("synthesize-start", who),
            Event("synthesize-chunk", {"text": text}),
            Event("synthesize-stop"),
        ]

    def _format(self, event: Event) -> tuple[int, int, int]:
        """Rate, bytes a sample and channels."""
        told = [event.data.get(key) for key in ("rate", "width", "channels")]
        match told:
            case [int(rate), int(width), int(channels)]:
                if rate in _RATES and width in WIDTHS and 1 <= channels <= 16:
                    return rate, width, channels
        raise EngineError(
            f"The Wyoming server {self._uri} sends sound of a form that nothing here can read: "
            f"rate {told[0]}, width {told[1]}, channels {told[2]}.",
            "Choose another voice, or update the server.",
        )
