"""The rows of the session, English beside Japanese, in a view that follows the voice."""

from __future__ import annotations

from textual import events
from textual.message import Message

from voicestream_tui.model import PlayerState, Segment, Translation
from voicestream_tui.tui.follow import revealing_top
from voicestream_tui.tui.phrases import sounding_phrase
from voicestream_tui.tui.row_view import RowView
from voicestream_tui.tui.rows import Outcome, Row, RowState


class Transcript(RowView):
    """Rows with their states; knows nothing of pipelines."""

    class RowChosen(Message):
        """A row was double-clicked."""

        def __init__(self, segment_id: int) -> None:
            super().__init__()
            self.segment_id = segment_id

    # --- what happened -----------------------------------------------------------------------

    def add(self, segment: Segment, t: float) -> None:
        """Append a row; `t` is seconds since the start."""
        index = self.book.append(segment, t)
        self._changed.add(index)
        self._grown = True

    def translate(self, segment_id: int, translation: Translation) -> None:
        index = self.book.index_of(segment_id)
        if index is not None:
            self.book.translate(index, segment_id, translation)
            self._changed.add(index)

    def finish_tool(self, segment_id: int, outcome: Outcome) -> None:
        """Say how the tool use of a row ended."""
        index = self.book.index_of(segment_id)
        if index is not None:
            self.book.set_outcome(index, outcome)
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
            self.book.set_sounding(index, segment_id)
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
        if index is None or state.segment_id is None:
            return
        if self.book.index_of(state.segment_id) != index:
            return
        phrase = _sounding(self.book.rows[index], state)
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
        """Show or hide the content of code, a table or thinking.

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


def _sounding(row: Row, state: PlayerState) -> tuple[int, int]:
    """The characters of a row's Japanese that sound now."""
    thoughts = row.thoughts
    if thoughts is None or not row.unfolded:
        return sounding_phrase(row.japanese, state)
    start, end = sounding_phrase(thoughts.gist, state)
    place = thoughts.place(thoughts.sounding or 0)
    return start + place, end + place
