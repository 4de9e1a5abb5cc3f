"""Streaming Markdown → blocks.

`BlockScanner` decides for each line, as early as its first characters allow, to which block it
belongs; a paragraph's text is handed on while its line is still arriving. A line is decided by
what the grammar needs to see, never by what happens to have arrived: the outcome does not depend
on how the text was cut.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicestream_tui.model import Kind
from voicestream_tui.text.block_syntax import (
    INDENTED,
    NOT_PROSE,
    PROSE,
    Bullet,
    Container,
    Definition,
    Fence,
    Footnote,
    Formula,
    Heading,
    Quote,
    Raw,
    Rule,
    Start,
    TableRow,
    Underline,
    block_start,
    closes_fence,
    is_delimiter,
)
from voicestream_tui.text.block_syntax import Prose as ProseStart
from voicestream_tui.text.blocks import Block, Code, Hidden, Prose, Sink, Table
from voicestream_tui.text.containers import DEEPEST, Containers, enter_box, enter_item, enter_quote
from voicestream_tui.text.inline_syntax import MORE, reference_key
from voicestream_tui.text.line_cursor import LineCursor
from voicestream_tui.text.tables import cells

LONGEST_LINE = 4096
"""After so many characters a line that is still undecided counts as a paragraph's text."""

_REFERENCES = 1000


class BlockScanner:
    """Cuts Markdown into blocks and hands them to a sink."""

    def __init__(self, sink: Sink) -> None:
        self.references: dict[str, str] = {}
        """Addresses of the links defined so far, by `reference_key`."""
        self._sink = sink
        self._position = 0  # of the next character, in the text fed
        self._line = ""  # the line's beginning, while it is undecided
        self._start = 0  # position of the line
        self._whole_only = False  # only the complete line can decide
        self._decided = False
        self._containers = Containers()
        self._block: Block | None = None
        self._held: _Held | None = None

    @property
    def is_steady(self) -> bool:
        """Whether the rest of the line is a paragraph's, or neither line nor block has begun."""
        if self._block is None:
            return self._held is None and not (self._line or self._decided)
        return self._decided and isinstance(self._block, Prose)

    def feed(self, text: str) -> None:
        """Add text."""
        at, length = 0, len(text)
        while at < length:
            newline = text.find("\n", at)
            end = length if newline < 0 else newline
            if self._decided:
                self._text(text[at:end], self._position)
            else:
                end = min(end, at + LONGEST_LINE - len(self._line))
                self._line += text[at:end]
                whole = end == newline
                full = len(self._line) == LONGEST_LINE and not whole
                if whole or full or not self._whole_only:
                    self._decided = self._begin(whole, full)
            self._position += end - at
            at = end
            if at == newline:
                self._position += 1
                self._end_line(newline=True)
                at += 1

    def close(self) -> None:
        """The text is over."""
        if self._line and not self._decided:
            self._begin(whole=True, full=False)
        if self._position > self._start:
            self._end_line(newline=False)
        self._release()
        self._close_block()

    def _end_line(self, newline: bool) -> None:
        self._line, self._start = "", self._position
        self._decided = self._whole_only = False
        if self._held is not None:
            self._held.end = self._position
        elif self._block is not None:
            if not self._block.end_line(self._position, newline):
                self._close_block()
        else:
            self._sink.nothing(self._position)

    def _text(self, text: str, position: int) -> None:
        """Add text to the present line, whose block is known."""
        if self._block is None:
            return
        left = self._block.text(text, position)
        behind = left.lstrip(" \t\r")
        if behind:  # text behind the end of an HTML comment
            self._close_block()
            self._open_prose(self._containers.kind)
            self._text(behind, position + len(text) - len(behind))

    def _close_block(self) -> None:
        if self._block is not None:
            self._block.close()
            self._block = None

    # --- a line's beginning ---------------------------------------------------------------

    def _begin(self, whole: bool, full: bool) -> bool:
        """Decide what the line is, by as much of it as has come; False if that takes more."""
        line, block = self._line, self._block
        outside = not self._containers.depth and (block is None or isinstance(block, Prose))
        if outside and self._held is None and line[:1] not in NOT_PROSE:
            if line:
                self._go_on_with_prose(line)
            else:
                self._close_block()
            return True
        cursor = LineCursor(line)
        matched = self._containers.match(cursor, whole or full)
        if matched is MORE:
            return False
        at, indent = cursor.indent()
        if cursor.is_blank(at):
            if whole or full:
                self._blank_line(cursor, matched)
            if full and self._block is None:  # text may follow after all
                self._open_prose(Kind.PROSE)
            return whole or full
        inside = matched == self._containers.depth
        if isinstance(self._block, Code):
            going = self._code_line(self._block, cursor, inside, whole or full)
            if going is not None:
                return going
        elif isinstance(self._block, Hidden) and inside:
            self._text(cursor.rest, self._start + cursor.at)
            return True
        elif isinstance(self._block, Table) and inside and not (whole or full):
            self._whole_only = True
            return False
        if inside and indent < INDENTED and cursor.line[at] in "-:|":
            going = self._delimiter(cursor.line[at:], whole, full)
            if going is not None:
                return going
        self._release()
        return self._begin_block(cursor, matched, whole, full)

    def _go_on_with_prose(self, line: str) -> None:
        """Add a line to the open paragraph, or begin one, where no container is open."""
        if self._block is None:
            self._containers.enter(0, [])
            self._open_prose(Kind.PROSE)
        self._text(line, self._start)

    def _blank_line(self, cursor: LineCursor, matched: int) -> None:
        self._release()
        block = self._block
        if isinstance(block, Hidden) and matched == self._containers.depth:
            return
        if isinstance(block, Code) and matched == self._containers.depth:
            cursor.take(block.indent)
            if block.blank_line(cursor.rest):
                return
        self._close_block()
        self._containers.blank_line(matched)

    def _code_line(self, code: Code, cursor: LineCursor, inside: bool, whole: bool) -> bool | None:
        """Add the line to the open code block; None if the block does not go on."""
        at, indent = cursor.indent()
        if not inside or (code.fence is None and indent < INDENTED):
            self._close_block()
            return None
        if code.fence is not None and indent < INDENTED:
            closes = closes_fence(cursor.line[at:], code.fence, whole)
            if closes is MORE:
                return False
            if closes:
                code.ended = True
                return True
        cursor.take(code.indent)
        self._text(cursor.rest, self._start + cursor.at - cursor.pad)
        return True

    def _delimiter(self, rest: str, whole: bool, full: bool) -> bool | None:
        """Open a table if the line is the second of one; None if it is not, False for more."""
        header = self._held.text if self._held else None
        if header is None and isinstance(self._block, Prose):
            header = self._block.header
        if header is None:
            return None
        delimits = False if full else is_delimiter(rest, whole)
        if delimits is MORE:
            return False
        if not delimits or len(cells(header)) != len(cells(rest)):
            return None
        if self._held is None:
            marker = self._sink.drop_prose()
            self._block = None
        else:
            self._close_block()
            marker = self._containers.take_marker()
            self._held = None
        self._block = Table(self._sink, cells(header), marker, self._containers.depth)
        return True

    def _release(self) -> None:
        """What looked like a table's first row is a paragraph's text."""
        if self._held is None:
            return
        held, self._held = self._held, None
        if self._block is None:
            self._open_prose(self._containers.kind)
        self._text(held.text, held.position)
        if self._block is not None:
            self._block.end_line(held.end, newline=True)

    # --- new blocks -----------------------------------------------------------------------

    def _begin_block(self, cursor: LineCursor, matched: int, whole: bool, full: bool) -> bool:
        """Find out what begins in the line behind the marks of the open containers."""
        inside = matched == self._containers.depth
        continues = isinstance(self._block, Prose)
        opened: list[Container] = []
        while True:
            at, indent = cursor.indent()
            if cursor.is_blank(at):
                if not (whole or full):
                    return False
                self._close_block()
                self._containers.enter(matched, opened, empty=True)
                return True
            continues = continues and not opened
            if indent >= INDENTED:
                start: Start | None = PROSE if continues else None
                break
            found = block_start(
                cursor.line, at, whole, in_paragraph=continues, underlines=continues and inside
            )
            if found is MORE and not full:
                return False
            start = PROSE if found is MORE else found
            if isinstance(start, Quote | Bullet) and matched + len(opened) >= DEEPEST:
                start = PROSE
            match start:
                case Quote():
                    if not enter_quote(cursor, at, whole or full):
                        return False
                    opened.append(start)
                case Bullet() if start.may_interrupt or not (continues and inside):
                    item = enter_item(cursor, start, at, indent)
                    opened.append(item)
                    box = enter_box(cursor, item, whole or full)
                    if box is MORE:
                        return False
                    if box:
                        at, start = cursor.at, PROSE
                        break
                case Bullet():
                    start = PROSE
                    break
                case _:
                    break
        if opened or not self._continue(start, cursor.line[at:], self._start + at, inside):
            self._close_block()
            self._containers.enter(matched, opened)
            self._open(start, cursor, at)
        return True

    def _continue(self, start: Start | None, text: str, position: int, inside: bool) -> bool:
        """Give the line to the open block, if it belongs there."""
        match self._block, start:
            case Prose() as prose, Underline():
                self._sink.make_heading()
                prose.ends = True
            case Prose(), TableRow() if inside:
                self._held = _Held(text, position)
            case Prose(), ProseStart() | TableRow():
                self._text(text, position)
            case Table(), ProseStart() | TableRow() if inside:
                self._text(text, position)
            case _:
                return False
        return True

    def _open(self, start: Start | None, cursor: LineCursor, at: int) -> None:
        """Open what begins at line[at]; None is indented code."""
        line, position = cursor.line, self._start + at
        match start:
            case None:
                cursor.take(INDENTED)
                self._open_code(None, INDENTED)
                self._text(cursor.rest, self._start + cursor.at - cursor.pad)
            case TableRow():
                self._held = _Held(line[at:], position)
            case Heading(begin, end):
                self._open_prose(Kind.HEADING)
                self._text(line[begin:end], self._start + begin)
            case Fence():
                self._open_code(start, cursor.indent()[1])
            case Formula(begin, end):
                formula = self._open_code(Fence("$$", 2, "math"), 0)
                formula.fill(line[begin:end].strip())
            case Raw():
                self._block = Hidden(self._sink, start)
                self._text(line[at:], position)
            case Definition(label, target):
                if len(self.references) < _REFERENCES:
                    self.references.setdefault(reference_key(label), target)
            case Footnote(label, begin):
                self._open_prose(Kind.ITEM, label)
                self._text(line[begin:], self._start + begin)
            case Rule():
                pass
            case _:
                self._open_prose(self._containers.kind)
                self._text(line[at:], position)

    def _open_code(self, fence: Fence | None, indent: int) -> Code:
        containers = self._containers
        code = Code(self._sink, fence, indent, containers.take_marker(), containers.depth)
        self._block = code
        return code

    def _open_prose(self, kind: Kind, marker: str = "") -> None:
        marker = marker or self._containers.take_marker()
        if kind is Kind.QUOTE:
            marker = f"{marker} {self._containers.take_quote_mark()}".strip()
        self._block = Prose(self._sink, kind, marker, self._containers.depth)


@dataclass(slots=True)
class _Held:
    """A line that begins with a bar, until the next one tells whether it is a table's."""

    text: str
    position: int
    end: int = 0
