"""English words as a Japanese speaker says them, in katakana.

Words come from a small neural model (the package e2k), loaded with the first word that is
asked for; its answers are kept. What can't be said as a word is spelled.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

from voicestream_tui.errors import EngineError

_NAMES = {
    "a": "エー",
    "b": "ビー",
    "c": "シー",
    "d": "ディー",
    "e": "イー",
    "f": "エフ",
    "g": "ジー",
    "h": "エイチ",
    "i": "アイ",
    "j": "ジェイ",
    "k": "ケー",
    "l": "エル",
    "m": "エム",
    "n": "エヌ",
    "o": "オー",
    "p": "ピー",
    "q": "キュー",
    "r": "アール",
    "s": "エス",
    "t": "ティー",
    "u": "ユー",
    "v": "ブイ",
    "w": "ダブリュー",
    "x": "エックス",
    "y": "ワイ",
    "z": "ゼット",
    "0": "ゼロ",
    "1": "イチ",
    "2": "ニー",
    "3": "サン",
    "4": "ヨン",
    "5": "ゴー",
    "6": "ロク",
    "7": "ナナ",
    "8": "ハチ",
    "9": "キュー",
}
LETTER_NAMES = {name: letter for letter, name in _NAMES.items() if letter.isalpha()}
"""Names of letters, as they are spelled → the letter."""
LETTER_NAMES["しー"] = "c"
_RUN = re.compile(r"[A-Za-z]+|[0-9]+")
_VOWEL = re.compile(r"[aeiou]|(?<=[a-z])y", re.IGNORECASE)
_SUFFIX = re.compile(r"['’](?:s|S)$|(?<=[A-Z]{2})s$")
_NOT_KATAKANA = re.compile(r"[^ァ-ヺー]")
_LONGEST = 32
"""Letters; nothing longer is a word."""
_SPELLED = 4
"""Capitals up to this many are an abbreviation that is spelled."""

_lock = threading.Lock()
_model: Any = None


@lru_cache(maxsize=8192)
def english_katakana(word: str) -> str:
    """The reading of an English word that no lexicon knows.

    Abbreviations are spelled: up to four capitals, or letters without a vowel. A plural or
    possessive s after capitals is said as such. Digits stay digits.

    Returns:
        Katakana and digits, never Latin letters; empty if nothing of the word can be said.

    Raises:
        EngineError: the package e2k is missing.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    suffix = _SUFFIX.search(plain)
    stem = plain[: suffix.start()] if suffix else plain
    read = "".join(_run(run) for run in _RUN.findall(stem))
    return plural(read) if suffix else read


def spell(text: str) -> str:
    """Letters by their names and digits one by one; everything else is left out."""
    return "".join(_NAMES.get(character, "") for character in text.lower())


def plural(reading: str) -> str:
    """A reading with the sound of a plural or possessive s."""
    if reading.endswith(("ス", "ズ", "シュ", "チ", "ジ")):
        return reading
    if reading.endswith("ト"):
        return reading[:-1] + "ツ"
    if reading.endswith("ド"):
        return reading[:-1] + "ズ"
    return reading + ("ス" if reading.endswith(("ク", "プ", "フ")) else "ズ")


def _run(run: str) -> str:
    if run.isdigit():
        return run
    abbreviation = run.isupper() and len(run) <= _SPELLED
    if len(run) == 1 or abbreviation or not _VOWEL.search(run):
        return spell(run)
    katakana = _NOT_KATAKANA.sub("", _loaded()(run[:_LONGEST].lower()))
    return katakana or spell(run[:_LONGEST])


def _loaded() -> Any:
    global _model
    with _lock:
        if _model is None:
            try:
                from e2k import C2K
            except ImportError as error:
                raise EngineError(
                    f"English words can't be read: {error}.",
                    "Install the package e2k into this environment.",
                ) from error
            _model = C2K(max_len=_LONGEST)
    return _model
