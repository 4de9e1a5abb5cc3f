"""Japanese text as Kokoro v1.0 was trained to read it: IPA without pitch, words apart by blanks.

The symbols are those of misaki's first Japanese reader (0.9, "cutlet"), which Kokoro uses by
default. Its second one ("pyopenjtalk") appends a line of pitch marks and writes palatal consonants
in signs that the vocabulary of the published model does not have. Words and pronunciations come
from Open JTalk here, where misaki asks UniDic.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from voicestream_tui.speak import frontend

_VOWELS = "aiɯeo"
_ROWS = (
    ("アイウエオ", ("", "", "", "", "")),
    ("カキクケコ", ("k", "kʲ", "k", "k", "k")),
    ("ガギグゲゴ", ("ɡ", "ɡʲ", "ɡ", "ɡ", "ɡ")),
    ("サシスセソ", ("s", "ɕ", "s", "s", "s")),
    ("ザジズゼゾ", ("ʣ", "ʥ", "z", "ʣ", "ʣ")),
    ("タチツテト", ("t", "ʨ", "ʦ", "t", "t")),
    ("ダヂヅデド", ("d", "ʥ", "z", "d", "d")),
    ("ナニヌネノ", ("n", "ɲ", "n", "n", "n")),
    ("ハヒフヘホ", ("h", "ç", "ɸ", "h", "h")),
    ("バビブベボ", ("b", "bʲ", "b", "b", "b")),
    ("パピプペポ", ("p", "pʲ", "p", "p", "p")),
    ("マミムメモ", ("m", "mʲ", "m", "m", "m")),
    ("ラリルレロ", ("ɾ", "ɾʲ", "ɾ", "ɾ", "ɾ")),
    ("ワヰヴヱヲ", ("β", "", "v", "", "")),
    ("ヤ_ユ_ヨ", ("j", "", "j", "", "j")),
)
_FRONTED = frozenset("スズツヅ")
"""Their vowel is ɨ, and so is that of ュ after a consonant."""
_GLIDES = MappingProxyType({"ャ": "a", "ュ": "ɨ", "ョ": "o"})
_SMALL = MappingProxyType({"ァ": "a", "ィ": "i", "ゥ": "ɯ", "ェ": "e", "ォ": "o", "ヮ": "βa"})
_BEFORE_SMALL = MappingProxyType(
    {
        "イ": "j",
        "ウ": "β",
        "ク": "kᵝ",
        "グ": "ɡᵝ",
        "ツ": "ʦ",
        "フ": "ɸ",
        "ヴ": "v",
        "テ": "t",
        "デ": "d",
        "ト": "t",
        "ド": "d",
        "ス": "s",
        "ズ": "z",
    }
)
"""The consonant of a kana that a small vowel follows (ファ, ウィ, トゥ)."""
_SOFTENED = frozenset("ツフヴテデ")
"""Palatal before ィ and before ャ, ュ, ョ."""
_MARKS = MappingProxyType(
    {
        "。": ".",
        "．": ".",
        ".": ".",
        "、": ",",
        "，": ",",
        ",": ",",
        "？": "?",
        "?": "?",
        "！": "!",
        "!": "!",
        "：": ":",
        ":": ":",
        "；": ";",
        ";": ";",
        "「": "“",
        "」": "”",
        "『": "“",
        "』": "”",
        "…": "…",
        "―": "—",
        "—": "—",
        "～": "—",
        "〜": "—",
    }
)
_OPENING, _CLOSING = "“", ".,?!:;”…"
_GLOTTAL_GAP = re.compile(r"(?<![!\",.:;?»—…”]) (?=ʔ)|(?<=ʔ) (?![\"«“])")


def _kana() -> dict[str, str]:
    table = {
        kana: onset + ("ɨ" if kana in _FRONTED else vowel)
        for row, onsets in _ROWS
        for kana, onset, vowel in zip(row, onsets, _VOWELS, strict=True)
        if kana != "_"
    }
    table |= {"ヵ": "ka", "ヶ": "ke", "ヷ": "va", "ヸ": "vʲi", "ヹ": "ve", "ヺ": "vo"}
    table |= {"ャ": "ja", "ュ": "jɯ", "ョ": "jo"} | dict(_SMALL)
    return table


KANA = MappingProxyType(_kana())
"""What each katakana is by itself."""


def phonemes(text: str) -> str:
    """The phonemes of a Japanese text, a character each, in symbols of Kokoro's vocabulary.

    Raises:
        EngineError: pyopenjtalk is missing, or it can't analyse the text.
    """
    said = ""
    for word in frontend.words(text):
        if word["mora_size"] > 0:
            said += pronounced(str(word["pron"])) + " "
            continue
        for mark in (_MARKS.get(sign, "") for sign in str(word["string"])):
            if mark and mark in _CLOSING:
                said = said.rstrip(" ") + mark + " "
            elif mark == _OPENING:
                said += mark
            elif mark:
                said += mark + " "
    return _GLOTTAL_GAP.sub("", " ".join(said.split()))


def pronounced(kana: str) -> str:
    """The phonemes of a word in katakana; signs that are none of them are left out."""
    said = ""
    for at, sign in enumerate(kana):
        before, after = kana[at - 1 : at], kana[at + 1 : at + 2]
        if sign == "ー":
            said += "ː" if said else ""
        elif sign == "ッ":
            said += "ʔ"
        elif sign == "ン":
            said += _nasal(_syllable(after, kana[at + 2 : at + 3]))
        elif sign in "ァィゥェォャュョヮ" and before in KANA and before not in "ァィゥェォャュョヮ":
            continue
        else:
            said += _syllable(sign, after)
    return said


def _syllable(kana: str, after: str) -> str:
    """A kana together with the small one that may follow it; "" if it has no sound."""
    alone = KANA.get(kana, "")
    if not alone or after not in (*_GLIDES, *_SMALL) or kana in (*_GLIDES, *_SMALL):
        return alone
    if after in _GLIDES:
        onset = _BEFORE_SMALL[kana] + "ʲ" if kana in _SOFTENED else alone[:-1]
        if kana == "ヴ" and after != "ャ":
            onset = "bʲ"
        return (onset or "j") + _GLIDES[after]
    onset = _BEFORE_SMALL.get(kana, alone[:-1])
    if after == "ヮ":
        return onset + "a"
    return onset + ("ʲ" if after == "ィ" and kana in _SOFTENED else "") + _SMALL[after]


def _nasal(next_syllable: str) -> str:
    """ン as the mouth makes it before what follows in the same word."""
    match next_syllable[:1]:
        case "m" | "p" | "b":
            return "m"
        case "k" | "ɡ":
            return "ŋ"
        case "ɲ" | "ʨ" | "ʥ":
            return "ɲ"
        case "n" | "t" | "d" | "ɾ" | "z":
            return "n"
        case _:
            return "ɴ"
