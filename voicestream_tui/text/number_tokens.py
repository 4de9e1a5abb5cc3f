"""The grammar of figures: numbers, amounts, dates, times, addresses, versions, hashes.

Every repetition that could be tried anew at each character is bounded, so that the time for
a stretch of text grows with its length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from voicestream_tui.text.spoken_numbers import MONTHS, PER, UNITS


def any_of(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
NO_WORD_BEFORE = r"(?<![A-Za-z0-9_À-ÖØ-öø-ɏ.])"
_UNIT = rf"(?:{any_of(UNITS)})"
_PER = rf"(?:/(?P<per>{any_of(PER)})(?![A-Za-z]))?"
_SUFFIX = r"(?:(?:[-+][A-Za-z]|(?:rc|a|b|post|dev)(?=\d))[A-Za-z0-9.+-]{0,40})?"
_MONTH = rf"(?P<month_name>{any_of(MONTHS)})\.?"
_HEX = r"[0-9A-Fa-f]"
PRODUCTS = (
    r"Python|Node(?:\.js)?|Ruby|Rails|Go|Java|Rust|PHP|Perl|Swift|Kotlin|Scala|Elixir|Ubuntu|Debian"
    r"|Fedora|Alpine|macOS|iOS|Android|Postgres|PostgreSQL|MySQL|MariaDB|SQLite|Redis|MongoDB|Django"
    r"|Flask|FastAPI|React|Vue|Angular|Svelte|Next\.js|Nuxt|TypeScript|npm|pnpm|yarn|pip|poetry|uv"
    r"|Docker|Kubernetes|Terraform|Ansible|Helm|gcc|GCC|Clang|LLVM|CMake|CUDA|PyTorch|TensorFlow"
    r"|NumPy|pandas|glibc|OpenSSL|Linux|Chrome|Firefox|Safari|Electron|\.NET|Unity|Godot|Gradle"
)
_FIELD = r"(?:\*|\d{1,2})(?:[/,-]\d{1,2}){0,6}"

GRAMMAR: dict[str, str] = {
    "uuid": NO_WORD_BEFORE + r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?!\w)",
    "mac": rf"(?<![\w:-]){_HEX}{{2}}(?P<mac_sign>[:-]){_HEX}{{2}}(?:(?P=mac_sign){_HEX}{{2}}){{4}}"
    r"(?![\w:-])",
    "ipv6": rf"(?<![\w:.])(?P<v6>\[?(?=[A-Fa-f:]{{0,30}}\d)"
    rf"(?=[0-9A-Fa-f]{{0,4}}(?::[0-9A-Fa-f]{{1,4}})"
    rf"{{0,6}}::|(?:{_HEX}{{1,4}}:){{7}})[0-9A-Fa-f:]{{3,39}})(?:/(?P<v6_net>\d{{1,3}}))?"
    r"(?:\](?::(?P<v6_port>\d{1,5}))?)?(?![\w:])",
    "random": NO_WORD_BEFORE
    + r"(?:AKIA[A-Z0-9]{12,60}|eyJ[A-Za-z0-9_-]{16,2000}(?:\.[\w-]{1,2000}){0,2}"
    r"|(?P<prefix>(?:[a-z]{2,8}[-_]){0,3})(?=(?:[A-Za-z]{0,20}\d){3})"
    r"(?:(?=[a-z0-9]{0,40}[A-Z])(?=[A-Z0-9]{0,40}[a-z])|(?=(?:[a-z]{0,20}\d){6}))"
    r"(?=[A-Za-z0-9]{0,60}[A-Za-z]\d{1,4}[A-Za-z])[A-Za-z0-9]{18,200}={0,2})(?![\w.])",
    "versioned": rf"(?<![\w.-])(?P<product>{PRODUCTS}) (?P<product_version>\d{{1,4}}\.\d{{2,4}})"
    r"(?![\w.]*\w)",
    "date": r"(?<![\w/-])(?P<year>[12]\d{3})(?:(?P<dash>[-/])(?P<month>0?[1-9]|1[0-2])(?P=dash)"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/-])"
    r"|\.(?P<month2>0[1-9]|1[0-2])\.(?P<day2>0[1-9]|[12]\d|3[01])(?![\d.-]))"
    r"(?:[T ](?P<at>\d{1,2}):(?P<at_min>\d{2})(?::(?P<at_sec>\d{2}(?:\.\d{1,3})?)\d{0,6})?"
    r"(?P<zone>\s?(?:Z|UTC|GMT|JST)(?![A-Za-z])|[+-]\d{2}:?\d{2})?)?",
    "us_date": r"(?<![\w/.-])(?P<first>0?[1-9]|[12]\d|3[01])/(?P<second_of>0?[1-9]|[12]\d|3[01])/"
    r"(?P<us_year>(?:19|20)\d{2})(?![\w/])",
    "compact_date": r"(?<![\w.,-])(?P<digits8>20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?![\w-]|[.,]\d)",
    "month_date": rf"(?<![\w.])(?:{_MONTH} (?P<month_day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?"
    rf"(?:,? (?P<month_year>(?:19|20)\d{{2}}))?"
    rf"|(?P<day_first>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)? (?:of )?"
    rf"(?P<month_name2>{any_of(MONTHS)})\.?(?: (?P<year_last>(?:19|20)\d{{2}}))?)(?!\w)",
    "year_month": r"(?<![\w/.-])(?P<of_year>(?:19|20)\d{2})-(?P<nth_month>0[1-9]|1[0-2])"
    r"(?![\w/-]|\.\d)",
    "hash": NO_WORD_BEFORE + r"(?=[0-9]{0,63}[a-f])(?=[a-f]{0,63}[0-9])[0-9a-f]{7,64}(?![\w.])",
    "hex": NO_WORD_BEFORE + r"0[xX](?P<digits>[0-9A-Fa-f]{1,64})(?!\w)",
    "other_base": NO_WORD_BEFORE + r"0(?P<base_sign>[bBoO])(?P<base_digits>[0-7_]{1,64})(?!\w)",
    "colour": rf"\#(?=[0-9]{{0,7}}[A-Fa-f])(?:{_HEX}{{8}}|{_HEX}{{6}}|{_HEX}{{3,4}})(?!\w)",
    "ip": NO_WORD_BEFORE
    + r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?::(?P<ip_port>\d+)|/(?P<net>\d+))?(?!\w|\.\d)",
    "version": NO_WORD_BEFORE + r"(?:(?P<v>v)(?P<v_dots>\d{1,9}(?:\.\d{1,9}){0,8})"
    r"|(?P<dots>\d{1,9}(?:\.\d{1,9}){2,8}))"
    rf"(?P<suffix>{_SUFFIX})(?![A-Za-z0-9_/])",
    "dimensions": r"(?<![\w.])(?P<sides>\d{1,6} ?[x×] ?\d{1,6}(?: ?[x×] ?\d{1,6})?)(?!\w)",
    "rate": rf"(?<![A-Za-z_.\d/])(?P<rated>{NUMBER})\s?(?P<rated_unit>{_UNIT})?/"
    rf"(?P<rated_per>{any_of(PER)})(?![A-Za-z0-9_/])",
    "fraction": r"(?<![\w/.])(?P<part>\d{1,9})/(?P<whole>\d{1,9})(?![\w/.])",
    "changes": r"(?<![\w.+*/^-])\+(?P<added>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\s?[,/]\s?|\s)[-−–]"
    r"(?P<removed>\d{1,3}(?:,\d{3})+|\d{1,9})(?P<changed_lines> lines)?"
    r"(?![A-Za-z0-9_%:/*^-]|[.,]\d)",
    "issue": r"(?<![\w&\#])\#(?P<issue_number>\d+)(?!\w)",
    "money": rf"(?P<currency>[$€£¥₩])\s?(?P<price>{NUMBER})"
    r"(?:(?P<money_scale>[kKMB])(?![A-Za-z0-9]))?"
    rf"(?:\s?/\s?(?P<money_per>{any_of(PER)})(?![A-Za-z0-9_/]))?",
    "cron": r"(?<![\w*])(?=[\d ,/-]{0,40}\*)"
    rf"(?P<cron_fields>(?:{_FIELD} ){{4}}{_FIELD})(?![\w*/])",
    "clock12": r"(?<![\w:.])(?P<hour12>1[0-2]|0?[1-9])(?::(?P<minute12>[0-5]\d)(?::[0-5]\d)?)?\s?"
    r"(?P<half>[AaPp]\.?[Mm]\.?)(?![A-Za-z])",
    "time": r"(?<![\w:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d(?:\.\d{1,3})?))?(?![\w:])",
    "duration": r"(?<![\w.\[])"
    r"(?=\d{1,5}[dhm] ?\d{1,5}(?:m|s|min|ms)(?![A-Za-z])|\d{1,4}[dhwm](?![\w^]))"
    r"(?:(?P<weeks>\d{1,4})w ?)?(?:(?P<days>\d{1,4})d ?)?(?:(?P<hours>\d{1,5})h ?)?"
    r"(?:(?P<minutes>\d{1,5})m(?:in)?(?!s) ?)?(?:(?P<secs>\d{1,5})s)?(?![A-Za-z0-9_])",
    "ratio": r"(?<![\w:.\[])(?P<left>\d{1,9}(?:\.\d{1,3})?):"
    r"(?P<right>\d{1,9}(?:\.\d{1,3})?)(?![\w:])",
    "ratio_of": r"(?<![\w:.])(?:(?P<one>[1nNmM]) ?: ?(?P<many>[nNmM])"
    r"|(?P<some>[nNmM]) ?: ?1)(?![\w:])",
    "ticket": r"(?<![\w-])(?P<series>[A-Za-z]{1,12})(?P<numbers>(?:-\d{1,9}){1,4})(?![\w-]|\.\w)",
    "range": rf"{NO_WORD_BEFORE}(?P<low>{NUMBER})\s?(?P<low_unit>{_UNIT})?(?:[-–~〜]|\s[–—~〜]\s)"
    rf"(?P<high>{NUMBER})(?:\s?(?P<high_unit>{_UNIT})(?![A-Za-z]))?(?![\w-])",
    "scientific": NO_WORD_BEFORE
    + r"(?P<mantissa>\d+(?:\.\d+)?)[eE](?P<exponent>[+-]?\d{1,4})(?!\w)",
    "power": NO_WORD_BEFORE + r"(?P<base>\d+)(?:\^|\*\*)(?P<raised>-?\d+|[a-z](?!\w))(?!\w)",
    "ordinal": r"(?<![\w.])(?P<nth>\d{1,9})(?:st|nd|rd|th)(?!\w)",
    "fold": r"(?<![\w.])(?P<times>\d{1,6}(?:\.\d{1,3})?)-fold(?!\w)",
    "count_word": r"(?<![\w.-])(?P<counted>\d)-(?=[A-Za-z]{2})(?!bits?(?![a-z]))",
    "quantity": rf"(?<![A-Za-z_.])(?P<amount>(?<![\d)\]])[-−]?{NUMBER}|{NUMBER})"
    rf"(?:(?:\s?|-(?=bit|byte))(?P<unit>{_UNIT}){_PER})(?![A-Za-z0-9_])",
    "number": rf"(?<![A-Za-z_])(?:(?<![\w)\]])[-−])?{NUMBER}(?:_\d{{3}})*"
    r"|(?<![\w.)])\.\d+(?![\w.])",
}
"""Kind of token → the expression that finds it."""
