"""Tokens that are read by rule alone, without a dictionary of words."""

from __future__ import annotations

import re
from collections.abc import Callable

from voicestream_tui.text import spoken_numbers as numbers
from voicestream_tui.text import symbols
from voicestream_tui.text.katakana import spell
from voicestream_tui.text.number_tokens import PRODUCTS

_SAID_OF_HASH = 4
_LONG_HASH = 32
_STATUSES = range(300, 600)
"""Two of these are rather what servers answered than a part and its whole: 401/403."""
_YEARS = range(1990, 2100)
_NAMED = re.compile(rf"\b(?:{PRODUCTS}|Windows|HTTP|(?i:phases?|steps?|parts?|pages?|ports?)) \Z")
_LONGEST_NAME = 16
_Match = re.Match[str]


def hash_beginning(digest: str) -> str:
    """The first characters of a hash, one by one: who hears it needs no more."""
    return spell(digest[:_SAID_OF_HASH])


def _hash(match: _Match) -> str:
    """A short one as a name of a commit, of a long one that it goes on."""
    said = hash_beginning(match[0])
    return said if len(match[0]) < _LONG_HASH else f"{said} で始まるハッシュ"


def _date(match: _Match) -> str:
    said = numbers.calendar(
        match["year"], match["month"] or match["month2"], match["day"] or match["day2"]
    )
    if match["at"]:
        said += numbers.clock(match["at"], match["at_min"], match["at_sec"])
    return said + _zone((match["zone"] or "").strip())


def _zone(zone: str) -> str:
    if not zone:
        return ""
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        ahead = "プラス" if zone[0] == "+" else "マイナス"
        return f"、{ahead}{hours}時間{f'{minutes}分' if minutes else ''}"
    return f" {spell('UTC' if zone == 'Z' else zone)}"


def _us_date(match: _Match) -> str:
    """Month first, as Americans write it, unless only the other way makes a date."""
    month, day = int(match["first"]), int(match["second_of"])
    if month > 12:
        month, day = day, month
    if month > 12:
        return f"{match['first']}、{match['second_of']}、{match['us_year']}"
    return numbers.calendar(match["us_year"], str(month), str(day))


def _compact_date(match: _Match) -> str:
    digits = match["digits8"]
    return numbers.calendar(digits[:4], digits[4:6], digits[6:])


def _month_date(match: _Match) -> str:
    month, day = match["month_name"], match["month_day"]
    if month is None:
        return numbers.month_and_day(match["month_name2"], match["day_first"], match["year_last"])
    return numbers.month_and_day(month, day, match["month_year"])


def _address(match: _Match) -> str:
    said = numbers.dotted(match["address"])
    if match["ip_port"]:
        return f"{said}の{match['ip_port']}番ポート"
    return f"{said} スラッシュ {match['net']}" if match["net"] else said


def _address6(match: _Match) -> str:
    """The loopback and "any" by name; of another one the beginning."""
    address = match["v6"].strip("[]")
    if set(address) <= set(":01") and address.startswith(("::", "0")):
        said = (
            "アイピーブイシックスのループバック"
            if address.endswith("1")
            else "アイピーブイシックスの全アドレス"
        )
    else:
        said = f"{hash_beginning(address.replace(':', ''))} で始まるアイピーブイシックスアドレス"
    if match["v6_port"]:
        said += f"の{match['v6_port']}番ポート"
    return f"{said} スラッシュ {match['v6_net']}" if match["v6_net"] else said


def _cron(match: _Match) -> str:
    fields = match["cron_fields"].replace("*", " アスタリスク ").replace("/", " スラッシュ ")
    return re.sub(
        r"\d+", lambda m: numbers.number(m[0]), fields.replace("-", "から").replace(",", "、")
    )


def _other_base(match: _Match) -> str:
    base = "2進数の" if match["base_sign"] in "bB" else "8進数の"
    return f"{base}{spell(match['base_digits'])}"


def _labelled(match: _Match) -> str:
    before, after = _LABELS[match["label"].lower()]
    last = f"から{match['labelled_to']}" if match["labelled_to"] else ""
    return f"{before}{match['labelled_from']}{last}{after}"


_LABELS = {
    "fig": ("図", ""),
    "eq": ("式", ""),
    "ch": ("", "章"),
    "sec": ("", "節"),
    "vol": ("", "巻"),
    "no": ("ナンバー ", ""),
    "p": ("", "ページ"),
    "pp": ("", "ページ"),
}


def _rate(match: _Match) -> str:
    if match["rated_unit"]:
        return numbers.quantity(match["rated"], match["rated_unit"], match["rated_per"])
    return numbers.PER[match["rated_per"]] + numbers.number(match["rated"])


def _ratio_of(match: _Match) -> str:
    left, right = (match["one"], match["many"]) if match["one"] else (match["some"], "1")
    return "タイ".join(part if part.isdigit() else spell(part) for part in (left, right))


def _ratio(match: _Match) -> str:
    """Small numbers are a ratio; large ones are ids or ports side by side."""
    between = " コロン " if max(len(match["left"]), len(match["right"])) > 3 else "タイ"
    return f"{match['left']}{between}{match['right']}"


def _fraction(match: _Match) -> str:
    """A part of a whole, or two numbers side by side: "401/403", "Node 18/20"."""
    part, whole = int(match["part"]), int(match["whole"])
    if part in (0, whole):
        return f"{whole}中{part}"
    before = match.string[max(0, match.start() - _LONGEST_NAME) : match.start()]
    alike = any(part in kind and whole in kind for kind in (_STATUSES, _YEARS))
    if part > whole or alike or _NAMED.search(before):
        return f"{part}、{whole}"
    return f"{whole}分の{part}"


def _range(match: _Match) -> str:
    unit, low_unit = match["high_unit"] or "", match["low_unit"] or ""
    low = numbers.quantity(match["low"], low_unit if low_unit != unit else "")
    return f"{low}から{numbers.quantity(match['high'], unit)}"


PLAIN: dict[str, Callable[[_Match], str]] = {
    "space": lambda m: "",
    "footnote": lambda m: "",
    "entity": lambda m: symbols.ENTITIES.get(m[0], ""),
    "uuid": lambda m: f"{hash_beginning(m[0])} で始まるユーユーアイディー",
    "hash": _hash,
    "hex": lambda m: f"ゼロエックス {hash_beginning(m['digits'])}",
    "colour": lambda m: f"シャープ {spell(m[0])}",
    "random": lambda m: f"{hash_beginning(m[0][len(m['prefix'] or '') :])} で始まる文字列",
    "mac": lambda m: f"{hash_beginning(re.sub('[:-]', '', m[0]))} で始まるマックアドレス",
    "ipv6": _address6,
    "other_base": _other_base,
    "cron": _cron,
    "labelled": _labelled,
    "in_line": lambda m: numbers.lines(m["in_line_from"], m["in_line_to"]),
    "line_mark": lambda m: numbers.lines(m["mark_from"], m["mark_to"]),
    "us_date": _us_date,
    "compact_date": _compact_date,
    "month_date": _month_date,
    "clock12": lambda m: numbers.half_day(m["hour12"], m["minute12"], m["half"]),
    "duration": lambda m: numbers.duration(
        m["weeks"], m["days"], m["hours"], m["minutes"], m["secs"]
    ),
    "ratio_of": _ratio_of,
    "rate": _rate,
    "dimensions": lambda m: "かける".join(re.findall(r"\d+", m["sides"])),
    "fold": lambda m: f"{numbers.number(m['times'])}倍",
    "count_word": lambda m: numbers.in_identifier(m["counted"]),
    "caret": lambda m: f"コントロール {spell(m[0])}",
    "changes": lambda m: numbers.changes(
        m["added"], m["removed"], lines=m["changed_lines"] is not None
    ),
    "issue": lambda m: f"{m['issue_number']}番",
    "ip": _address,
    "date": _date,
    "year_month": lambda m: f"{m['of_year']}年{int(m['nth_month'])}月",
    "time": lambda m: numbers.clock(m["hour"], m["minute"], m["second"]),
    "ratio": _ratio,
    "range": _range,
    "fraction": _fraction,
    "money": lambda m: numbers.money(m["currency"], m["price"], m["money_scale"], m["money_per"]),
    "scientific": lambda m: numbers.scientific(m["mantissa"], m["exponent"]),
    "power": lambda m: numbers.power(m["base"], m["raised"]),
    "ordinal": lambda m: f"{int(m['nth'])}番目",
    "quantity": lambda m: numbers.quantity(
        m["amount"], m["unit"], m["per"] or "", spaced=m.start("unit") > m.end("amount")
    ),
    "number": lambda m: numbers.number(m[0]),
}
"""Kind of token → what is said for one."""
