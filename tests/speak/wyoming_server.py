"""A Wyoming server that does what a test says, byte for byte."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

RATE = 16000


def event(kind: str, data: Mapping[str, Any] | None = None, payload: bytes = b"") -> bytes:
    """An event, its data in the line as older servers write it."""
    head: dict[str, Any] = {"type": kind, "data": dict(data or {})}
    if payload:
        head["payload_length"] = len(payload)
    return json.dumps(head).encode() + b"\n" + payload


def info(*voices: Mapping[str, Any], streams: bool = False) -> bytes:
    program = {
        "name": "test",
        "attribution": {"name": "somebody", "url": "https://example.org"},
        "installed": True,
        "voices": list(voices),
        "supports_synthesize_streaming": streams,
    }
    return event("info", {"tts": [program]})


def voice(name: str, language: str = "ja_JP", **more: Any) -> dict[str, Any]:
    return {"name": name, "languages": [language], "installed": True, **more}


def sound(payload: bytes, rate: int = RATE, width: int = 2, channels: int = 1) -> bytes:
    return event("audio-chunk", {"rate": rate, "width": width, "channels": channels}, payload)


class Client:
    """The server's side of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")

    def receive(self) -> tuple[str, dict[str, Any]]:
        """The next event; ("", {}) when the other side has hung up."""
        line = self._file.readline()
        if not line:
            return "", {}
        head = json.loads(line)
        data = dict(head.get("data") or {})
        data |= json.loads(self._file.read(head["data_length"])) if "data_length" in head else {}
        return head["type"], data

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def wait_for_hang_up(self) -> None:
        while self.receive()[0]:
            pass


class Server:
    """Answers each event with what `answer(event, data, client)` does; a context manager."""

    def __init__(
        self, answer: Callable[[str, dict[str, Any], Client], None], path: str = ""
    ) -> None:
        self._answer = answer
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.connections = 0
        self._socket = socket.socket(socket.AF_UNIX) if path else socket.socket(socket.AF_INET)
        self._socket.bind(path or ("127.0.0.1", 0))
        self._socket.listen()
        self.uri = f"unix://{path}" if path else f"tcp://127.0.0.1:{self._socket.getsockname()[1]}"
        self._clients: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Server:
        self._threads[0].start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._threads[0].join(10)
        for client in self._clients:
            client.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._clients.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        client = Client(connection)
        try:
            while True:
                kind, data = client.receive()
                if not kind:
                    break
                self.heard.append((kind, data))
                self._answer(kind, data, client)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()
