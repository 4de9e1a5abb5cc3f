"""A stand-in for the Anthropic Messages API on loopback, so that the real CLI runs offline.

Every answer is scripted. One reply a request, in order:

    with StandinApi([Reply([Say("Hello.")])]) as api:
        subprocess.run(["claude", "-p", "hi"], env=cli_environment(api.url, home))
    assert api.prompts == ["hi"]
"""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.standin_messages import ApiError, Json, Reply, events, message, new_id


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a message, as the CLI sent it."""

    body: Json
    headers: Mapping[str, str] = field(repr=False)

    @property
    def streamed(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def content(self) -> list[Json]:
        """The blocks of the last user message."""
        last = next(m for m in reversed(self.body["messages"]) if m["role"] == "user")
        content = last["content"]
        return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)

    @property
    def tool_results(self) -> list[Json]:
        return [block for block in self.content if block["type"] == "tool_result"]


class StandinApi:
    """Serves the replies while it is entered; all its threads are joined at exit.

    Args:
        replies: Answers to POST /v1/messages, in order. A request beyond the last one is
            refused with status 400, so that a surprise shows.
        seed: Makes the sizes and the rhythm of the deltas repeatable.
    """

    def __init__(self, replies: Sequence[Reply | ApiError], seed: int = 1) -> None:
        self.requests: list[Request] = []
        self.refused: list[str] = []
        """"METHOD path" of what no scripted answer fits."""
        self.rhythm = random.Random(seed)
        self.released = threading.Event()
        self.closing = threading.Event()
        self._replies = iter(replies)
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def prompts(self) -> list[str]:
        """What the user typed, request by request (text that the CLI itself adds left out)."""
        return [
            block["text"]
            for request in self.requests
            for block in request.content
            if block["type"] == "text" and not block["text"].startswith("<system-reminder>")
        ]

    def release(self) -> None:
        """Let every reply that holds go on."""
        self.released.set()

    def take(self, request: Request) -> Reply | ApiError:
        """Note a request and give its answer."""
        end = ApiError(400, "invalid_request_error", "The script of the stand-in is at its end")
        with self._lock:
            self.requests.append(request)
            return next(self._replies, end)

    def __enter__(self) -> StandinApi:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self.released.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, api: StandinApi) -> None:
        self.api = api
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the handlers that wait for a request nobody will send."""
        for connection in self._open.copy():
            _break(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what went wrong here, the test sees by what the CLI does."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        self._refuse_path()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        match self.path.partition("?")[0]:
            case "/v1/messages":
                self._answer(Request(body, {k.lower(): v for k, v in self.headers.items()}))
            case "/v1/messages/count_tokens":
                self._json(200, {"input_tokens": 1 + len(json.dumps(body)) // 4})
            case _:
                self._refuse_path()

    def _answer(self, request: Request) -> None:
        model = str(request.body.get("model"))
        match self.server.api.take(request):
            case ApiError() as error:
                self._json(error.status, error.body())
            case Reply() as reply if request.streamed:
                self._stream(reply, model)
            case Reply() as reply:
                self._json(200, message(reply, model))

    def _refuse_path(self) -> None:
        self.server.api.refused.append(f"{self.command} {self.path}")
        error = ApiError(404, "not_found_error", f"The stand-in has no {self.path}")
        self._json(error.status, error.body())

    def _json(self, status: int, value: Json) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", new_id("req"))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, reply: Reply, model: str) -> None:
        api = self.server.api
        api.closing.wait(reply.first_delay)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("request-id", new_id("req"))
        self.end_headers()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        deltas = 0
        for event in events(reply, model, api.rhythm):
            data = _json_text(event)
            self.wfile.write(f"event: {event['type']}\ndata: {data}\n\n".encode())
            if event["type"] != "content_block_delta":
                continue
            deltas += 1
            if deltas == reply.hold_after:
                api.released.wait()
            if deltas == reply.cut_after:
                _break(self.connection)
                return
            if deltas == reply.error_after:
                body = json.dumps(ApiError(529, "overloaded_error", "Overloaded").body())
                self.wfile.write(f"event: error\ndata: {body}\n\n".encode())
                return
            if reply.pace:
                api.closing.wait(reply.pace * api.rhythm.uniform(0.6, 1.4))


def _json_text(value: Json) -> str:
    """JSON with its characters as they are, but halves of UTF-16 pairs escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if _encodes(text) else json.dumps(value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _break(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was gone already
