"""Terms and their readings: those shipped in `lexicon_data/`, and the user's own.

A lexicon file is TOML with two tables. `[words]` holds terms whatever their capitals, `[exact]`
those that are only meant as they are written. A reading is kana, kanji and digits, never Latin:

    [words]
    pytest = "パイテスト"
    "C++" = "シープラスプラス"

    [exact]
    IT = "アイティー"
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from voicestream_tui.errors import ConfigError
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.terms_file import read_terms

_TABLES = ("words", "exact")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:'[A-Za-z]+)?")
_LETTERS = re.compile(r"[A-Za-z]+")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Readings by term.

    Terms are looked up as they are written first and then without regard to capitals.
    """

    words: Mapping[str, str]
    """Casefolded term → reading."""
    exact: Mapping[str, str]
    """Term as written → reading."""
    phrases: re.Pattern[str]
    """Finds the terms that are more than one Latin word: "C++", "VS Code", "e.g."."""
    japanese: re.Pattern[str]
    """Finds the terms that are written in Japanese."""
    own: re.Pattern[str]
    """Finds the user's terms that could else be taken for a number, a path or an address."""

    def reading(self, term: str) -> str | None:
        """The reading of a whole term, None if it has none here."""
        return self.exact.get(term) or self.words.get(term.casefold())


def load_lexicon(user_file: Path | None = None, glossary: Glossary | None = None) -> Lexicon:
    """The shipped terms, over them the readings of a glossary, and over all the user's.

    Args:
        user_file: A TOML file as described above.
        glossary: The user's terms for the translation; those with a reading count here.

    Raises:
        ConfigError: the user's file can't be read or says something impossible.
    """
    words, exact = _shipped()
    words, exact = dict(words), dict(exact)
    own: list[tuple[str, bool]] = []
    layers = [glossary.readings()] if glossary is not None else []
    if user_file is not None:
        layers.append(_read(user_file))
    for own_words, own_exact in layers:
        exact = {k: v for k, v in exact.items() if k.casefold() not in own_words}
        words.update(own_words)
        exact.update(own_exact)
        own += [(term, False) for term in own_words] + [(term, True) for term in own_exact]
    terms = [(term, False) for term in words] + [(term, True) for term in exact]
    japanese = [pair for pair in terms if not pair[0].isascii()]
    phrases = [pair for pair in terms if pair[0].isascii() and not _WORD.fullmatch(pair[0])]
    own = [pair for pair in own if pair[0].isascii() and not _LETTERS.fullmatch(pair[0])]
    return Lexicon(words, exact, _pattern(phrases), _pattern(japanese), _pattern(own))


@cache
def _shipped() -> tuple[dict[str, str], dict[str, str]]:
    words: dict[str, str] = {}
    exact: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath("lexicon_data").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            tables = tomllib.loads(file.read_text("utf-8"))
            words.update({k.casefold(): v for k, v in tables.get("words", {}).items()})
            exact.update(tables.get("exact", {}))
    return words, exact


def _read(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    text, tables = read_terms(
        path,
        what="lexicon",
        setting="tts.lexicon",
        hint='Write one term a line, in quotes if it has signs or Japanese: "C++" = "…"',
    )
    for table in tables:
        if table not in _TABLES:
            near = difflib.get_close_matches(table, _TABLES, n=1, cutoff=0.3) or _TABLES
            raise ConfigError(
                f'The lexicon {path}, line {_line_of(text, table)} has "{table}", which is '
                "no table of a lexicon.",
                f"Put terms under [{near[0]}].",
            )
    words = _checked(path, text, tables, "words")
    return {k.casefold(): v for k, v in words.items()}, _checked(path, text, tables, "exact")


def _checked(path: Path, text: str, tables: Mapping[str, object], name: str) -> dict[str, str]:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(
            f"The lexicon {path}, line {_line_of(text, name)}: {name} is not a table.",
            f'Write [{name}] and below it lines such as: pytest = "パイテスト"',
        )
    for term, reading in table.items():
        place = f"The lexicon {path}, line {_line_of(text, term)}"
        if not isinstance(reading, str) or not term.strip():
            raise ConfigError(f'{place}: "{term}" has no text as its reading.', _EXAMPLE)
        if _LATIN.search(reading):
            raise ConfigError(f'{place}: the reading of "{term}" has Latin letters.', _EXAMPLE)
    return {_normal(term): _normal(reading) for term, reading in table.items()}


_EXAMPLE = 'Write readings in katakana: pytest = "パイテスト"'


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _line_of(text: str, term: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().lstrip("[").startswith((term, f'"{term}', f"'{term}")):
            return number
    return 1


def _pattern(terms: Iterable[tuple[str, bool]]) -> re.Pattern[str]:
    """Matches any of the terms, the longest first, not within a longer word.

    The terms stand in groups by their first characters: so it takes one look at a character to
    see that no term begins there.

    Args:
        terms: Each with whether its capitals matter.
    """
    groups: dict[str, list[tuple[str, bool]]] = {}
    for term, exact in terms:
        groups.setdefault(term[0].lower(), []).append((term, exact))
    if not groups:
        return _NOTHING
    return re.compile("|".join(_group(group) for group in groups.values()))


def _group(terms: list[tuple[str, bool]]) -> str:
    """An expression for terms that begin with the same character, small or capital."""
    firsts = {c for t, _ in terms for c in (t[0], t[0].lower(), t[0].upper()) if len(c) == 1}
    first = "".join(sorted(map(re.escape, firsts)))
    first = f"[{first}]" if len(firsts) > 1 else first
    branches = [
        f"{_border_before(term, first)}(?<={re.escape(term[0])}){re.escape(term[1:])}"
        f"{_border_after(term)}"
        if exact
        else f"{_border_before(term, first)}(?i:{re.escape(term[1:])}){_border_after(term)}"
        for term, exact in sorted(terms, key=lambda t: len(t[0]), reverse=True)
    ]
    return f"{first}(?:{'|'.join(branches)})"


def _border_before(term: str, first: str) -> str:
    """What must not stand before a term; asked behind its first character."""
    if term[0].isascii():
        number = rf"(?<!\d[.,:]{first})" if term[0].isdigit() else ""
        return f"(?<![A-Za-z0-9_]{first}){number}"
    kanji_then_kana = len(term) > 1 and "一" <= term[0] <= "鿿" and not "一" <= term[1] <= "鿿"
    return rf"(?<![一-鿿]{first})" if kanji_then_kana else ""


def _border_after(term: str) -> str:
    if not term[-1].isascii() or not (term[-1].isalnum() or term[-1] == "."):
        return ""
    return r"(?![A-Za-z0-9_]|[.,:]\d)" if term[-1].isdigit() else r"(?![A-Za-z0-9_])"
