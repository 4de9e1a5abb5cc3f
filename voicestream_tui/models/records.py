"""What is remembered of a model, in a small file each."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voicestream_tui.models.partial import Fetched
from voicestream_tui.models.problems import of_disk


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of a model."""

    accepted: str = ""
    """The licence and terms that the user has accepted."""
    files: Mapping[str, Fetched] = field(default_factory=dict)
    """Sizes and checksums by what identifies a file, its revision included."""


class Records:
    """The records of all models.

    Args:
        folder: Where they lie; made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Whether anything was ever written of a model."""
        return self._path(name).exists()

    def read(self, name: str) -> Record:
        """What is remembered of a model; nothing if the file is broken or not there."""
        try:
            read = json.loads(self._path(name).read_text("utf-8"))
            files = {
                str(of): Fetched(int(entry["size"]), str(entry["sha256"]))
                for of, entry in read["files"].items()
            }
            return Record(str(read["accepted"]), files)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Record()

    def write(self, name: str, record: Record) -> None:
        """Put a record in the place of the old one, at once.

        Raises:
            ModelError: it can't be written.
        """
        files = {
            of: {"size": found.size, "sha256": found.sha256} for of, found in record.files.items()
        }
        text = json.dumps({"accepted": record.accepted, "files": files}, indent=1)
        path = self._path(name)
        new = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            new.write_text(text, "utf-8")
            new.replace(path)
        except OSError as error:
            raise of_disk(error, str(self.folder)) from error

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"
