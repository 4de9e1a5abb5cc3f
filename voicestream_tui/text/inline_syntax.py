"""The parts of inline Markdown that stand alone: link tails, autolinks, HTML tags, entities.

Each reader looks at a text from one position. It returns what it found, None if nothing of its
kind stands there, or `MORE` if only text that has not arrived yet can tell. Whatever it returns
other than `MORE` stays true however the text goes on: that makes streaming deterministic.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from voicestream_tui.text.html_tags import BEHIND_WORDS, BLOCK_TAGS, may_be_tag


class _More(Enum):
    MORE = "more"


MORE: Final = _More.MORE
More = Literal[_More.MORE]

PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was read."""

    end: int
    """Where the text goes on."""
    text: str = ""
    """What is to be shown for it."""
    target: str = ""
    """Where it leads, if it is a link."""
    border: bool = False
    """True: what stands before and after it are different sentences."""


_LINK_PART = re.compile(r"[^\s()\\]+|\\.|[()]|\\", re.DOTALL)
_DEEPEST_ADDRESS = 8
_ANGLED = re.compile(r"<(?:[^<>\n\\]|\\.)*>")
_SPACE = re.compile(r"\s*")
_TITLES = {
    '"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL),
    "'": re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL),
    "(": re.compile(r"\((?:[^()\\]|\\.)*\)", re.DOTALL),
}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def link_tail(text: str, at: int, final: bool) -> Found | More | None:
    """Read `(address "title")`; `at` is the position of its first bracket."""
    more: More | None = None if final else MORE
    i, n = _skip(text, at + 1), len(text)
    if i == n:
        return more
    if text[i] == "<":
        angled = _ANGLED.match(text, i)
        if angled is None:
            return None if re.search(r"[<>\n]", text[i + 1 :]) else more
        target, i = angled[0][1:-1], angled.end()
    else:
        start, depth = i, 0
        while i < n:
            part = _LINK_PART.match(text, i)
            if part is None or (part[0] == ")" and depth == 0):
                break
            depth += (part[0] == "(") - (part[0] == ")")
            if depth > _DEEPEST_ADDRESS:
                return None
            i = part.end()
        if i < n and depth:
            return None
        target = text[start:i]
    after = i
    i = _skip(text, i)
    if i == n:
        return more
    if text[i] != ")":
        title = _TITLES.get(text[i])
        if title is None or i == after:
            return None
        match = title.match(text, i)
        if match is None:
            return more
        i = _skip(text, match.end())
        if i == n:
            return more
        if text[i] != ")":
            return None
    return Found(i + 1, target=_ESCAPED.sub(r"\1", target))


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});")
_ENTITY_BEGUN = re.compile(r"&(?:#?|#[0-9]{1,7}|#[xX][0-9a-fA-F]{0,6}|[a-zA-Z][a-zA-Z0-9]{0,31})\Z")


def entity(text: str, at: int, final: bool) -> Found | More | None:
    """Read `&amp;`, `&#65;` or `&#x41;`; `at` is the position of the ampersand."""
    match = _ENTITY.match(text, at)
    if match:
        shown = html.unescape(match[0])
        return Found(match.end(), shown) if shown != match[0] else None
    if not final and _ENTITY_BEGUN.match(text, at):
        return MORE
    return None


_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9+.-]*)")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_EMAIL = re.compile(r"<([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>")
_ATTRIBUTE = r"[A-Za-z_:][\w.:-]*"
_VALUE = r"(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\")"
_ATTRIBUTES = rf"(?:\s+{_ATTRIBUTE}(?:\s*=\s*{_VALUE})?)*"
_OPEN_TAG = re.compile(rf"<[A-Za-z][A-Za-z0-9-]*{_ATTRIBUTES}\s*/?>")
_CLOSE_TAG = re.compile(r"</[A-Za-z][A-Za-z0-9-]*\s*>")
_TAG_BEGUN = re.compile(
    rf"</?[A-Za-z][A-Za-z0-9-]*{_ATTRIBUTES}"
    rf"(?:\s+{_ATTRIBUTE}\s*=\s*(?:[^\s\"'=<>`]+|'[^']*|\"[^\"]*)?)?\s*/?\Z"
)
_LINK_BEGUN = re.compile(r"<[^\s<>]*\Z")


_BARE_TAG = re.compile(r"<[A-Za-z][A-Za-z0-9-]*>")
_IN_A_NAME = re.compile(r"[A-Za-z0-9_]")


def angle(text: str, at: int, final: bool, before: str = "") -> Found | More | None:
    """Read an autolink, an HTML tag or an HTML comment; `at` is the position of the `<`.

    A tag shows nothing. `<T>` and `<path>`, which HTML does not know, are no tags, nor are
    components (`<Button>`) and generics (`List<object>`).

    Args:
        text: what has come.
        at: where the `<` stands.
        final: whether nothing more will come.
        before: the character before the `<`.
    """
    more: More | None = None if final else MORE
    if at + 1 == len(text):
        return more
    if text[at + 1] in "!?":
        return _declaration(text, at, more)
    name = _NAME.match(text, at + 1)
    if name is None:
        return more if text[at + 1 :] == "/" else None
    for autolink, scheme in ((_AUTOLINK, ""), (_EMAIL, "mailto:")):
        match = autolink.match(text, at)
        if match:
            return Found(match.end(), match[1], scheme + match[1])
    tag = _CLOSE_TAG.match(text, at) or _OPEN_TAG.match(text, at)
    if tag:
        known = name[1].lower()
        if not may_be_tag(name[1]) or (_IN_A_NAME.match(before) and _is_type(tag[0], name[1])):
            return None
        return Found(tag.end(), border=known in BLOCK_TAGS or known == "br")
    if _LINK_BEGUN.match(text, at):
        return more
    return more if may_be_tag(name[1]) and _TAG_BEGUN.match(text, at) else None


def _is_type(tag: str, name: str) -> bool:
    """Whether an opening tag without attributes that stands right behind a word is a type."""
    type_variable = len(name) == 1 and name.isupper()
    return _BARE_TAG.fullmatch(tag) is not None and (
        type_variable or name.lower() not in BEHIND_WORDS
    )


def _declaration(text: str, at: int, more: More | None) -> Found | More | None:
    for opening, closing in (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>")):
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening) - (2 if opening == "<!--" else 0))
            return Found(end + len(closing)) if end >= 0 else more
        if opening.startswith(text[at:]):
            return more
    return None


def reference_key(label: str) -> str:
    """Return the form in which two labels of the same link reference are equal."""
    return " ".join(label.split()).casefold()
