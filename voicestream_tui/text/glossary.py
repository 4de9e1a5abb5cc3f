"""A user's own terms: what they are in Japanese, and how they are read.

A glossary is a TOML file:

    abbreviations = ["obs", "sn"]      # their dot ends no sentence

    [terms]                            # whatever their capitals, "pull requests" as well
    "pull request" = "プルリク"
    deploy = { japanese = "配備", reading = "ハイビ" }
    nginx = { reading = "エンジンエックス" }    # stays as it is written

    [exact]                            # only as written
    IT = "情報技術"

A term leaves a sentence before it is translated, and its Japanese comes back in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voicestream_tui.errors import ConfigError
from voicestream_tui.text.terms_file import read_terms

_TABLES = ("terms", "exact")
_KEYS = ("japanese", "reading")
_EXAMPLE = 'Write a line such as: deploy = { japanese = "配備", reading = "ハイビ" }'
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Term:
    """One entry."""

    written: str
    japanese: str = ""
    """What is shown for it; empty leaves it as it is written."""
    reading: str = ""
    """How that is read, in kana; empty leaves it to the lexicon."""
    exact: bool = False
    """Only meant as it is written, capitals and all."""


@dataclass(frozen=True)
class Glossary:
    """Terms, ready to be looked for. Without terms it finds nothing."""

    terms: tuple[Term, ...] = ()
    abbreviations: frozenset[str] = frozenset()
    """In lower case, without the last dot: for `Segmenter`."""
    _exact: Mapping[str, Term] = field(init=False, repr=False, compare=False)
    _words: Mapping[str, Term] = field(init=False, repr=False, compare=False)
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        exact = {_one_blank(t.written): t for t in self.terms if t.exact}
        words = {_one_blank(t.written).casefold(): t for t in self.terms if not t.exact}
        object.__setattr__(self, "_exact", exact)
        object.__setattr__(self, "_words", words)
        object.__setattr__(self, "_pattern", _pattern(self.terms))

    def find(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """Find the terms in text[start:end], the longest at each place, whole words only.

        Returns:
            Their places, in order, each with what is to be shown for it.
        """
        found = []
        for match in self._pattern.finditer(text, start, end):
            written = _one_blank(match["term"])
            term = self._exact.get(written) or self._words.get(written.casefold())
            if term is not None:
                found.append((match.start(), match.end(), term.japanese or match["term"]))
        return found

    def readings(self) -> tuple[dict[str, str], dict[str, str]]:
        """What the lexicon has to know besides: readings of terms whatever their capitals
        (casefolded), and of those that are meant as they are written.
        """
        words: dict[str, str] = {}
        exact: dict[str, str] = {}
        for term in self.terms:
            if term.reading and term.exact and not term.japanese:
                exact[term.written] = term.reading
            elif term.reading:
                words[(term.japanese or term.written).casefold()] = term.reading
        return words, exact


def load_glossary(path: Path | None) -> Glossary:
    """Read a glossary; without a file it is empty.

    Raises:
        ConfigError: the file can't be read or says something impossible.
    """
    if path is None:
        return Glossary()
    text, tables = read_terms(
        path,
        what="glossary",
        setting="translation.glossary",
        hint='Write a term in quotes if it has blanks or signs: "pull request" = "プルリク"',
    )
    return _Reader(path, text).glossary(tables)


class _Reader:
    """Checks what a file says, and names the line where it says something impossible."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def glossary(self, tables: Mapping[str, object]) -> Glossary:
        terms: list[Term] = []
        for name, table in tables.items():
            if name == "abbreviations":
                continue
            if name not in _TABLES:
                raise self._error(
                    name, f'"{name}" is no table of a glossary', "Put terms under [terms]."
                )
            if not isinstance(table, dict):
                raise self._error(
                    name, f"{name} is no table", f"Write [{name}] and terms below it."
                )
            terms += [self._term(word, entry, name == "exact") for word, entry in table.items()]
        return Glossary(tuple(terms), self._abbreviations(tables.get("abbreviations", [])))

    def _term(self, word: str, entry: object, exact: bool) -> Term:
        values = {"japanese": entry} if isinstance(entry, str) else entry
        if not isinstance(values, dict) or not word.strip():
            raise self._error(word, f'"{word}" has no text', _EXAMPLE)
        for key, value in values.items():
            if key not in _KEYS:
                raise self._error(word, f'"{word}" has the key "{key}"', _EXAMPLE)
            if not isinstance(value, str) or not value.strip():
                raise self._error(word, f'"{word}": {key} is no text', _EXAMPLE)
        japanese, reading = (str(values.get(key, "")).strip() for key in _KEYS)
        if not japanese and not reading:
            raise self._error(word, f'"{word}" says nothing', _EXAMPLE)
        if _LATIN.search(reading):
            raise self._error(word, f'the reading of "{word}" has Latin letters', _EXAMPLE)
        return Term(word.strip(), japanese, reading, exact)

    def _abbreviations(self, found: object) -> frozenset[str]:
        if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
            raise self._error(
                "abbreviations",
                "abbreviations is no list of words",
                'Write abbreviations = ["obs", "sn"] above all tables.',
            )
        return frozenset(word.strip().rstrip(".").lower() for word in found if word.strip(" ."))

    def _error(self, term: str, problem: str, hint: str) -> ConfigError:
        line = self._line_of(term)
        place = f", line {line}" if line else ""
        return ConfigError(f"The glossary {self._path}{place}: {problem}.", hint)

    def _line_of(self, term: str) -> int:
        for number, line in enumerate(self._lines, 1):
            if line.strip().lstrip("[").lstrip().startswith((term, f'"{term}"', f"'{term}'")):
                return number
        return 0


def _one_blank(text: str) -> str:
    return " ".join(text.split())


def _pattern(terms: Iterable[Term]) -> re.Pattern[str]:
    branches = [
        (len(term.written), body if term.exact else f"(?i:{body})", term.written[-1].isalpha())
        for term in terms
        for body in [r"\s+".join(map(re.escape, term.written.split()))]
    ]
    if not branches:
        return _NOTHING
    branches.sort(reverse=True)
    found = "|".join(body for _, body, _ in branches)
    return re.compile(rf"(?<![A-Za-z0-9_])(?P<term>{found})(?:(?<=[A-Za-z])e?s)?(?![A-Za-z0-9_])")
