"""One question to a server: only to where it may go, and no longer than allowed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from voicestream_tui import __version__
from voicestream_tui.errors import EngineError
from voicestream_tui.private_network import is_near

_CONNECTING = 5.0
_BLOCK = 65_536
_ENDINGS = ("/chat/completions", "/models", "/completions")


class TooFarError(Exception):
    """The server is outside this computer and private networks; its address is the message."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is."""

    url: str
    """As the user wrote it, without a name and a password."""
    secure: bool
    host: str
    port: int
    path: str
    """What all its addresses begin with, such as /v1."""


def parse_place(url: str) -> Place:
    """Read the address of a server; /v1 is added where no path is named.

    Raises:
        EngineError: it is no address of one.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise EngineError(
            f'llm.url is "{url}", which is no address of a server.',
            'Write it as "http://127.0.0.1:11434" or "https://llm.example.org/v1"; a key belongs '
            "into a variable of the environment that llm.api_key_env names.",
        )
    secure = parts.scheme == "https"
    path = parts.path.rstrip("/")
    for ending in _ENDINGS:
        path = path.removesuffix(ending)
    return Place(url, secure, parts.hostname, port or (443 if secure else 80), path or "/v1")


class Exchange:
    """A question and its answer; a context manager. `interrupt` may be called by any thread."""

    def __init__(
        self, place: Place, *, allow_remote: bool, on_remote: Callable[[str], None]
    ) -> None:
        """Remember where to ask.

        Args:
            place: the server.
            allow_remote: it may be anywhere.
            on_remote: told the address if it is not near.
        """
        self._place = place
        self._allow_remote, self._on_remote = allow_remote, on_remote
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._answer: http.client.HTTPResponse | None = None
        self._interrupted = False
        self._deadline = 0.0

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, deadline: float
    ) -> http.client.HTTPResponse:
        """Send a question and wait for the head of the answer; follows no redirects.

        Raises:
            TooFarError: the server is not near, and nothing was sent.
            OSError: no answer, or none in time.
            http.client.HTTPException: the answer is no HTTP.
        """
        self._deadline = deadline
        place = self._place
        connect = min(_CONNECTING, self._left())
        connection: http.client.HTTPConnection
        if place.secure:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                place.host, place.port, timeout=connect, context=context
            )
        else:
            connection = http.client.HTTPConnection(place.host, place.port, timeout=connect)
        self._connection = connection
        connection.connect()
        with self._lock:
            self._socket = connection.sock
            interrupted = self._interrupted
        if interrupted:
            raise OSError("interrupted")
        self._check(connection)
        connection.sock.settimeout(self._left())
        all_headers = {"User-Agent": f"voicestream-tui/{__version__}", **headers}
        connection.request(method, place.path + path, body or None, all_headers)
        self._answer = connection.getresponse()
        return self._answer

    def blocks(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        """Yield the body as it comes.

        Raises:
            OSError: it breaks off, or has not ended in time.
            http.client.HTTPException: likewise.
        """
        while True:
            assert self._socket is not None
            self._socket.settimeout(self._left())
            block = answer.read1(_BLOCK)
            if not block:
                return
            yield block

    def interrupt(self) -> None:
        """Break the exchange off; whoever waits for it gets an OSError or an end."""
        with self._lock:
            self._interrupted = True
            if self._socket is not None:
                _shut(self._socket)

    @property
    def interrupted(self) -> bool:
        """Whether it was broken off from here."""
        return self._interrupted

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            opened, self._socket = self._socket, None
        if opened is not None:
            _shut(opened)
        for part in (self._answer, self._connection):
            if part is not None:
                part.close()

    def _check(self, connection: http.client.HTTPConnection) -> None:
        """Look to whom the connection leads before anything is said."""
        address = str(connection.sock.getpeername()[0])
        if is_near(address):
            return
        if not self._allow_remote:
            raise TooFarError(address)
        self._on_remote(address)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):  # it may be shut already
        opened.shutdown(socket.SHUT_RDWR)
