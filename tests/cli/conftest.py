"""The real CLI and a home for it, for the tests that run the program as a user does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_cli import CliMissingError, find_cli
from tests.terminal import short_home


@pytest.fixture(scope="session")
def claude() -> Path:
    try:
        return find_cli()
    except CliMissingError as error:
        pytest.skip(f"no real Claude Code CLI: {error}")


@pytest.fixture
def home() -> Iterator[Path]:
    with short_home() as home:
        yield home
