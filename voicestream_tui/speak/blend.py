"""Voices mixed of others ("jf_alpha:60+jf_nezumi:40"), and the files that keep them under a name.

A voice profile is NAME.profile.toml in the voices folder. It holds the recipe and no samples, so
that it is a few bytes, can be written by hand, and means nothing without the voices it is mixed of.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicestream_tui.errors import EngineError

SUFFIX = ".profile.toml"
_NAME = re.compile(r"[^\W_][\w .-]{0,63}")
_FORM = 'A mixture is written like "jf_alpha:60+jf_nezumi:40".'


@dataclass(frozen=True, slots=True)
class Blend:
    """A mixture of voices of one engine.

    Attributes:
        parts: Ids of voices, and how much of each, as it was written.
    """

    parts: tuple[tuple[str, float], ...]

    @property
    def id(self) -> str:
        """How it is written."""
        return "+".join(f"{voice}:{weight:g}" for voice, weight in self.parts)

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """The voices and their shares, which make 1."""
        total = sum(weight for _, weight in self.parts)
        return tuple((voice, weight / total) for voice, weight in self.parts)


@dataclass(frozen=True, slots=True)
class Profile:
    """A voice profile: a mixture with a name of its own."""

    name: str
    path: Path
    engine: str = ""
    blend: Blend | None = None
    problem: str = ""
    """Why it can't be used; "" if nothing is known."""


def is_blend(voice_id: str) -> bool:
    """Whether an id is meant as a mixture."""
    return "+" in voice_id


def parse_blend(text: str) -> Blend:
    """Read a mixture; voices without a weight share what is left, or all equally.

    Raises:
        EngineError: it is not of that form, or names a voice twice.
    """
    parts: list[tuple[str, float]] = []
    for part in text.split("+"):
        voice, colon, number = part.strip().rpartition(":")
        if not colon:
            voice, number = part.strip(), "50"
        try:
            weight = float(number)
        except ValueError:
            weight = 0.0
        if not voice or not 0 < weight < 1e6:
            raise EngineError(f'"{text}" is no mixture of voices: see "{part.strip()}".', _FORM)
        parts.append((voice, weight))
    if len(parts) < 2 or len({voice for voice, _ in parts}) < len(parts):
        raise EngineError(f'"{text}" is no mixture of two voices or more.', _FORM)
    return Blend(tuple(parts))


def voices_in(wanted: str) -> list[str]:
    """The ids of the voices of a mixture; of anything else, the id itself."""
    if not is_blend(wanted):
        return [wanted]
    return [voice for voice, _ in parse_blend(wanted).parts]


def save_blend(
    folder: Path, name: str, blend: Blend | str, *, engine: str = "kokoro", replace: bool = False
) -> Path:
    """Keep a mixture as a voice of its own: NAME.profile.toml in the voices folder.

    Whether its voices are there is for the engine to say (`KokoroSpeaker.save_blend`).

    Raises:
        EngineError: the name or the mixture can't be used, a profile of that name is there, or the
            file can't be written.
    """
    mixed = parse_blend(blend) if isinstance(blend, str) else blend
    if not _NAME.fullmatch(name):
        raise EngineError(
            f'"{name}" can\'t be the name of a voice.',
            "Use letters, digits, blanks, dots and dashes, beginning with a letter or digit.",
        )
    path = folder / f"{name}{SUFFIX}"
    if path.exists() and not replace:
        raise EngineError(
            f'There is a voice "{name}" already: {path}.', "Choose another name, or remove it."
        )
    text = (
        "# A voice mixed of others. The numbers are weights; their sum does not matter.\n"
        f"engine = {json.dumps(engine)}\n"
        f"blend = {json.dumps(mixed.id, ensure_ascii=False)}\n"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=folder, prefix=".", suffix=SUFFIX)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).replace(path)
    except OSError as error:
        raise EngineError(
            f"{path} can't be written: {error.strerror}.", "Choose another folder of voices."
        ) from error
    return path


def find_profiles(folder: Path | None, engine: str) -> Iterator[Profile]:
    """The voice profiles of an engine in a folder and its subfolders; broken ones tell why."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        if path.name.startswith("."):
            continue
        profile = _read(path)
        if profile.engine in ("", engine):
            yield profile


def _read(path: Path) -> Profile:
    name = path.name.removesuffix(SUFFIX)
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        engine, text = said["engine"], said["blend"]
        if not isinstance(engine, str) or not isinstance(text, str):
            return Profile(name, path, problem=f"engine and blend in {path} must be texts")
        return Profile(name, path, engine, parse_blend(text))
    except OSError as error:
        return Profile(name, path, problem=f"{path} can't be read: {error.strerror}")
    except KeyError as error:
        return Profile(name, path, problem=f"{path} lacks {error}")
    except ValueError as error:
        return Profile(name, path, problem=f"{path} is no TOML: {error}")
    except EngineError as error:
        return Profile(name, path, problem=f"{path}: {error.message}")
