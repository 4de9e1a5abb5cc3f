"""Which pairs teach something wrong, and one way to write Japanese.

Everything here is told by the text itself; what the program's own gate would refuse of a
translator is refused of a teacher, too (see `masking.py`).
"""

from __future__ import annotations

import re
import unicodedata

_JA = "\u3000-\u30ff\u3400-\u9fff\uff00-\uffef"
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_SLOT_OR_CODE = re.compile(r"<c\d>|`[^`]*`")
_NARROW = str.maketrans({0xFF01 + i: chr(0x21 + i) for i in range(94) if chr(0x21 + i).isalnum()})
_HALF_KANA = re.compile(r"[\uff61-\uff9f]+")
_BLANK_BEFORE = re.compile(rf"(?<=\S) (?=[{_JA}])")
_BLANK_BEHIND = re.compile(rf"(?<=[{_JA}]) (?=\S)")
_PAIRS = (("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"), ("[", "]"))
_LEFTOVER = re.compile(r"&#?\w{1,8};|\ufffd")
_RAW_MACHINE = re.compile(
    # A finished sentence before a comma: "使用することができます、Item プロパティです。"
    r"(?:ます|ません|です|でした|ました)、(?![」』）)])"
    # A sentence that begins with what should stand before its verb.
    r"|\A(?:使用して、|使用する、|使用することができます|内の|によって|ために、)"
    # Particles after a full stop or doubled.
    r"|。(?:を|が|に|の|は|で)|(?:をを|がが|にに|はは)|の、の"
)
_MACHINE_SOURCES = ("ms-dotnet-docs-ht", "ms-dotnet-desktop-ht", "ms-office-client-ht")
SHORTEST_RATIO, LONGEST_RATIO = 0.16, 1.4
"""Characters of Japanese to one of English; documentation has 0.3 to 0.9."""
_UNSURE_BELOW = 25
"""Characters of English below which a ratio tells nothing."""


def one_style(japanese: str) -> str:
    """Write Japanese in one way: narrow letters and digits, wide kana, no blanks beside it."""
    japanese = re.sub(r"[ \t\u3000\xa0]+", " ", japanese).strip().translate(_NARROW)
    japanese = _HALF_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), japanese)
    return _BLANK_BEFORE.sub("", _BLANK_BEHIND.sub("", japanese))


def fault_of(english: str, japanese: str, source: str = "") -> str:
    """Say in a word or two why a pair should not be learnt from; "" if nothing is wrong.

    Args:
        english: with Markdown's marks.
        japanese: in one style.
        source: name of the collection; some have raw machine translation among the rest.
    """
    if not english.strip() or not japanese:
        return "empty"
    if _JAPANESE.search(english) or not _mostly_english(english):
        return "not English"
    plain = _SLOT_OR_CODE.sub("", japanese)
    share = len(_JAPANESE.findall(plain)) / max(1, len(re.sub(r"[\W\d_]", "", plain)))
    if share < 0.25:
        return "not Japanese"
    if _LEFTOVER.search(japanese) and not _LEFTOVER.search(english):
        return "left-over marks"
    if english.strip() == japanese:
        return "not translated"
    ratio = len(japanese) / len(english)
    if len(english) >= _UNSURE_BELOW and not SHORTEST_RATIO <= ratio <= LONGEST_RATIO:
        return "length"
    if any(
        japanese.count(left) != japanese.count(right)
        and english.count(left) == english.count(right)
        for left, right in _PAIRS
    ):
        return "brackets"
    if source in _MACHINE_SOURCES and _RAW_MACHINE.search(japanese):
        return "raw machine translation"
    return ""


def _mostly_english(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    latin = len(_LATIN.findall(text))
    return bool(letters) and latin >= 0.8 * len(letters)


def key_of(text: str) -> str:
    """What two texts have in common that differ in case, blanks and signs alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()
