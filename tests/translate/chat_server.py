"""A server that answers as a test says, well or badly, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Question:
    line: str
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)


class ChatServer:
    """Gives its answers in order, the last one again and again."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.answers: list[Answer] = []
        self.asked = threading.Event()
        self.stalling = threading.Event()
        self.released = threading.Event()
        """What stalls goes on when this is set."""
        self.greeting = b""
        """What is said before anything was asked, in place of an answer."""
        self.tls: ssl.SSLContext | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def will(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def close(self) -> None:
        self.released.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def stall(self, connection: socket.socket) -> None:
        self.stalling.set()
        self.released.wait(30)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):  # who asked may have gone
                if self.greeting:
                    connection.sendall(self.greeting)
                elif self.tls is None:
                    self._serve(connection)
                else:
                    with self.tls.wrap_socket(connection, server_side=True) as secure:
                        self._serve(secure)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        stream = connection.makefile("rb")
        line = stream.readline().decode().strip()
        if not line:
            return
        headers = {}
        while (header := stream.readline().decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        self.questions.append(Question(line, headers, json.loads(body) if body else {}))
        self.asked.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answer(connection)
        stream.close()


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    server = ChatServer()
    try:
        yield server
    finally:
        server.close()


def raw(text: str | bytes) -> Answer:
    data = text.encode() if isinstance(text, str) else text
    return lambda connection: connection.sendall(data)


def status(code: int, body: object = "", **headers: str) -> Answer:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    kind = "text/plain" if isinstance(body, str) else "application/json"
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"HTTP/1.1 {code} So\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(data)}\r\n\r\n"
    )
    return raw(head.encode() + data)


def delta(text: str, reason: str | None = None, **more: str) -> str:
    choice = {"index": 0, "delta": {"content": text, **more}, "finish_reason": reason}
    return "data: " + json.dumps({"choices": [choice]}) + "\n\n"


def events(*parts: str) -> Answer:
    """A stream of events, each part in a chunk of its own."""
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunks = [f"{len(part.encode()):x}\r\n{part}\r\n" for part in parts]
    return raw(head + "".join(chunks) + "0\r\n\r\n")


def says(*texts: str) -> Answer:
    """An answer in pieces, as llama.cpp, Ollama and vLLM send it."""
    return events(*[delta(text) for text in texts], delta("", "stop"), "data: [DONE]\n\n")
