"""Which models there are: the catalogue of the program and the user's own, as values.

A user's catalogue is the file models.toml beside the settings, in the form of catalog.toml; its
models come before those of the program that have the same name.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Literal, get_args
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from voicestream_tui.errors import ModelError
from voicestream_tui.models.addresses import in_ascii

Kind = Literal["translator", "voice"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SHA256 = r"^[0-9a-f]{64}$"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model."""

    path: str
    """Where it lies in the model's folder, with "/"."""
    url: str = ""
    """Where it comes from; empty if it comes from the model's repository on the hub."""
    source: str = ""
    """Its path in the repository."""
    size: int | None = None
    """In bytes; None if it is recorded when the file is first fetched."""
    sha256: str = ""
    """In hexadecimal digits; empty if it is recorded when the file is first fetched."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model: what it is, under which terms, and its files."""

    name: str
    title: str
    kind: Kind
    engine: str
    languages: tuple[str, ...]
    files: tuple[ModelFile, ...]
    licence: str
    licence_url: str = ""
    terms: str = ""
    """What the licence forbids or demands; not empty if it has to be accepted once."""
    credit: str = ""
    sample_rate: int | None = None
    """Of a voice, in samples a second."""
    repository: str = ""
    revision: str = "main"
    about: int = 0
    """About how many bytes all files have, where they are not known exactly."""

    @property
    def size(self) -> int:
        """Bytes of all files, as far as known."""
        return max(self.about, sum(file.size or 0 for file in self.files))

    @property
    def exact(self) -> bool:
        """Whether `size` is exact."""
        return all(file.size is not None for file in self.files)

    @property
    def page(self) -> str:
        """The path of the model's page on the hub; empty if it has none."""
        return self.repository

    def url(self, file: ModelFile, hub: str) -> str:
        """Where a file comes from, with `hub` as the address of the hub."""
        if file.url:
            return file.url
        path = quote(file.source or file.path)
        return f"{hub.rstrip('/')}/{self.repository}/resolve/{quote(self.revision)}/{path}"


@dataclass(frozen=True)
class Catalog:
    """All models by name, in the order in which they are shown."""

    models: Mapping[str, Model]

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models.values())

    def find(self, name: str) -> Model:
        """Give a model by its name, whatever its capitals.

        Raises:
            ModelError: there is none of that name; the nearest names are told.
        """
        by_folded = {known.casefold(): known for known in self.models}
        found = by_folded.get(name.casefold())
        if found is not None:
            return self.models[found]
        near = difflib.get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.5)
        meant = " or ".join(by_folded[close] for close in near)
        raise ModelError(
            f"There is no model named {name}.",
            f"{f'Did you mean {meant}? ' if meant else ''}All of them: {', '.join(self.models)}.",
        )


def load_catalog(own: Path | None = None) -> Catalog:
    """Read the catalogue of the program, and the user's `own` if that file is there.

    Raises:
        ModelError: the user's catalogue can't be read, or says something impossible.
    """
    shipped = resources.files("voicestream_tui.models") / "catalog.toml"
    models = _parse(shipped.read_text("utf-8"), "the catalogue of the program")
    if own is not None and own.is_file():
        try:
            text = own.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(
                f"Your catalogue {own} can't be read: {error}.", "Save it as UTF-8 text."
            ) from error
        theirs = _parse(text, str(own))
        models = theirs | {name: model for name, model in models.items() if name not in theirs}
    return Catalog(models)


class _Entry(BaseModel):
    """What a table of a catalogue may say of a file."""

    model_config = ConfigDict(extra="forbid")

    path: str
    url: str = ""
    source: str = ""
    size: int | None = Field(default=None, ge=0)
    sha256: str = Field(default="", pattern=rf"^$|{_SHA256}")


class _Table(BaseModel):
    """What a table of a catalogue may say of a model."""

    model_config = ConfigDict(extra="forbid")

    title: str
    kind: Kind
    engine: str
    licence: str
    files: list[_Entry] = Field(min_length=1)
    languages: list[str] = []
    licence_url: str = ""
    terms: str = ""
    credit: str = ""
    sample_rate: int | None = Field(default=None, ge=1)
    repository: str = ""
    revision: str = Field(default="main", min_length=1)
    about: int = Field(default=0, ge=0)


_TABLES = TypeAdapter(dict[str, _Table])


def _parse(text: str, origin: str) -> dict[str, Model]:
    try:
        tables = _TABLES.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{origin}: not TOML: {error}.", "Correct it, or remove it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelError(
            f"{origin}: {place}: {first['msg']}.",
            f"A model has title, kind ({' or '.join(get_args(Kind))}), engine, licence and files.",
        ) from error
    return {name: _model(name, table, origin) for name, table in tables.items()}


def _model(name: str, table: _Table, origin: str) -> Model:
    if not _NAME.fullmatch(name):
        raise ModelError(
            f'{origin}: "{name}" is no name of a model.', "Letters, digits, - and _ make a name."
        )
    for entry in table.files:
        _check(entry, bool(table.repository), f"{origin}: {name}")
    paths = [entry.path.casefold() for entry in table.files]
    if len(set(paths)) < len(paths):
        raise ModelError(f"{origin}: {name} has two files of one path.", "Give each its own path.")
    return Model(
        name=name,
        files=tuple(ModelFile(**entry.model_dump()) for entry in table.files),
        languages=tuple(table.languages),
        **table.model_dump(exclude={"files", "languages"}),
    )


def _check(entry: _Entry, on_hub: bool, where: str) -> None:
    path = PurePosixPath(entry.path)
    if (
        not path.parts
        or path.is_absolute()
        or any(part in ("..", ".") or part.startswith(".") for part in path.parts)
        or "\\" in entry.path
        or str(path) != entry.path
    ):
        raise ModelError(
            f'{where}: "{entry.path}" is no path inside a folder.', 'Write it as "folder/file".'
        )
    if not entry.url and not on_hub:
        raise ModelError(
            f"{where}: {entry.path} comes from nowhere.", "Give it a url, or a repository above."
        )
    if entry.url and not entry.url.startswith("https://"):
        raise ModelError(
            f"{where}: {entry.url} is not https.", "Only https is fetched from other places."
        )
    try:
        sound = not entry.url or bool(urlsplit(in_ascii(entry.url)).hostname)
    except ValueError:
        sound = False
    if not sound:
        raise ModelError(
            f"{where}: {entry.url} is no address.", "Write it as https://server/folder/file."
        )
