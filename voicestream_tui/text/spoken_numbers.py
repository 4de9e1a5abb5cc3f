"""Numbers, quantities, dates, times and versions in Japanese.

Plain numbers stay digits: the voice reads them with the right counters and sound changes.
"""

from __future__ import annotations

import re

from voicestream_tui.text.katakana import spell

_PREFIXES = {"": "", "k": "キロ", "K": "キロ", "M": "メガ", "G": "ギガ", "T": "テラ", "P": "ペタ"}
_BINARY = {"Ki": "キビ", "Mi": "メビ", "Gi": "ギビ", "Ti": "テビ"}

UNITS = {
    "ns": "ナノ秒",
    "us": "マイクロ秒",
    "µs": "マイクロ秒",
    "μs": "マイクロ秒",
    "ms": "ミリ秒",
    "msec": "ミリ秒",
    "s": "秒",
    "sec": "秒",
    "secs": "秒",
    "seconds": "秒",
    "min": "分",
    "mins": "分",
    "minutes": "分",
    "h": "時間",
    "hr": "時間",
    "hrs": "時間",
    "hours": "時間",
    "days": "日",
    "px": "ピクセル",
    "pt": "ポイント",
    "em": "エム",
    "rem": "レム",
    "vh": "ブイエイチ",
    "vw": "ブイダブリュー",
    "fps": "エフピーエス",
    "FPS": "エフピーエス",
    "dpi": "ディーピーアイ",
    "dB": "デシベル",
    "mm": "ミリメートル",
    "cm": "センチメートル",
    "km": "キロメートル",
    "kg": "キログラム",
    "°C": "度",
    "°": "度",
    "%": "パーセント",
    "‰": "パーミル",
    "x": "倍",
    "×": "倍",
    "bit": "ビット",
    "bits": "ビット",
    "byte": "バイト",
    "bytes": "バイト",
    "k": "ケー",
    "K": "ケー",
    "M": "メガ",
    "G": "ギガ",
    "kb": "キロバイト",
    "mb": "メガバイト",
    "gb": "ギガバイト",
    "tb": "テラバイト",
    "req": "リクエスト",
    "qps": "キューピーエス",
    "rps": "アールピーエス",
    "tokens": "トークン",
    **{prefix + "B": name + "バイト" for prefix, name in _PREFIXES.items()},
    **{prefix + "B": name + "バイト" for prefix, name in _BINARY.items()},
    **{prefix + "Hz": name + "ヘルツ" for prefix, name in _PREFIXES.items()},
    **{prefix + "bps": name + "ビーピーエス" for prefix, name in _PREFIXES.items()},
    **{prefix + "W": name + "ワット" for prefix, name in _PREFIXES.items()},
}
"""What follows a number, as written → as said."""

PER = {"s": "毎秒", "sec": "毎秒", "min": "毎分", "h": "毎時", "day": "毎日"}
MONEY = {"$": "ドル", "€": "ユーロ", "£": "ポンド", "¥": "円"}
_SMALL_ENGLISH = (
    "ゼロ",
    "ワン",
    "ツー",
    "スリー",
    "フォー",
    "ファイブ",
    "シックス",
    "セブン",
    "エイト",
    "ナイン",
)
_LEADING_ZEROS = re.compile(r"0\d+")


def number(written: str) -> str:
    """A number without separators; one with leading zeros digit by digit."""
    plain = written.replace(",", "").replace("_", "")
    sign = ""
    if plain[:1] in "-−+":
        sign, plain = ("" if plain[0] == "+" else "マイナス"), plain[1:]
    return sign + (spell(plain) if _LEADING_ZEROS.fullmatch(plain) else plain)


def in_identifier(digits: str) -> str:
    """Digits at the end of a name: one alone in English, as in "エススリー"."""
    return _SMALL_ENGLISH[int(digits)] if len(digits) == 1 else number(digits)


def quantity(amount: str, unit: str, per: str = "") -> str:
    """A number with its unit: "108 MB", "5 MB/s", "10k"."""
    if unit == "k" and not per:
        return f"{float(amount.replace(',', '')) * 1000:.0f}"
    return number(amount) + UNITS.get(unit, "") + PER.get(per, "")


def money(sign: str, amount: str) -> str:
    """An amount, the currency after it as it is said."""
    return number(amount) + MONEY[sign]


def calendar(year: str, month: str, day: str) -> str:
    """A date."""
    return f"{int(year)}年{int(month)}月{int(day)}日"


def clock(hours: str, minutes: str, seconds: str | None) -> str:
    """A time of day; nothing is said of minutes and seconds that are zero."""
    spoken = f"{int(hours)}時" + (f"{int(minutes)}分" if int(minutes) else "")
    return spoken + (f"{int(seconds)}秒" if seconds and int(seconds) else "")


def dotted(numbers: str) -> str:
    """Numbers with dots between them, as versions and addresses are said."""
    return "点".join(str(int(part)) for part in numbers.split("."))


def power(base: str, exponent: str) -> str:
    """A number raised to another: "10の6乗"."""
    return f"{number(base)}の{number(exponent)}乗"


def scientific(mantissa: str, exponent: str) -> str:
    """A number in scientific notation: "1e-5"."""
    return f"{number(mantissa)}かける{power('10', exponent)}"


def lines(first: str, last: str | None) -> str:
    """A place in a file: "42" → "42行目"."""
    return f"{int(first)}から{int(last)}行目" if last else f"{int(first)}行目"
