"""The settings of the server."""

import tomllib
from pathlib import Path
from typing import Any

PATH = Path("settings.toml")


def load() -> dict[str, Any]:
    """Read the settings from the configuration file."""
    with PATH.open("rb") as file:
        return tomllib.load(file)
