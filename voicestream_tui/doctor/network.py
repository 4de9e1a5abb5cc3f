"""What models would be fetched with. Nothing is asked of the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.errors import ModelError
from voicestream_tui.models.addresses import find_hub

_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def network(machine: Machine) -> list[Finding]:
    """The hub, the token, proxies and certificates."""
    environ = machine.environ
    try:
        hub = find_hub(machine.settings.models.hub, environ)
    except ModelError as error:
        return [fail("model hub", error.message, error.hint)]
    proxies = {name: value for name, value in _proxies(environ).items() if value}
    parts = [hub.address]
    if hub.token:
        parts.append("HF_TOKEN is set")
    parts += [f"by way of {name} {_without_password(value)}" for name, value in proxies.items()]
    details = {
        "hub": hub.address,
        "token": bool(hub.token),
        "offline": hub.offline,
        "proxies": {name: _without_password(value) for name, value in proxies.items()},
    }
    if hub.offline:
        parts.append("HF_HUB_OFFLINE forbids fetching")
    findings = [ok("model hub", "; ".join(parts), **details)]
    findings += [_bad_proxy(name) for name, value in proxies.items() if not _is_proxy(value)]
    if hub.token and not hub.headers(hub.address):
        message = f"HF_TOKEN is not shown to {hub.address}, because that is not https."
        findings.append(warn("model hub", message, "Use the mirror's https address."))
    certificates = environ.get("SSL_CERT_FILE", "")
    if certificates and not Path(certificates).is_file():
        message = f"SSL_CERT_FILE names {certificates}, which is not there: nothing is trusted."
        findings.append(fail("certificates", message, "Correct the variable, or unset it."))
    return findings


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ.get(name.lower()) or environ.get(name, "") for name in _PROXIES}


def _bad_proxy(name: str) -> Finding:
    return warn("proxy", f"{name} is no address.", "Write it as http://proxy:3128")


def _is_proxy(value: str) -> bool:
    try:
        return bool(_split(value).hostname)
    except ValueError:
        return False


def _without_password(value: str) -> str:
    try:
        parts = _split(value)
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        return "(not shown)"
    return f"{parts.scheme or 'http'}://{host}" if host else "(not shown)"


def _split(value: str) -> SplitResult:
    return urlsplit(value if "://" in value else f"http://{value}")
