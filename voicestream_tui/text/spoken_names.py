"""Names of programs in Japanese: words, identifiers, files, paths, flags, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

from voicestream_tui.text import spoken_numbers
from voicestream_tui.text.accents import without_accents
from voicestream_tui.text.katakana import LETTER_NAMES, plural, spell
from voicestream_tui.text.lexicon import Lexicon
from voicestream_tui.text.words import words

_PARTS = re.compile(
    r"(?i:utf8|utf16|base64|b64|sha1|sha256|sha512|md5|i18n|l10n|a11y|k8s|oauth2|ipv4|ipv6|http2|mp3"
    r"|mp4|s3|ec2|x86|x64|x509|win32|v8)(?![a-z0-9])"
    r"|[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+"
)
_APOSTROPHE = re.compile(r"'(\w*)$")
_ENDINGS = {"re": "アー", "ll": "ル", "ve": "ブ", "d": "ド", "m": "ム", "t": "ント"}
_NUMERIC_HOST = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})+")
_IN_ADDRESS = {".": "ドット", "_": "アンダーバー", "+": "プラス", "-": "ハイフン"}
_PORT = re.compile(r":\d{1,5}\Z")
_WEB = frozenset({"http", "https", "ws", "wss", "ftp", "sftp", "ssh", "git"})
_ON_FORGE = re.compile(
    r"(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/[^/\s]+/[^/\s]+/(?:-/)?"
    r"(?P<kind>pull|issues|merge_requests|discussions)/(?P<number>\d{1,9})"
)
_FORGE_TOPICS = {
    "pull": "プルリクエスト",
    "issues": "イシュー",
    "merge_requests": "マージリクエスト",
    "discussions": "ディスカッション",
}
_MANGLED = re.compile(r"[^A-Za-z0-9]+")
_SPELLED = re.compile(f"(?:{'|'.join(LETTER_NAMES)})+[ズス]?")
_NEVER_FIRST = words("""
    attr bot com con conf cur def dis era exc ext fat for has inf int iso jar len man mit per red
    res sha slo spa str tie wal was exe ref trip now
""")
_NEVER_LAST = words("""
    act age ages art arts bed bet bets date dates dict dicts dom end ends face gain her hers king
    led less let lets lies low orm per pers ping pings rate raw raws rely rent red res ring rings
    sed sent sents some son sons ten tens tune use used uses using been table
""")
"""Words that more often only happen to stand at the beginning or end of another one."""
_SHORTEST_HALF = 3
_LONGEST_COMPOUND = 32
"""Letters of a word that may be two known words, and of each of the two."""
_SHORT_FLAG = 4
"""Characters of a flag that is a bundle of letters: "-it", "-rf"."""
_PAIR = 3
"""Characters of a flag that is two letters at most: those are never a word."""
_LETTER_AND_NUMBER = re.compile(r"-([A-Za-z])(\d{1,5})")
_COMPACT_DATE = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DOTTED = re.compile(r"\d{1,4}(?:\.\d{1,4})+")
_EVERYWHERE = words("""
    __init__.py __main__.py index.js index.jsx index.ts index.tsx index.mjs index.html index.vue
    index.css mod.rs page.tsx layout.tsx route.ts page.jsx page.js styles.css readme.md
    conftest.py views.py models.py urls.py tests.py package.json cargo.toml pyproject.toml
    go.mod cmakelists.txt types.ts
""")
"""Names of files that a project has many of."""
_DIRECTORY_PARTS = 3
"""A path to no file is said whole up to this many parts, and else its last two."""


class NameReader:
    """Reads names by the lexicon first and by their sound else.

    Args:
        lexicon: Terms with known readings.
        katakana: Gives the reading of any other English word.
    """

    def __init__(self, lexicon: Lexicon, katakana: Callable[[str], str]) -> None:
        self._lexicon = lexicon
        self._katakana = katakana

    def name(self, written: str) -> str:
        """An identifier or word: "parse_config", "HTTPServer", "thread-safe", "don't"."""
        straight = without_accents(written).replace("’", "'")
        if (whole := self._lexicon.reading(straight)) is not None:
            return whole
        if (ending := _APOSTROPHE.search(straight)) is not None:
            stem = self.name(straight[: ending.start()])
            if ending[1].lower() == "s":
                return plural(stem)
            said = _ENDINGS.get(ending[1])
            return f"{stem} {self.name(ending[1])}" if said is None else stem + said
        spoken: list[str] = []
        for chunk in _MANGLED.split(straight):
            if chunk:
                constant = chunk.isupper() and "_" in written
                spoken += self._parts(chunk.lower() if constant else chunk)
        return " ".join(spoken)

    def _parts(self, chunk: str) -> list[str]:
        if (whole := self._lexicon.reading(chunk)) is not None:
            return [whole]
        parts = _PARTS.findall(chunk)
        spoken: list[str] = []
        for index, part in enumerate(parts):
            if part.isdigit():
                said = spoken_numbers.in_identifier(part) if index else spoken_numbers.number(part)
                if spoken and index:
                    spoken[-1] += said
                    continue
                spoken.append(said)
            else:
                spoken.append(self._word(part))
        return spoken

    def _word(self, word: str) -> str:
        if (known := self._known(word)) is not None:
            return known
        if len(word) <= _LONGEST_COMPOUND and not word.isupper():
            for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
                first, second = self._half(word[:cut], False), self._half(word[cut:], True)
                if first is not None and second is not None:
                    return first + second
        return self._katakana(word)

    def _half(self, half: str, last: bool) -> str | None:
        """The reading of what may be one of two words written together."""
        if half.lower() in (_NEVER_LAST if last else _NEVER_FIRST):
            return None
        reading = self._known(half) if last else self._lexicon.reading(half)
        return None if reading is not None and _SPELLED.fullmatch(reading) else reading

    def _known(self, word: str) -> str | None:
        if (reading := self._lexicon.reading(word)) is not None:
            return reading
        if len(word) > _SHORTEST_HALF and word.endswith("s"):
            singular = self._lexicon.reading(word[:-1])
            return plural(singular) if singular is not None else None
        return None

    def file(self, name: str) -> str:
        """A file's name: the stem in words, then "ドット" and the ending."""
        if (whole := self._lexicon.reading(name)) is not None:
            return whole
        stem, dot, ending = name.rpartition(".")
        if not dot:
            return self.name(name)
        said = f"ドット{self.name(ending)}"
        if not stem.strip("."):
            return said
        return f"{'ドット' if stem.startswith('.') else ''}{self.name(stem)} {said}"

    def part(self, written: str) -> str:
        """A part of a name with hyphens: "mini", "4o", "3.12", "20250514"."""
        if _COMPACT_DATE.fullmatch(written):
            return spoken_numbers.calendar(written[:4], written[4:6], written[6:])
        if written.isdigit():
            return spoken_numbers.in_identifier(written)
        if _DOTTED.fullmatch(written):
            return spoken_numbers.dotted(written)
        return self.name(written)

    def path(self, path: str) -> str:
        """A path: the file's name, or of a folder its last parts.

        The folder of a file is said where the name alone tells nothing: "index.ts".
        """
        parts = [part for part in re.split(r"[/\\]", path) if part.strip(".~*")]
        if not parts:
            return ""
        last = parts[-1]
        if "." in last.strip(".") or last.startswith("."):
            said = self.file(last)
            folder = parts[-2] if len(parts) > 1 else ""
            if last.lower() in _EVERYWHERE and not folder.startswith("."):
                return f"{self.name(folder)}の{said}" if folder else said
            return said
        kept = parts if len(parts) <= _DIRECTORY_PARTS else parts[-2:]
        return " ".join(self.file(part) for part in kept)

    def flag(self, flag: str) -> str:
        """A command line flag without its value: "--no-cache" → "ノーキャッシュ オプション"."""
        if (bundle := _LETTER_AND_NUMBER.fullmatch(flag)) is not None:
            return f"{spell(bundle[1])}{spoken_numbers.in_identifier(bundle[2])} オプション"
        short = not flag.startswith("--") and len(flag) <= _SHORT_FLAG
        if short and not (len(flag) > _PAIR and self._lexicon.reading(flag[1:]) is not None):
            return f"{spell(flag)} オプション"
        words = [self.name(word) for word in flag.split("-") if word]
        joined = "".join(words) if len(words) == 2 else " ".join(words)
        return f"{joined} オプション"

    def host(self, host: str) -> str:
        """A domain name; only its last dot is said."""
        if _NUMERIC_HOST.fullmatch(host):
            return spoken_numbers.dotted(host)
        *rest, top = host.removeprefix("www.").split(".")
        if not any(rest) or not top.isalpha():
            return self.name(host)
        spoken = " ".join(self.name(label) for label in rest if label)
        return f"{spoken} ドット{self.name(top)}"

    def url(self, url: str) -> str:
        """An address: its host, and that it is a link; of an issue on a forge which one."""
        scheme, _, rest = url.partition("://")
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        host, _, port = (
            authority.rpartition(":") if _PORT.search(authority) else (authority, "", "")
        )
        if scheme == "file" or not host.strip("."):
            return f"{self.path(rest)} へのリンク"
        if (topic := _ON_FORGE.match(rest)) is not None:
            forge = self.host(host).partition(" ")[0]
            return f"{forge}の{_FORGE_TOPICS[topic['kind']]}{topic['number']}番へのリンク"
        said = self._address(host)
        if port:
            said = f"{said}の{port}番ポート"
        return f"{'' if scheme in _WEB else f'{self.name(scheme)} '}{said} へのリンク"

    def _address(self, host: str) -> str:
        if host.startswith("["):
            return "アイピーブイシックス アドレス"
        return self.host(host) if "." in host else self.name(host)

    def email(self, address: str) -> str:
        """An e-mail address, its signs by name: who hears it may want to write it down."""
        user, _, host = address.rpartition("@")
        said = (_IN_ADDRESS.get(part) or self.name(part) for part in re.split(r"([._+-])", user))
        return f"{' '.join(filter(None, said))} アットマーク {self.host(host)}"
