"""The engine "llm" with a server: good ones, bad ones, and where nothing may be sent."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.translate.chat_server import (
    ChatServer,
    chat_server,
    delta,
    events,
    raw,
    says,
    status,
)
from voicestream_tui.errors import EngineError
from voicestream_tui.text.protect import protect
from voicestream_tui.translate.llm import openai_connection
from voicestream_tui.translate.llm.engine import LlmTranslator
from voicestream_tui.translate.llm.openai_connection import parse_place


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as server:
        server.will(says("完了", "しました。"))
        yield server


def engine_for(server: ChatServer, **settings: object) -> LlmTranslator:
    given = {"url": server.url, "server_model": "small", "time_limit": 30.0, **settings}
    return LlmTranslator(**given)  # type: ignore[arg-type]


def ready(server: ChatServer, **settings: object) -> LlmTranslator:
    """An engine that has asked its first question."""
    engine = engine_for(server, **settings)
    engine.warm_up()
    server.questions.clear()
    server.asked.clear()
    return engine


def hurried(server: ChatServer, time_limit: float) -> LlmTranslator:
    """An engine that had time for its first question and has little for the next ones."""
    engine = ready(server)
    engine._time_limit = time_limit
    return engine


def test_a_sentence_is_asked_for_and_its_pieces_are_joined(server: ChatServer) -> None:
    engine = ready(server)
    server.will(says("テストは", "通り", "ました。"))
    assert engine.translate(["The tests pass."]) == ["テストは通りました。"]
    (question,) = server.questions
    assert question.line == "POST /v1/chat/completions HTTP/1.1"
    assert question.body["model"] == "small"
    assert question.body["stream"] is True
    assert question.body["temperature"] == 0.0
    messages = question.body["messages"]
    assert messages[0]["role"] == "system"
    assert messages[-1] == {"role": "user", "content": "The tests pass."}
    assert "authorization" not in question.headers


def test_what_slots_stand_for_and_the_sentence_before_are_told(server: ChatServer) -> None:
    engine = ready(server)
    server.will(says("<c0>を実行しました。"), says("<c0>は通りました。"))
    masked = [protect("I ran src/b.py."), protect("It passes in src/a.py.")]
    assert engine.translate([p.text for p in masked]) == [
        "<c0>を実行しました。",
        "<c0>は通りました。",
    ]
    first, second = (q.body["messages"] for q in server.questions)
    assert first[-1]["content"] == "<c0> = src/b.py\n\nI ran <c0>."
    assert [m["content"] for m in second[-3:]] == [
        first[-1]["content"],
        "<c0>を実行しました。",
        "<c0> = src/a.py\n\nIt passes in <c0>.",
    ]
    alone = ready(server, context=0)
    alone.translate(["Yes.", "No."])
    assert len({len(q.body["messages"]) for q in server.questions}) == 1


def test_a_second_search_takes_other_words_and_no_context(server: ChatServer) -> None:
    engine = ready(server)
    engine.translate(["Hello.", "Yes."])
    engine.translate_again(["No."])
    _, first, second = (q.body for q in server.questions)
    assert (first["temperature"], second["temperature"]) == (0.0, 0.6)
    assert second["messages"][-1]["content"].endswith("No.")
    assert len(second["messages"]) == len(first["messages"]) - 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (says("「はい。」"), "はい。"),
        (events(delta("", reasoning_content="Hm."), delta("はい。", "stop")), "はい。"),
        (events(": ping\n\n", "event: x\n" + delta("はい。"), "data: [DONE]\n\n"), "はい。"),
        (events(delta("はい。").replace("\n", "\r\n"), "data:[DONE]\r\n\r\n"), "はい。"),
        (events(*delta("はい。", "stop")), "はい。"),
        (events(delta("はい。", "stop"), 'data: {"choices": [], "usage": {}}\n\n'), "はい。"),
        (status(200, {"choices": [{"message": {"content": "はい。"}}]}), "はい。"),
        (says("はい。\n\nNote: this is", " a remark."), "はい。"),
        (says("<think>Hm.", "</think>はい。"), "はい。"),
        (events(delta("はい", "length")), ""),
        (says(""), ""),
    ],
)
def test_servers_answer_in_many_ways(server: ChatServer, answer: object, told: str) -> None:
    engine = ready(server)
    server.will(answer)  # type: ignore[arg-type]
    assert engine.translate(["Yes."]) == [told]


def test_a_server_of_the_old_http_is_understood(server: ChatServer) -> None:
    engine = ready(server)
    head = "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    server.will(raw(head + delta("はい。", "stop")))
    assert engine.translate(["Yes."]) == ["はい。"]


LIST = {"object": "list", "data": [{"id": "small"}, {"id": "large"}]}


@pytest.mark.parametrize(
    ("answer", "told", "remedy"),
    [
        (status(401, {"error": {"message": "No key."}}), r"no key \(401\): No key", "api_key_env"),
        (status(403, "Forbidden"), "403", "api_key_env"),
        (status(429, {"error": "slow"}, Retry_After="7"), r"too often.*\(429\): slow", "7 seconds"),
        (status(500, "<html>x</html>"), r"out of order \(500\)\.", "log"),
        (status(503, {"error": {"message": "Loading model"}}), "503.*Loading model", "memory"),
        (status(400, {"error": {"message": "bad"}}), r"refused.*\(400\): bad", "server_model"),
        (status(307, "", Location="http://x.example/"), "x.example", "llm.url"),
        (status(404, "nothing"), "has no /v1/chat/completions", "/v1"),
        (events("data: {broken\n\n"), "does not answer as", "/v1"),
        (events("data: [1]\n\n"), "does not answer as", "/v1"),
        (events("<html>hello\n"), "does not answer as", "/v1"),
        (events('data: {"choices": "x"}\n\n'), "does not answer as", "/v1"),
        (status(200, {"hello": 1}), "does not answer as", "/v1"),
        (status(200, "[[[[["), "broke off|does not answer as", ""),
        (events('data: {"error": {"message": "out of memory"}}\n\n'), "out of memory", "log"),
        (events(delta("は")), "broke off", "log"),
        (raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ndata: x"), "broke off|does not", ""),
        (raw("SSH-2.0-OpenSSH\r\n"), "not answer as a web server", "llm.url"),
        (raw(""), "broke off", "log"),
        (events("data: " + "x" * 1_100_000), "does not answer as", "llm.url"),
    ],
)
def test_bad_answers_are_told_with_a_remedy(
    server: ChatServer, answer: object, told: str, remedy: str
) -> None:
    engine = ready(server)
    server.will(answer)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match=told) as caught:
        engine.translate(["Yes."])
    assert remedy in caught.value.hint
    assert server.url in caught.value.message


def test_an_unknown_model_is_told_with_those_that_there_are(server: ChatServer) -> None:
    engine = engine_for(server, server_model="huge")
    server.will(status(404, {"error": "model not found"}), status(200, LIST))
    with pytest.raises(EngineError, match='no model "huge"') as caught:
        engine.warm_up()
    assert "small, large" in caught.value.hint


def test_without_a_name_the_first_model_is_taken(server: ChatServer) -> None:
    engine = engine_for(server, server_model="")
    server.will(status(200, LIST), says("はい。"))
    engine.warm_up()
    assert server.questions[0].line.startswith("GET /v1/models")
    assert server.questions[1].body["model"] == "small"
    server.will(status(200, {"data": []}))
    with pytest.raises(EngineError, match="has no model"):
        engine_for(server, server_model="").warm_up()
    server.will(status(200, {"models": []}))
    with pytest.raises(EngineError, match="OpenAI-compatible"):
        engine_for(server, server_model="").warm_up()


def test_qwen_3_is_asked_not_to_think_and_otherwise_if_that_is_refused(server: ChatServer) -> None:
    engine = ready(server, server_model="Qwen3:4b")
    engine.translate(["Yes."])
    asked = server.questions[-1].body
    assert asked["messages"][-1]["content"] == "Yes. /no_think"
    assert asked["chat_template_kwargs"] == {"enable_thinking": False}
    server.will(status(400, {"error": "unknown field"}), says("はい。"))
    assert engine.translate(["Yes."]) == ["はい。"]
    assert "chat_template_kwargs" not in server.questions[-1].body
    engine.translate(["No."])
    assert "chat_template_kwargs" not in server.questions[-1].body


def test_a_key_is_sent_from_the_environment_and_a_missing_one_is_told(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "secret")
    engine = ready(server, api_key_env="MY_KEY")
    engine.translate(["Yes."])
    assert server.questions[-1].headers["authorization"] == "Bearer secret"
    server.will(status(401, "no"))
    with pytest.raises(EngineError, match="the key in MY_KEY") as caught:
        engine.translate(["Yes."])
    assert "secret" not in str(caught.value)
    monkeypatch.delenv("MY_KEY")
    with pytest.raises(EngineError, match="MY_KEY has no key"):
        engine.translate(["Yes."])


def test_a_server_that_falls_silent_is_left_when_the_time_is_up(server: ChatServer) -> None:
    engine = hurried(server, 0.2)
    server.will(server.stall)
    with pytest.raises(EngineError, match="did not answer in time") as caught:
        engine.translate(["Yes."])
    assert "llm.time_limit" in caught.value.hint


def test_a_server_that_drips_is_left_when_the_time_is_up(server: ChatServer) -> None:
    def drip(connection: socket.socket) -> None:
        raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")(connection)
        while not server.released.wait(0.01):
            raw(": x\n")(connection)

    engine = hurried(server, 0.3)
    server.will(drip)
    with pytest.raises(EngineError, match="in time"):
        engine.translate(["Yes."])


def test_an_endless_answer_is_left_off(server: ChatServer) -> None:
    engine = hurried(server, 0.3)

    def on_and_on(connection: socket.socket) -> None:
        raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")(connection)
        while not server.released.wait(0.01):
            raw(delta("それ"))(connection)

    server.will(on_and_on)
    with pytest.raises(EngineError, match=r"did not (finish|answer)"):
        engine.translate(["Yes."])


def test_a_question_can_be_broken_off_by_another_thread(server: ChatServer) -> None:
    engine = ready(server, time_limit=60.0)
    server.will(server.stall)
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            engine.translate(["Yes."])
        except EngineError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert server.asked.wait(10)
    engine.interrupt()
    thread.join(10)
    assert not thread.is_alive()
    assert "was ended" in str(caught[0])
    with pytest.raises(EngineError, match="was ended"):
        engine.translate(["Yes."])


def test_nobody_listens() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # so that nobody else gets the port
        port = silent.getsockname()[1]
        with pytest.raises(EngineError, match="No server listens") as caught:
            LlmTranslator(url=f"http://127.0.0.1:{port}", server_model="x").warm_up()
    assert "ollama serve" in caught.value.hint


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(EngineError, match="can't be reached"):
        LlmTranslator(url="http://no-such-host.invalid", server_model="x").warm_up()


def test_nothing_is_sent_to_far_places_unless_it_is_allowed(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_connection, "is_near", lambda address: False)
    with pytest.raises(EngineError, match="neither this computer nor") as caught:
        engine_for(server).warm_up()
    assert "llm.allow_remote = true" in caught.value.hint
    assert server.questions == []
    told: list[tuple[str, str]] = []
    engine = engine_for(server, allow_remote=True, tell=lambda *said: told.append(said))
    engine.translate(["Yes.", "No."])
    ((message, hint),) = told
    assert server.url in message
    assert "not encrypted" in hint


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:11434", ("127.0.0.1", 11434, "/v1")),
        ("http://box:8080/", ("box", 8080, "/v1")),
        ("https://llm.example.org/api/v1/", ("llm.example.org", 443, "/api/v1")),
        ("http://box/v1/chat/completions", ("box", 80, "/v1")),
        ("http://[::1]:1234/v1", ("::1", 1234, "/v1")),
    ],
)
def test_addresses_are_read_as_users_write_them(url: str, place: tuple[str, int, str]) -> None:
    read = parse_place(url)
    assert (read.host, read.port, read.path) == place


@pytest.mark.parametrize(
    "url", ["127.0.0.1:11434", "ftp://x", "http://", "http://x:y", "http://me:key@box"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(EngineError, match=r"llm\.url") as caught:
        LlmTranslator(url=url)
    assert "http://127.0.0.1:11434" in caught.value.hint


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


def test_an_encrypted_server_needs_a_certificate_that_is_trusted(
    server: ChatServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    url = server.url.replace("http", "https")
    with pytest.raises(EngineError, match="not trusted") as caught:
        engine_for(server, url=url).warm_up()
    assert "SSL_CERT_FILE" in caught.value.hint
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    assert engine_for(server, url=url).translate(["Done."]) == ["完了しました。"]


def test_encryption_where_there_is_none_is_told(server: ChatServer) -> None:
    server.greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n"
    with pytest.raises(EngineError, match="does not speak TLS") as caught:
        engine_for(server, url=server.url.replace("http", "https")).warm_up()
    assert "http://" in caught.value.hint
