"""What is wrong with a spoken form: the faults that a listener would call garbage."""

from __future__ import annotations

import re
from functools import cache

from voicestream_tui.text.katakana import LETTER_NAMES
from voicestream_tui.text.lexicon import load_lexicon

_SPEAKABLE = re.compile(r"[ぁ-ゖァ-ヺーゝゞヽヾ々〆〇\u4e00-\u9fff\u3400-\u4dbf0-9、。！？. ]*")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]+")
_SLOT = re.compile(r"[<⟨]c\d+[>⟩]")
_MARKS = re.compile(r"\*\*|__|~~|`|^#{1,6} |\]\(|^> |^\|", re.MULTILINE)
_NAME = "|".join(sorted(map(re.escape, LETTER_NAMES), key=len, reverse=True))
_SPELLED = re.compile(
    rf"(?<![ァ-ヺー])(?:(?:{_NAME}){{5,}}|(?:(?:{_NAME}) ){{4,}}(?:{_NAME}))(?![ァ-ヺー])"
)
_LETTER = re.compile(_NAME)
_LONG_NUMBER = re.compile(r"\d{14,}")
_DOUBLED = re.compile(r"[、。]{2,}|、。|。、")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]*")
_WORDS = re.compile(r"[^\W_]")


def complaints(spoken: str, shown: str = "") -> list[str]:
    """Faults of a spoken form, in words; empty if it is fit to be heard.

    Args:
        spoken: what `Reader.read` gave.
        shown: the sentence it was made of: tells true acronyms from words that were spelled,
            and silence from what was left out.
    """
    found = [f"Latin letters: {match[0]}" for match in _LATIN.finditer(spoken)]
    found += [f"a slot: {match[0]}" for match in _SLOT.finditer(spoken + shown)]
    found += [f"a mark of Markdown: {match[0]}" for match in _MARKS.finditer(spoken)]
    if not found and not _SPEAKABLE.fullmatch(spoken):
        found.append("characters that can't be spoken")
    found += [f"spelled: {letters}" for letters in _spelled(spoken) if not _acronym(letters, shown)]
    found += [f"a number too long to follow: {m[0]}" for m in _LONG_NUMBER.finditer(spoken)]
    found += [f"doubled pauses: {match[0]}" for match in _DOUBLED.finditer(spoken)]
    if not spoken.strip(" 、。！？") and _WORDS.search(shown):
        found.append("nothing is said")
    return found


def _spelled(spoken: str) -> list[str]:
    """What is spelled letter by letter: more than four of them in one word, or one by one."""
    runs = (_LETTER.findall(match[0]) for match in _SPELLED.finditer(spoken))
    return ["".join(LETTER_NAMES[name] for name in run) for run in runs]


def _acronym(letters: str, shown: str) -> bool:
    """Whether the letters are capitals in the shown text, or spelled on purpose."""
    capitals = "".join(_CAPITALS.findall(shown)).lower()
    singular = letters.removesuffix("s")
    return (
        letters in capitals
        or singular in capitals
        or not _spelled_terms().isdisjoint((letters, singular))
    )


@cache
def _spelled_terms() -> frozenset[str]:
    return frozenset(load_lexicon().words)
