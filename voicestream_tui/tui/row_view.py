"""A view on the rows: painted line by line, anchored or following, no matter how many.

One widget paints every line itself, so that ten thousand rows cost no more than the forty
on the screen. Changes are collected and shown by `flush`, once a frame.
"""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from voicestream_tui.tui.follow import anchored_top, followed_top
from voicestream_tui.tui.marked_text import marked_text
from voicestream_tui.tui.row_book import RowBook
from voicestream_tui.tui.row_layout import Geometry
from voicestream_tui.tui.row_paint import STYLE_NAMES
from voicestream_tui.tui.row_painter import Paints, RowPainter
from voicestream_tui.tui.scrollbar import use_whole_cells

_REFINED_A_FRAME = 120


class RowView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a book of rows; what is in it and what is selected, others decide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{name}" for name in STYLE_NAMES}

    def __init__(self, *, timestamps: bool = True) -> None:
        super().__init__()
        self._timestamps = timestamps
        self._narrow = False
        self.book = RowBook(Geometry(80, timestamps=timestamps))
        self.following = True
        """The view keeps the spoken row, or the newest one, in sight."""
        self.selected: int | None = None
        """Index of the selected row."""
        self.speaking: int | None = None
        """Index of the row that sounds now."""
        self._in_focus: int | None = None
        self._phrase = (0, 0)
        self._changed: set[int] = set()
        self._grown = False
        self._painter = RowPainter(self.book)
        self._colours: Paints | None = None
        self._syntax = "github-dark"

    def _stop_following(self) -> None:
        if self.max_scroll_y > 0:
            self.following = False

    def on_mouse_scroll_up(self) -> None:
        self._stop_following()

    def on_mouse_scroll_down(self) -> None:
        if self.scroll_target_y < self.max_scroll_y:
            self._stop_following()

    def on_scroll_up(self) -> None:
        self._stop_following()

    def on_scroll_down(self) -> None:
        self._stop_following()

    def on_scroll_to(self) -> None:
        self._stop_following()

    def set_narrow(self, narrow: bool) -> None:
        """One column instead of two."""
        self._narrow = narrow
        self._fit()

    def on_mount(self) -> None:
        use_whole_cells(self)

    def on_resize(self) -> None:
        self._fit()

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    def _fit(self) -> None:
        width = self._line_width
        geometry = Geometry(width, narrow=self._narrow, timestamps=self._timestamps)
        if width > 0:
            anchor = self.book.find(round(self.scroll_y))
            self._painter.forget()
            self.book.set_geometry(geometry)
            self._arrange(anchor)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget(colours=True)
        self._colours = None

    def use_syntax_style(self, name: str) -> None:
        """Colour unfolded code after this Pygments style."""
        self._syntax = name
        self.notify_style_update()
        self.refresh()

    def flush(self) -> None:
        """Show what changed since the last time."""
        if self._line_width <= 0:
            return
        anchor = self.book.find(round(self.scroll_y))
        if self._grown or self._changed:
            before = self.scroll_offset.y, self.book.total
            self._arrange(anchor, animate=True)
            if not self._grown and before == (self.scroll_offset.y, self.book.total):
                for index in self._changed:
                    self._refresh_row(index)
            else:
                self.refresh()
            self._grown = False
            self._changed.clear()
        elif self.book.refine(_REFINED_A_FRAME):
            self._arrange(anchor)

    def _refresh_row(self, index: int) -> None:
        top = self.book.offset(index) - self.scroll_offset.y
        bottom = min(top + self.book.height(index), self.size.height)
        if bottom > 0 and top < self.size.height:
            top = max(top, 0)
            self.refresh(Region(0, top, self.size.width, bottom - top))

    def _arrange(self, anchor: tuple[int, int] | None, *, animate: bool = False) -> None:
        """Make heights in view exact and put the view where it belongs."""
        view = self.size.height
        top = round(self.scroll_target_y)
        if self.following:
            top = followed_top(self.book, self._in_focus, top, view)
        else:
            top = anchored_top(self.book, anchor, top)
            animate = False
        self._go_to(top, animate=animate and abs(top - self.scroll_offset.y) <= view)

    def _go_to(self, top: int, *, animate: bool = False) -> None:
        self.book.settle(top, self.size.height)
        self.virtual_size = Size(self._line_width, self.book.total)
        if top != round(self.scroll_target_y):
            self.scroll_to(y=top, animate=animate, duration=0.25, easing="out_cubic", force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self.book.settle(round(new_value), self.size.height)
        super().watch_scroll_y(old_value, new_value)
        at_end = new_value >= self.max_scroll_y
        if at_end and not self.following and self._in_focus is None and self.selected is None:
            self.following = True

    def render_line(self, y: int) -> Strip:
        return self._painter.paint(
            self.scroll_offset.y + y,
            self._line_width,
            self._paints(),
            selected=self.selected,
            speaking=self.speaking,
            phrase=self._phrase,
            selection=self.text_selection,
        )

    def _paints(self) -> Paints:
        if self._colours is None:
            styles = {
                name: self.get_component_rich_style(f"transcript--{name}", partial=True)
                for name in STYLE_NAMES
            }
            marked = self.screen.get_component_rich_style("screen--selection")
            self._colours = Paints(styles, self.rich_style, marked, self._syntax)
        return self._colours

    # --- text selected with the mouse --------------------------------------------------------

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        last = len(self.book) - 1
        first = selection.start.y if selection.start else 0
        final = min(selection.end.y if selection.end else last, last)
        rows = ((index, self.book.rows[index]) for index in range(first, final + 1))
        return marked_text(selection, rows), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        if selection is not None:
            self._stop_following()
        self.refresh()
