"""What the user is told where a server does not answer, or refuses to."""

from __future__ import annotations

import http.client
import ssl
from email.message import Message

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.llm.openai_stream import shown


def refused(url: str, status: int, headers: Message, said: str, key_name: str) -> EngineError:
    """The error for an answer that is none.

    Args:
        url: of the server.
        status: of the answer, any but 200.
        headers: of the answer.
        said: what the server says about it; may be empty.
        key_name: variable of the environment that holds its key; may be empty.
    """
    because = f": {said}" if said else ""
    match status:
        case 401 | 403:
            has = f"the key in {key_name}" if key_name else "no key"
            return EngineError(
                f"The server {url} does not let you in with {has} ({status}){because}.",
                "Put its key into a variable of the environment, and the variable's name into "
                "llm.api_key_env.",
            )
        case 429:
            wait = str(headers.get("Retry-After", "")).strip()
            return EngineError(
                f"The server {url} is asked too often, or what you may use is used up "
                f"(429){because}.",
                f"It asks for {wait} seconds of patience." if wait.isdecimal() else "",
            )
        case _ if 300 <= status < 400:
            where = shown(str(headers.get("Location", "elsewhere")))
            return EngineError(
                f"The server {url} sends on to {where} ({status}), where nothing is sent.",
                "Write that address into llm.url if it is right.",
            )
        case _ if status >= 500:
            return EngineError(
                f"The server {url} is out of order ({status}){because}.",
                "Its own log may tell more; perhaps the model does not fit its memory.",
            )
        case _:
            return EngineError(
                f"The server {url} refused the question ({status}){because}.",
                "Correct llm.server_model or llm.url.",
            )


def no_answer(url: str, error: Exception) -> EngineError:
    """The error for a connection that failed, broke off or took too long."""
    match error:
        case TimeoutError():
            return EngineError(
                f"The server {url} did not answer in time.",
                "Allow more with llm.time_limit, take a smaller model, or name another engine "
                'behind it: translation.engine = "llm, starter".',
            )
        case ConnectionRefusedError():
            return EngineError(
                f"No server listens at {url}.", "Start it (ollama serve, …), or correct llm.url."
            )
        case ssl.SSLCertVerificationError():
            return EngineError(
                f"The certificate of {url} is not trusted: {error.verify_message}.",
                "A certificate of your own can be named by the variable SSL_CERT_FILE.",
            )
        case ssl.SSLError():
            return EngineError(
                f"{url} does not speak TLS: {error.reason or error}.",
                "Write http:// in llm.url if the server has no encryption.",
            )
        case http.client.IncompleteRead() | http.client.RemoteDisconnected() | ConnectionError():
            return EngineError(
                f"The server {url} broke off in the middle.", "Its own log may tell more."
            )
        case http.client.HTTPException():
            return EngineError(
                f"{url} does not answer as a web server: {error!r}.", "Correct llm.url."
            )
        case _:
            reason = getattr(error, "strerror", None) or error
            return EngineError(
                f"The server {url} can't be reached: {reason}.", "Correct llm.url, or start it."
            )


def too_far(url: str, address: str) -> EngineError:
    """The error for a server that nothing may be sent to."""
    return EngineError(
        f"{url} ({address}) is neither this computer nor in a private network: what your agent "
        "writes would be sent there.",
        "If that is what you want, set llm.allow_remote = true.",
    )
