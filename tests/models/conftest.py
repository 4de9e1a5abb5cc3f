"""A hub on this computer, and no proxy in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.hub import Hub, running


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as found:
        yield found


@pytest.fixture
def elsewhere() -> Iterator[Hub]:
    """Another server, as the hub sends on to for large files."""
    with running() as found:
        yield found
