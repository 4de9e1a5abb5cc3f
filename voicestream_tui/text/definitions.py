"""What a piece of code says about itself: its first comment, and the names that it defines."""

from __future__ import annotations

import re

from voicestream_tui.text.words import words

_NAME = r"[A-Za-z_$][\w$]*"
_LINES_READ = 400
_LONGEST_LINE = 300


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_PYTHON = _any(
    rf"\s*(?:async\s+)?def\s+(?P<a>{_NAME})",
    rf"\s*class\s+(?P<b>{_NAME})",
    r"(?P<c>[A-Z][A-Z0-9_]+)\s*(?::[^=]+)?=(?!=)",
)
_JAVASCRIPT = _any(
    rf"\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?function\s*\*?\s*(?P<a>{_NAME})",
    rf"\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:class|interface|enum|type|namespace)"
    rf"\s+(?P<b>{_NAME})",
    rf"(?:export\s+)?(?:const|let|var)\s+(?P<c>{_NAME})",
)
_C = _any(
    r"\s*(?:typedef\s+)?(?:struct|enum|union|class|namespace)\s+(?P<a>\w+)\s*(?:[:{]|$)",
    r"#\s*define\s+(?P<b>\w+)",
    r"[A-Za-z_][\w:<>,*&\s]*?[\s*&](?P<c>[A-Za-z_][\w:]*)\s*\([^;]*\)\s*(?:const\s*)?(?:\{|$)",
)
_JAVA = _any(
    rf"\s*(?:[a-z]+\s+)*(?:class|interface|enum|record|object|struct|trait)\s+(?P<a>{_NAME})",
    rf"\s*(?:(?:public|private|protected|internal|static|final|abstract|override|async|virtual|open"
    rf"|suspend)\s+)+(?:[\w<>\[\],.?]+\s+)?(?P<b>{_NAME})\s*\([^;]*$",
    rf"\s*(?:[a-z]+\s+)*fun(?:c)?\s+(?:<[^>]*>\s*)?(?P<c>{_NAME})",
)
_RUST = _any(
    r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|const\s+|unsafe\s+)*fn\s+(?P<a>\w+)",
    r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:struct|enum|trait|type|mod|union)\s+(?P<b>\w+)",
    r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:const|static)\s+(?P<c>[A-Z_]\w*)",
    r"\s*macro_rules!\s*(?P<d>\w+)",
)
_GO = _any(
    r"func\s+(?:\([^)]*\)\s*)?(?P<a>\w+)", r"type\s+(?P<b>\w+)", r"(?:const|var)\s+(?P<c>\w+)"
)
_RUBY = _any(
    r"\s*def\s+(?:self\.)?(?P<a>[\w?!=]+)",
    r"\s*(?:class|module)\s+(?P<b>[\w:]+)",
    r"\s*(?P<c>[A-Z][A-Z0-9_]+)\s*=(?!=)",
)
_PHP = _any(
    r"\s*(?:(?:public|private|protected|static|final|abstract)\s+)*function\s+&?(?P<a>\w+)",
    r"\s*(?:(?:final|abstract)\s+)*(?:class|interface|trait|enum)\s+(?P<b>\w+)",
    r"\s*const\s+(?P<c>\w+)",
)
_SHELL = _any(r"\s*function\s+(?P<a>[\w-]+)", r"(?P<b>[A-Za-z_][\w-]*)\s*\(\)\s*(?:\{|$)")
_SQL = re.compile(
    r"\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unique\s+|materialized\s+)*"
    r"(?:table|view|index|function|procedure|trigger|type|schema)\s+(?:concurrently\s+)?"
    r"(?:if\s+not\s+exists\s+)?(?!on\b)(?P<a>[\w.\"]+)",
    re.IGNORECASE,
)
_MAKE = re.compile(r"(?P<a>[A-Za-z][\w.-]*)\s*:(?!=)")

_FAMILIES: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = (
    (words("python py python3 pycon py3"), _PYTHON),
    (words("javascript js mjs cjs jsx typescript ts mts cts tsx vue svelte"), _JAVASCRIPT),
    (words("c h cpp c++ cc cxx hpp objc cuda cu glsl"), _C),
    (words("java kotlin kt kts scala csharp cs c# swift groovy dart"), _JAVA),
    (words("rust rs"), _RUST),
    (words("go golang"), _GO),
    (words("ruby rb"), _RUBY),
    (words("php"), _PHP),
    (words("bash sh shell zsh ksh"), _SHELL),
    (words("sql mysql postgres postgresql psql sqlite plsql"), _SQL),
    (words("makefile make"), _MAKE),
)

_HASH = words("""
    python py python3 py3 ruby rb bash sh shell zsh fish ksh console yaml yml toml perl pl r julia
    jl dockerfile docker makefile make nix elixir ex exs ini conf env dotenv powershell ps1
    terraform tf cmake nim nginx properties graphql
""")
_DASHES = words("sql mysql postgres postgresql psql sqlite plsql lua haskell hs elm")
_COMMENTS = (
    (_HASH, re.compile(r"\s*#(?![!#])\s*(?P<text>\S.*)")),
    (_DASHES, re.compile(r"\s*--\s*(?P<text>\S.*)")),
)
_SLASHES = re.compile(r"\s*(?:///?!?|/\*+)\s*(?P<text>[^\s*/].*?)\s*(?:\*/)?\s*$")
_DOCSTRING = re.compile(
    r"\s*(?:[rRuU]{0,2})(?:\"\"\"|''')\s*(?P<text>[^\s\"'].*?)(?:\"\"\"|''')?\s*$"
)
_WORDS = re.compile(r"[^\W\d_]{2,}.*[^\W\d_]{2,}", re.DOTALL)


def _lines(code: str) -> list[str]:
    return [line[:_LONGEST_LINE] for line in code.split("\n", _LINES_READ)[:_LINES_READ]]


def defined_names(language: str, code: str) -> tuple[str, ...]:
    """The functions, classes and constants that code defines, in order, each once.

    Args:
        language: the first word behind the fence, in small letters.
        code: the block's content; of a long one, the beginning is read.
    """
    pattern = next((pattern for names, pattern in _FAMILIES if language in names), None)
    if pattern is None:
        return ()
    found: dict[str, None] = {}
    for line in _lines(code):
        match = pattern.match(line)
        name = match[match.lastgroup] if match and match.lastgroup else ""
        if name:
            found[name] = None
    return tuple(found)


def first_comment(language: str, code: str) -> str:
    """The first line of the first comment or docstring; "" if there is none with words in it."""
    pattern = next((pattern for names, pattern in _COMMENTS if language in names), _SLASHES)
    python = language in ("python", "py", "python3", "py3")
    for line in _lines(code):
        match = pattern.match(line) or (_DOCSTRING.match(line) if python else None)
        if match and _WORDS.search(match["text"]):
            return match["text"].strip()
    return ""
