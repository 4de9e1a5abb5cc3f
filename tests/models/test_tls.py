"""Certificates are checked: who signed them, and that a redirect does not leave https."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.models.hub import Hub, redirect, running
from voicestream_tui.errors import ModelError
from voicestream_tui.models import addresses
from voicestream_tui.models.partial import Wanted
from voicestream_tui.models.transfer import Transfer
from voicestream_tui.models.web import Web

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this computer that nobody has signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext {subject} "
        f"-keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    return certificate, key


def fetch(hub: Hub, url: str, tmp_path: Path) -> bytes:
    part = tmp_path / "x.part"
    transfer = Transfer(Web(addresses.Hub(hub.address), 10.0), wait=lambda seconds: None)
    transfer.fetch(Wanted("a/x", url), part)
    return part.read_bytes()


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_a_certificate_that_nobody_signed_is_refused(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    with running(server_context(certificate)) as hub:
        url = hub.put("/x", b"content")
        with pytest.raises(ModelError, match="certificate is not trusted") as caught:
            fetch(hub, url, tmp_path)
    assert "SSL_CERT_FILE" in caught.value.hint
    assert hub.asked == []


def test_a_certificate_that_the_user_trusts_is_enough(
    certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with running(server_context(certificate)) as hub:
        assert fetch(hub, hub.put("/x", b"content"), tmp_path) == b"content"


def test_https_is_never_left_for_plain_http(
    certificate: tuple[Path, Path], hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    plain = hub.put("/x", b"content")
    with (
        running(server_context(certificate)) as safe,
        pytest.raises(ModelError, match="sends on to http://"),
    ):
        fetch(safe, safe.put("/x", b"", redirect(plain)), tmp_path)
    assert hub.asked == []
