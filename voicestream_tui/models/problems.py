"""What went wrong with a file, in words for the user, and whether to try it again."""

from __future__ import annotations

import email.utils
import errno
import http.client
import re
import socket
import ssl
from datetime import UTC, datetime

from voicestream_tui.errors import ModelError
from voicestream_tui.models.addresses import Hub
from voicestream_tui.models.web import Answer

KEPT = "What has come is kept: the same command goes on from there."
_LATER = "Try again later."
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({"RepoNotFound", "RevisionNotFound", "EntryNotFound"})
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")
"""How the library says that a proxy has refused to connect us to an https address."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


class PassingError(Exception):
    """It may go better the next time.

    Attributes:
        cause: What happened, to go behind the file's name and ": ".
        wait: Seconds that the server asks to wait; None if it does not.
        hint: What to do if it goes on like this.
        unreachable: There was no server at all.
    """

    def __init__(
        self, cause: str, wait: float | None = None, hint: str = "", unreachable: bool = False
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.wait = wait
        self.hint = hint
        self.unreachable = unreachable


def refusal(answer: Answer, hub: Hub, path: str, page: str) -> ModelError | PassingError:
    """What an answer means that is no file.

    Args:
        answer: An answer with another status than 200 or 206.
        hub: Where models come from.
        path: The file, as the user knows it.
        page: The address of the model's page; empty if it has none.
    """
    status = answer.status
    if status in _PASSING:
        wait = retry_after(answer.header("Retry-After"))
        cause = "the server has had too many questions" if status == 429 else "the server is busy"
        return PassingError(f"{cause} ({status})", wait, _LATER)
    # To someone without an account the hub says 401 of a repository that does not exist.
    gone = status in (404, 410) or answer.header("X-Error-Code") in _GONE
    if status in (401, 403) and not gone:
        return _closed(status, hub, path, page, answer.url)
    if gone:
        return ModelError(
            f"{path} is not there: {answer.url} ({status}).",
            "It was moved or withdrawn. A newer voicestream-tui may know where it is; the setting "
            "models.hub may name a mirror that lacks it.",
        )
    if status == 407:
        problem = _of_proxy(status)
        return ModelError(f"{path}: {problem.message}", problem.hint)
    return ModelError(
        f"{path}: {answer.url} answered {status}.",
        "Check the setting models.hub and the proxy, or try again later.",
    )


def _closed(status: int, hub: Hub, path: str, page: str, url: str) -> ModelError:
    where = page or url
    if hub.token:
        return ModelError(
            f"{path} is not given to the account of your HF_TOKEN ({status}).",
            f"Look at {where} with that account: its terms may have to be accepted there, or the "
            "token may have run out.",
        )
    return ModelError(
        f"{path} is given only to those with an account ({status}).",
        f"Accept its terms at {where}, make a token there, and set the variable HF_TOKEN to it.",
    )


def _of_proxy(status: int) -> ModelError:
    if status == 407:
        return ModelError(
            "the proxy asks for a name and a password (407).",
            "Put them into the variable HTTPS_PROXY: http://name:password@proxy:port",
        )
    return ModelError(
        f"the proxy does not let us through to that address ({status}).",
        "Ask who runs the proxy to allow it, or name another way: the variables HTTPS_PROXY and "
        "NO_PROXY, or a mirror in the setting models.hub.",
    )


def of_network(error: Exception) -> ModelError | PassingError:
    """What an error of the network means."""
    tunnel = _TUNNEL.match(str(error))
    if tunnel is not None:
        status = int(tunnel[1])
        if status < 500 and status not in _PASSING:
            return _of_proxy(status)
        return PassingError(f"the proxy is busy, or finds no way ({status})", hint=_LATER)
    match error:
        case ssl.SSLCertVerificationError():
            return ModelError(
                f"The server's certificate is not trusted: {error.verify_message}.",
                "If a proxy of your company signs what you read, name its certificates in the "
                "variable SSL_CERT_FILE.",
            )
        case TimeoutError():
            return PassingError("nothing came for a while", hint="Check the connection.")
        case socket.gaierror():
            return PassingError(
                "the server's name is not known",
                hint="Check the connection; behind a proxy, set the variable HTTPS_PROXY.",
                unreachable=True,
            )
        case ConnectionRefusedError():
            return PassingError(
                "nobody answers at that address",
                hint="Check the setting models.hub, the proxy and the connection.",
                unreachable=True,
            )
        case http.client.IncompleteRead() | ConnectionResetError() | ConnectionAbortedError():
            return PassingError("the connection broke", hint="Check the connection.")
        case http.client.HTTPException():
            return PassingError("the answer is no HTTP", hint="Check the setting models.hub.")
        case _:
            return PassingError(f"the connection failed ({error})", hint="Check the connection.")


def of_disk(error: OSError, folder: str) -> ModelError:
    """What an error of the file system means."""
    if error.errno in _FULL:
        return ModelError(f"The disk of {folder} is full.", f"Free some space. {KEPT}")
    return ModelError(
        f"{error.filename or folder} can't be written: {error.strerror or error}.",
        "Check the folder's permissions.",
    )


def retry_after(said: str, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for; None if it is none."""
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        when = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())
