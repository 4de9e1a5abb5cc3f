"""Times with their unit right behind the number, written in words: "30s", "2m 30s", "5-10s".

A small model takes such a unit for a counter or leaves it out. Not every number with one of these
letters is a time: "the 90s", "we saw 502s", "a 3d model", "512m of memory".
"""

from __future__ import annotations

import re

_UNITS = {
    **dict.fromkeys(("s", "sec", "secs"), "seconds"),
    **dict.fromkeys(("m", "min", "mins"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs"), "hours"),
    "d": "days",
    "ms": "ms",
}
_NUMBER = r"\d{1,12}(?:,\d{3})*(?:\.\d{1,9})?"
_LETTERS = "|".join(sorted(_UNITS, key=len, reverse=True))
_TIMES = re.compile(
    rf"(?<![\w.,:/$#+-])(?:(?P<low>{_NUMBER})(?P<low_unit>{_LETTERS})?(?P<to>[-–]))?"
    rf"(?P<times>(?:{_NUMBER}(?:{_LETTERS})){{1,4}})(?![\w/'’^-])"
)
_TIME = re.compile(rf"({_NUMBER})({_LETTERS})")
_REACH = 24
"""So many characters before a time may tell that it is none."""

_BEFORE_DECADE = re.compile(r"\b(?:[Ee]arly|[Ll]ate|[Mm]id|[Hh]is|[Hh]er|[Tt]heir|[Mm]y) \Z")
_THE = re.compile(r"\b[Tt]he \Z")
_GOES_ON = re.compile(
    r" (?!(?:about|after|and|are|as|at|before|but|by|for|from|had|has|have|in|into|is|of|on|or"
    r"|since|that|through|to|until|was|were|when|where|which|with)\b)[A-Za-z<]"
)
"""A word that is no preposition: "the 30s timeout"."""
_YEARS = re.compile(r"1[5-9]\d0|20[0-9]0")
_ROUND_TIMES = ("1500", "1800", "2000")
_DECADE = re.compile(r"[1-9]0")
_STATUS = re.compile(r"30[1248]|40[013-9]|41[0-8]|42[2-9]|451|50[0-4]")
_LASTING = re.compile(
    r"\b(?:a|about|after|every|for|in|lasts|least|most|only|takes?|than|timeout|took|within) ~?\Z"
)
_BITS = re.compile(r"\b(?:[Aa]ll|and|leading|of|or|trailing|with) \Z")
_OTHER_BITS = re.compile(r" (?:and|or) [01]s\b")
_MANY = re.compile(r"10{1,4}")
_OF_MANY = re.compile(r" of (?:[a-z]+ )?[a-z]+s\b")
_SHAPES = re.compile(
    r" (?:animation|array|canvas|chart|coordinate|engine|game|graphic|grid|list|matri|model|plot"
    r"|point|print|render|scene|shape|tensor|transform|vector|view)"
)
_MEMORY = re.compile(r"\b(?:memory|limits?|heap|RAM|swap|CPU|Xm[sx])\b[^.;]{0,12}\Z", re.I)
_OF_MEMORY = re.compile(r" (?:of )?(?:memory|heap|RAM|swap|CPU)\b", re.I)
_LEAST_MEMORY = 32
_COUNTED = re.compile(
    r" (?:rows|users|records|parameters|params|requests|tokens|downloads|entries|lines|documents)\b"
)
_PHONE = re.compile(r"\b(?:iPhone|Nexus|<c\d>) \Z")


def spell_times(text: str) -> str:
    """The text with such times written as a small model knows them.

    "30s" → "30 seconds", "2m30s" → "2 minutes 30 seconds", "5-10s" → "5-10 seconds",
    "300ms" → "300 ms".
    """
    return _TIMES.sub(_in_words, text)


def _in_words(match: re.Match[str]) -> str:
    times = _TIME.findall(match["times"])
    if len(times) == 1 and _is_no_time(match, *times[0]):
        return match[0]
    said = " ".join(_said(number, unit) for number, unit in times)
    if match["low"] is None:
        return said
    low = match["low"]
    if match["low_unit"] and _UNITS[match["low_unit"]] != _UNITS[times[0][1]]:
        low = _said(low, match["low_unit"])
    return f"{low}{match['to']}{said}"


def _said(number: str, unit: str) -> str:
    word = _UNITS[unit]
    return f"{number} {word[:-1] if number == '1' and word != 'ms' else word}"


def _is_no_time(match: re.Match[str], number: str, unit: str) -> bool:
    text, end = match.string, match.end()
    before = text[max(0, match.start() - _REACH) : match.start()]
    if unit == "s":
        return _is_plural(number, before, text, end)
    if unit == "d":
        return number in ("1", "2", "3") and _SHAPES.match(text, end) is not None
    if unit != "m":
        return False
    if _COUNTED.match(text, end):  # millions
        return True
    large = number.isdigit() and int(number) >= _LEAST_MEMORY
    return large and (_MEMORY.search(before) or _OF_MEMORY.match(text, end)) is not None


def _is_plural(number: str, before: str, text: str, end: int) -> bool:
    """Tell whether the s makes a plural: a decade, a status, a bit, "100s of files"."""
    if _MANY.fullmatch(number) and _OF_MANY.match(text, end):
        return True
    if _YEARS.fullmatch(number) and number not in _ROUND_TIMES:
        return True
    if _DECADE.fullmatch(number) or number in _ROUND_TIMES:
        if _BEFORE_DECADE.search(before):
            return True
        return _THE.search(before) is not None and not _GOES_ON.match(text, end)
    if _STATUS.fullmatch(number):
        return not _LASTING.search(before)
    if number in ("0", "1"):
        if _OTHER_BITS.match(text, end) or re.search(r"\b[01]s (?:and|or) \Z", before):
            return True
        return number == "0" and _BITS.search(before) is not None
    return _PHONE.search(before) is not None and number in ("3", "4", "5", "6")
