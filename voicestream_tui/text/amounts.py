"""Amounts that a small model gets wrong, written so that it gets them right."""

from __future__ import annotations

import re

from voicestream_tui.text.short_times import spell_times

_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_JAPANESE_SCALES = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))
_CURRENCIES = {"$": "ドル", "€": "ユーロ", "£": "ポンド", "¥": "円"}
_LARGE = re.compile(
    r"(?<![\w.,$€£¥-])(?P<currency>[$€£¥]?)(?P<number>\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?)[ -]"
    rf"(?P<scale>{'|'.join(_SCALES)})\b(?!-)"
)
_LONE_FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/]|[.,]\d|-\d)")
_DIGIT = re.compile(r"\d")
_UNITS = {"s": "seconds", "sec": "seconds", "min": "minutes", "h": "hours"}
_UNIT = re.compile(rf"(\d(?<![\w.,]\d)\d*(?:[.,]\d+)*) ({'|'.join(_UNITS)})(?![\w/'’^-])")
_SPAN = re.compile(
    r"\b([Ll]ines?|[Rr]ows|[Cc]olumns|[Ss]teps|[Pp]ages|[Ii]tems|[Ss]ections|[Cc]hapters|[Pp]orts)"
    r" (\d+) (?:to|through) (\d+)\b"
)


def find_large(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Find amounts with a word for their size: "1.2 million", "$3 billion".

    Returns:
        The places in text[start:end], in order, each with the Japanese for it.
    """
    if "illion" not in text and "thousand" not in text:  # no scale is there
        return []
    return [(m.start(), m.end(), _in_japanese(m)) for m in _LARGE.finditer(text, start, end)]


def find_figures(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find the figures of two or more digits that stand by themselves."""
    found = _LONE_FIGURE.finditer(text, start, end)
    return [m.span() for m in found if len(m[0]) > 1]


def spell_out(text: str) -> str:
    """Write units in words and ranges with a hyphen: "4.2 s", "30s", "lines 30 to 74"."""
    if not _DIGIT.search(text):
        return text
    text = spell_times(_UNIT.sub(_unit, text))
    if " to " in text or " through " in text:
        text = _SPAN.sub(r"\1 \2-\3", text)
    return text


def _unit(match: re.Match[str]) -> str:
    unit = _UNITS[match[2]]
    return f"{match[1]} {unit[:-1] if match[1] == '1' else unit}"


def in_japanese(number: str, scale: int) -> str:
    """A number times a scale as it is written in Japanese: "1.2", 10**6 → "120万"."""
    whole, _, decimals = number.replace(",", "").partition(".")
    return _grouped(int(whole + decimals) * scale // 10 ** len(decimals))


def _in_japanese(match: re.Match[str]) -> str:
    amount = in_japanese(match["number"], _SCALES[match["scale"]])
    return amount + _CURRENCIES.get(match["currency"], "")


def _grouped(value: int) -> str:
    """Digits with one word for the size where that is exact and short, else with commas."""
    for size, word in _JAPANESE_SCALES:
        count, tenth = divmod(value, size)
        if 0 < count < 10_000 and value % (size // 10) == 0:
            return f"{count:,}.{tenth * 10 // size}{word}" if tenth else f"{count:,}{word}"
    return f"{value:,}"
