"""What the checks of both kinds of engines share."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine

if TYPE_CHECKING:
    from voicestream_tui.config import Settings

_LIMIT = 60.0
_ADDRESSES = ("url", "uri", "base_url", "address", "host", "server")
"""Keys that name a server in an engine's table."""


def ask(machine: Machine, what: str, name: str) -> Answer:
    """Have a function of `probe_engines` try an engine."""
    values = machine.effective.model_dump(mode="json")
    return machine.probe(f"probe_engines:{what}", _LIMIT, name=name, settings=values)


def other_computer(settings: Settings, name: str) -> str:
    """The host that an engine asks if that is another computer; empty if it is not."""
    for key, value in settings.of_engine(name).items():
        if key not in _ADDRESSES or not isinstance(value, str) or not value:
            continue
        try:
            host = urlsplit(value if "://" in value else f"//{value}").hostname or ""
        except ValueError:
            continue
        if host and not _is_here(host):
            return host
    return ""


def not_asked(name: str, host: str) -> Finding:
    """What stands for an engine on another computer."""
    message = f"not tried: it asks {host}, and nothing on the network is asked here; try: "
    return ok(name, f'{message}voicestream-tui say "Hello."', host=host)


def broken(kind: str, name: str, answer: Answer, another_works: bool) -> Finding:
    """What stands for an engine that could not do its sentence.

    Args:
        kind: "translation" or "speech".
        name: The engine.
        answer: What it said.
        another_works: Whether an engine beside it takes over.
    """
    details = {"noise": answer.noise} if answer.noise else {}
    remedy = answer.hint or f"Choose another {kind} engine, or install it again."
    if another_works:
        return warn(name, f"{answer.problem} Another engine takes over.", remedy, **details)
    return fail(name, answer.problem, remedy, **details)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
