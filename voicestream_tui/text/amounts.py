"""Amounts that a small model gets wrong, written so that it gets them right."""

from __future__ import annotations

import re

_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_JAPANESE_SCALES = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))
_CURRENCIES = {"$": "ドル", "€": "ユーロ", "£": "ポンド", "¥": "円"}
_LARGE = re.compile(
    r"(?<![\w.,$€£¥-])(?P<currency>[$€£¥]?)(?P<number>\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?)[ -]"
    rf"(?P<scale>{'|'.join(_SCALES)})\b(?!-)"
)
_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_SLOT = re.compile(r"<c\d>")
_LONE_FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/]|[.,]\d|-\d)")
_UNITS = {"s": "seconds", "sec": "seconds", "min": "minutes", "h": "hours"}
_UNIT = re.compile(rf"(?<![\w.,])(\d+(?:[.,]\d+)*) ({'|'.join(_UNITS)})(?![\w/'’^-])")
_SPAN = re.compile(
    r"\b([Ll]ines?|[Rr]ows|[Cc]olumns|[Ss]teps|[Pp]ages|[Ii]tems|[Ss]ections|[Cc]hapters|[Pp]orts)"
    r" (\d+) (?:to|through) (\d+)\b"
)


def find_large(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Find amounts with a word for their size: "1.2 million", "$3 billion".

    Returns:
        The places in text[start:end], in order, each with the Japanese for it.
    """
    return [(m.start(), m.end(), _in_japanese(m)) for m in _LARGE.finditer(text, start, end)]


def find_figures(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find the figures of two or more digits that stand by themselves."""
    found = _LONE_FIGURE.finditer(text, start, end)
    return [m.span() for m in found if len(m[0]) > 1]


def figures_kept(english: str, japanese: str) -> bool:
    """Tell whether a translation has every figure of two or more digits, and no other one.

    Args:
        english: the sentence, slots in place.
        japanese: its translation, slots in place.
    """
    return not any(len(figure) > 1 for figure in _figures(english) ^ _figures(japanese))


def _figures(text: str) -> set[str]:
    text = _SLOT.sub(" ", text)
    figures: set[str] = set()
    for match in _FIGURE.finditer(text):
        value = match[0].replace(",", "").lstrip("0") or "0"
        for size, word in _JAPANESE_SCALES:
            if text.startswith(word, match.end()):
                value = f"{float(value) * size:.0f}"
        figures.add(value)
    return figures


def spell_out(text: str) -> str:
    """Write units in words and ranges with a hyphen: "4.2 s", "lines 30 to 74"."""
    if not any(character.isdigit() for character in text):
        return text
    text = _UNIT.sub(_unit, text)
    return _SPAN.sub(r"\1 \2-\3", text)


def _unit(match: re.Match[str]) -> str:
    unit = _UNITS[match[2]]
    return f"{match[1]} {unit[:-1] if match[1] == '1' else unit}"


def _in_japanese(match: re.Match[str]) -> str:
    whole, _, decimals = match["number"].replace(",", "").partition(".")
    value = int(whole + decimals) * _SCALES[match["scale"]] // 10 ** len(decimals)
    return _grouped(value) + _CURRENCIES.get(match["currency"], "")


def _grouped(value: int) -> str:
    """Digits with one word for the size where that is exact and short, else with commas."""
    for size, word in _JAPANESE_SCALES:
        count, tenth = divmod(value, size)
        if 0 < count < 10_000 and value % (size // 10) == 0:
            return f"{count:,}.{tenth * 10 // size}{word}" if tenth else f"{count:,}{word}"
    return f"{value:,}"
