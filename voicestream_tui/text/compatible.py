"""Signs of Unicode that stand for others, written as those.

NFKC does this for most of them, but it makes "10²" the number 102, "①②" the number 12 and a
fraction of "½" that nothing reads. These are put right before.
"""

from __future__ import annotations

import re
import unicodedata

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n")
_POWER = re.compile(r"(?<=[A-Za-z0-9)\]}\u0370-\u03ff])[⁰¹²³⁴-⁹⁻⁺ⁿ]+")
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMBERS = {
    **{sign: str(number) for number, sign in enumerate(_CIRCLED)},
    **{sign: str(number) for number, sign in enumerate("❶❷❸❹❺❻❼❽❾❿", 1)},
    **{sign: str(number) for number, sign in enumerate("➀➁➂➃➄➅➆➇➈➉", 1)},
    **{sign: str(number) for number, sign in enumerate("➊➋➌➍➎➏➐➑➒➓", 1)},
    **{sign: str(number) for number, sign in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", 1)},
    **{sign: str(number) for number, sign in enumerate("ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ", 1)},
}
_NUMBER_SIGNS = re.compile(f"[{''.join(_NUMBERS)}]+")
_KEYCAP = re.compile(r"([0-9#*])\ufe0f?\u20e3")
_DEGREES = re.compile(r"(?<![\d\s])℃")
_OTHERS = str.maketrans(
    {
        "\uff5e": "\u301c",
        "㎡": "m^2",
        "㎥": "m^3",
        "㎢": "km^2",
        "№": "ナンバー ",
        "㈱": "カブシキガイシャ",
        "㈲": "ユウゲンガイシャ",
        "℡": "電話",
        "™": "",
        "℠": "",
        "®": "",
        "©": "コピーライト",
        "\ufe0e": "",
    }
)
_COLON = "\uff1a"
_BEFORE_NUMBER = re.compile(
    rf"(?<!\d){_COLON}(?=\d)|(?<=\d){_COLON}(?=\d{{1,9}}\s?[件個行回つ本人章枚台倍秒分日%％])"
)
"""A colon between a word and its number; in 14：32 it is part of a time."""
_SLASH = "\u2044"
_ANY = re.compile(f"[⁰¹²³⁴-⁹⁻⁺ⁿ{''.join(_NUMBERS)}\u20e3℃½⅓⅔¼¾⅕-⅞{''.join(map(chr, _OTHERS))}]")
_LONE_FRACTION = re.compile(r"(?<=\d)(?=[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])")


def compatible(text: str) -> str:
    """The text in NFKC, what is small, raised, circled or squeezed together kept in meaning.

    "x²" → "x^2", "①②" → "1、2", "Ⅲ" → "3", "½" → "1/2", "3㎡" → "3m^2", "時間：14:32" →
    "時間: 14:32", because a colon right before it would make it no time.
    """
    if _COLON in text:
        text = _BEFORE_NUMBER.sub(": ", text)
    if not _ANY.search(text):
        return unicodedata.normalize("NFKC", text).replace(_SLASH, "/")
    text = _POWER.sub(lambda match: "^" + match[0].translate(_RAISED), text)
    text = _NUMBER_SIGNS.sub(lambda match: "、".join(_NUMBERS[sign] for sign in match[0]), text)
    text = _DEGREES.sub("度", _KEYCAP.sub(r"\1", text))
    text = _LONE_FRACTION.sub("と", text).translate(_OTHERS)
    return unicodedata.normalize("NFKC", text).replace(_SLASH, "/")
