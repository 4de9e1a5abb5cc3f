"""The block quotes and list items that are open, and the marks that continue or open them."""

from __future__ import annotations

import re

from voicestream_tui.model import Kind
from voicestream_tui.text.block_syntax import INDENTED, Bullet, Container, Item, Quote
from voicestream_tui.text.inline_syntax import MORE, More
from voicestream_tui.text.line_cursor import LineCursor

DEEPEST = 32
"""Quotes and lists in each other; what is deeper is text."""

BULLET = "•"

QUOTE_MARK = ">"

_BOX = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_MAY_BE_BOX = re.compile(r"\[(?:[ xX](?:\][ \t]*)?)?\Z")


class Containers:
    """The open containers, the outermost first."""

    def __init__(self) -> None:
        self._open: list[Container] = []
        self._fresh = False  # the innermost item began with nothing behind its mark

    @property
    def depth(self) -> int:
        """How many are open."""
        return len(self._open)

    @property
    def kind(self) -> Kind:
        """What a paragraph in here is."""
        if not self._open:
            return Kind.PROSE
        return Kind.ITEM if isinstance(self._open[-1], Item) else Kind.QUOTE

    def take_marker(self) -> str:
        """Return the marks of the open items that have not been shown yet."""
        markers = []
        for container in self._open:
            if isinstance(container, Item) and container.marker:
                markers.append(container.marker)
                container.marker = ""
        return " ".join(markers)

    def take_quote_mark(self) -> str:
        """Return the mark of the open quotes if one of them has not shown it yet."""
        new = [c for c in self._open if isinstance(c, Quote) and not c.marked]
        for quote in new:
            quote.marked = True
        return QUOTE_MARK if new else ""

    def match(self, cursor: LineCursor, whole: bool) -> int | More:
        """Go past the marks of the containers that the line continues; return how many."""
        matched = 0
        for container in self._open:
            at, indent = cursor.indent()
            blank = cursor.is_blank(at)
            if blank and not whole:
                return MORE
            if isinstance(container, Quote):
                if blank or indent >= INDENTED or cursor.line[at] != ">":
                    break
                if not enter_quote(cursor, at, whole):
                    return MORE
            elif not blank:
                if indent < container.width:
                    break
                cursor.take(container.width)
            matched += 1
        return matched

    def enter(self, matched: int, opened: list[Container], *, empty: bool = False) -> None:
        """Close all but the first `matched`, then open more; `empty`: with nothing inside yet."""
        del self._open[matched:]
        self._open += opened
        self._fresh = empty and bool(opened) and isinstance(opened[-1], Item)

    def blank_line(self, matched: int) -> None:
        """A blank line ends the quotes it does not continue, and an item that is still empty."""
        del self._open[matched:]
        if self._fresh and self._open:
            self._open.pop()
        self._fresh = False


def enter_quote(cursor: LineCursor, at: int, whole: bool) -> bool:
    """Go past the `>` at `at` and the blank behind it; False if that blank may still come."""
    if at + 1 == len(cursor.line) and not whole:
        return False
    cursor.go(at + 1)
    cursor.take(1)
    return True


def enter_item(cursor: LineCursor, bullet: Bullet, at: int, indent: int) -> Item:
    """Go past an item's mark and the blanks that belong to it."""
    cursor.go(bullet.end)
    content, blanks = cursor.indent()
    if cursor.is_blank(content) or blanks > INDENTED:
        blanks = 1
    cursor.take(blanks)
    return Item(indent + bullet.end - at + blanks, bullet.marker)


def enter_box(cursor: LineCursor, item: Item, whole: bool) -> bool | More:
    """Go past a task's box, which becomes part of the item's marker; False if there is none."""
    at, indent = cursor.indent()
    rest = cursor.line[at:]
    box = _BOX.match(rest) if indent < INDENTED else None
    if box is None:
        return MORE if rest and not whole and _MAY_BE_BOX.match(rest) else False
    cursor.go(at + box.end())
    shown = "☐" if box[1] == " " else "☑"
    item.marker = shown if item.marker == BULLET else f"{item.marker} {shown}"
    return True
