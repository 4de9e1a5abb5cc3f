"""Where models lie on this computer, which of them are whole, and what is remembered of them.

models/NAME/…              a translator's files
voices/NAME/…              a voice's files
models/.records/NAME.json  sizes and checksums as first fetched; the licence that was accepted
models/.records/NAME.lock  held by the one program that changes the model
(either)/.NAME.partial/…   what has come so far
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from voicestream_tui.errors import ModelError
from voicestream_tui.file_lock import FileLock
from voicestream_tui.models.catalog import Model, ModelFile
from voicestream_tui.models.partial import Fetched, measure
from voicestream_tui.models.problems import of_disk
from voicestream_tui.models.records import Record, Records

PART = ".part"
_POLL = 0.5


class State(StrEnum):
    """How much of a model is there, by the sizes of its files."""

    ABSENT = "absent"
    PARTIAL = "partial"
    """A download was begun."""
    INCOMPLETE = "incomplete"
    """Files are missing or have another size."""
    INSTALLED = "installed"


class Found(StrEnum):
    """What a check of a file says."""

    GOOD = "good"
    RECORDED = "recorded"
    """There was nothing to compare it with; from now on there is."""
    CHANGED = "changed"
    MISSING = "missing"


class Store:
    """The models on this computer.

    Args:
        models: The folder of translators; made when something is put into it.
        voices: The folder of voices, likewise.
    """

    def __init__(self, models: Path, voices: Path) -> None:
        self.models = models
        self.voices = voices
        self._records = Records(models / ".records")

    def folder(self, model: Model) -> Path:
        """Where a model's files lie or will lie."""
        return (self.voices if model.kind == "voice" else self.models) / model.name

    def staging(self, model: Model) -> Path:
        """Where its files are while not all have come."""
        return self.folder(model).parent / f".{model.name}.partial"

    def state(self, model: Model) -> State:
        """How much of a model is there. Reads no file."""
        record = self.record(model)
        there = [self._fits(model, file, record) for file in model.files]
        if all(there):
            return State.INSTALLED
        if any((self.folder(model) / file.path).exists() for file in model.files):
            return State.INCOMPLETE
        begun = any(path.is_file() for path in self.staging(model).rglob(f"*{PART}"))
        return State.PARTIAL if begun else State.ABSENT

    def check(self, model: Model, file: ModelFile) -> Found:
        """Compare a file with its checksum.

        Raises:
            ModelError: it is there and can't be read.
        """
        path = self.folder(model) / file.path
        try:
            found = measure(path)
        except (FileNotFoundError, NotADirectoryError):
            return Found.MISSING
        except OSError as error:
            raise ModelError(
                f"{path} can't be read: {error.strerror or error}.", "Check its permissions."
            ) from error
        size, sha256 = self.expected(model, file)
        if size not in (None, found.size) or sha256 not in ("", found.sha256):
            return Found.CHANGED
        if sha256:
            return Found.GOOD
        self.remember(model, {file: found})
        return Found.RECORDED

    def expected(self, model: Model, file: ModelFile) -> tuple[int | None, str]:
        """Size and checksum that a file must have, by the catalogue or else as first fetched."""
        known = self.record(model).files.get(_identity(model, file))
        if file.sha256 or known is None:
            return file.size, file.sha256
        return known.size, known.sha256

    def record(self, model: Model) -> Record:
        """What is remembered; nothing if the file is broken or not there."""
        return self._records.read(model.name)

    def has_accepted(self, model: Model) -> bool:
        """Whether the user has accepted the licence as it is now, or need not."""
        return not model.terms or self.record(model).accepted == _terms(model)

    def accept(self, model: Model) -> None:
        """Remember that the user has accepted the licence.

        Raises:
            ModelError: it can't be written.
        """
        self._records.write(model.name, Record(_terms(model), self.record(model).files))

    def remember(self, model: Model, files: Mapping[ModelFile, Fetched]) -> None:
        """Remember files as they were fetched first; the catalogue's need not be remembered.

        Raises:
            ModelError: it can't be written.
        """
        new = {_identity(model, file): found for file, found in files.items() if not file.sha256}
        if new:
            record = self.record(model)
            self._records.write(model.name, Record(record.accepted, {**record.files, **new}))

    @contextmanager
    def locked(
        self, model: Model, busy: Callable[[], None], wait: Callable[[float], object]
    ) -> Iterator[None]:
        """Let no other program change the model meanwhile.

        Args:
            model: The model.
            busy: Called once if another program holds it.
            wait: Waits so many seconds; may raise to give up.

        Raises:
            ModelError: files can't be locked there.
        """
        path = self._records.folder / f"{model.name}.lock"
        lock = FileLock(path)
        told = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            while not lock.take():
                if not told:
                    busy()
                    told = True
                wait(_POLL)
        except OSError as error:
            raise of_disk(error, str(path.parent)) from error
        try:
            yield
        finally:
            lock.give()

    def place(self, model: Model, files: Mapping[ModelFile, Path]) -> None:
        """Put checked files where they belong; a model that is not there yet appears at once.

        Args:
            model: The model; it must be `locked`.
            files: The files with their partial files in `staging`.

        Raises:
            ModelError: a file can't be written or moved.
        """
        folder, staging = self.folder(model), self.staging(model)
        try:
            for part in files.values():
                _to_disk(part)
            if folder.exists():
                for file, part in files.items():
                    (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
                    part.replace(folder / file.path)
                shutil.rmtree(staging)
                return
            for file, part in files.items():
                part.replace(staging / file.path)
                part.with_name(part.name + ".json").unlink(missing_ok=True)
            staging.replace(folder)
        except OSError as error:
            raise of_disk(error, str(folder)) from error

    def part(self, model: Model, file: ModelFile) -> Path:
        """The partial file of a file, in a folder that is there.

        Raises:
            ModelError: the folder can't be made.
        """
        whole = self.staging(model) / file.path
        part = whole.with_name(whole.name + PART)
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            if whole.is_file():  # the program was killed while it put the files in place
                whole.replace(part)
        except OSError as error:
            raise of_disk(error, str(part.parent)) from error
        return part

    def remove(self, model: Model) -> tuple[int, list[Path]]:
        """Remove a model's files, what has come of them, and their checksums; `locked` only.

        Returns:
            How many bytes are free now, and what else lies in its folder and was left there.

        Raises:
            ModelError: something can't be removed.
        """
        folder, staging = self.folder(model), self.staging(model)
        freed = 0
        try:
            for file in model.files:
                with suppress(FileNotFoundError, NotADirectoryError):
                    freed += (folder / file.path).stat().st_size
                    (folder / file.path).unlink()
            for path in sorted(staging.rglob("*")) if staging.is_dir() else ():
                freed += path.stat().st_size if path.is_file() else 0
            shutil.rmtree(staging, ignore_errors=True)
            left = _tidy(folder)
        except OSError as error:
            raise of_disk(error, str(folder)) from error
        if self._records.has(model.name):
            self._records.write(model.name, Record(self.record(model).accepted))
        return freed, left

    def _fits(self, model: Model, file: ModelFile, record: Record) -> bool:
        try:
            size = (self.folder(model) / file.path).stat().st_size
        except OSError:
            return False
        known = record.files.get(_identity(model, file))
        expected = known.size if file.size is None and known is not None else file.size
        return expected in (None, size)


def _identity(model: Model, file: ModelFile) -> str:
    """What a file is called wherever it is fetched from, a mirror too."""
    return file.url or f"{model.repository}@{model.revision}/{file.source or file.path}"


def _terms(model: Model) -> str:
    return f"{model.licence}: {model.terms}"


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _tidy(folder: Path) -> list[Path]:
    """Remove a folder as far as it is empty; gives the files that are left."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()
    left = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return left
