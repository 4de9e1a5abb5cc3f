"""The grammar of what is not Japanese: one expression that finds the next token.

Every repetition that could be tried anew at each character is bounded, so that the time for
a stretch of text grows with its length alone.
"""

from __future__ import annotations

import re
from itertools import groupby

from voicestream_tui.text.number_tokens import GRAMMAR as NUMBERS
from voicestream_tui.text.number_tokens import NO_WORD_BEFORE, any_of
from voicestream_tui.text.spoken_numbers import PER

_FILE_ENDINGS = (
    r"pyi|pyc|py|ipynb|jsx|js|mjs|cjs|tsx|ts|vue|svelte|rs|go|cc|cpp|hpp|cs|java|kt|swift|rb"
    r"|php|pl|lua|sh|bash|zsh|ps1|bat|sql|md|rst|txt|jsonl|json|ya?ml|toml|ini|cfg|conf|env|lock"
    r"|log|csv|tsv|xml|html?|s?css|svg|png|jpe?g|gif|webp|pdf|zip|gz|bz2|xz|tgz|tar|whl|exe|dll|so"
    r"|wav|mp3|mp4|onnx|bin|proto|gradle|tf|exs?|erl|hs|ml|scala|dart|rake|gemspec|patch|diff|bak"
    r"|tmp|map|mod|sum|pem|key|crt|db|sqlite|parquet|wasm|mdx|astro|plist|service|xlsx?|docx?|pptx?"
    r"|ttf|woff2?|ico|less|sass|pkl|npz?|pt|srt|tex|bib|cmake|jar|deb|rpm|dmg|apk|graphql|ejs|erb"
)
_TOP_DOMAINS = r"com|org|net|io|dev|jp|ai|edu|gov|app|co|me|cloud|sh"
_LOCAL_DOMAINS = r"local|internal|localhost|test|example"
_HTML_TAGS = (
    r"a|b|i|p|br|hr|ul|ol|li|div|span|img|pre|code|table|tr|td|th|h[1-6]|html|head|body|script|style"
    r"|link|meta|form|input|button|select|option|label|textarea|section|article|nav|header|footer"
    r"|main|video|audio|canvas|svg|iframe|details|summary|strong|em|kbd|dialog|template|title"
    r"|fieldset|figure|picture|slot|noscript|dl|dt|dd|tbody|thead|path"
)
_KEYS = r"Ctrl|Control|Cmd|Command|Alt|Option|Opt|Shift|Meta|Super|Win|Fn|Esc"
_LINE = r"(?:(?::|\#L)(?P<{0}>\d{{1,9}})(?:[-–]L?(?P<{0}_to>\d{{1,9}})|:\d{{1,9}})?(?!\d))?"
_NOT_IN_ADDRESS = r"\s<>\"'`「」『』【】（）"
_LETTER = r"A-Za-zÀ-ÖØ-öø-ɏ"
_PATH_NAME = r"[\w.@+*{}\[\]-]"
_WINDOWS_NAME = r"[^\s\\\"'<>|?*`]{1,80}"

_NAMES: dict[str, str] = {
    "space": r"\s+",
    "footnote": r"\[\^[\w-]{1,20}\]:?",
    # No bracket in the host: NFKC has made ASCII ones of （）, which no address has.
    "url": rf"[a-z][a-z0-9+.-]{{1,15}}://(?=[^{_NOT_IN_ADDRESS}()])[^{_NOT_IN_ADDRESS}()/?#]{{0,255}}"
    rf"(?:[/?#](?:[^{_NOT_IN_ADDRESS}(]|\((?=[^\s()]{{0,100}}\))){{0,2000}})?",
    "email": NO_WORD_BEFORE + r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
    "entity": r"&(?:amp|lt|gt|quot|apos|nbsp|copy|times|mdash|ndash|hellip|rarr|\#\d{1,6});",
    "tag": rf"<(?P<close>/?)(?P<element>{_HTML_TAGS})(?:\s[^<>]{{0,500}})?/?>"
    r"|<(?P<component>[A-Z]\w{0,60}(?:\.\w{1,60})?)(?:\s[^<>]{0,500})?/>"
    r"|<(?P<close_custom>/?)(?P<custom>[a-z]{1,30}(?:-[a-z]{1,30}){1,4})(?:\s[^<>]{0,500})?/?>",
    "labelled": r"(?<!\w)(?P<label>[Ff]ig|[Ee]q|[Cc]h|[Ss]ec|[Vv]ol|[Nn]o|pp?)\.\s?"
    r"(?P<labelled_from>\d{1,6}(?:\.\d{1,3}){0,3})(?:[-–](?P<labelled_to>\d{1,6}))?(?![\w-])",
    "in_line": r"(?<![\w-])[Ll]ines?\s(?P<in_line_from>\d{1,9})"
    r"(?:\s?(?:[-–]|to|through)\s?(?P<in_line_to>\d{1,9}))?(?![\w.-]|\s?[=<>+*/])",
    "line_mark": r"(?<![\w#:])L(?P<mark_from>[1-9]\d{1,5})(?:-L?(?P<mark_to>\d{2,6}))?(?!\w)",
    "shell_default": r"\$\{(?P<shell_name>\w{1,80}):?[-=+?](?P<shell_value>[^{}]{0,120})\}",
    "substitution": r"(?<![\w/])s/(?P<sought>[^/\s]{1,60})/(?P<put>[^/\s]{0,60})/[gimp]{0,4}"
    r"(?![\w/])",
    "branch": r"(?<![\w/.-])(?P<branch_of>[A-Za-z]{2,20})/"
    r"(?P<branch_number>v?\d{1,4}(?:\.[\dx]{1,4}){0,3})(?![\w/]|\.\w)",
    "path": r"(?<![\w/])(?:(?:~|\.{1,2})?/)?(?:" + _PATH_NAME + r"{1,255}/)*"
    r"(?:(?<=/)"
    + _PATH_NAME
    + r"{1,255}|(?<=[^\W\d]/)|(?<=[^\W\d]/)\*{1,2}(?:\.\w{1,10})?)"
    + _LINE.format("line"),
    "windows": rf"(?<!\w)(?:[A-Za-z]:\\(?:{_WINDOWS_NAME}(?: {_WINDOWS_NAME}){{0,3}}\\){{0,20}}"
    rf"(?:{_WINDOWS_NAME})?"
    r"|[A-Za-z][\w.-]{1,60}(?:\\[A-Za-z_][\w.-]{1,60}){1,20})",
    "file": rf"(?<![\w.])(?:[\w+*.-]{{0,200}}\.(?:{_FILE_ENDINGS})|[\w+*-]{{1,200}}\.[chr]"
    r"|(?:Make|Docker|Gem|Rake|Just|Proc|Vagrant)file(?=:\d)|\.[A-Za-z][\w.-]{1,60})"
    r"(?![\w(]|\.[A-Za-z])" + _LINE.format("row"),
    "flag": r"(?<![\w-])(?<![=?:+<(,%] )(?<![=?:+*/<(,%])"
    r"(?:--[A-Za-z][\w-]{1,80}|-[A-Za-z][\w-]{0,80})"
    r"(?:=(?:[^\s,;)\]`\"']{1,200}|(?=[\"'])))?(?!\()",
    "keys": rf"(?<!\w)(?:(?:{_KEYS})(?:\s?\+\s?|-))+"
    rf"(?:{_KEYS}|F\d{{1,2}}|[A-Za-z]{{3,9}}|[^\s\w]|\w)(?!\w)",
    "caret": r"(?<!\w)\^[A-Z](?!\w)",
    "variable": r"\$\{?(?P<dollar>[A-Za-z_]\w*)\}?|%(?P<percent>[A-Z_]{2,40})%",
    "argument": r"(?<!\w)\$(?P<nth_argument>\d)"
    rf"(?![\w.,]|\s?/\s?(?:{any_of(PER)})(?![A-Za-z0-9_/]))",
    "order": r"(?<!\w)[OΘΩ]\((?P<order_of>[^()]{1,40}(?:\([^()]{0,20}\))?[^()]{0,20})\)",
    "host_port": rf"(?<![\w.@-])(?P<port_host>localhost|(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,5}}"
    rf"(?:{_TOP_DOMAINS}|{_LOCAL_DOMAINS})):(?P<host_port_number>\d{{2,5}})(?![\w.])",
    "domain": rf"(?<![\w.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,6}}(?:{_TOP_DOMAINS})"
    r"(?![\w.(-]|\.\w)(?:/[^\s)]{0,500})?",
    "kebab": r"(?<![\w-])(?=[\w.-]{0,120}-\d)[A-Za-z][A-Za-z0-9]{0,40}"
    r"(?:-[A-Za-z0-9]{1,40}(?:\.\d{1,4}){0,3}){1,8}(?![\w(])",
    "raised_name": r"(?<!\w)(?P<raised_of>[A-Za-z]\w{0,30})\^"
    r"(?P<raised_to>-?\d{1,4}|[a-z](?!\w))(?!\w)",
    "numbered": r"(?<![\w.])(?P<stem>[A-Za-z]{2,20})(?P<dotted>\d{1,4}(?:\.\d{1,4})+)(?![\w.])",
    "letters": r"(?<=\[)\^?(?:[A-Za-z0-9]-[A-Za-z0-9]){1,8}(?=[\]_.+-])",
    "empty_text": r"(?<![\"'\w])(?:\"\"|'')(?![\"'\w])",
    "word": rf"[@_]{{0,8}}[{_LETTER}][\w]*(?:['’][A-Za-z]{{1,12}}(?!\w))?"
    rf"(?:(?:\.|::|->|-|\#|\?\.)(?=[_{_LETTER}])[\w]+)*"
    r"(?:!(?=\())?(?P<call>\((?P<args>[^()\s]{0,60})\))?",
    "redirect": r"(?<=\s)[012&]?>{1,2}(?=\s?(?:/|[\w./-]{0,80}\."
    r"(?:txt|log|json|csv|md|out|err|ya?ml|sql)(?!\w)))",
    "operator": r"\.{2,}|…+|-{3,}>?|===|!==|<=>|[=!<>+\-*/:]=|=~|=>|-->|->|<!--|<-|&&|\|\||\+\+|--"
    r"|\*\*|/\*|\*/|(?<=\s)(?:<<|>>)(?=\s)|::|\?\?|\?\.",
    "sign": r".",
}

_ORDER = """
    space own footnote url changes email entity tag uuid mac ipv6 versioned phrase labelled in_line
    line_mark date us_date compact_date month_date year_month hash random hex other_base colour cron
    ip host_port version dimensions rate fraction shell_default substitution branch path windows
    file flag keys caret argument variable issue money order clock12 time duration ratio ratio_of
    ticket range scientific power raised_name ordinal fold count_word quantity number domain letters
    empty_text kebab numbered redirect word operator sign
""".split()  # noqa: SIM905 - a list of them would be a page long


_BEGINNINGS: dict[str, str] = {
    r"\d": "date us_date compact_date year_month hex other_base ip dimensions rate fraction clock12"
    " time duration ratio range scientific power ordinal fold count_word",
    r"A-Za-z": "labelled in_line line_mark substitution branch windows keys ticket raised_name "
    " kebab numbered url",
    r"A-Za-z0-9": "uuid mac hash host_port version ratio_of domain month_date",
    r"<&": "entity tag",
    r"$%^": "caret argument variable",
    r"$": "shell_default",
    r"$€£¥₩": "money",
    r"#": "issue colour",
    r"+": "changes",
    r"\[": "footnote",
    r"\-": "flag",
    r"\-−.\d": "quantity number",
    r"\w.+*\-": "email file",
    r"\w.+*\-~/@{}\[\]": "path",
    r"\[A-Fa-f0-9:": "ipv6",
    r"*\d": "cron",
    r"OΘΩ": "order",
    r"\"'": "empty_text",
    r"012&>": "redirect",
    rf"@_{_LETTER}": "word",
    r".…=!<>+\-*/:&|?": "operator",
}
"""Characters that a token may begin with → kinds. Neighbours of the same are passed by at once
where another character stands; a kind that is not here is tried everywhere."""
_BEGINNING = {kind: begin for begin, kinds in _BEGINNINGS.items() for kind in kinds.split()}


def token_pattern(phrases: str, own: str) -> re.Pattern[str]:
    """The expression that finds tokens; the group that matched last names the kind.

    Args:
        phrases: Expression for the lexicon's terms of several words or with signs.
        own: Expression for terms of the user's that go before everything else.
    """
    grammar = {**NUMBERS, **_NAMES, "phrase": phrases, "own": own}
    runs = []
    for begin, kinds in groupby(_ORDER, _BEGINNING.get):
        run = "|".join(f"(?P<{kind}>{grammar[kind]})" for kind in kinds)
        runs.append(f"(?=[{begin}])(?:{run})" if begin else run)
    return re.compile("|".join(runs), re.DOTALL)


KINDS = frozenset(_ORDER)
