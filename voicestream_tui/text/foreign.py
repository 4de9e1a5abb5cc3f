"""Stretches that are not Japanese (names, numbers, signs), turned into Japanese to be spoken."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from voicestream_tui.text import spoken_numbers as numbers
from voicestream_tui.text import symbols
from voicestream_tui.text.foreign_tokens import KINDS, token_pattern
from voicestream_tui.text.katakana import spell
from voicestream_tui.text.lexicon import Lexicon
from voicestream_tui.text.plain_tokens import PLAIN
from voicestream_tui.text.spoken_names import NameReader

_KEPT = 4_096
_LONGEST_KEPT = 200
"""Stretches whose reading is remembered, and how long one may be."""
_TRAILING = re.compile(r"[.,;:!?)\]}'\"]+$")
_KEY_NAMES = {
    "ctrl": "コントロール",
    "control": "コントロール",
    "cmd": "コマンド",
    "command": "コマンド",
    "alt": "オルト",
    "opt": "オプション",
    "option": "オプション",
    "shift": "シフト",
    "meta": "メタ",
    "super": "スーパー",
    "win": "ウィンドウズ",
    "fn": "エフエヌ",
    "esc": "エスケープ",
    "del": "デリート",
    "tab": "タブ",
    "enter": "エンター",
    "space": "スペース",
}
_BETWEEN_NUMBERS = re.compile(r"\d.v?\d")
_WORD_FOLLOWS = re.compile(r"\s[A-Za-z]{2}")
_Match = re.Match[str]


class ForeignReader:
    """Reads stretches of text that have no Japanese in them.

    Args:
        lexicon: Terms with known readings.
        katakana: Gives the reading of any other English word.
    """

    def __init__(self, lexicon: Lexicon, katakana: Callable[[str], str]) -> None:
        self._lexicon = lexicon
        self._names = NameReader(lexicon, katakana)
        self._tokens = token_pattern(lexicon.phrases.pattern)
        self._handlers: dict[str, Callable[[_Match, bool], str]] = {
            kind: getattr(self, f"_{kind}") for kind in KINDS - PLAIN.keys()
        }
        self._remembered = lru_cache(_KEPT)(self._read)

    def read(self, stretch: str, code: bool) -> str:
        """The spoken form of a stretch.

        Args:
            stretch: Text without Japanese letters.
            code: Whether it is inline code, where signs stand for themselves.
        """
        if len(stretch) > _LONGEST_KEPT:
            return self._read(stretch, code)
        return self._remembered(stretch, code)

    def _read(self, stretch: str, code: bool) -> str:
        spoken: list[str] = []
        for match in self._tokens.finditer(stretch):
            kind = match.lastgroup if match.lastgroup in KINDS else _kind(match)
            plain = PLAIN.get(kind)
            if said := plain(match) if plain else self._handlers[kind](match, code):
                spoken.append(said)
        return " ".join(spoken)

    def _url(self, match: _Match, code: bool) -> str:
        address = match[0]
        trailing = _TRAILING.search(address)
        said = self._names.url(address[: trailing.start()] if trailing else address)
        return said + ("。" if trailing and trailing[0].endswith(".") else "")

    def _email(self, match: _Match, code: bool) -> str:
        return self._names.email(match[0])

    def _tag(self, match: _Match, code: bool) -> str:
        name = self._names.name(match["element"])
        return f"{name} {'閉じタグ' if match['close'] else 'タグ'}"

    def _phrase(self, match: _Match, code: bool) -> str:
        return self._lexicon.reading(match[0]) or ""

    def _version(self, match: _Match, code: bool) -> str:
        said = numbers.dotted(match["v_dots"] or match["dots"])
        if match["v"]:
            said = f"バージョン{said}"
        suffix = [part for part in re.split(r"[-+.]|(?<=[A-Za-z])(?=\d)", match["suffix"]) if part]
        return " ".join([said, *(p if p.isdigit() else self._names.name(p) for p in suffix)])

    def _path(self, match: _Match, code: bool) -> str:
        path = match[0][: match.start("line") - match.start()] if match["line"] else match[0]
        path = path.rstrip(":#L") if match["line"] else path
        said = self._names.path(path)
        end = "。" if path.endswith(".") and not code else ""
        return _with_line(said, match["line"], match["line_to"]) + end

    def _windows(self, match: _Match, code: bool) -> str:
        return self._names.path(match[0][2:]) or f"{spell(match[0][0])} ドライブ"

    def _file(self, match: _Match, code: bool) -> str:
        name = (
            match[0][: match.start("row") - match.start()].rstrip(":#L")
            if match["row"]
            else match[0]
        )
        return _with_line(self._names.file(name.lstrip("*")), match["row"], match["row_to"])

    def _flag(self, match: _Match, code: bool) -> str:
        return self._names.flag(match[0])

    def _keys(self, match: _Match, code: bool) -> str:
        keys = [key for key in re.split(r"\s?\+\s?|-", match[0]) if key]
        return " ".join(self._key(key) for key in keys)

    def _key(self, key: str) -> str:
        if (named := _KEY_NAMES.get(key.lower())) is not None:
            return named
        return self._names.name(key) or symbols.SIGN_ALONE.get(key, "")

    def _variable(self, match: _Match, code: bool) -> str:
        return self._names.name(match["dollar"] or match["percent"])

    def _order(self, match: _Match, code: bool) -> str:
        terms = re.split(r"\^(\d+)", match["order_of"])
        said = [
            f"の{part}乗" if index % 2 else self.read(part, True)
            for index, part in enumerate(terms)
        ]
        return f"オーダー {''.join(said)}"

    def _ticket(self, match: _Match, code: bool) -> str:
        spoken = [numbers.in_identifier(n) for n in match["numbers"].split("-") if n]
        return " ".join([self._names.name(match["series"]), *spoken])

    def _domain(self, match: _Match, code: bool) -> str:
        return self._names.host(match[0].partition("/")[0])

    def _word(self, match: _Match, code: bool) -> str:
        name = match[0].removesuffix(match["call"] or "")
        said = self._word_alone(match, name, code)
        arguments = (match["args"] or "").strip(".…")
        return f"{said} {self.read(arguments, True)}" if arguments else said

    def _word_alone(self, match: _Match, name: str, code: bool) -> str:
        if name == "a" and not code and _WORD_FOLLOWS.match(match.string, match.end()):
            return "ア"
        if name.startswith("@") and not code:
            return f"アット {self._names.name(name)}"
        return self._names.name(name)

    def _numbered(self, match: _Match, code: bool) -> str:
        return f"{self._names.name(match['stem'])} {numbers.dotted(match['dotted'])}"

    def _operator(self, match: _Match, code: bool) -> str:
        if code and match[0] == match.string.strip():
            return symbols.SIGN_ALONE.get(match[0]) or symbols.OPERATORS.get(match[0], "")
        return symbols.OPERATORS.get(match[0], symbols.PAUSE if match[0][0] in ".…-" else "")

    def _sign(self, match: _Match, code: bool) -> str:
        sign = match[0]
        if sign in "-–~〜" and _BETWEEN_NUMBERS.match(match.string, max(0, match.start() - 1)):
            return "から"
        if sign in "→<>" and _between_amounts(match):
            return "から" if sign == "→" else symbols.IN_CODE[sign]
        if not sign.isascii():
            return symbols.SPOKEN_SIGNS.get(sign.lower(), "")
        if code and (sign not in "<>!-" or _is_operator(match)):
            return symbols.IN_CODE.get(sign, "")
        if code and sign in "<>!":
            return ""
        if sign in ".-" and _within(match):
            return ""
        return symbols.IN_PROSE.get(sign, "")


def _kind(match: _Match) -> str:
    """The token's kind when a group inside it matched last."""
    return next(kind for kind in KINDS if match[kind] is not None)


def _within(match: _Match) -> bool:
    """Whether something stands on both sides without a blank: no sentence ends here."""
    text, start, end = match.string, match.start(), match.end()
    return start > 0 and end < len(text) and not (text[start - 1].isspace() or text[end].isspace())


def _is_operator(match: _Match) -> bool:
    """Whether a sign in code works on what stands beside it, and is no bracket or dash."""
    text, start, end = match.string, match.start(), match.end()
    before, after = text[:start].rstrip(), text[end:].lstrip()
    match match[0]:
        case "!":
            return after[:1].isalnum() and not before[-1:].isalnum()
        case "-":
            return before[-1:].isdigit() or after[:1].isdigit()
        case _:
            return text[end : end + 1].isspace() or after[:1].isdigit()


def _between_amounts(match: _Match) -> bool:
    """Whether an arrow or comparison stands after a name or amount and before a number."""
    text, start, end = match.string, match.start(), match.end()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    spaced = before.endswith(" ") and after.startswith(" ")
    named = before.rstrip()[-1:].isalnum() or before.rstrip().endswith("%")
    return named and after.lstrip()[:1].isdigit() and (spaced or match[0] == "→")


def _with_line(said: str, first: str | None, last: str | None) -> str:
    return f"{said}の{numbers.lines(first, last)}" if first else said
