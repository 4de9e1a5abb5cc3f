"""Names of programs in Japanese: words, identifiers, files, paths, flags, addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from voicestream_tui.text import spoken_numbers
from voicestream_tui.text.katakana import plural, spell
from voicestream_tui.text.lexicon import Lexicon

_PARTS = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+")
_APOSTROPHE = re.compile(r"'(\w*)$")
_ENDINGS = {"re": "アー", "ll": "ル", "ve": "ブ", "d": "ド", "m": "ム", "t": "ント"}
_NUMERIC_HOST = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})+")
_MANGLED = re.compile(r"[^A-Za-z0-9]+")
_SHORTEST_HALF = 3
_LONGEST_COMPOUND = 32
"""Letters of a word that may be two known words, and of each of the two."""
_SHORT_FLAG = 4
"""Characters of a flag that is a bundle of letters: "-it", "-rf"."""
_DIRECTORY_PARTS = 3
"""A path to no file is said whole up to this many parts, and else its last two."""


class NameReader:
    """Reads names by the lexicon first and by their sound else.

    Args:
        lexicon: Terms with known readings.
        katakana: Gives the reading of any other English word.
    """

    def __init__(self, lexicon: Lexicon, katakana: Callable[[str], str]) -> None:
        self._lexicon = lexicon
        self._katakana = katakana

    def name(self, written: str) -> str:
        """An identifier or word: "parse_config", "HTTPServer", "thread-safe", "don't"."""
        straight = _without_accents(written).replace("’", "'")
        if (whole := self._lexicon.reading(straight)) is not None:
            return whole
        if (ending := _APOSTROPHE.search(straight)) is not None:
            stem = self.name(straight[: ending.start()])
            return plural(stem) if ending[1].lower() == "s" else stem + _ENDINGS.get(ending[1], "")
        spoken: list[str] = []
        for chunk in _MANGLED.split(straight):
            if chunk:
                constant = chunk.isupper() and "_" in written
                spoken += self._parts(chunk.lower() if constant else chunk)
        return " ".join(spoken)

    def _parts(self, chunk: str) -> list[str]:
        if (whole := self._lexicon.reading(chunk)) is not None:
            return [whole]
        parts = _PARTS.findall(chunk)
        spoken: list[str] = []
        for index, part in enumerate(parts):
            if part.isdigit():
                said = spoken_numbers.in_identifier(part) if index else spoken_numbers.number(part)
                if spoken and index:
                    spoken[-1] += said
                    continue
                spoken.append(said)
            else:
                spoken.append(self._word(part))
        return spoken

    def _word(self, word: str) -> str:
        if (known := self._known(word)) is not None:
            return known
        if len(word) <= _LONGEST_COMPOUND and not word.isupper():
            for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
                first, second = self._lexicon.reading(word[:cut]), self._known(word[cut:])
                if first is not None and second is not None:
                    return first + second
        return self._katakana(word)

    def _known(self, word: str) -> str | None:
        if (reading := self._lexicon.reading(word)) is not None:
            return reading
        if len(word) > _SHORTEST_HALF and word.endswith("s"):
            singular = self._lexicon.reading(word[:-1])
            return plural(singular) if singular is not None else None
        return None

    def file(self, name: str) -> str:
        """A file's name: the stem in words, then "ドット" and the ending."""
        if (whole := self._lexicon.reading(name)) is not None:
            return whole
        stem, dot, ending = name.rpartition(".")
        if not dot:
            return self.name(name)
        said = f"ドット{self.name(ending)}"
        return f"{self.name(stem)} {said}" if stem.strip(".") else said

    def path(self, path: str) -> str:
        """A path: the file's name, or of a folder its last parts."""
        parts = [part for part in re.split(r"[/\\]", path) if part.strip(".~*")]
        if not parts:
            return ""
        last = parts[-1]
        if "." in last.strip(".") or last.startswith("."):
            return self.file(last)
        kept = parts if len(parts) <= _DIRECTORY_PARTS else parts[-2:]
        return " ".join(self.file(part) for part in kept)

    def flag(self, flag: str) -> str:
        """A command line flag: "--no-cache" → "ノーキャッシュ オプション"."""
        name, equals, value = flag.partition("=")
        short = not name.startswith("--") and len(name) <= _SHORT_FLAG
        words = [spell(name)] if short else [self.name(w) for w in name.split("-") if w]
        joined = "".join(words) if len(words) == 2 else " ".join(words)
        said = f"{joined} オプション"
        return f"{said} {self.value(value)}" if equals and value else said

    def value(self, value: str) -> str:
        """What stands behind an equals sign."""
        plain = value.strip("\"'")
        return self.path(plain) if "/" in plain else self.file(plain)

    def host(self, host: str) -> str:
        """A domain name; only its last dot is said."""
        if _NUMERIC_HOST.fullmatch(host):
            return spoken_numbers.dotted(host)
        *rest, top = host.removeprefix("www.").split(".")
        if not any(rest) or not top.isalpha():
            return self.name(host)
        spoken = " ".join(self.name(label) for label in rest if label)
        return f"{spoken} ドット{self.name(top)}"

    def url(self, url: str) -> str:
        """An address: its host, and that it is a link."""
        rest = url.partition("://")[2]
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        host, _, port = authority.partition(":")
        if not host.strip("."):
            return f"{self.path(rest)} へのリンク"
        said = self.host(host)
        return f"{said} {port} へのリンク" if port.isdigit() else f"{said} へのリンク"

    def email(self, address: str) -> str:
        user, _, host = address.rpartition("@")
        return f"{self.name(user)} アットマーク {self.host(host)}"


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
