"""A chat model on an OpenAI-compatible server: llama.cpp, Ollama, vLLM, LM Studio and others."""

from __future__ import annotations

import http.client
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.llm.model import Cut, Wish
from voicestream_tui.translate.llm.openai_connection import Exchange, TooFarError, parse_place
from voicestream_tui.translate.llm.openai_errors import no_answer, refused, too_far
from voicestream_tui.translate.llm.openai_stream import (
    NoSuchProtocolError,
    ServerSaidError,
    complaint,
    lines,
    model_names,
    piece,
    pieces,
    shown,
)
from voicestream_tui.translate.llm.prompt import Message

log = logging.getLogger(__name__)

_LISTING = 10.0
_LONGEST_ERROR = 100_000
_MOST_NAMES = 8
_THINKS = "qwen3"
_NO_THINKING = " /no_think"
_UNUSUAL: Mapping[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}
"""Not of OpenAI's own API; llama.cpp and vLLM know it, the others mostly look away."""


class _UnusualRefusedError(Exception):
    """A question that had more than OpenAI's own API knows was refused."""


class OpenAiServer:
    """A `ChatModel` that another program runs."""

    def __init__(
        self,
        url: str,
        model: str,
        api_key_env: str,
        *,
        allow_remote: bool,
        tell: Callable[[str, str], None],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Remember what to ask; nothing is sent before the first use.

        Args:
            url: of the server, with or without /v1.
            model: its name there; "" takes the first.
            api_key_env: variable that holds the key; "" sends none.
            allow_remote: the server may be outside this computer and private networks.
            tell: gets message and hint once if it is.
            environ: the variables.

        Raises:
            EngineError: the address is none.
        """
        self._place = parse_place(url)
        self._model, self._key_name = model, api_key_env
        self._allow_remote, self._tell, self._environ = allow_remote, tell, environ
        self._told_remote = False
        self._usual_only = False
        self._lock = threading.Lock()
        self._exchange: Exchange | None = None
        self._interrupted = False

    def load(self) -> None:
        """See `ChatModel.load`: find out which model there is."""
        if not self._model:
            names = self._names(time.monotonic() + _LISTING)
            if not names:
                raise EngineError(
                    f"The server {self._place.url} has no model.",
                    "Load one there (ollama pull, llama-server -m, …), or name it in "
                    "llm.server_model.",
                )
            self._model = names[0]
        log.info("llm: %s runs on the server %s", self._model, self._place.url)

    def reply(self, turns: Sequence[Message], wish: Wish) -> Generator[str]:
        """See `ChatModel.reply`."""
        try:
            yield from self._reply(turns, wish)
        except _UnusualRefusedError:
            log.info("llm: %s is asked as OpenAI's own servers are", self._place.url)
            self._usual_only = True
            yield from self._reply(turns, wish)

    def _reply(self, turns: Sequence[Message], wish: Wish) -> Generator[str]:
        with self._asked("POST", "/chat/completions", self._body(turns, wish), wish) as (
            exchange,
            answer,
        ):
            kind = answer.headers.get_content_type()
            blocks = exchange.blocks(answer)
            if kind == "application/json":
                whole = b"".join(blocks).decode("utf-8", "replace")
                said = piece(whole, "message")
                yield said.text
                if said.cut:
                    raise Cut
                return
            ended = False
            for said in pieces(lines(blocks)):
                if said.text:
                    yield said.text
                if said.cut:
                    raise Cut
                ended = ended or said.ended
            if not ended:
                raise http.client.IncompleteRead(b"")

    def interrupt(self) -> None:
        """See `ChatModel.interrupt`."""
        with self._lock:
            self._interrupted = True
            if self._exchange is not None:
                self._exchange.interrupt()

    def close(self) -> None:
        """See `ChatModel.close`; nothing is held between two questions."""

    # --- asking ----------------------------------------------------------------------------------

    def _body(self, turns: Sequence[Message], wish: Wish) -> bytes:
        messages = [{"role": turn.role, "content": turn.text} for turn in turns]
        asked: dict[str, Any] = {
            "model": self._model,
            "messages": messages,
            "stream": True,
            "temperature": wish.temperature,
            "max_tokens": wish.most,
        }
        if _THINKS in self._model.lower().replace("-", "").replace("_", ""):
            messages[-1]["content"] += _NO_THINKING
            if not self._usual_only:
                asked |= _UNUSUAL
        return json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")

    @contextmanager
    def _asked(
        self, method: str, path: str, body: bytes, wish: Wish
    ) -> Generator[tuple[Exchange, http.client.HTTPResponse]]:
        """Ask, and turn whatever goes wrong into an error for the user."""
        url = self._place.url
        with Exchange(
            self._place, allow_remote=self._allow_remote, on_remote=self._tell_remote
        ) as exchange:
            with self._lock:
                self._exchange = exchange
                interrupted = self._interrupted
            if interrupted:
                exchange.interrupt()
            try:
                answer = exchange.ask(method, path, self._headers(), body, wish.deadline)
                if answer.status in (400, 422) and _is_unusual(body):
                    raise _UnusualRefusedError
                if answer.status != 200:
                    said = _said_by(exchange, answer)
                    if answer.status == 404 and body:
                        raise self._not_found(said, wish)
                    raise refused(url, answer.status, answer.headers, said, self._key_name)
                yield exchange, answer
            except (OSError, http.client.HTTPException) as error:
                if exchange.interrupted:
                    raise EngineError("The translation was ended.") from error
                raise no_answer(url, error) from error
            except TooFarError as error:
                raise too_far(url, str(error)) from error
            except NoSuchProtocolError as error:
                raise EngineError(
                    f"The server {url} does not answer as an OpenAI-compatible one: {error}.",
                    "Correct llm.url; it often ends in /v1.",
                ) from error
            except ServerSaidError as error:
                raise EngineError(
                    f"The server {url} could not answer: {error}.", "Its own log may tell more."
                ) from error
            finally:
                with self._lock:
                    self._exchange = None

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._key_name:
            key = self._environ.get(self._key_name, "").strip()
            if not key or not key.isprintable() or not key.isascii():
                raise EngineError(
                    f"The variable {self._key_name} has no key for {self._place.url}.",
                    f"Set it before the program starts (export {self._key_name}=…), or empty "
                    "llm.api_key_env.",
                )
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def _names(self, deadline: float) -> list[str]:
        wish = Wish(deadline, 0, 0.0)
        with self._asked("GET", "/models", b"", wish) as (exchange, answer):
            return model_names(b"".join(exchange.blocks(answer)).decode("utf-8", "replace"))

    def _tell_remote(self, address: str) -> None:
        if self._told_remote:
            return
        self._told_remote = True
        told = f"What your agent writes is sent to {self._place.url} ({address}) for translation."
        log.warning("llm: %s", told)
        hint = "You allowed it with llm.allow_remote."
        if not self._place.secure:
            hint += " It is not encrypted: everybody on the way can read it."
        self._tell(told, hint)

    def _not_found(self, said: str, wish: Wish) -> EngineError:
        """Tell a model that is not there from a server that is another one."""
        url = self._place.url
        because = f": {said}" if said else ""
        try:
            names = self._names(min(wish.deadline, time.monotonic() + _LISTING))
        except EngineError:
            names = []
        if names and self._model not in names:
            more = ", …" if len(names) > _MOST_NAMES else ""
            return EngineError(
                f'The server {url} has no model "{self._model}" (404){because}.',
                f"llm.server_model can be: {', '.join(names[:_MOST_NAMES])}{more}.",
            )
        return EngineError(
            f"The server {url} has no {self._place.path}/chat/completions (404){because}.",
            "Correct llm.url; it often ends in /v1.",
        )


def _is_unusual(body: bytes) -> bool:
    return any(f'"{key}"'.encode() in body for key in _UNUSUAL)


def _said_by(exchange: Exchange, answer: http.client.HTTPResponse) -> str:
    """What a server writes beside a bad status."""
    body = b""
    try:
        for block in exchange.blocks(answer):
            body += block
            if len(body) > _LONGEST_ERROR:
                break
    except (OSError, http.client.HTTPException):
        pass  # the status alone says enough
    text = body.decode("utf-8", "replace")
    try:
        return complaint(json.loads(text))
    except (ValueError, RecursionError):
        return "" if "<" in text else shown(text)
