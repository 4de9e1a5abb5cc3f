"""The style of a translation. Slots (`<c0>`) stand for what is put in later.

Beside Japanese stand Japanese signs: ：、。！？（）「」. Letters and digits are narrow, kana wide.
A sentence ends as the English one did, and politely. A dash between two parts has a blank on
either side, Latin letters have none beside Japanese.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from voicestream_tui.text.politeness import polite

_J = r"\u3040-\u30ff\u3400-\u9fff々〆〇」』）】"
_NOT_J = rf"[^()（）{_J}]*"
_BLANKS = " \u3000"
_RULES: tuple[tuple[frozenset[str], re.Pattern[str], str], ...] = tuple(
    (frozenset(signs), re.compile(pattern), replacement)
    for signs, pattern, replacement in (
        ('"', rf"[ \u3000]*\"([^\"]*[{_J}][^\"]*)\"[ \u3000]*", r"「\1」"),
        ('"', rf"(?<=[{_J}])[ \u3000]*\"([^\"]*)\"[ \u3000]*(?=[{_J}])", r"「\1」"),
        ("-", rf"(?<=\S) +- ?(?=[{_J}])", " — "),
        ("(", rf"[ \u3000]*\((?={_NOT_J}[{_J}])([^()（）]*)\)[ \u3000]*", r"（\1）"),
        (":：", rf"(?<=[{_J}])[ \u3000]*[:：][ \u3000]*(?!\d*:)", "："),
        (":：", rf"(?<=[A-Za-z0-9])[:：](?=[{_J}])", "："),
        (">", r"[ \u3000]*(?<![-<])->[ \u3000]*", " → "),
        (",;；", rf"(?<=[{_J}])[,;；][ \u3000]*", "、"),
        (".．", rf"(?<=[{_J}])[.．](?=\s*\Z|[{_J}])", "。"),
        ("!", rf"(?<=[{_J}])!(?!=)", "！"),
        ("?", rf"(?<=[{_J}])\?", "？"),
        ("", r"[、，。](?:(?<=[、，])[、，]*(?=[。、！？])|(?<=[。！？][、。])[、。]*)", ""),
        ("—–―", r"[ \u3000]+([—–―])(?=[^\s—–―])", r" \1 "),
        ("—–―", r"(?<=[^\s—–―])([—–―])[ \u3000]+", r" \1 "),
        (_BLANKS + ">—–―", r" {2,}", " "),
        (
            _BLANKS,
            rf"(?<=[{_J}]) +(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) +(?=[{_J}])|(?<=[、。]) +(?=[{_J}])",
            "",
        ),
    )
)
"""Signs that a rule is about (a text with none of them is passed by; none named: every text),
what it finds, what it makes of it."""
_SIGN = re.compile(f"[{re.escape(''.join(sorted(frozenset().union(*(r[0] for r in _RULES)))))}]")
_BEGINNING = re.compile(r"\A[\s:：、。,]+(?=\S)")
_NARROW = str.maketrans(
    {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
    | {code: chr(code - 0xFEE0) for code in (*range(0xFF41, 0xFF5B), 0xFF05, 0xFF04, 0xFF0F)}
)
_HALF_KANA = re.compile(r"[\uff66-\uff9f]+")
_WIDE_OR_HALF = re.compile(r"[\uff04\uff05\uff0f-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f]")
_ENDED = re.compile(r"[。．.！!？?：:…]\s*\Z|[。！？][」』）)]*\s*\Z")


def tidy(japanese: str, end: str) -> str:
    """Return a translation with the punctuation of one style.

    Args:
        japanese: The translation, its slots still in place.
        end: What ended the English sentence: . ? ! or nothing.
    """
    if _WIDE_OR_HALF.search(japanese):
        japanese = japanese.translate(_NARROW)
        japanese = _HALF_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), japanese)
    if not japanese[:1].isalnum():
        japanese = _BEGINNING.sub("", japanese)
    if japanese.count('"') == 1:
        japanese = japanese.replace('"', "")
    for pattern, replacement in _rules_about(frozenset(_SIGN.findall(japanese))):
        japanese = pattern.sub(replacement, japanese)
    if end and japanese.strip() and not _ENDED.search(japanese):
        japanese = japanese.rstrip()
        japanese += "？" if end == "?" and not japanese.endswith("か") else "。"
    return polite(japanese) if end == "." else japanese


@lru_cache(256)
def _rules_about(signs: frozenset[str]) -> list[tuple[re.Pattern[str], str]]:
    """The rules for a text that has these of all signs."""
    return [
        (pattern, replacement)
        for about, pattern, replacement in _RULES
        if not about or not signs.isdisjoint(about)
    ]
