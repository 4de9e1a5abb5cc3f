"""Numbers, quantities, dates, times and versions in Japanese.

Plain numbers stay digits: the voice reads them with the right counters and sound changes.
"""

from __future__ import annotations

import re

from voicestream_tui.text.amounts import in_japanese
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
    "second": "秒",
    "seconds": "秒",
    "min": "分",
    "mins": "分",
    "minute": "分",
    "minutes": "分",
    "h": "時間",
    "hr": "時間",
    "hrs": "時間",
    "hour": "時間",
    "hours": "時間",
    "day": "日",
    "days": "日",
    "weeks": "週間",
    "months": "か月",
    "years": "年",
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
    "nm": "ナノメートル",
    "μm": "マイクロメートル",
    "mm": "ミリメートル",
    "cm": "センチメートル",
    "km": "キロメートル",
    "m^2": "平方メートル",
    "cm^2": "平方センチメートル",
    "km^2": "平方キロメートル",
    "m^3": "立方メートル",
    "cm^3": "立方センチメートル",
    "kg": "キログラム",
    "mg": "ミリグラム",
    "ml": "ミリリットル",
    "kWh": "キロワット時",
    "mAh": "ミリアンペア時",
    "mA": "ミリアンペア",
    "mV": "ミリボルト",
    "V": "ボルト",
    "rpm": "アールピーエム",
    "ppm": "ピーピーエム",
    "°F": "度",
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
    "Kb": "キロビット",
    "Mb": "メガビット",
    "Gb": "ギガビット",
    "kb": "キロバイト",
    "mb": "メガバイト",
    "gb": "ギガバイト",
    "tb": "テラバイト",
    "req": "リクエスト",
    "qps": "キューピーエス",
    "rps": "アールピーエス",
    "tokens": "トークン",
    "lines": "行",
    "requests": "リクエスト",
    **{prefix + "B": name + "バイト" for prefix, name in _PREFIXES.items()},
    **{prefix + "B": name + "バイト" for prefix, name in _BINARY.items()},
    **{prefix + "Hz": name + "ヘルツ" for prefix, name in _PREFIXES.items()},
    **{prefix + "bps": name + "ビーピーエス" for prefix, name in _PREFIXES.items()},
    **{prefix + "W": name + "ワット" for prefix, name in _PREFIXES.items()},
}
"""What follows a number, as written → as said."""

PER = {
    "s": "毎秒",
    "sec": "毎秒",
    "second": "毎秒",
    "min": "毎分",
    "minute": "毎分",
    "h": "毎時",
    "hr": "毎時",
    "hour": "毎時",
    "day": "毎日",
    "week": "毎週",
    "wk": "毎週",
    "month": "毎月",
    "mo": "毎月",
    "year": "毎年",
    "yr": "毎年",
}
MONEY = {"$": "ドル", "€": "ユーロ", "£": "ポンド", "¥": "円", "₩": "ウォン"}
_SCALES = {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9}
_MONTH_NAMES = re.findall(
    r"[A-Z][a-z]+",
    "JanuaryFebruaryMarchAprilMayJuneJulyAugustSeptemberOctoberNovemberDecember",
)
MONTHS = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)},
    "Sept": 9,
}
"""English names of months → their numbers."""
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
_LONGEST_NUMBER = 13
_LEADING_ZEROS = re.compile(r"0\d+")


def number(written: str) -> str:
    """A number without separators; one with leading zeros digit by digit.

    Of a number too long to be an amount only the beginning is said, as of a hash.
    """
    plain = written.replace(",", "").replace("_", "")
    if plain.startswith("."):
        plain = f"0{plain}"
    if len(plain) > _LONGEST_NUMBER and plain.isdigit():
        return f"{spell(plain[:4])} で始まる番号"
    sign = ""
    if plain[:1] in "-−+":
        sign, plain = ("" if plain[0] == "+" else "マイナス"), plain[1:]
    return sign + (spell(plain) if _LEADING_ZEROS.fullmatch(plain) else plain)


def in_identifier(digits: str) -> str:
    """Digits at the end of a name: one alone in English, as in "エススリー"."""
    return _SMALL_ENGLISH[int(digits)] if len(digits) == 1 else number(digits)


def quantity(amount: str, unit: str, per: str = "", spaced: bool = True) -> str:
    """A number with its unit: "108 MB", "5 MB/s", "10k", "7B".

    Args:
        spaced: whether a blank stands between the two, as none does in "7B", a model's size.
    """
    if unit == "k" and not per:
        return in_japanese(amount.lstrip("-−"), 1000).replace(",", "")
    if unit == "B" and not spaced and not per and _is_model_size(amount):
        return f"{number(amount)}ビー"
    return number(amount) + UNITS.get(unit, "") + PER.get(per, "")


def _is_model_size(amount: str) -> bool:
    """Billions of parameters are odd figures, bytes are powers of two from sixteen on."""
    whole = amount.replace(",", "")
    return not whole.isdigit() or int(whole) < 16 or int(whole).bit_count() > 1


def money(sign: str, amount: str, scale: str | None = None, per: str | None = None) -> str:
    """An amount, the currency after it: "$3.5M" → "350万ドル", "$2/h" → "毎時2ドル"."""
    said = in_japanese(amount, _SCALES[scale]).replace(",", "") if scale else number(amount)
    return PER.get(per or "", "") + said + MONEY[sign]


def calendar(year: str, month: str, day: str) -> str:
    """A date."""
    return f"{int(year)}年{int(month)}月{int(day)}日"


def month_and_day(month: str, day: str, year: str | None) -> str:
    """A date with an English month: "March", "3" → "3月3日"."""
    return f"{f'{int(year)}年' if year else ''}{MONTHS[month]}月{int(day)}日"


def clock(hours: str, minutes: str, seconds: str | None) -> str:
    """A time of day; nothing is said of minutes and seconds that are zero."""
    spoken = f"{int(hours)}時" + (f"{int(minutes)}分" if int(minutes) else "")
    if not seconds or not float(seconds):
        return spoken
    return f"{spoken}{seconds.lstrip('0') if float(seconds) >= 1 else float(seconds)}秒"


def half_day(hours: str, minutes: str | None, half: str) -> str:
    """A time of the twelve-hour clock: "5:30 p.m." → "午後5時30分"."""
    return ("午前" if half[0] in "Aa" else "午後") + clock(hours, minutes or "0", None)


def duration(weeks: str, days: str, hours: str, minutes: str, seconds: str) -> str:
    """A length of time as commands write it: "1h30m" → "1時間30分"."""
    amounts = ((weeks, "週間"), (days, "日"), (hours, "時間"), (minutes, "分"), (seconds, "秒"))
    return "".join(f"{int(amount)}{unit}" for amount, unit in amounts if amount)


def dotted(numbers: str) -> str:
    """Numbers with dots between them, as versions and addresses are said.

    "1.2.3" → "1点2点3". Two of them with one digit at the end stay a decimal number, which
    the voice says better: "2.1". A part with a zero in front goes digit by digit: "22点ゼロヨン".
    """
    parts = numbers.split(".")
    if len(parts) == 2 and len(parts[1]) == 1 and not _LEADING_ZEROS.fullmatch(parts[0]):
        return f"{int(parts[0])}.{parts[1]}"
    return "点".join(number(part) for part in parts)


def power(base: str, exponent: str) -> str:
    """A number raised to another: "10の6乗"."""
    raised = number(exponent) if exponent.lstrip("-").isdigit() else spell(exponent)
    return f"{number(base)}の{raised}乗"


def scientific(mantissa: str, exponent: str) -> str:
    """A number in scientific notation: "2e-5"; "1e6" is a power alone."""
    if mantissa == "1":
        return power("10", exponent)
    return f"{number(mantissa)}かける{power('10', exponent)}"


def lines(first: str, last: str | None) -> str:
    """A place in a file: "42" → "42行目"."""
    return f"{int(first)}から{int(last)}行目" if last else f"{int(first)}行目"


def changes(added: str, removed: str, *, lines: bool) -> str:
    """What a diff counts: "+12 -3" → "プラス12、マイナス3"."""
    return f"プラス{number(added)}、マイナス{number(removed)}{'行' if lines else ''}"
