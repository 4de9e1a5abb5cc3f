"""The grammar of what is not Japanese: one expression that finds the next token.

Every repetition that could be tried anew at each character is bounded, so that the time for
a stretch of text grows with its length alone.
"""

from __future__ import annotations

import re

from voicestream_tui.text.spoken_numbers import PER, UNITS

_FILE_ENDINGS = (
    r"pyi|pyc|py|ipynb|jsx|js|mjs|cjs|tsx|ts|vue|svelte|rs|go|cc|cpp|hpp|cs|c|h|java|kt|swift|rb"
    r"|php|pl|lua|sh|bash|zsh|ps1|bat|sql|md|rst|txt|jsonl|json|ya?ml|toml|ini|cfg|conf|env|lock"
    r"|log|csv|tsv|xml|html?|s?css|svg|png|jpe?g|gif|webp|pdf|zip|gz|tar|whl|exe|dll|so|wav|mp3|mp4"
    r"|onnx|bin|proto|gradle|tf|exs?|erl|hs|ml|scala|dart|r|rake|gemspec|patch|diff|bak|tmp|map"
)
_TOP_DOMAINS = r"com|org|net|io|dev|jp|ai|edu|gov"
_HTML_TAGS = (
    r"a|b|i|p|br|hr|ul|ol|li|div|span|img|pre|code|table|tr|td|th|h[1-6]|html|head|body|script|style"
    r"|link|meta|form|input|button|select|option|label|textarea|section|article|nav|header|footer"
    r"|main|video|audio|canvas|svg|iframe|details|summary|strong|em|kbd|dialog|template|title"
    r"|fieldset|figure|picture|slot|noscript"
)
_KEYS = r"Ctrl|Control|Cmd|Command|Alt|Option|Opt|Shift|Meta|Super|Win|Fn|Esc"


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_UNIT = rf"(?:{_any(list(UNITS))})"
_PER = rf"(?:/(?P<per>{_any(list(PER))})(?![A-Za-z]))?"
_LINE = r"(?:(?::|\#L)(?P<{0}>\d{{1,9}})(?:[-–]L?(?P<{0}_to>\d{{1,9}})|:\d{{1,9}})?(?!\d))?"
_NO_WORD_BEFORE = r"(?<![A-Za-z0-9_À-ɏ.])"
_SUFFIX = r"(?:(?:[-+][A-Za-z]|(?:rc|a|b|post|dev)(?=\d))[A-Za-z0-9.+-]{0,40})?"

_GRAMMAR: list[tuple[str, str]] = [
    ("space", r"\s+"),
    ("footnote", r"\[\^[\w-]{1,20}\]:?"),
    ("url", r"[a-z][a-z+]{1,9}://[^\s<>\"'`]{1,2000}"),
    ("email", _NO_WORD_BEFORE + r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"),
    ("entity", r"&(?:amp|lt|gt|quot|nbsp|\#\d{1,6});"),
    ("tag", rf"<(?P<close>/?)(?P<element>{_HTML_TAGS})(?:\s[^<>]{{0,500}})?/?>"),
    ("uuid", _NO_WORD_BEFORE + r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?!\w)"),
    ("phrase", "{phrases}"),
    (
        "date",
        r"(?<![\w/-])(?P<year>[12]\d{3})(?P<dash>[-/])(?P<month>0?[1-9]|1[0-2])(?P=dash)"
        r"(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/-])"
        r"(?:[T ](?P<at>\d{1,2}):(?P<at_min>\d{2})(?::(?P<at_sec>\d{2})(?:\.\d+)?)?Z?)?",
    ),
    (
        "year_month",
        r"(?<![\w/.-])(?P<of_year>(?:19|20)\d{2})-(?P<nth_month>0[1-9]|1[0-2])(?![\w/-]|\.\d)",
    ),
    ("hash", _NO_WORD_BEFORE + r"(?=[0-9]{0,63}[a-f])(?=[a-f]{0,63}[0-9])[0-9a-f]{7,64}(?![\w.])"),
    ("hex", _NO_WORD_BEFORE + r"0[xX](?P<digits>[0-9A-Fa-f]{1,64})(?!\w)"),
    ("colour", r"\#(?=[0-9]{0,5}[A-Fa-f])(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?!\w)"),
    (
        "ip",
        _NO_WORD_BEFORE
        + r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?::(?P<ip_port>\d+)|/(?P<net>\d+))?(?!\w|\.\d)",
    ),
    (
        "version",
        _NO_WORD_BEFORE + r"(?:(?P<v>v)(?P<v_dots>\d{1,9}(?:\.\d{1,9}){0,8})"
        r"|(?P<dots>\d{1,9}(?:\.\d{1,9}){2,8}))"
        rf"(?P<suffix>{_SUFFIX})(?![A-Za-z0-9_/])",
    ),
    ("fraction", r"(?<![\w/.])(?P<part>\d{1,9})/(?P<whole>\d{1,9})(?![\w/.])"),
    (
        "path",
        r"(?<![\w/])(?:(?:~|\.{1,2})?/)?(?:[\w.@+*{}-]{1,255}/)*"
        r"(?:(?<=/)[\w.@+*{}-]{1,255}|(?<=[^\W\d]/)|(?<=[^\W\d]/)\*{1,2}(?:\.\w{1,10})?)"
        + _LINE.format("line"),
    ),
    ("windows", r"(?<!\w)[A-Za-z]:\\[^\s\"'<>|?*]{0,500}"),
    (
        "file",
        rf"(?<![\w.])(?:[\w+*.-]{{0,200}}\.(?:{_FILE_ENDINGS})|\.[A-Za-z][\w.-]{{1,60}})"
        r"(?![\w(]|\.[A-Za-z])" + _LINE.format("row"),
    ),
    ("flag", r"(?<![\w-])--?[A-Za-z][\w-]{0,80}(?:=[^\s,;)\]`\"']{1,200})?(?!\()"),
    (
        "keys",
        rf"(?<!\w)(?:(?:{_KEYS})(?:\s?\+\s?|-))+(?:{_KEYS}|F\d{{1,2}}|[A-Za-z]{{3,9}}|[^\s\w]|\w)(?!\w)",
    ),
    ("caret", r"(?<!\w)\^[A-Z](?!\w)"),
    ("variable", r"\$\{?(?P<dollar>[A-Za-z_]\w*)\}?|%(?P<percent>[A-Z_]{2,40})%"),
    ("issue", r"(?<![\w&\#])\#(?P<issue_number>\d+)(?!\w)"),
    ("money", rf"(?P<currency>[$€£¥])\s?(?P<price>{NUMBER})"),
    ("order", r"(?<!\w)O\((?P<order_of>[^()]{1,40}(?:\([^()]{0,20}\))?[^()]{0,20})\)"),
    (
        "time",
        r"(?<![\w:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\w:])",
    ),
    (
        "ratio",
        r"(?<![\w:.])(?P<left>\d{1,9}(?:\.\d{1,3})?):(?P<right>\d{1,9}(?:\.\d{1,3})?)(?![\w:])",
    ),
    ("ticket", r"(?<![\w-])(?P<series>[A-Za-z]{1,12})(?P<numbers>(?:-\d{1,9}){1,4})(?![\w-]|\.\w)"),
    (
        "range",
        rf"{_NO_WORD_BEFORE}(?P<low>{NUMBER})\s?(?P<low_unit>{_UNIT})?(?:[-–~〜]|\s[–—~〜]\s)"
        rf"(?P<high>{NUMBER})(?:\s?(?P<high_unit>{_UNIT})(?![A-Za-z]))?(?![\w-])",
    ),
    (
        "scientific",
        _NO_WORD_BEFORE + r"(?P<mantissa>\d+(?:\.\d+)?)[eE](?P<exponent>[+-]?\d{1,4})(?!\w)",
    ),
    ("power", _NO_WORD_BEFORE + r"(?P<base>\d+)(?:\^|\*\*)(?P<raised>-?\d+)(?!\w)"),
    ("ordinal", r"(?<![\w.])(?P<nth>\d{1,9})(?:st|nd|rd|th)(?!\w)"),
    (
        "quantity",
        rf"(?<![A-Za-z_.])(?P<amount>(?<![\d)\]])[-−]?{NUMBER}|{NUMBER})(?:\s?(?P<unit>{_UNIT}){_PER})(?![A-Za-z0-9_])",
    ),
    ("number", rf"(?<![A-Za-z_])(?:(?<![\w)\]])[-−])?{NUMBER}(?:_\d{{3}})*"),
    (
        "domain",
        rf"(?<![\w.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,6}}(?:{_TOP_DOMAINS})(?![\w.(-]|\.\w)(?:/[^\s)]{{0,500}})?",
    ),
    ("numbered", r"(?<![\w.])(?P<stem>[A-Za-z]{2,20})(?P<dotted>\d{1,4}(?:\.\d{1,4})+)(?![\w.])"),
    (
        "word",
        r"[@_]{0,8}[A-Za-zÀ-ɏ][\wÀ-ɏ]*(?:['’][A-Za-z]{1,3}(?!\w))?"
        r"(?:(?:\.|::|->|-|\#|\?\.)(?=[A-Za-z_À-ɏ])[\wÀ-ɏ]+)*"
        r"(?:!(?=\())?(?P<call>\((?P<args>[^()\s]{0,60})\))?",
    ),
    (
        "operator",
        r"\.{2,}|…+|-{3,}|===|!==|<=>|[=!<>+\-*/:]=|=~|=>|->|<-|&&|\|\||\+\+|--|\*\*|(?<=\s)(?:<<|>>)(?=\s)|::|\?\?|\?\.",
    ),
    ("sign", r"."),
]


def token_pattern(phrases: str) -> re.Pattern[str]:
    """The expression that finds tokens; the group that matched last names the kind.

    Args:
        phrases: Expression for the lexicon's terms of several words or with signs.
    """
    branches = (
        f"(?P<{name}>{phrases if name == 'phrase' else pattern})" for name, pattern in _GRAMMAR
    )
    return re.compile("|".join(branches), re.DOTALL)


KINDS = frozenset(name for name, _ in _GRAMMAR)
