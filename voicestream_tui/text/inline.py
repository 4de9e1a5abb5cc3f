"""Inline Markdown → plain text with styled spans, as it arrives.

`InlineStream` settles text as early as its meaning is certain: what may still turn out to be a
mark waits for the character that decides. The outcome does not depend on how the text was cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from voicestream_tui.model import Span, SpanStyle
from voicestream_tui.text.emphasis import flanks
from voicestream_tui.text.formulas import inline_formula
from voicestream_tui.text.inline_nodes import Bracket, InlineNodes
from voicestream_tui.text.inline_syntax import (
    MORE,
    PUNCTUATION,
    Found,
    More,
    angle,
    entity,
    link_tail,
    reference_key,
)
from voicestream_tui.text.plain import Plain

LONGEST_OPEN = 4096
"""So many characters may wait for a closing mark; then the marks count as text."""

_SPECIAL = re.compile(r"[\\`*_~\[\]<&$\n!](?:(?<!!)|(?=\[|\Z))")
_NOT_PLAIN = re.compile(r"[\\`*_~\[\]<&$\n\t\r!]")
"""What needs a closer look than a text of letters."""
_TICKS = re.compile(r"`+")
_BLANKS = re.compile(r"[ \t\r]*")
_RUNS = {mark: re.compile(re.escape(mark) + "+") for mark in "*_~"}
_FOOTNOTE = re.compile(r"\^[^\s\[\]]+")
_REFERENCE = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]", re.DOTALL)
_WORDS = re.compile(r"[^\W\d_]{3}")
_UNSPACED = re.compile(r"[、ぁ-ゖァ-ヺー\u3400-\u9fff]")
"""What is written without blanks and ends no sentence."""
_WHITE = str.maketrans("\n\t\r", "   ")


class InlineStream:
    """Turns the inline Markdown of one paragraph into `plain`, in pieces of any size.

    Lines are joined by "\\n"; a soft line break becomes one blank, a hard one a blank and a
    border between sentences.
    """

    def __init__(self, references: Mapping[str, str] | None = None) -> None:
        """Start a paragraph.

        Args:
            references: addresses of the links defined so far, by `reference_key`.
        """
        self.plain = Plain()
        self._references = references if references is not None else {}
        self._nodes = InlineNodes(self.plain, self._source)
        self._raw = ""
        self._begin = 0  # position of raw[0] in the paragraph
        self._at = 0  # read so far, within raw
        self._before = "\n"  # the character before raw[0]
        self._blank = ""  # the first blank of what may be the end of a line; shown already
        self._lines: list[tuple[int, int]] = []  # from this position on: source - position

    @property
    def undecided(self) -> str:
        """What waits for what follows it, as written."""
        return self._raw

    def feed(self, text: str, source: int) -> None:
        """Add text that stands at offset `source` of the received text."""
        position = self._begin + len(self._raw)
        if not self._lines or self._lines[-1][1] != source - position:
            self._lines.append((position, source - position))
        open_end = self._raw or self._blank or text.endswith(" ")  # that may be the line's end
        if not open_end and not _NOT_PLAIN.search(text):
            self.plain.append(text, source, source + len(text))
            self._begin += len(text)
            self._before = text[-1:] or self._before
            return
        at = 0
        while at < len(text):
            part = text[at : at + LONGEST_OPEN - len(self._raw)]
            at += len(part)
            self._raw += part
            self._advance(final=False)
            if len(self._raw) >= LONGEST_OPEN:
                self._advance(final=True)

    def close(self) -> None:
        """The paragraph is over: what is still open counts as text."""
        self._advance(final=True)

    def _advance(self, final: bool) -> None:
        raw, at = self._raw, self._at
        while at < len(raw):
            if self._blank:
                going = self._after_blank(at, final)
            else:
                match = _SPECIAL.search(raw, at)
                stop = match.start() if match else len(raw)
                going = self._text(at, stop) if stop > at else self._special(at, final)
            if going is MORE:
                break
            at = going
        self._at = at
        self._nodes.settle(final)
        start = self._nodes.start
        self._trim(at if start is None else start - self._begin)

    def _trim(self, count: int) -> None:
        """Forget raw[:count]."""
        if not count:
            return
        self._before = self._raw[count - 1]
        self._raw = self._raw[count:]
        self._begin += count
        self._at -= count
        while len(self._lines) > 1 and self._lines[1][0] <= self._begin:
            del self._lines[0]

    def _source(self, position: int) -> int:
        shift = self._lines[0][1]
        if len(self._lines) == 1:
            return position + shift
        for start, other in self._lines:
            if start > position:
                break
            shift = other
        return position + shift

    def _add(self, text: str, start: int, end: int, style: SpanStyle | None = None) -> int:
        """Add text that was written as raw[start:end]; returns `end`."""
        if "\t" in text or "\r" in text:
            text = text.translate(_WHITE)
        self._nodes.add(text, self._begin + start, self._begin + end, style)
        return end

    def _add_border(self, text: str, start: int, end: int) -> int:
        self._nodes.add(text, self._begin + start, self._begin + end, border=True)
        return end

    # --- what stands at raw[at]; each returns where to go on, or MORE ------------------------

    def _text(self, at: int, stop: int) -> int:
        raw = self._raw
        if stop < len(raw) and raw[stop] != "\n":
            return self._add(raw[at:stop], at, stop)
        kept = len(raw[at:stop].rstrip(" \t\r")) + at
        if kept > at:
            self._add(raw[at:kept], at, kept)
        if kept < stop:
            self._blank = raw[kept]
            return self._add(" ", kept, kept + 1)
        return stop

    def _after_blank(self, at: int, final: bool) -> int | More:
        raw = self._raw
        match = _BLANKS.match(raw, at)
        end = match.end() if match else at
        if end == len(raw):
            return end if final else MORE
        if raw[end] == "\n":
            if (self._blank + raw[at:end]).rstrip("\r").endswith("  "):
                self._add_border("", end, end + 1)
            end += 1
        elif end > at:
            self._add(raw[at:end], at, end)
        self._blank = ""
        return end

    def _special(self, at: int, final: bool) -> int | More:
        raw, after = self._raw, at + 1
        style: SpanStyle | None = None
        match raw[at]:
            case "\n":
                return self._line_end(at, final)
            case "*" | "_" | "~" as mark:
                return self._emphasis(mark, at, final)
            case "`":
                return self._code(at, final)
            case "]":
                return self._close_bracket(at, final)
            case "\\":
                return self._escape(at, final)
            case "$":
                found = inline_formula(raw, at, final)
                style = SpanStyle.CODE
            case "!" if after == len(raw):
                return self._add("!", at, after) if final else MORE
            case "[" | "!" as mark:
                after += mark == "!"
                self._nodes.open_bracket(raw[at:after], self._begin + at, self._begin + after)
                return after
            case "&":
                found = entity(raw, at, final)
            case _:
                found = angle(raw, at, final, raw[at - 1] if at else self._before)
        if found is None:
            return self._add(raw[at], at, after)
        if isinstance(found, Found):
            return self._found(found, at, style)
        return found

    def _line_end(self, at: int, final: bool) -> int | More:
        """A soft line break is a blank, but nothing between two lines of Japanese."""
        raw, after = self._raw, at + 1
        before = raw[at - 1] if at else self._before
        if not _UNSPACED.match(before):
            return self._add(" ", at, after)
        if after == len(raw) and not final:
            return MORE
        return self._add("" if _UNSPACED.match(raw, after) else " ", at, after)

    def _found(self, found: Found, at: int, style: SpanStyle | None = None) -> int:
        if found.border:
            return self._add_border(" ", at, found.end)
        style = SpanStyle.LINK if found.target else style
        start, end = self._begin + at, self._begin + found.end
        self._nodes.add(found.text, start, end, style, found.target)
        return found.end

    def _escape(self, at: int, final: bool) -> int | More:
        raw, after = self._raw, at + 2
        escaped = raw[at + 1 : after]
        if escaped == "(":
            found = inline_formula(raw, at, final)
            if found is not None:
                return found if found is MORE else self._found(found, at, SpanStyle.CODE)
        if escaped == "\r" and raw[after : after + 1] in ("", "\n"):
            after += 1
        if escaped in ("", "\r", "\n"):
            if after >= len(raw) and not final:
                return MORE
            if after < len(raw) and raw[after - 1] == "\n":
                return self._add_border(" ", at, after)
        elif escaped in PUNCTUATION:
            return self._add(escaped, at, after)
        return self._add("\\", at, at + 1)

    def _code(self, at: int, final: bool) -> int | More:
        raw = self._raw
        opening = _TICKS.match(raw, at)
        begin = opening.end() if opening else at
        for closing in _TICKS.finditer(raw, begin):
            if closing.end() == len(raw) and not final:
                return MORE
            if len(closing[0]) == begin - at:
                code = raw[begin : closing.start()].translate(_WHITE)
                if len(code) > 2 and code[0] == code[-1] == " " and code.strip(" "):
                    code = code[1:-1]
                return self._add(code, at, closing.end(), SpanStyle.CODE)
        return self._add(raw[at:begin], at, begin) if final else MORE

    def _emphasis(self, mark: str, at: int, final: bool) -> int | More:
        raw = self._raw
        match = _RUNS[mark].match(raw, at)
        end = match.end() if match else at
        if end == len(raw) and not final:
            return MORE
        before = raw[at - 1] if at else self._before
        may = flanks(mark, before, raw[end] if end < len(raw) else "\n")
        if (mark == "~" and end - at != 2) or not any(may):
            return self._add(raw[at:end], at, end)
        self._nodes.add_run(mark, self._begin + at, self._begin + end, may)
        return end

    def _close_bracket(self, at: int, final: bool) -> int | More:
        end = at + 1
        if not self._nodes.brackets:
            return self._add("]", at, end)
        if end == len(self._raw) and not final:
            return MORE
        bracket = self._nodes.brackets[-1]
        text = self._raw[bracket.text_start - self._begin : at]
        if bracket.active:
            if not bracket.image and _FOOTNOTE.fullmatch(text):
                self._nodes.footnote(f"[{text}]", self._begin + end)
                return end
            tail = self._tail(bracket, text, end, final)
            if isinstance(tail, Found):
                if bracket.image and not text.strip():
                    self._add(_picture(tail.target), at, end)
                self._nodes.link(self._begin + at, self._begin + tail.end, tail.target)
                return tail.end
            if tail is MORE:
                return MORE
        self._add("]", at, end)
        self._nodes.close_bracket()
        return end

    def _tail(self, bracket: Bracket, text: str, at: int, final: bool) -> Found | More | None:
        """What makes a link of a bracket with `text`, from behind its `]` on."""
        raw = self._raw
        if raw[at : at + 1] == "(":
            tail = link_tail(raw, at, final)
            if tail is not None:
                return tail
        if raw[at : at + 1] == "[":
            label = _REFERENCE.match(raw, at)
            if label is None:
                is_open = "]" not in raw[at:] and "[" not in raw[at + 1 :]
                return MORE if is_open and not final else None
            target = self._references.get(reference_key(label[1] or text))
            if target is None and label[1] and self._is_reference(bracket, text):
                target = f"[{label[1]}]"
            return Found(label.end(), target=target) if target is not None else None
        target = self._references.get(reference_key(text))
        return Found(at, target=target) if target is not None else None

    def _is_reference(self, bracket: Bracket, text: str) -> bool:
        """Whether `[text][label]` is a link whose definition has not come yet, not an index."""
        start = bracket.text_start - self._begin - (2 if bracket.image else 1)
        before = self._raw[start - 1] if start else self._before
        return not (before.isalnum() or before in "_])`") and bool(_WORDS.search(text))


def _picture(target: str) -> str:
    """What stands for a picture without a text: the name of its file."""
    return f"image {target.partition('?')[0].rstrip('/').rpartition('/')[2]}".strip()


def parse_inline(
    text: str, references: Mapping[str, str] | None = None
) -> tuple[str, tuple[Span, ...]]:
    """Turn a whole paragraph's inline Markdown into plain text and its spans."""
    stream = InlineStream(references)
    stream.feed(text, 0)
    stream.close()
    return stream.plain.slice(0, stream.plain.end)
