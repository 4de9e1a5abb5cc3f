"""The rows of the session, English beside Japanese, in a view that follows the voice.

One widget paints every line itself, so that ten thousand rows cost no more than the forty
on the screen. Changes are collected and shown by `flush`, once a frame.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.selection import Selection
from textual.strip import Strip

from voicestream_tui.model import PlayerState, Segment, Translation
from voicestream_tui.tui.follow import anchored_top, followed_top, revealing_top
from voicestream_tui.tui.marked_text import marked_text
from voicestream_tui.tui.phrases import sounding_phrase
from voicestream_tui.tui.row_book import RowBook
from voicestream_tui.tui.row_layout import Geometry
from voicestream_tui.tui.row_paint import STYLE_NAMES
from voicestream_tui.tui.row_painter import Paints, RowPainter
from voicestream_tui.tui.rows import RowState

_REFINED_A_FRAME = 120


class _WholeCells(ScrollBarRender):
    """A scrollbar without the part-filled blocks that are two cells wide in some terminals."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]


class Transcript(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows with their states; knows nothing of pipelines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{name}" for name in STYLE_NAMES}

    class RowChosen(Message):
        """A row was double-clicked."""

        def __init__(self, segment_id: int) -> None:
            super().__init__()
            self.segment_id = segment_id

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

    # --- what happened -----------------------------------------------------------------------

    def add(self, segment: Segment, t: float) -> None:
        """Append a row; `t` is seconds since the start."""
        self.book.append(segment, t)
        self._grown = True

    def translate(self, segment_id: int, translation: Translation) -> None:
        index = self.book.index_of(segment_id)
        if index is not None:
            self.book.translate(index, translation)
            self._changed.add(index)

    def set_state(self, segment_id: int, state: RowState) -> None:
        """Note where a row is on its way to the ear."""
        index = self.book.index_of(segment_id)
        if index is None:
            return
        if state is RowState.SPEAKING:
            if self.speaking not in (None, index):
                self._end_speaking(RowState.SPOKEN)
            self.speaking = self._in_focus = index
            self._phrase = (0, 0)
        elif self.speaking == index:
            self.speaking = None
        if self.book.rows[index].state is not RowState.WITHDRAWN:
            self.book.set_state(index, state)
            self._changed.add(index)

    def _end_speaking(self, state: RowState) -> None:
        if self.speaking is not None:
            self.book.set_state(self.speaking, state)
            self._changed.add(self.speaking)
            self.speaking = None

    def show_position(self, state: PlayerState, *, idle: bool) -> None:
        """Move the highlight to the phrase that sounds.

        Args:
            state: The player's state.
            idle: Nothing sounds and nothing is due: the view turns to the newest row.
        """
        if idle and self.speaking is None and self._in_focus is not None:
            self._in_focus = None
            self._grown = True
        index = self.speaking
        if index is None or state.segment_id != self.book.rows[index].segment.id:
            return
        phrase = sounding_phrase(self.book.rows[index].japanese, state)
        if phrase != self._phrase:
            self._phrase = phrase
            self._changed.add(index)

    def give_up_waiting(self) -> None:
        """No translation will come any more: what waits for one shows nothing."""
        self._changed.update(self.book.give_up_waiting())

    # --- what the user does ------------------------------------------------------------------

    def select(self, index: int | None) -> None:
        """Select a row and bring it into view; None selects nothing."""
        for changed in (self.selected, index):
            if changed is not None:
                self._changed.add(changed)
        self.selected = index
        if index is not None:
            self.following = False
            self._go_to(
                revealing_top(self.book, index, round(self.scroll_target_y), self.size.height)
            )
        self.flush()

    def move_selection(self, by: int) -> None:
        """Select the row `by` rows below the selected one.

        Without a selected row it is the spoken one if that is in sight, else the last in sight;
        for somebody who looks at older rows and goes down, the first in sight.
        """
        if not self.book.rows:
            return
        if self.selected is not None:
            index = self.selected + by
        else:
            first, last = self._rows_in_sight()
            if self.speaking is not None and (self.following or first <= self.speaking <= last):
                index = self.speaking
            else:
                index = first if by > 0 and not self.following else last
        self.select(min(max(index, 0), len(self.book) - 1))

    def _rows_in_sight(self) -> tuple[int, int]:
        top = round(self.scroll_target_y)
        first = self.book.find(top)
        last = self.book.find(min(top + self.size.height, self.book.total) - 1)
        return (first[0] if first else 0), (last[0] if last else len(self.book) - 1)

    def toggle_unfolded(self, index: int) -> bool:
        """Show or hide the content of a code or table row.

        Returns:
            False if the row has none.
        """
        row = self.book.rows[index]
        if not row.foldable:
            return False
        self.book.set_unfolded(index, not row.unfolded)
        self._changed.add(index)
        if row.unfolded:
            self.following = False
        self.flush()
        return True

    def follow(self) -> None:
        """Keep the spoken row, or the newest one, in sight from now on."""
        self.screen.clear_selection()
        if self.selected is not None:
            self._changed.add(self.selected)
            self.selected = None
        self.following = True
        self._grown = True
        self.flush()

    def scroll_view(self, *, pages: int = 0, home: bool = False) -> None:
        """Scroll by pages, or to the first row."""
        target = 0 if home else self.scroll_target_y + pages * max(self.size.height - 2, 1)
        if target < self.max_scroll_y or pages < 0 or home:
            self._stop_following()
        self.scroll_to(y=target, animate=False)

    @property
    def current(self) -> int | None:
        """The row that a command is about: the selected, the spoken or the last one."""
        if self.selected is not None:
            return self.selected
        if self._in_focus is not None:
            return self._in_focus
        return len(self.book) - 1 if self.book.rows else None

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

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()
        if self.text_selection is not None:
            return
        found = self.book.find(round(self.scroll_y) + event.y)
        if found is None:
            return
        index, line = found
        row = self.book.rows[index]
        if event.chain >= 2:
            self.post_message(self.RowChosen(row.segment.id))
            return
        self.select(index)
        if row.foldable and line == row.gap:
            self.toggle_unfolded(index)

    # --- showing it --------------------------------------------------------------------------

    def set_narrow(self, narrow: bool) -> None:
        """One column instead of two."""
        self._narrow = narrow
        self._fit()

    def on_mount(self) -> None:
        self.vertical_scrollbar.renderer = _WholeCells  # type: ignore[misc]

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
