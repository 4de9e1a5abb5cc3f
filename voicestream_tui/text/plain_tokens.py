"""Tokens that are read by rule alone, without a dictionary of words."""

from __future__ import annotations

import re
from collections.abc import Callable

from voicestream_tui.text import spoken_numbers as numbers
from voicestream_tui.text import symbols
from voicestream_tui.text.katakana import spell

_SAID_OF_HASH = 4
_Match = re.Match[str]


def hash_beginning(digest: str) -> str:
    """The first characters of a hash, one by one: who hears it needs no more."""
    return spell(digest[:_SAID_OF_HASH])


def _date(match: _Match) -> str:
    said = numbers.calendar(match["year"], match["month"], match["day"])
    if match["at"]:
        said += numbers.clock(match["at"], match["at_min"], match["at_sec"])
    return said


def _address(match: _Match) -> str:
    said = numbers.dotted(match["address"])
    if match["ip_port"]:
        return f"{said}の{match['ip_port']}番ポート"
    return f"{said} スラッシュ {match['net']}" if match["net"] else said


def _ratio(match: _Match) -> str:
    """Small numbers are a ratio; large ones are ids or ports side by side."""
    between = " コロン " if max(len(match["left"]), len(match["right"])) > 3 else "タイ"
    return f"{match['left']}{between}{match['right']}"


def _range(match: _Match) -> str:
    unit, low_unit = match["high_unit"] or "", match["low_unit"] or ""
    low = numbers.quantity(match["low"], low_unit if low_unit != unit else "")
    return f"{low}から{numbers.quantity(match['high'], unit)}"


PLAIN: dict[str, Callable[[_Match], str]] = {
    "space": lambda m: "",
    "footnote": lambda m: "",
    "entity": lambda m: symbols.ENTITIES.get(m[0], ""),
    "uuid": lambda m: f"{hash_beginning(m[0])} で始まるユーユーアイディー",
    "hash": lambda m: hash_beginning(m[0]),
    "hex": lambda m: f"ゼロエックス {hash_beginning(m['digits'])}",
    "colour": lambda m: f"シャープ {spell(m[0])}",
    "caret": lambda m: f"コントロール {spell(m[0])}",
    "issue": lambda m: f"{m['issue_number']}番",
    "ip": _address,
    "date": _date,
    "year_month": lambda m: f"{m['of_year']}年{int(m['nth_month'])}月",
    "time": lambda m: numbers.clock(m["hour"], m["minute"], m["second"]),
    "ratio": _ratio,
    "range": _range,
    "fraction": lambda m: f"{int(m['whole'])}分の{int(m['part'])}",
    "money": lambda m: numbers.money(m["currency"], m["price"]),
    "scientific": lambda m: numbers.scientific(m["mantissa"], m["exponent"]),
    "power": lambda m: numbers.power(m["base"], m["raised"]),
    "ordinal": lambda m: f"{int(m['nth'])}番目",
    "quantity": lambda m: numbers.quantity(m["amount"], m["unit"], m["per"] or ""),
    "number": lambda m: numbers.number(m[0]),
}
"""Kind of token → what is said for one."""
