"""A server on this computer that behaves like a hub of models, with everything that goes wrong.

Each path has a script: one behaviour for each time that it is asked, then it serves the file.
"""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 20.0
"""Seconds after which a silent server gives up, so that a broken test ends."""


@dataclass
class Reply:
    """One question, and the means to answer it."""

    handler: BaseHTTPRequestHandler
    content: bytes
    hub: Hub

    @property
    def start(self) -> int | None:
        """Where the wanted part begins; None if the whole is wanted."""
        asked = self.handler.headers.get("Range")
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked else None

    def head(self, status: int, **headers: object) -> None:
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), str(value))
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()


Behaviour = Callable[[Reply], None]


def etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'


def serve(reply: Reply) -> None:
    """The whole, or the part that is wanted of the same file."""
    start, tag = reply.start, etag(reply.content)
    same = reply.handler.headers.get("If-Range", tag) == tag
    whole = len(reply.content)
    if start is None or not same:
        reply.head(200, Content_Length=whole, ETag=tag)
        reply.write(reply.content)
    elif start >= whole:
        reply.head(416, Content_Range=f"bytes */{whole}", Content_Length=0)
    else:
        reply.head(
            206,
            Content_Length=whole - start,
            Content_Range=f"bytes {start}-{whole - 1}/{whole}",
            ETag=tag,
        )
        reply.write(reply.content[start:])


def without_ranges(reply: Reply) -> None:
    reply.head(200, Content_Length=len(reply.content))
    reply.write(reply.content)


def ignoring_if_range(reply: Reply) -> None:
    """The rest of the file as it is now, whichever was meant."""
    start, whole = reply.start or 0, len(reply.content)
    reply.head(
        206,
        Content_Length=whole - start,
        Content_Range=f"bytes {start}-{whole - 1}/{whole}",
        ETag=etag(reply.content),
    )
    reply.write(reply.content[start:])


def another_part(reply: Reply) -> None:
    whole = len(reply.content)
    reply.head(206, Content_Length=1, Content_Range=f"bytes 0-0/{whole}")
    reply.write(reply.content[:1])


def chunked(reply: Reply) -> None:
    """Without telling its length."""
    reply.head(200, Transfer_Encoding="chunked")
    half = len(reply.content) // 2
    for part in (reply.content[:half], reply.content[half:]):
        reply.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    reply.write(b"0\r\n\r\n")


def broken_chunks(reply: Reply) -> None:
    reply.head(200, Transfer_Encoding="chunked", ETag=etag(reply.content))
    half = reply.content[: len(reply.content) // 2]
    reply.write(f"{len(half):x}\r\n".encode() + half + b"\r\nff\r\n")


def too_long(reply: Reply) -> None:
    reply.head(200)
    reply.write(reply.content + b"and more")


def web_page(reply: Reply) -> None:
    reply.head(200, Content_Type="text/html; charset=utf-8", Content_Length=6)
    reply.write(b"<html>")


def packed(reply: Reply) -> None:
    reply.head(200, Content_Encoding="gzip", Content_Length=3)
    reply.write(b"abc")


def no_http(reply: Reply) -> None:
    reply.write(b"220 mail.example ESMTP\r\n")


def hung_up(reply: Reply) -> None:
    """The connection ends without an answer."""


def status(code: int, **headers: object) -> Behaviour:
    def behave(reply: Reply) -> None:
        reply.head(code, Content_Length=0, **headers)

    return behave


def redirect(target: str, code: int = 302) -> Behaviour:
    return status(code, Location=target)


def truncated(after: int, *, tag: bool = True) -> Behaviour:
    """The connection breaks after so many bytes of what was promised."""

    def behave(reply: Reply) -> None:
        headers = {"ETag": etag(reply.content)} if tag else {}
        start = reply.start or 0
        whole = len(reply.content)
        if start:
            headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
        reply.head(206 if start else 200, Content_Length=whole - start, **headers)
        reply.write(reply.content[start : start + after])

    return behave


def stalled(after: int) -> Behaviour:
    """So many bytes, then silence, until the hub is let go on."""

    def behave(reply: Reply) -> None:
        truncated(after)(reply)
        reply.hub.silent.set()
        reply.hub.go_on.wait(PATIENCE)

    return behave


def held(reply: Reply) -> None:
    """The file, once the hub is let go on."""
    reply.hub.silent.set()
    reply.hub.go_on.wait(PATIENCE)
    serve(reply)


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]


@dataclass
class Hub:
    """What is served, and what was asked."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    scripts: dict[str, list[Behaviour]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def put(self, path: str, content: bytes, *script: Behaviour) -> str:
        """Serve a file, first as the script says; gives its address."""
        self.files[path] = content
        self.scripts[path] = list(script)
        return self.address + path

    def times(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Hub]:
    """A hub that runs until the end of the block, with TLS if it gets a context for that."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            hub.asked.append(
                Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
            )
            self.close_connection = True
            script = hub.scripts.get(self.path)
            behave = script.pop(0) if script else serve
            if self.path not in hub.files and behave is serve:
                behave = status(404)
            try:
                behave(Reply(self, hub.files.get(self.path, b""), hub))
            except ConnectionError:  # the client had enough
                return

        def do_CONNECT(self) -> None:
            """As a proxy is asked for a way to an https address."""
            self.do_GET()

        def log_message(self, *about: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    if tls is not None:
        # The handshake belongs into the connection's own thread; it begins with the first read.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    hub.address = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
