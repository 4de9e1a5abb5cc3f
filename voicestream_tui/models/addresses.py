"""Which addresses may be asked, and with what."""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from voicestream_tui.errors import ModelError

PUBLIC_HUB = "https://huggingface.co"
_VISIBLE = re.compile(r"[!-~]*")
"""What can stand in a header: ASCII without blanks."""
_OFF = ("0", "false", "no", "off", "")


@dataclass(frozen=True, slots=True)
class Hub:
    """The place that models come from, and what the user allows of the network."""

    address: str = PUBLIC_HUB
    token: str = ""
    """Shown to the hub alone, for models that ask for an account."""
    offline: bool = False

    def may_ask(self, url: str) -> bool:
        """Whether an address may be asked: https, or plain http where the user named it.

        A hub on this computer may send on to others on this computer.
        """
        parts, hub = urlsplit(url), urlsplit(self.address)
        host = parts.hostname or ""
        if parts.scheme != "http" or hub.scheme != "http":
            return parts.scheme == "https" and bool(host)
        return _place(parts) == _place(hub) or (
            _is_this_computer(host) and _is_this_computer(hub.hostname or "")
        )

    def headers(self, url: str) -> dict[str, str]:
        """What is told to an address besides the question: the token, if it is the hub's."""
        parts, hub = urlsplit(url), urlsplit(self.address)
        private = hub.scheme == "https" or _is_this_computer(hub.hostname or "")
        if self.token and private and _place(parts) == _place(hub):
            return {"Authorization": f"Bearer {self.token}"}
        return {}


def in_ascii(address: str) -> str:
    """Write an address as it is asked for: in ASCII, and otherwise as it is.

    Raises:
        ValueError: it is no address.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    port = f":{parts.port}" if parts.port is not None else ""
    place = parts.netloc if parts.netloc.isascii() else host + port
    if not _VISIBLE.fullmatch(place) or "@" in place:
        raise ValueError(f"no address: {address!r}")
    # What is quoted already stays so; bytes that are no UTF-8 are quoted as they came.
    return quote(
        parts._replace(netloc=place).geturl(), safe=string.punctuation, errors="surrogateescape"
    )


def find_hub(setting: str, environ: Mapping[str, str]) -> Hub:
    """Make the hub of the setting, or else of HF_ENDPOINT; HF_TOKEN and HF_HUB_OFFLINE count too.

    Raises:
        ModelError: the address is none, or the token can't be one.
    """
    name = "The setting models.hub" if setting else "The environment variable HF_ENDPOINT"
    address = (setting or environ.get("HF_ENDPOINT", "").strip() or PUBLIC_HUB).rstrip("/")
    asked = ""
    try:
        asked = in_ascii(address)
        parts = urlsplit(asked)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment:
        raise ModelError(
            f'{name} is no address: "{address}".', f"Write it as {PUBLIC_HUB}, or leave it out."
        )
    offline = environ.get("HF_HUB_OFFLINE", "").strip().lower()
    token = environ.get("HF_TOKEN", "").strip()
    if not _VISIBLE.fullmatch(token):
        raise ModelError(
            "The environment variable HF_TOKEN holds something that can't be in a token: a blank, "
            "or a character that is not ASCII.",
            "Copy the token anew, without quotation marks around it; or unset the variable: "
            "env -u HF_TOKEN …",
        )
    return Hub(asked, token, offline not in _OFF)


def _place(parts: SplitResult) -> tuple[str, str, int]:
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        port = 0
    return parts.scheme, (parts.hostname or "").lower(), port


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
