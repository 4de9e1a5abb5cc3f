"""The real CLI and a home for it, for the tests that run the program as a user does."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_cli import CliMissingError, find_cli


@pytest.fixture(scope="session")
def claude() -> Path:
    try:
        return find_cli()
    except CliMissingError as error:
        pytest.skip(f"no real Claude Code CLI: {error}")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a short path: the name of tmux's socket may hold 100 characters."""
    with tempfile.TemporaryDirectory(prefix="vs-", dir="/tmp") as folder:
        home = Path(folder).resolve()
        (home / "project").mkdir()
        yield home
