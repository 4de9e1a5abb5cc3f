"""Pairs as the model sees them: the program's own protection on the English, the same slots
in the Japanese.

Nothing is decided here about what leaves a sentence: that is `voicestream_tui.text`, the code
that runs when the program translates.
"""

from __future__ import annotations

import re

from train_starter.pairs import Pair
from voicestream_tui.model import Kind, Span, SpanStyle
from voicestream_tui.text.protect import protect
from voicestream_tui.text.segmenter import Segmenter

_SLOT = re.compile(r"<c(\d)>")
_MARK = 0xE000
"""Stands for slot 0 while there are texts to find: a slot's own signs and digit are such texts."""
_TEXTS = (Kind.PROSE, Kind.ITEM, Kind.HEADING)


def read_marks(english: str) -> tuple[str, tuple[Span, ...]]:
    """Take Markdown's marks off a line as the program does; several sentences stay together."""
    segmenter = Segmenter()
    pieces = segmenter.feed(english) + segmenter.close()
    if any(piece.kind not in _TEXTS or piece.marker for piece in pieces):
        return english, ()
    text, spans = "", []
    for piece in pieces:
        text += " " if text else ""
        at = len(text)
        spans += [Span(s.start + at, s.end + at, s.style, s.target) for s in piece.spans]
        text += piece.english
    return text, tuple(spans)


def mask_pair(pair: Pair) -> Pair | None:
    """Put slots in place of what stands on both sides and needs no translation.

    What the program would take out but the Japanese has in other words goes back into the
    English.

    Returns:
        None where code is on one side only, or more often in the Japanese: the pair would teach
        to lose or to invent slots.
    """
    english, spans = read_marks(pair.english)
    protected = protect(english, spans)
    if getattr(protected.slots, "lead", "").strip() or getattr(protected.slots, "tail", "").strip():
        return None
    code = {english[s.start : s.end].strip() for s in spans if s.style is SpanStyle.CODE}
    texts = list(dict.fromkeys(protected.slots))
    masked, japanese = protected.text, pair.japanese
    for number in sorted(range(len(texts)), key=lambda n: -len(texts[n])):
        text = texts[number]
        here = masked.count(f"<c{number}>")
        replaced, there = _as_written(text).subn(chr(_MARK + number), japanese)
        if 1 <= there <= here:
            japanese = replaced
        elif there or text in code or not text.isascii():
            return None
        else:
            masked = masked.replace(f"<c{number}>", text)
    if "`" in japanese or "`" in masked or _SLOT.search(japanese):
        return None
    japanese = re.sub(r"[\ue000-\ue0ff]", lambda mark: f"<c{ord(mark[0]) - _MARK}>", japanese)
    return _renumbered(Pair(masked, japanese, pair.source))


def _as_written(text: str) -> re.Pattern[str]:
    """Finds a slot's text, marked as code or not, but not within a longer word."""
    before = r"(?<![A-Za-z0-9_])" if text[:1].isalnum() else ""
    behind = r"(?![A-Za-z0-9_])" if text[-1:].isalnum() else ""
    # Large amounts, "2,500万", are written with and without commas.
    written = re.escape(text) if text.isascii() else re.escape(text).replace(",", ",?")
    bare = before + written + behind
    return re.compile(rf"`+ ?{written} ?`+|{bare}")


def _renumbered(pair: Pair) -> Pair:
    """Number the slots anew in order of the English."""
    order = list(dict.fromkeys(_SLOT.findall(pair.english)))
    numbers = {old: new for new, old in enumerate(order)}

    def renumber(match: re.Match[str]) -> str:
        return f"<c{numbers[match[1]]}>" if match[1] in numbers else match[0]

    return Pair(_SLOT.sub(renumber, pair.english), _SLOT.sub(renumber, pair.japanese), pair.source)
