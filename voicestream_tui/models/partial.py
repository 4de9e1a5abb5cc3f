"""A file while it comes: what of it is there, where that came from, and how it is gone on with."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from voicestream_tui.models.problems import of_disk
from voicestream_tui.models.web import Answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch."""

    path: str
    """Its name for the user."""
    url: str
    size: int | None = None
    sha256: str = ""
    page: str = ""
    """The address of the model's page."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that has come whole."""

    size: int
    sha256: str


def measure(path: Path) -> Fetched:
    """The size and checksum of a file; raises OSError if it can't be read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Fetched(file.tell(), digest)


def resume_headers(wanted: Wanted, part: Path, have: int) -> dict[str, str]:
    """What asks for the rest of a file; nothing if it has to be fetched from its beginning."""
    if not have:
        return {}
    if wanted.size is not None and have > wanted.size:
        return {}
    noted: object = None
    with suppress(OSError, ValueError):
        noted = json.loads(_notes(part).read_text("utf-8"))
    if not isinstance(noted, dict) or noted.get("url") != wanted.url:
        return {"Range": f"bytes={have}-"} if wanted.sha256 else {}
    validator = noted.get("etag")
    if isinstance(validator, str) and validator:
        return {"Range": f"bytes={have}-", "If-Range": validator}
    return {"Range": f"bytes={have}-"} if wanted.sha256 else {}


def note(part: Path, wanted: Wanted, answer: Answer) -> None:
    """Write down where the bytes come from; raises OSError if that fails."""
    etag = answer.header("ETag")
    strong = etag if etag.startswith('"') and etag.isprintable() else ""
    _notes(part).write_text(json.dumps({"url": wanted.url, "etag": strong}), "utf-8")


def append(file: IO[bytes], chunk: bytes, part: Path) -> None:
    """Write all of a chunk; raises ModelError if the disk does not take it."""
    view = memoryview(chunk)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        raise of_disk(error, str(part.parent)) from error


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def size_of(path: Path) -> int:
    """How much of a file is there; 0 if nothing is."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def remove(part: Path) -> None:
    """Forget what has come."""
    for path in (part, _notes(part)):
        with suppress(OSError):
            path.unlink()
