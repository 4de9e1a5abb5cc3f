"""Japanese as Coqui's voices with the phonemizer "ja_jp_phonemizer" were trained to read it.

The phonemes are those of Julius's segmentation kit, written together ("kyo:waamedesu."): q is ッ,
N is ン, a colon makes long. The words' pronunciation comes from Open JTalk here, where Coqui asks
MeCab.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from voicestream_tui.speak import frontend

_VOWELS = "aiueo"
_ROWS = {
    "アイウエオ": ("", "", "", "", ""),
    "カキクケコ": ("k",) * 5,
    "ガギグゲゴ": ("g",) * 5,
    "サシスセソ": ("s", "sh", "s", "s", "s"),
    "ザジズゼゾ": ("z", "j", "z", "z", "z"),
    "タチツテト": ("t", "ch", "ts", "t", "t"),
    "ダヂヅデド": ("d", "j", "z", "d", "d"),
    "ナニヌネノ": ("n",) * 5,
    "ハヒフヘホ": ("h", "h", "f", "h", "h"),
    "バビブベボ": ("b",) * 5,
    "パピプペポ": ("p",) * 5,
    "マミムメモ": ("m",) * 5,
    "ラリルレロ": ("r",) * 5,
    "ワヰヴヱヲ": ("w", "", "b", "", ""),
}
_GLIDES = MappingProxyType({"ャ": "a", "ュ": "u", "ョ": "o"})
_SMALL = MappingProxyType({"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"})
_PALATAL = MappingProxyType(
    {"シ": "sh", "ス": "sh", "ジ": "j", "ヂ": "j", "ズ": "zy", "ヅ": "zy", "チ": "ch", "ツ": "ch"}
    | {"フ": "hy", "ヴ": "by"}
)
"""What ャ, ュ, ョ make of a kana, where it is not just its consonant and y."""
_JOINED = MappingProxyType(
    {
        "ウ": ("w", "ieo"),
        "シ": ("sh", "e"),
        "ジ": ("j", "e"),
        "チ": ("ch", "e"),
        "ヂ": ("j", "e"),
        "ツ": ("ts", "aieo"),
        "フ": ("f", "aieo"),
        "ヴ": ("b", "aieo"),
        "テ": ("t", "i"),
        "デ": ("d", "i"),
        "ト": ("t", "u"),
        "ド": ("d", "u"),
        "ス": ("s", "i"),
        "ズ": ("z", "ieo"),
    }
)
"""The consonant of a kana before the small vowels that replace its own."""
_MARKS = MappingProxyType(
    {"、": ",", "・": ",", "。": ".", "！": "!", "？": "?", "，": ",", "．": "."}
)
_COLONS = re.compile(r":+")


def _kana() -> dict[str, str]:
    table = {
        kana: onset + vowel
        for row, onsets in _ROWS.items()
        for kana, onset, vowel in zip(row, onsets, _VOWELS, strict=True)
    }
    table |= {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ヮ": "wa", "ッ": "q", "ン": "N", "ー": ":"}
    return table | dict(_SMALL) | {small: f"y{vowel}" for small, vowel in _GLIDES.items()}


_KANA = MappingProxyType(_kana())


def phonemes(text: str) -> str:
    """The phonemes of a Japanese text and its marks, written together.

    Raises:
        EngineError: pyopenjtalk is missing, or it can't analyse the text.
    """
    said = ""
    for word in frontend.words(text):
        if word["mora_size"] > 0:
            said += pronounced(str(word["pron"]))
        else:
            said += "".join(
                _MARKS.get(sign, sign if sign in ",.!?" else "") for sign in word["string"]
            )
    return _COLONS.sub(":", said)


def pronounced(kana: str) -> str:
    """The phonemes of katakana; signs that are none of them are left out."""
    said, at = "", 0
    while at < len(kana):
        sign, after = kana[at], kana[at + 1 : at + 2]
        both = _together(sign, after) if after else ""
        said += both or _KANA.get(sign, "")
        at += 2 if both else 1
    return _COLONS.sub(":", said)


def _together(kana: str, small: str) -> str:
    """A kana with the small one after it; "" if each is by itself."""
    alone = _KANA.get(kana, "")
    if small in _GLIDES and len(alone) > 1 and kana not in _GLIDES and alone[0] not in "wy":
        return _PALATAL.get(kana, alone[:-1] + "y") + _GLIDES[small]
    if small in _SMALL and alone and kana not in _SMALL:
        onset, vowels = _JOINED.get(kana, ("", ""))
        if _SMALL[small] in vowels:
            return onset + _SMALL[small]
        if alone[-1] == _SMALL[small]:
            return alone + (alone if alone in ("a", "i", "e") else ":")
    return ""
