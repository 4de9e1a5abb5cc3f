"""A text in Markdown, as it arrives → pieces to show, translate and speak.

What holds for every text, however it is cut into deltas:

- The `source` slices of the pieces join to exactly the text that was fed. What shows nothing
  (blank lines, thematic breaks, link definitions, HTML comments) leads the next piece's source.
  If such a rest remains at the end, or grows very long, it comes as a piece of its own, whose
  `english` is empty. A text that shows nothing at all gives no piece.
- A piece comes as soon as its end is certain. Only `cut_clause` depends on the moment.
- What waits is bounded: sentences, lines, code blocks and tables are cut when they grow too long.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from voicestream_tui.model import Kind, Piece, Span
from voicestream_tui.text.blocks import LONGEST_BLOCK
from voicestream_tui.text.clauses import LONG, LONGEST, WAIT, clause_end
from voicestream_tui.text.inline import InlineStream
from voicestream_tui.text.markdown import BlockScanner
from voicestream_tui.text.notices import block_notice, table_notice
from voicestream_tui.text.sentences import may_end, next_end

CLAUSE_FROM = 90
"""An open sentence shorter than this is not cut at a clause."""

CLAUSE_LEAST = 40
"""So many characters stay before a cut at a clause."""

_STEP = 2048
_TELLING = re.compile(r"[.!?…。！？<\n]")
"""Without one of these nothing ends: no sentence, no line, and no block by an HTML tag."""


class Segmenter:
    """Cuts one text into pieces, in order. Never raises on any text."""

    def __init__(self, abbreviations: Collection[str] = ()) -> None:
        """Begin a text.

        Args:
            abbreviations: the user's own, in lower case, without the last dot: their dot ends
                a sentence only before a word that begins sentences.
        """
        self._abbreviations = abbreviations
        self._begin()

    def _begin(self) -> None:
        self._source = _Source()
        self._composer = _Composer(self._source, self._abbreviations)
        self._scanner = BlockScanner(self._composer)
        self._composer.references = self._scanner.references
        self._waiting: list[str] = []
        self._patience = 0  # until so many characters have come, only a telling one is looked at

    def feed(self, text: str) -> list[Piece]:
        """Add text and return the pieces that are certain now."""
        self._patience -= len(text)
        if self._patience > 0 and not _TELLING.search(text):
            self._waiting.append(text)
            return []
        self._scan(text)
        return self._composer.take()

    def _scan(self, text: str = "") -> None:
        """Look at what waits, and at more text."""
        if self._waiting:
            text = "".join((*self._waiting, text))
            self._waiting.clear()
        self._source.append(text)
        self._scanner.feed(text)
        self._patience = self._composer.patience() if self._scanner.is_steady else 0

    def close(self) -> list[Piece]:
        """The text is over: return the rest. The next `feed` begins a new text, at offset 0."""
        self._scan()
        self._scanner.close()
        self._composer.finish()
        pieces = self._composer.take()
        self._begin()
        return pieces

    def reset(self) -> None:
        """Forget what is pending. The next `feed` begins a new text, at offset 0."""
        self._begin()

    def cut_clause(self) -> list[Piece]:
        """Cut the open sentence at its last clause border, if it is long; else return []."""
        self._scan()
        self._composer.cut_clause()
        self._patience = 0
        return self._composer.take()


class _Source:
    """The text received that no piece has taken yet."""

    def __init__(self) -> None:
        self.start = 0
        """Offset of the first character that is still here."""
        self.length = 0
        """How much was fed."""
        self._text = ""
        self._at = 0
        self._more: list[str] = []

    def append(self, text: str) -> None:
        self._more.append(text)
        self.length += len(text)

    def take(self, end: int) -> str:
        """Remove and return everything up to the offset `end`."""
        count = end - self.start
        if self._at + count > len(self._text):
            self._text = "".join((self._text[self._at :], *self._more))
            self._at, self._more = 0, []
        taken = self._text[self._at : self._at + count]
        self._at += count
        self.start = end
        return taken


class _Composer:
    """Takes blocks from the scanner and makes pieces of them."""

    def __init__(self, source: _Source, abbreviations: Collection[str]) -> None:
        self._abbreviations = abbreviations
        self.references: dict[str, str] = {}
        self._source = source
        self._pieces: list[Piece] = []
        self._inline: InlineStream | None = None
        self._kind = Kind.PROSE
        self._marker = ""
        self._depth = 0
        self._uncut = True
        self._scan = 0
        self._anything = False

    def take(self) -> list[Piece]:
        """Return the pieces made since the last call."""
        pieces, self._pieces = self._pieces, []
        return pieces

    # --- prose ----------------------------------------------------------------------------

    def open_prose(self, kind: Kind, marker: str, depth: int) -> None:
        self._inline = InlineStream(self.references)
        self._kind, self._marker, self._depth = kind, marker, depth
        self._uncut, self._scan = True, 0

    def prose(self, text: str, position: int) -> None:
        if self._inline is None:
            return
        if len(text) <= _STEP:
            self._inline.feed(text, position)
            self._cut_sentences(self._inline, final=False)
            return
        for at in range(0, len(text), _STEP):  # so that the text in hand stays short
            self._inline.feed(text[at : at + _STEP], position + at)
            self._cut_sentences(self._inline, final=False)

    def patience(self) -> int:
        """How many characters may follow, none of them telling, until a sentence must be cut."""
        if self._inline is None:
            return LONG
        plain, undecided = self._inline.plain, self._inline.undecided
        end = len(plain.text)
        if plain.borders or self._scan < end or _TELLING.search(undecided):
            return 0
        return (LONG if end < LONG else LONGEST) - end - len(undecided)

    def make_heading(self) -> None:
        if self._uncut:
            self._kind = Kind.HEADING

    def is_uncut(self) -> bool:
        return self._uncut

    def drop_prose(self) -> str:
        self._inline = None
        return self._marker

    def close_prose(self, end: int) -> None:
        inline, self._inline = self._inline, None
        if inline is None:
            return
        inline.close()
        self._cut_sentences(inline, final=True)
        self._prose_piece(inline, 0, inline.plain.end, end)

    def _cut_sentences(self, inline: InlineStream, final: bool) -> None:
        plain, begin = inline.plain, 0
        if not final and not may_end(plain, self._scan):
            self._scan = plain.end
            return
        while begin < plain.end:
            end, self._scan = next_end(plain, begin, self._scan, final, self._abbreviations)
            if end == WAIT or (final and end == plain.end):
                break
            self._prose_piece(inline, begin, end, plain.source_end(end))
            begin = end
        plain.cut(begin)
        self._scan -= begin

    def _prose_piece(self, inline: InlineStream, begin: int, end: int, source_end: int) -> None:
        english, spans = inline.plain.slice(begin, end)
        if english:
            self._add(self._kind, english, source_end, spans=spans)
            self._uncut = False
        else:
            self.nothing(source_end)

    def cut_clause(self) -> None:
        inline = self._inline
        if inline is None or self._kind is Kind.HEADING or inline.plain.end < CLAUSE_FROM:
            return
        plain = inline.plain
        end = clause_end(plain, 0, CLAUSE_LEAST, plain.end)
        if end != WAIT:
            self._prose_piece(inline, 0, end, plain.source_end(end))
            plain.cut(end)
            self._scan = max(self._scan - end, 0)

    # --- code, tables, nothing ------------------------------------------------------------

    def code(self, content: str, language: str, marker: str, depth: int, end: int) -> None:
        self._marker, self._depth = marker, depth
        label, japanese = block_notice(language, content)
        self._add(Kind.CODE, content, end, label=label, japanese=japanese)

    def table(self, text: str, size: tuple[int, int], marker: str, depth: int, end: int) -> None:
        self._marker, self._depth = marker, depth
        label, japanese = table_notice(*size)
        self._add(Kind.TABLE, text, end, label=label, japanese=japanese)

    def nothing(self, end: int) -> None:
        while end - self._source.start >= LONGEST_BLOCK:
            self._add(Kind.NOTICE, "", self._source.start + LONGEST_BLOCK)

    def finish(self) -> None:
        """The text is over: give out what is left of its source."""
        if self._anything and self._source.start < self._source.length:
            self._add(Kind.NOTICE, "", self._source.length)

    def _add(
        self,
        kind: Kind,
        english: str,
        end: int,
        *,
        spans: tuple[Span, ...] = (),
        label: str = "",
        japanese: str = "",
    ) -> None:
        start = self._source.start
        english = english.replace("\0", "\ufffd")  # as CommonMark wants it
        marker, depth = (self._marker, self._depth) if english else ("", 0)
        self._pieces.append(
            Piece(
                kind=kind,
                english=english,
                source=self._source.take(end),
                start=start,
                spans=spans,
                marker=marker,
                depth=depth,
                label=label,
                japanese=japanese,
            )
        )
        if english:
            self._marker = ""
        self._anything = True
