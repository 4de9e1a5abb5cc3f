"""Which addresses may be asked, and with what."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from voicestream_tui.errors import ModelError

PUBLIC_HUB = "https://huggingface.co"
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


def find_hub(setting: str, environ: Mapping[str, str]) -> Hub:
    """Make the hub of the setting, or else of HF_ENDPOINT; HF_TOKEN and HF_HUB_OFFLINE count too.

    Raises:
        ModelError: the address is none.
    """
    name = "The setting models.hub" if setting else "The environment variable HF_ENDPOINT"
    address = (setting or environ.get("HF_ENDPOINT", "").strip() or PUBLIC_HUB).rstrip("/")
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or "@" in parts.netloc:
        raise ModelError(
            f'{name} is no address: "{address}".', f"Write it as {PUBLIC_HUB}, or leave it out."
        )
    offline = environ.get("HF_HUB_OFFLINE", "").strip().lower()
    return Hub(address, environ.get("HF_TOKEN", "").strip(), offline not in _OFF)


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
