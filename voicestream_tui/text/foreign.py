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
from voicestream_tui.text.spoken_signs import operator_said, sign_said

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
        self._tokens = token_pattern(lexicon.phrases.pattern, lexicon.own.pattern)
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

    def _host_port(self, match: _Match, code: bool) -> str:
        return f"{self._names.host(match['port_host'])}の{match['host_port_number']}番ポート"

    def _tag(self, match: _Match, code: bool) -> str:
        name = self._names.name(match["element"] or match["component"] or match["custom"])
        closing = match["close"] or match["close_custom"]
        return f"{name} {'閉じタグ' if closing else 'タグ'}"

    def _versioned(self, match: _Match, code: bool) -> str:
        return f"{self.read(match['product'], code)} {numbers.dotted(match['product_version'])}"

    def _shell_default(self, match: _Match, code: bool) -> str:
        return f"{self._names.name(match['shell_name'])} {self.read(match['shell_value'], True)}"

    def _substitution(self, match: _Match, code: bool) -> str:
        sought, put = (self.read(match[group], True) for group in ("sought", "put"))
        return f"{sought}を{put}に置換" if put else f"{sought}を削除"

    def _branch(self, match: _Match, code: bool) -> str:
        number = match["branch_number"].lstrip("v")
        said = numbers.dotted(number) if number[-1] != "x" else f"{number[:-2]} エックス"
        if number != match["branch_number"]:
            said = f"バージョン{said}"
        return f"{self._names.name(match['branch_of'])} {said}"

    def _kebab(self, match: _Match, code: bool) -> str:
        """A name with figures in it: "gpt-4o-mini", "python-3.12.1"; "n-1" is a difference."""
        first, *rest = match[0].split("-")
        if len(first) == 1 and first.islower() and len(rest) == 1 and rest[0].isdigit():
            return f"{self._names.name(first)} マイナス {rest[0]}"
        return " ".join(self._names.part(part) for part in (first, *rest))

    def _raised_name(self, match: _Match, code: bool) -> str:
        raised = match["raised_to"]
        exponent = numbers.number(raised) if raised.lstrip("-").isdigit() else spell(raised)
        return f"{self._names.name(match['raised_of'])}の{exponent}乗"

    def _argument(self, match: _Match, code: bool) -> str:
        if code:
            return f"ドル {match['nth_argument']}"
        return numbers.money("$", match["nth_argument"])

    def _letters(self, match: _Match, code: bool) -> str:
        """A range of letters in a regular expression: "a-z" → "エーからゼット"."""
        pairs = re.findall(r"(\w)-(\w)", match[0])
        return " ".join(f"{_one(first)}から{_one(last)}" for first, last in pairs)

    def _empty_text(self, match: _Match, code: bool) -> str:
        return symbols.SIGN_ALONE['""'] if code else ""

    def _redirect(self, match: _Match, code: bool) -> str:
        return "リダイレクト"

    def _phrase(self, match: _Match, code: bool) -> str:
        return self._lexicon.reading(match[0]) or ""

    _own = _phrase

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
        path = match[0]
        if path[1] != ":":
            return self._names.path(path)
        return self._names.path(path[2:]) or f"{spell(path[0])} ドライブ"

    def _file(self, match: _Match, code: bool) -> str:
        name = (
            match[0][: match.start("row") - match.start()].rstrip(":#L")
            if match["row"]
            else match[0]
        )
        return _with_line(self._names.file(name.lstrip("*")), match["row"], match["row_to"])

    def _flag(self, match: _Match, code: bool) -> str:
        name, _, value = match[0].partition("=")
        said = self._names.flag(name)
        return f"{said} {self.read(value, True)}" if value else said

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
        return f"オーダー {self.read(match['order_of'], True)}"

    def _ticket(self, match: _Match, code: bool) -> str:
        spoken = [numbers.in_identifier(n) for n in match["numbers"].split("-") if n]
        if len(match["series"]) == 1 and match["series"].islower() and len(spoken) == 1:
            return f"{self._names.name(match['series'])} マイナス {match['numbers'][1:]}"
        return f"{self._names.name(match['series'])} {'の'.join(spoken)}"

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
        if name.startswith("@"):
            if match.string[max(0, match.start() - 1) : match.start()].isalnum():
                return f"アットマーク {self._names.name(name)}"
            if not code:
                return f"アット {self._names.name(name)}"
        return self._names.name(name)

    def _numbered(self, match: _Match, code: bool) -> str:
        return f"{self._names.name(match['stem'])} {numbers.dotted(match['dotted'])}"

    def _operator(self, match: _Match, code: bool) -> str:
        return operator_said(match, code)

    def _sign(self, match: _Match, code: bool) -> str:
        return sign_said(match, code)


def _one(character: str) -> str:
    return character if character.isdigit() else spell(character)


def _kind(match: _Match) -> str:
    """The token's kind when a group inside it matched last."""
    return next(kind for kind in KINDS if match[kind] is not None)


def _with_line(said: str, first: str | None, last: str | None) -> str:
    return f"{said}の{numbers.lines(first, last)}" if first else said
