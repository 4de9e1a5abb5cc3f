"""What the description of a VITS voice says: the numbers of its symbols, speakers and languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from voicestream_tui.errors import EngineError

Family = Literal["coqui", "espnet"]
AGAIN = "Put the voice's files there again, or choose another voice."


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The numbers of a voice's symbols.

    Attributes:
        numbers: By symbol.
        unknown: For symbols without a number; None leaves them out.
        blank: Stands between all symbols and at the ends; None where there is none.
        begin, end: Stand around a text; None where they do not.
    """

    numbers: Mapping[str, int]
    unknown: int | None = None
    blank: int | None = None
    begin: int | None = None
    end: int | None = None

    def encode(self, symbols: Sequence[str]) -> list[int]:
        """The numbers that the model is given; empty if none of the symbols has one."""
        found = [self.numbers.get(symbol, self.unknown) for symbol in symbols]
        ids = [number for number in found if number is not None]
        if not any(symbol in self.numbers for symbol in symbols):
            return []
        if self.blank is not None:
            spaced = [self.blank] * (2 * len(ids) + 1)
            spaced[1::2] = ids
            ids = spaced
        if self.begin is not None and self.end is not None:
            ids = [self.begin, *ids, self.end]
        return ids


@dataclass(frozen=True, slots=True)
class VitsConfig:
    """A voice's description.

    Attributes:
        path: Its file.
        sample_rate: Hz; 0 if the file does not say it.
        reading: How text becomes symbols (see `reading`).
        cleaner: What is done to the text before, by the name that the family gives it.
        language: "ja", "en" …; "" if the file does not say it.
        speakers, languages: Their numbers by name, as far as files tell the names.
        noise, length, width: The voice's own scales.
    """

    family: Family
    path: Path
    alphabet: Alphabet
    reading: str
    cleaner: str = ""
    sample_rate: int = 0
    language: str = ""
    speakers: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    noise: float = 0.667
    length: float = 1.0
    width: float = 0.8


def unusable(path: Path, why: object) -> EngineError:
    """An error that names a description's file."""
    return EngineError(f"{path} is no description of a VITS voice: {why}.", AGAIN)
