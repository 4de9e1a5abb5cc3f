"""The user's home folder in the names of files."""

from __future__ import annotations

from pathlib import Path


def expand_home(name: str) -> Path:
    """Put the home folder for "~"; a home that is not known leaves it as it is.

    A shell does so only where a word begins with it: not in `--config=~/my.toml`, nor in a file.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)
