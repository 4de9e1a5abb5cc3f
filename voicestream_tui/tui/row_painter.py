"""Paints lines of the book on demand and keeps what it painted."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from voicestream_tui.model import Kind
from voicestream_tui.tui.contents import unfolded_text
from voicestream_tui.tui.marked_text import marked_parts
from voicestream_tui.tui.overlays import Look, Run
from voicestream_tui.tui.row_book import RowBook
from voicestream_tui.tui.row_paint import paint_blank, paint_line, time_text
from voicestream_tui.tui.rows import Row
from voicestream_tui.tui.syntax import syntax_runs

_STRIPS_KEPT = 3000


@dataclass(frozen=True, slots=True)
class Paints:
    """The colours of a theme, as Rich styles."""

    styles: dict[str, Style]
    base: Style
    marked: Style
    syntax: str
    """The Pygments style of unfolded code."""


class RowPainter:
    """A cache in front of `paint_line`."""

    def __init__(self, book: RowBook) -> None:
        self._book = book
        self._strips: dict[tuple[int, int], tuple[object, Strip]] = {}
        self._contents: dict[int, list[Run]] = {}

    def forget(self, *, colours: bool = False) -> None:
        """Widths have changed, or colours too."""
        self._strips.clear()
        if colours:
            self._contents.clear()

    def paint(
        self,
        line: int,
        width: int,
        paints: Paints,
        *,
        selected: int | None,
        speaking: int | None,
        phrase: tuple[int, int],
        selection: Selection | None,
    ) -> Strip:
        """Paint one line of the page.

        Args:
            line: Counted from the top of the book.
            width: Cells.
            paints: The colours.
            selected: Index of the selected row.
            speaking: Index of the row that sounds.
            phrase: The characters of its Japanese that sound now.
            selection: Text selected with the mouse.
        """
        found = self._book.find(line)
        if found is None:
            return Strip.blank(width, paints.base)
        index, line_of_row = found
        row, layout = self._book.rows[index], self._book.layout(index)
        if line_of_row >= layout.height:
            return Strip.blank(width, paints.base)
        marked = marked_parts(selection, index) if selection is not None else {}
        look = Look(
            styles=paints.styles,
            base=paints.base,
            show_time=self._shows_time(index),
            selected=index == selected,
            phrase=phrase if index == speaking else (0, 0),
            marked=marked,
            marked_style=paints.marked,
            content=self._content_runs(index, row, paints.syntax),
        )
        token = (row.revision, look.selected, look.phrase, look.show_time, tuple(marked.items()))
        kept = self._strips.get((index, line_of_row))
        if kept is not None and kept[0] == token:
            return kept[1]
        pieces = layout.lines[line_of_row]
        if pieces:
            strip = paint_line(row, index, pieces, self._book.geometry, look)
        else:
            strip = paint_blank(width, paints.base, index)
        if len(self._strips) >= _STRIPS_KEPT:
            self._strips.clear()
        self._strips[index, line_of_row] = (token, strip)
        return strip

    def _shows_time(self, index: int) -> bool:
        rows = self._book.rows
        return index == 0 or time_text(rows[index - 1].t) != time_text(rows[index].t)

    def _content_runs(self, index: int, row: Row, syntax: str) -> list[Run]:
        if not row.unfolded:
            return []
        if index not in self._contents:
            text = unfolded_text(row)
            if row.thoughts is not None:
                return []
            if row.segment.kind is Kind.USER:
                runs: list[Run] = []
            elif row.segment.kind is Kind.TABLE:
                runs = [(0, len(text.partition("\n")[0]), Style(bold=True))]
            else:
                runs = syntax_runs(text, row.language, syntax)
            self._contents[index] = runs
        return self._contents[index]
