"""A text without marks, as it arrives → pieces to show, translate and speak.

Nothing is Markdown here: a star is a star, and four blanks are no code. Blank lines separate
paragraphs. The end of a line ends a sentence, unless the line looks wrapped: long, ended by a
letter or a comma, and followed by a letter in the same column.

What holds for `segmenter.Segmenter` holds here as well: the `source` slices of the pieces join to
exactly the text that was fed; pieces come as soon as their end is certain; what waits is bounded;
the pieces do not depend on how the text was cut into deltas.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import east_asian_width

from voicestream_tui.model import Kind, Piece
from voicestream_tui.text.blocks import LONGEST_BLOCK
from voicestream_tui.text.clauses import WAIT, clause_end
from voicestream_tui.text.plain import Plain
from voicestream_tui.text.segmenter import CLAUSE_FROM, CLAUSE_LEAST
from voicestream_tui.text.sentences import next_end

_STEP = 2048
_WRAPPED_FROM = 50
"""A line of fewer columns was not wrapped, but ended."""
_LONGEST_INDENT = 50
"""A line that begins with this many blanks stands by itself."""
_RUNS = re.compile(r"\n|[^\n]+")
_BLANKS = re.compile(r"\s*")
_GOES_ON = ",;、，"
_UNSPACED = re.compile(r"[、ぁ-ゖァ-ヺー\u3400-\u9fff]")


class PlainSegmenter:
    """Cuts one text into pieces of prose, in order. Never raises on any text.

    Args:
        abbreviations: the user's own, in lower case, without the last dot.
    """

    def __init__(self, abbreviations: Collection[str] = ()) -> None:
        self._abbreviations = abbreviations
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[Piece] = []
        self._source = ""
        """The text received that no piece has taken yet."""
        self._taken = 0
        """Offset of its first character."""
        self._at = 0
        """Offset of what is being read."""
        self._plain = Plain()
        self._scan = 0
        self._line = _Line()
        self._wrapped: _Line | None = None
        """The line before, while it is open whether this one goes on with it."""
        self._anything = False

    def feed(self, text: str) -> list[Piece]:
        """Add text and return the pieces that are certain now."""
        for at in range(0, len(text), _STEP):  # so that the text in hand stays short
            step = text[at : at + _STEP]
            self._source += step
            for run in _RUNS.findall(step):
                if run == "\n":
                    self._end_line()
                else:
                    self._read(run)
                self._at += len(run)
            self._cut_sentences(final=False)
        return self._take()

    def close(self) -> list[Piece]:
        """The text is over: return the rest. The next `feed` begins a new text, at offset 0."""
        self._finish()
        if self._anything and self._source:
            self._add("", self._taken + len(self._source))
        pieces = self._take()
        self._begin()
        return pieces

    def reset(self) -> None:
        """Forget what is pending. The next `feed` begins a new text, at offset 0."""
        self._begin()

    def cut_clause(self) -> list[Piece]:
        """Cut the open sentence at its last clause border, if it is long; else return []."""
        plain = self._plain
        if plain.end >= CLAUSE_FROM:
            end = clause_end(plain, 0, CLAUSE_LEAST, plain.end)
            if end != WAIT:
                self._cut(0, end)
                plain.cut(end)
                self._scan = max(self._scan - end, 0)
        return self._take()

    def _take(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    # --- lines ----------------------------------------------------------------------------

    def _read(self, run: str) -> None:
        """Take a part of a line."""
        line, at = self._line, self._at
        if line.is_blank:
            blanks = _BLANKS.match(run)
            skipped = blanks.end() if blanks else 0
            line.indent = (line.indent + run[:skipped])[:_LONGEST_INDENT]
            run, at = run[skipped:], at + skipped
            if not run:
                self._read_blanks(at)
                return
            self._begin_line(run[0], at)
        line.read(run)
        self._plain.append(run, at, at + len(run))

    def _read_blanks(self, at: int) -> None:
        """Only blanks have come of the line, up to this offset."""
        before = self._wrapped
        if before is not None and len(self._line.indent) > len(before.indent):
            self._finish()
        if self._wrapped is None:
            self._show_nothing(at)

    def _begin_line(self, first: str, at: int) -> None:
        before, self._wrapped = self._wrapped, None
        if before is None:
            return
        if not (first.isalpha() and before.indent == self._line.indent):
            self._finish()
            return
        if not (_UNSPACED.match(before.last) and _UNSPACED.match(first)):
            self._plain.append(" ", before.end, at)

    def _end_line(self) -> None:
        line, self._line = self._line, _Line()
        if line.is_blank or not line.may_be_wrapped:
            self._finish()
        else:
            line.end = self._at
            self._wrapped = line

    def _finish(self) -> None:
        """Nothing goes on with what is open."""
        self._wrapped = None
        self._cut_sentences(final=True)
        self._plain, self._scan = Plain(), 0
        self._show_nothing(self._at)

    # --- sentences ------------------------------------------------------------------------

    def _cut_sentences(self, final: bool) -> None:
        plain, begin = self._plain, 0
        while begin < plain.end:
            end, self._scan = next_end(plain, begin, self._scan, final, self._abbreviations)
            if end == WAIT:
                break
            self._cut(begin, end)
            begin = end
        plain.cut(begin)
        self._scan = max(self._scan - begin, 0)

    def _cut(self, begin: int, end: int) -> None:
        english, _ = self._plain.slice(begin, end)
        if english:
            self._add(english.replace("\0", "\ufffd"), self._plain.source_end(end))
        else:
            self._show_nothing(self._plain.source_end(end))

    def _show_nothing(self, end: int) -> None:
        """Nothing of the source up to here is to be seen; a lot of it is a piece of its own."""
        while end - self._taken >= LONGEST_BLOCK:
            self._add("", self._taken + LONGEST_BLOCK)

    def _add(self, english: str, end: int) -> None:
        count = end - self._taken
        kind = Kind.PROSE if english else Kind.NOTICE
        self._pieces.append(Piece(kind, english, self._source[:count], self._taken))
        self._source = self._source[count:]
        self._taken = end
        self._anything = True


class _Line:
    """What has to be known of a line to tell whether it was wrapped."""

    def __init__(self) -> None:
        self.indent = ""
        self.last = ""
        """Its last character that is not blank."""
        self.end = 0
        """Offset of its line feed."""
        self._columns = 0

    @property
    def is_blank(self) -> bool:
        return not self.last

    @property
    def may_be_wrapped(self) -> bool:
        goes_on = self.last.isalpha() or self.last in _GOES_ON
        return goes_on and self._columns >= _WRAPPED_FROM and len(self.indent) < _LONGEST_INDENT

    def read(self, run: str) -> None:
        self.last = run.rstrip()[-1:] or self.last
        if self._columns < _WRAPPED_FROM:
            self._columns += sum(1 + (east_asian_width(character) in "WF") for character in run)
