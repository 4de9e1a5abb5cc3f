"""A TOML file of the user's own terms, and what is wrong with one that can't be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from voicestream_tui.errors import ConfigError

_LINE = re.compile(r"at line (\d+)")


def read_terms(path: Path, *, what: str, setting: str, hint: str) -> tuple[str, dict[str, Any]]:
    """Read a file: its text, for the lines of what is wrong with it, and its tables.

    Args:
        what: what the file is, "glossary" or "lexicon".
        setting: the dotted key that names it.
        hint: what to write if it is not TOML.

    Raises:
        ConfigError: the file can't be read, or is not TOML in UTF-8.
    """
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            f"The {what} {path} can't be read: {error.strerror or error}.",
            f"Correct the setting {setting}, or leave it empty.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"The {what} {path} is not UTF-8 text.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        place = f", line {line[1]}" if line else ""
        raise ConfigError(f"The {what} {path}{place} is not valid TOML: {error}.", hint) from error
