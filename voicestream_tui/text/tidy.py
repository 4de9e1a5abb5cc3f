"""Punctuation of a translation in one style. Slots (`<c0>`) stand for what is put in later.

Beside Japanese stand Japanese signs: ：、。！？（）. A sentence ends as the English one did. A dash
between two parts has a blank on either side, Latin letters have none beside Japanese.
"""

from __future__ import annotations

import re

_J = r"\u3040-\u30ff\u3400-\u9fff々〆〇」』）】"
_NOT_J = rf"[^()（）{_J}]*"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\A[\s:：、。,]+(?=\S)"), ""),
    (re.compile(rf"[ \u3000]*\((?={_NOT_J}[{_J}])([^()（）]*)\)[ \u3000]*"), r"（\1）"),
    (re.compile(rf"(?<=[{_J}])[ \u3000]*[:：][ \u3000]*(?!\d*:)"), "："),
    (re.compile(rf"(?<=[A-Za-z0-9])[:：](?=[{_J}])"), "："),
    (re.compile(r"[ \u3000]*(?<![-<])->[ \u3000]*"), " → "),
    (re.compile(rf"(?<=[{_J}]),[ \u3000]*"), "、"),
    (re.compile(rf"(?<=[{_J}])[.．](?=\s*\Z|[{_J}])"), "。"),
    (re.compile(rf"(?<=[{_J}])!(?!=)"), "！"),
    (re.compile(rf"(?<=[{_J}])\?"), "？"),
    (re.compile(r"[、，]+(?=[。、])|(?<=。)[、。]+"), ""),
    (re.compile(r"[ \u3000]+([—–―])(?=[^\s—–―])"), r" \1 "),
    (re.compile(r"(?<=[^\s—–―])([—–―])[ \u3000]+"), r" \1 "),
    (re.compile(r" {2,}"), " "),
    (re.compile(rf"(?<=[{_J}]) +(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) +(?=[{_J}])"), ""),
)
_ENDED = re.compile(r"[。．.！!？?：:…]\s*\Z|[。！？][」』）)]*\s*\Z")


def tidy(japanese: str, end: str) -> str:
    """Return a translation with the punctuation of one style.

    Args:
        japanese: The translation, its slots still in place.
        end: What ended the English sentence: . ? ! or nothing.
    """
    for pattern, replacement in _RULES:
        japanese = pattern.sub(replacement, japanese)
    if end and japanese.strip() and not _ENDED.search(japanese):
        japanese = japanese.rstrip()
        japanese += "？" if end == "?" and not japanese.endswith("か") else "。"
    return japanese
