"""Changes single settings in the user's file and leaves the rest of it as it is.

Comments, order, line ends and unknown things stay. What was written is read again before it takes
the old file's place: a file is changed exactly as wanted, or not at all.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicestream_tui.config_toml import any_literal, default_text
from voicestream_tui.errors import ConfigError

_MARK = "\ufeff"
_HEADER = re.compile(r"""\s*\[\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*\]\s*(?:#.*)?""")
_ANY_HEADER = re.compile(r"\s*\[")


def set_in_file(path: Path, wanted: Mapping[str, Any]) -> None:
    """Set keys in a settings file; one that is not there is made, with every key described.

    Args:
        path: The file; of a link the file that it leads to is changed.
        wanted: Values by dotted key ("tts.voice"), of types that TOML has.

    Raises:
        ConfigError: the file can't be read or written, is no TOML, or says these things in a way
            that can't be changed line by line. It is as it was, then.
    """
    whole = path.resolve()
    text = _read(path)
    try:
        before = tomllib.loads(text.removeprefix(_MARK))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not TOML: {error}.", "Correct it first; nothing was changed."
        ) from error
    after = text
    for dotted, value in wanted.items():
        after = _with_value(after, dotted, value)
    if not _is_as_wanted(before, after, wanted):
        lines = (f"{dotted} = {any_literal(value)}" for dotted, value in wanted.items())
        raise ConfigError(
            f"{path} is written in a way that is not changed here; nothing was changed.",
            f"Set it there by hand: {', '.join(lines)}.",
        )
    if after != text or not whole.exists():
        _replace(whole, after, path)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return default_text()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save the file as UTF-8.") from error
    except OSError as error:
        raise ConfigError(
            f"{path} can't be read: {error.strerror}.", "Check what it is, and its permissions."
        ) from error


def _is_as_wanted(before: dict[str, Any], after: str, wanted: Mapping[str, Any]) -> bool:
    for dotted, value in wanted.items():
        table, key = dotted.split(".", 1)
        entry = before.setdefault(table, {})
        if not isinstance(entry, dict):
            return False
        entry[key] = value
    try:
        return tomllib.loads(after.removeprefix(_MARK)) == before
    except tomllib.TOMLDecodeError:
        return False


def _with_value(text: str, dotted: str, value: Any) -> str:
    """The text with one value set: where it stands, else where it stands as a comment."""
    table, key = dotted.split(".", 1)
    # Not splitlines: for TOML what other signs separate is one line.
    lines = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    start, end = _span(lines, table)
    from_top = rf"{re.escape(table)}\s*\.\s*{re.escape(key)}"
    for first, last, name in ((start, end, re.escape(key)), (0, _head(lines), from_top)):
        for number in range(first, last):
            if re.match(rf"""\s*(?:{name}|"{name}"|'{name}')\s*=""", lines[number]):
                return "".join(_changed(lines, number, value, ending))
    new = f"{key} = {any_literal(value)}{ending}"
    if start == end == 0:
        apart = [ending] if lines and lines[-1].strip() else []
        return "".join([*_ended(lines, ending), *apart, f"[{table}]{ending}", new])
    comment = re.compile(rf"\s*#\s*{re.escape(key)}\s*=")
    commented = (n + 1 for n in range(start, end) if comment.match(lines[n]))
    own = (n for n in range(end, start, -1) if not re.match(r"\s*(#|$)", lines[n - 1]))
    at = next(commented, next(own, start))
    return "".join([*_ended(lines[:at], ending), new, *lines[at:]])


def _ended(lines: list[str], ending: str) -> list[str]:
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + ending]
    return lines


def _head(lines: list[str]) -> int:
    """How many lines stand before the first table."""
    return next((n for n, line in enumerate(lines) if _ANY_HEADER.match(line)), len(lines))


def _span(lines: list[str], table: str) -> tuple[int, int]:
    """The lines below a table's header, up to the next header; (0, 0) if there is no such table."""
    for number, line in enumerate(lines):
        found = _HEADER.fullmatch(line.removeprefix(_MARK).rstrip("\r\n"))
        if found and table in found.groups():
            rest = (n for n in range(number + 1, len(lines)) if _ANY_HEADER.match(lines[n]))
            return number + 1, next(rest, len(lines))
    return 0, 0


def _changed(lines: list[str], number: int, value: Any, ending: str) -> list[str]:
    """The lines with another value in the assignment that begins at one of them."""
    last = number + 1
    while last < len(lines) and not _is_toml("".join(lines[number:last])):
        last += 1
    name, _, rest = lines[number].partition("=")
    comment = _comment(rest.rstrip("\r\n")) if last == number + 1 else ""
    new = f"{name.rstrip()} = {any_literal(value)}{comment}{ending}"
    return [*lines[:number], new, *lines[last:]]


def _comment(rest: str) -> str:
    """What follows a value in its line, the blanks before it included."""
    whole = tomllib.loads(f"x = {rest}")
    for found in re.finditer(r"\s*#", rest):
        before = rest[: found.start()]
        if _is_toml(f"x = {before}") and tomllib.loads(f"x = {before}") == whole:
            return rest[found.start() :].rstrip()
    return ""


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _replace(whole: Path, text: str, named: Path) -> None:
    """Put a text in a file's place at once, with the file's permissions."""
    new = None
    try:
        whole.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(prefix=f".{whole.name}.", dir=whole.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        mode = stat.S_IMODE(whole.stat().st_mode) if whole.exists() else 0o644
        Path(new).chmod(mode)
        Path(new).replace(whole)
    except OSError as error:
        if new is not None:
            with contextlib.suppress(OSError):
                Path(new).unlink()
        raise ConfigError(
            f"{named} can't be written: {error.strerror}.",
            "Nothing was changed. Check its permissions, or name another file with --config.",
        ) from error
