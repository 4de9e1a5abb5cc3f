"""What no translator should touch leaves a sentence as slots and comes back afterwards.

A slot is one of `<c0>` … `<c9>`, which a translator hands through. Slots stand for inline code,
addresses, paths, flags, identifiers, versions and for product names in mixed case, which small
models mix up. Emoji at either end and footnotes' marks leave the sentence without a slot.

The restored Japanese has no blank between a slot's text and Japanese characters, and one blank
between it and Latin letters or digits, or another slot's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text.amounts import find_figures, find_large, spell_out
from voicestream_tui.text.code_words import EMOJI, find_code_words, is_name
from voicestream_tui.text.figures import find_number_words
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.loan_words import plain_loan_words
from voicestream_tui.text.tidy import tidy

SLOTS = 10
"""The starter model knows so many slots; what comes later in a sentence stays as it is."""


class Slots(tuple[str, ...]):
    """The texts that left a sentence, one entry for each time, in order.

    Equal texts share a slot; slots are numbered in order of their first text.
    """

    lead: str = ""
    """What stood before the sentence and is put there again."""
    tail: str = ""
    """What stood behind it."""
    end: str = ""
    """The sign that ended the English sentence: one of . ? ! or nothing."""
    plain: frozenset[str] = frozenset()
    """Those of the texts that are words and no code."""

    @classmethod
    def around(cls, texts: Iterable[str], lead: str, tail: str, end: str) -> Slots:
        """Make it of its parts."""
        slots = cls(texts)
        slots.lead, slots.tail, slots.end = lead, tail, end
        return slots


class Masked(str):
    """A sentence with slots that knows what they stand for; any change of it makes a mere text."""

    slots: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, slots: tuple[str, ...]) -> Masked:
        """Make it of its parts."""
        masked = cls(text)
        masked.slots = slots
        return masked


def meanings(sentence: str) -> list[tuple[str, str]]:
    """The slots of a sentence with what they stand for, as far as it is known: ("<c0>", "ls -l").

    A user's own term stands for its Japanese.
    """
    texts = dict.fromkeys(sentence.slots) if isinstance(sentence, Masked) else ()
    return [(f"<c{number}>", text.strip("`")) for number, text in enumerate(texts)]


@dataclass(frozen=True, slots=True)
class Protected:
    text: str
    """The sentence for the translator, with `<c0>` … `<c9>`; a `Masked`."""
    slots: tuple[str, ...]
    """What `restore` needs (a `Slots`)."""


@dataclass(frozen=True, slots=True)
class Restored:
    text: str
    """The sentence to show; there is never a slot in it."""
    spans: tuple[Span, ...]
    """CODE spans where a slot's text stands, unless it is a name, a version or a link."""
    complete: bool
    """False: a slot was lost, invented, or came more often than in the source."""


class _Place(NamedTuple):
    """Something that leaves a sentence."""

    start: int
    end: int
    text: str
    """What comes back for it; empty if nothing does."""
    plain: bool = False
    """Words, no code."""


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What leaves besides code words."""

    glossary: Glossary | None
    figures: bool
    names: bool


_WRITTEN_SLOT = re.compile(r"<\s*c\s*\d+\s*>")
_SLOT = re.compile(
    r"`?[<＜〈‹]\s*[cCｃＣ]\s*([0-9０-９]+)\s*[>＞〉›]`?|[<＜]\s*[cC]([0-9])(?![\w>])"
)
_SLOT_BEGINS = re.compile("[<＜〈‹]")
_KEPT_SLOT = re.compile(r"⟨(c\s*\d+)⟩")
_LEAD = re.compile(rf"\s*(?:{EMOJI}\s*)+")
_TAIL = re.compile(rf"(?>(?:\s*{EMOJI})+)\s*\Z")
_SIGNS = {
    **dict.fromkeys("‘’‛ʼ", "'"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("\xa0\u2009\u202f", " "),
    "\u2011": "-",
    "−": "-",
    "→": "->",
    "←": "<-",
    "↔": "<->",
    "⇒": "=>",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "≈": "~",
}
_JOINED_FIGURES = re.compile(
    r"(?<![\w.,:/-])(?:\d+(?:[.,]\d+)*(?:[:/-]\d+(?:[.,]\d+)*)+(?![\w/-])|\d{2,}(?=:\s))"
)
"""Ratios, times, dates, ranges, and what a colon follows: "4.5:1", "10:30", "2024-06-01"."""
_CAPITALS = re.compile(
    r"(?<=[^.?!:\s\"“(] )[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*|[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)+"
)
"""Names: words with a capital letter that do not begin a sentence, or several of them."""
_CLOSERS = "\"'”’)]"
_INVISIBLE = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffd]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def protect(
    english: str,
    spans: Iterable[Span] = (),
    *,
    glossary: Glossary | None = None,
    figures: bool = False,
    names: bool = False,
) -> Protected:
    """Replace what must survive translation by slots.

    Args:
        english: a sentence without marks.
        spans: its styles; what is CODE becomes a slot whatever it is.
        glossary: terms that come back as their Japanese.
        figures: whether figures become slots too: for a model that got them wrong.
        names: whether words with a capital letter become slots too, likewise.
    """
    kinds = _Kinds(glossary, figures, names)
    first, last = (0, len(english)) if english.isascii() else _without_emoji(english)
    leaving = _leaving(english, spans, first, last, kinds)
    numbers = _numbers(place.text for place in leaving)
    parts: list[str] = []
    used: list[str] = []
    at = first
    for start, end, text, _ in leaving:
        if text and text not in numbers:
            continue
        parts.append(_plain(english[at:start]))
        if text:
            parts.append(f"<c{numbers[text]}>")
            used.append(text)
        at = end
    parts.append(_plain(english[at:last]))
    ending = _ending(english[first:last])
    slots = Slots.around(used, english[:first], english[last:], ending)
    if plain := [place.text for place in leaving if place.plain]:
        slots.plain = frozenset(plain)
    return Protected(Masked.of(spell_out("".join(parts)), slots), slots)


def _without_emoji(english: str) -> tuple[int, int]:
    """Where the sentence begins and ends if the emoji around it do not count."""
    lead = _LEAD.match(english)
    first = lead.end() if lead else 0
    tail = _TAIL.search(english, first)
    return first, tail.start() if tail else len(english)


def _ending(sentence: str) -> str:
    """The sign that ends a sentence, quotes and brackets closed behind it; dots alone do not."""
    bare = sentence.rstrip().rstrip(_CLOSERS)
    return bare[-1:] if bare.endswith((".", "?", "!")) and bare[-2:-1] != "." else ""


def _leaving(
    english: str, spans: Iterable[Span], first: int, last: int, kinds: _Kinds
) -> list[_Place]:
    """What leaves the sentence: (start, end, text), in order; text "" leaves no slot."""
    marked = [span for span in spans if _leaves(span)]
    if len(marked) > 1:
        marked.sort(key=lambda span: span.start)
    found: list[_Place] = []
    at = first
    for span in marked:
        start, end = max(span.start, at), min(span.end, last)
        if start >= end:
            continue
        found += _between(english, at, start, kinds)
        is_code = span.style is SpanStyle.CODE
        text = english[start:end].strip() if is_code else ""
        found.append(_Place(start, end, text))
        at = end
    return found + _between(english, at, last, kinds)


def _leaves(span: Span) -> bool:
    return span.style is SpanStyle.CODE or (
        span.style is SpanStyle.LINK and span.target.startswith("^")
    )


def _between(english: str, start: int, end: int, kinds: _Kinds) -> list[_Place]:
    """Slots as they stand in the text, terms, large amounts, and code words."""
    found: list[_Place] = []
    at = start
    whole = [_Place(*place) for place in find_large(english, start, end)]
    if "<" in english:
        written = _WRITTEN_SLOT.finditer(english, start, end)
        whole += [_Place(match.start(), match.end(), match[0]) for match in written]
    if kinds.glossary is not None:
        whole += _terms(english, start, end, kinds.glossary)
    for place in sorted(whole):
        if place.start >= at:
            found += _code_words(english, at, place.start, kinds)
            found.append(place)
            at = place.end
    return found + _code_words(english, at, end, kinds)


def _terms(english: str, start: int, end: int, glossary: Glossary) -> list[_Place]:
    """The user's terms, unless they are only a part of an address, a path or a name."""
    found = glossary.find(english, start, end)
    words = list(find_code_words(english, start, end)) if found else []
    return [
        _Place(i, j, text, plain=True)
        for i, j, text in found
        if all(b <= i or j <= a or (i <= a and b <= j) for a, b in words)
    ]


def _code_words(english: str, start: int, end: int, kinds: _Kinds) -> list[_Place]:
    places = [_Place(i, j, english[i:j]) for i, j in find_code_words(english, start, end)]
    if kinds.figures:
        joined = [match.span() for match in _JOINED_FIGURES.finditer(english, start, end)]
        places += _more(english, joined, places)
        places += _more(english, find_figures(english, start, end), places)
        places += [
            _Place(i, j, f"{value:,}", plain=True)
            for i, j, value in find_number_words(english, start, end)
            if all(j <= place.start or place.end <= i for place in places)
        ]
    if kinds.names:
        names = [match.span() for match in _CAPITALS.finditer(english, start, end)]
        places += _more(english, names, places)
    if len(places) > 1:
        places.sort()
    return places


def _more(english: str, found: list[tuple[int, int]], places: list[_Place]) -> list[_Place]:
    """Words and figures that touch none of the places."""
    return [
        _Place(i, j, english[i:j], plain=True)
        for i, j in found
        if all(j <= place.start or place.end <= i for place in places)
    ]


def _numbers(texts: Iterable[str]) -> dict[str, int]:
    """Number the texts that get a slot; those that look like a slot go first when it is tight."""
    distinct = [text for text in dict.fromkeys(texts) if text]
    if len(distinct) > SLOTS:
        urgent = sorted(distinct, key=lambda text: not _WRITTEN_SLOT.search(text))[:SLOTS]
        distinct = [text for text in distinct if text in urgent]
    return {text: number for number, text in enumerate(distinct)}


def _plain(text: str) -> str:
    """Write what stays in signs that every model knows, and what looks like a slot in others."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    if "<" in text:
        text = _WRITTEN_SLOT.sub(lambda match: f"⟨{match[0][1:-1]}⟩", text)
    if text.isascii():
        return text
    for sign, plain in _SIGNS.items():
        if sign in text:
            text = text.replace(sign, plain)
    return plain_loan_words(text)


def restore(japanese: str, slots: Sequence[str]) -> Restored:
    """Put back what `protect` took out.

    Args:
        japanese: a translation of `Protected.text`.
        slots: `Protected.slots`.
    """
    japanese = tidy(japanese, getattr(slots, "end", ""))
    lead, tail = getattr(slots, "lead", ""), getattr(slots, "tail", "")
    if not _SLOT_BEGINS.search(japanese):
        return Restored(lead + _unkept(japanese) + tail, (), not slots)
    texts = list(dict.fromkeys(slots))
    plain: frozenset[str] = getattr(slots, "plain", frozenset())
    seen = [0] * len(texts)
    text, at, invented = _Joiner(), 0, False
    for match in _SLOT.finditer(japanese):
        text.add(_unkept(japanese[at : match.start()]))
        number = int(match[1] or match[2])
        if number < len(texts):
            seen[number] += 1
            text.add_slot(texts[number], texts[number] in plain)
        else:
            invented = True
        at = match.end()
    text.add(_unkept(japanese[at:]))
    complete = not invented and all(
        1 <= times <= slots.count(slot) for slot, times in zip(texts, seen, strict=True)
    )
    before = len(lead)
    spans = tuple(Span(start + before, end + before, SpanStyle.CODE) for start, end in text.code)
    return Restored(lead + text.text + tail, spans, complete)


def _unkept(text: str) -> str:
    return _KEPT_SLOT.sub(r"<\1>", text) if "⟨" in text else text


class _Joiner:
    """Joins Japanese and slots' texts with the blanks of one style."""

    def __init__(self) -> None:
        self.text = ""
        self.code: list[tuple[int, int]] = []
        """Where a slot's text is code."""
        self._after_slot = False

    def add(self, text: str) -> None:
        """Add text between slots."""
        if self._after_slot:
            bare = text.lstrip(" \u3000")
            if not bare:
                return
            text = self._gap(bare, blank=bare != text) + bare
        self.text += text
        self._after_slot = False

    def add_slot(self, slot: str, plain: bool) -> None:
        """Add the text of a slot; `plain`: it is no code."""
        bare = self.text.rstrip(" \u3000")
        blank = self._after_slot or bare != self.text
        self.text = bare
        self.text += self._gap(slot, blank)
        start = len(self.text)
        self.text += slot
        if not (plain or is_name(slot)):
            self.code.append((start, len(self.text)))
        self._after_slot = True

    def _gap(self, right: str, blank: bool) -> str:
        left = self.text[-1:]
        if not left or _JAPANESE.match(left) or _JAPANESE.match(right):
            return ""
        return " " if blank or (left.isalnum() and right[0].isalnum()) else ""
