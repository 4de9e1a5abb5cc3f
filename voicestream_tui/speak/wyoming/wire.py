"""The Wyoming protocol: events over a socket, each a line of JSON and perhaps bytes behind it.

The line has "type" and may have "data", "data_length" (bytes of more data, as JSON) and
"payload_length" (bytes of sound), in this order. Source: the package wyoming, event.py, and
https://github.com/OHF-Voice/wyoming.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from voicestream_tui.errors import EngineError
from voicestream_tui.private_network import is_near

_PORT = 10200
"""Of Piper's server; others have no common one."""
_LONGEST_LINE = 1 << 20
_LONGEST_BODY = 64 << 20
"""Bytes; who announces more is no such server."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of either side."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    def encoded(self) -> bytes:
        """The bytes on the wire, its data behind the line as newer servers do it."""
        head: dict[str, Any] = {"type": self.type}
        data = json.dumps(dict(self.data), ensure_ascii=False).encode() if self.data else b""
        if data:
            head["data_length"] = len(data)
        if self.payload:
            head["payload_length"] = len(self.payload)
        return json.dumps(head).encode() + b"\n" + data + self.payload


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: a socket's path, or host and port."""

    uri: str
    path: str = ""
    host: str = ""
    port: int = 0


def parse_address(uri: str) -> Address:
    """Read tcp://HOST:PORT or unix://PATH.

    Raises:
        EngineError: it is neither.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme == "unix" and (parts.netloc or parts.path):
        return Address(uri, path=parts.netloc + parts.path)
    if parts.scheme == "tcp" and parts.hostname and parts.path in ("", "/"):
        return Address(uri, host=parts.hostname, port=port or _PORT)
    raise EngineError(
        f'wyoming.uri is "{uri}", which is no address of a Wyoming server.',
        f'Write it as "tcp://192.168.1.20:{_PORT}" or "unix:///run/piper.sock".',
    )


class Connection:
    """A connection to a server.

    Args:
        address: Where to.
        time_limit: Seconds for connecting, and for each wait.
    """

    def __init__(self, address: Address, time_limit: float) -> None:
        self._address = address
        self._time_limit = time_limit
        self._buffer = bytearray()
        self._socket = socket.socket()
        self._interrupted = False

    def open(self, *, allow_remote: bool) -> None:
        """Connect.

        Args:
            allow_remote: whether an address outside this computer and private networks will do.

        Raises:
            EngineError: the server is away, or too far away.
        """
        try:
            self._connect(allow_remote=allow_remote)
        except OSError as error:
            raise EngineError(
                f"There is no Wyoming server at {self._address.uri}: {error.strerror or error}.",
                "Start it, or correct wyoming.uri.",
            ) from error

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def interrupt(self) -> None:
        """End every wait, also for the connection; from any thread. `close` is still needed."""
        self._interrupted = True
        with suppress(OSError):  # it is not connected
            self._socket.shutdown(socket.SHUT_RDWR)

    def send(self, *events: Event) -> None:
        """Send events.

        Raises:
            EngineError: the server has gone, or does not read.
        """
        try:
            self._socket.sendall(b"".join(event.encoded() for event in events))
        except OSError as error:
            raise self._broken(error) from error

    def receive(self) -> Event:
        """Wait for the next event.

        Raises:
            EngineError: the server has gone, is silent, reports an error or speaks another
                protocol.
        """
        line = self._line()
        try:
            head = json.loads(line)
            kind, data = head["type"], dict(head.get("data") or {})
            more, payload = int(head.get("data_length") or 0), int(head.get("payload_length") or 0)
            if not isinstance(kind, str) or not 0 <= more + payload <= _LONGEST_BODY:
                raise ValueError(f"{more + payload} bytes")
            if more:
                data |= json.loads(self._exactly(more))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(
                f"{self._address.uri} does not speak the Wyoming protocol: {line[:60]!r}.",
                "Check the port in wyoming.uri.",
            ) from error
        event = Event(kind, data, self._exactly(payload))
        if event.type == "error":
            raise EngineError(
                f"The Wyoming server {self._address.uri} reports an error: "
                f"{data.get('text') or 'it does not say which'}.",
                "Its own log has the details.",
            )
        return event

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _LONGEST_LINE:
                raise EngineError(
                    f"{self._address.uri} does not speak the Wyoming protocol: a line without end.",
                    "Check the port in wyoming.uri.",
                )
            self._read()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._read()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _read(self) -> None:
        try:
            received = self._socket.recv(1 << 16)
        except OSError as error:
            raise self._broken(error) from error
        if not received:
            raise EngineError(
                f"The Wyoming server {self._address.uri} hung up in the middle of an answer.",
                "Its own log may say why.",
            )
        self._buffer += received

    def _broken(self, error: OSError) -> EngineError:
        if isinstance(error, TimeoutError):
            return EngineError(
                f"The Wyoming server {self._address.uri} has been silent for "
                f"{self._time_limit:g} seconds.",
                "Is it too busy? wyoming.time_limit gives it longer.",
            )
        return EngineError(
            f"The connection to {self._address.uri} broke: {error.strerror or error}.",
            "Is the server still running?",
        )

    def _connect(self, *, allow_remote: bool) -> None:
        address = self._address
        if address.path:
            if not hasattr(socket, "AF_UNIX"):
                raise OSError("this system has no such sockets")
            self._try(socket.AF_UNIX, address.path)
            return
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        places = [
            (place[0], place[4])
            for place in dict.fromkeys(found)
            if allow_remote or is_near(str(place[4][0]))
        ]
        if not places:
            raise EngineError(
                f"{address.uri} is neither this computer nor in a private network: what your agent "
                "writes would be sent there.",
                "If that is what you want, set wyoming.allow_remote = true.",
            )
        for number, (family, place) in enumerate(places, 1):
            try:
                self._try(family, place)
            except OSError:
                if number == len(places) or self._interrupted:
                    raise
            else:
                return

    def _try(self, family: int, place: tuple[Any, ...] | str) -> None:
        self._socket.close()
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        if self._interrupted:
            raise OSError("it is not needed any more")
        self._socket.settimeout(self._time_limit)
        self._socket.connect(place)
