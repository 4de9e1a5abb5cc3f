"""One question to a server and its answer, with redirects, proxies and certificates.

Proxies are those of the usual variables (HTTPS_PROXY, NO_PROXY), certificates those of the system
(SSL_CERT_FILE names others).
"""

from __future__ import annotations

import email.message
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin

from voicestream_tui import __version__
from voicestream_tui.models.addresses import Hub, in_ascii

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 10
_SHA256 = re.compile(r'"?([0-9A-Fa-f]{64})"?')
_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)", re.IGNORECASE)


class BadRedirectError(Exception):
    """A server sends on to an address that must not be asked, or on and on."""


class Body(Protocol):
    """What can be read of an answer."""

    def read1(self, most: int = -1, /) -> bytes:
        """Up to `most` bytes as soon as some are there; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer to a question, after all redirects."""

    status: int
    url: str
    """Where it came from."""
    headers: email.message.Message
    body: Body
    sha256: str = ""
    """The checksum that the hub told when it sent on to a large file; empty if it told none."""

    def header(self, name: str) -> str:
        """A header without blanks around it; empty if there is none."""
        return str(self.headers.get(name, "")).strip()

    @property
    def length(self) -> int | None:
        """How many bytes follow; None if the server does not say."""
        said = self.header("Content-Length")
        return int(said) if said.isdecimal() and said.isascii() else None

    @property
    def span(self) -> tuple[int | None, int | None]:
        """Where a part begins and how long the whole is, as far as the server says."""
        found = _RANGE.fullmatch(self.header("Content-Range"))
        if found is None:
            return None, None
        return _number(found[1]), _number(found[3])


class Web:
    """Asks servers; may be used by several threads.

    Args:
        hub: What may be asked, and who is shown the token.
        patience: Seconds that a server may be silent.
    """

    def __init__(self, hub: Hub, patience: float = 30.0) -> None:
        self.hub = hub
        self.patience = patience
        self._opener = urllib.request.build_opener(_AnyStatus)

    @contextmanager
    def ask(self, url: str, headers: Mapping[str, str]) -> Iterator[Answer]:
        """Ask for an address and follow redirects; the token goes to the hub alone.

        Raises:
            ValueError: the address is none.
            BadRedirectError: a redirect leads where nothing must be asked.
            OSError: no answer, a broken one, or none in time; so do reads of the body.
            http.client.HTTPException: the answer is no HTTP.
        """
        sha256 = ""
        url = in_ascii(url)
        for _ in range(_MOST_REDIRECTS):
            response = self._open(url, headers)
            with response:
                target = response.headers.get("Location")
                told = _SHA256.fullmatch(str(response.headers.get("X-Linked-Etag", "")).strip())
                sha256 = told[1].lower() if told else sha256
                if response.status not in _REDIRECTS or not target:
                    yield Answer(response.status, url, response.headers, response, sha256)
                    return
            try:
                url = in_ascii(urljoin(url, _as_meant(target)))
            except ValueError as error:
                raise BadRedirectError(f"it sends on to {target!a}, no address") from error
            if not self.hub.may_ask(url):
                raise BadRedirectError(f"it sends on to {url}")
        raise BadRedirectError(f"it sent on more than {_MOST_REDIRECTS} times")

    def _open(self, url: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        request = urllib.request.Request(url)
        asked = {
            "User-Agent": f"voicestream-tui/{__version__}",
            "Accept-Encoding": "identity",
            **headers,
            **self.hub.headers(url),
        }
        for name, value in asked.items():
            request.add_unredirected_header(name, value)
        try:
            response: http.client.HTTPResponse = self._opener.open(request, timeout=self.patience)
        except urllib.error.URLError as error:
            if isinstance(error.reason, OSError):
                raise error.reason from error
            raise
        return response


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """Every status is an answer, redirects too: they are followed above, with care."""

    def http_response(
        self, request: urllib.request.Request, response: http.client.HTTPResponse
    ) -> http.client.HTTPResponse:
        return response

    https_response = http_response


def _as_meant(target: str) -> str:
    """A header is read as Latin-1; whoever puts more than ASCII there means UTF-8."""
    return str(target).encode("latin-1").decode("utf-8", "surrogateescape")


def _number(digits: str | None) -> int | None:
    return int(digits) if digits and digits.isdecimal() else None
