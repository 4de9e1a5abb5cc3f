"""All rows of a session with their places on an endless page.

Nothing here costs more than O(log n) per row that changed: heights are estimated when a row
comes or the width changes, and made exact for the rows in view at once and for the others
bit by bit (`refine`).
"""

from __future__ import annotations

from voicestream_tui.model import Kind, Segment, Translation
from voicestream_tui.tui.heights import Heights
from voicestream_tui.tui.row_groups import row_after
from voicestream_tui.tui.row_layout import (
    Geometry,
    RowLayout,
    estimate_height,
    lay_out,
    text_cells,
)
from voicestream_tui.tui.rows import AGENT_COLOURS, Outcome, Row, RowState
from voicestream_tui.tui.thoughts import Thoughts

_LAYOUTS_KEPT = 400


class RowBook:
    """Rows in the order received; they are never removed."""

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self.rows: list[Row] = []
        self._index: dict[int, int] = {}
        self._thinking: dict[tuple[int, str, int], int] = {}
        """Rows of thinking by turn, sub-agent and block."""
        self._agents: dict[str, int] = {}
        """The sub-agents in the order in which they first said something."""
        self._cells: list[tuple[int, int]] = []
        self._heights = Heights()
        self._exact = bytearray()
        self._next_rough = 0
        self._layouts: dict[int, tuple[int, RowLayout]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def total(self) -> int:
        """Lines of all rows together."""
        return self._heights.total

    def index_of(self, segment_id: int) -> int | None:
        """The row of a segment, or None if there is none."""
        return self._index.get(segment_id)

    def append(self, segment: Segment, t: float) -> int:
        """Add a row at the end; thinking joins the row of its block.

        Returns:
            The row's index.
        """
        if segment.kind is Kind.THINKING:
            known = self._thinking.get((segment.turn, segment.agent, segment.block))
            if known is not None:
                return self._think_on(known, segment)
        index = len(self.rows)
        row = row_after(self.rows[-1] if self.rows else None, segment, t)
        if row.agent:
            number = self._agents.setdefault(row.agent, len(self._agents))
            row.colour = number % AGENT_COLOURS + 1
        if segment.kind is Kind.THINKING:
            row.thoughts = Thoughts([segment])
            self._thinking[segment.turn, segment.agent, segment.block] = index
        self.rows.append(row)
        self._index[segment.id] = index
        self._cells.append(text_cells(row))
        self._heights.append(estimate_height(self._cells[index], row.gap, self.geometry))
        self._exact.append(0)
        return index

    def _think_on(self, index: int, segment: Segment) -> int:
        thoughts = self.rows[index].thoughts
        assert thoughts is not None
        thoughts.add(segment)
        self._index[segment.id] = index
        self._changed(index)
        return index

    def translate(self, index: int, segment_id: int, translation: Translation) -> None:
        """Give a row, or one sentence of thinking, its Japanese."""
        row = self.rows[index]
        if row.thoughts is not None:
            row.thoughts.translations[segment_id] = translation
        else:
            row.translation = translation
        self._changed(index)

    def set_outcome(self, index: int, outcome: Outcome) -> None:
        """Say how a tool use ended."""
        self.rows[index].outcome = outcome
        self._changed(index)

    def set_sounding(self, index: int, segment_id: int) -> None:
        """Of a row of thinking, which sentence is spoken."""
        thoughts = self.rows[index].thoughts
        if thoughts is not None and thoughts.sounding != segment_id:
            thoughts.sounding = segment_id
            self._changed(index)

    def set_state(self, index: int, state: RowState) -> None:
        row = self.rows[index]
        if row.state is not state:
            row.state = state
            row.revision += 1

    def set_unfolded(self, index: int, unfolded: bool) -> None:
        """Show or hide the content of a code or table row."""
        self.rows[index].unfolded = unfolded
        self._changed(index)

    def give_up_waiting(self) -> list[int]:
        """No translation will come any more.

        Returns:
            The rows that had none.
        """
        left = [i for i, row in enumerate(self.rows) if row.pending]
        for row in self.rows:
            row.awaited = False
        for index in left:
            self._changed(index)
        return left

    def _changed(self, index: int) -> None:
        row = self.rows[index]
        row.revision += 1
        self._cells[index] = text_cells(row)
        self._exact[index] = 0
        self._next_rough = min(self._next_rough, index)

    def set_geometry(self, geometry: Geometry) -> None:
        """Change the widths; all heights become estimates again."""
        if geometry == self.geometry:
            return
        self.geometry = geometry
        self._layouts.clear()
        self._exact = bytearray(len(self.rows))
        self._next_rough = 0
        self._heights = Heights(
            estimate_height(cells, row.gap, geometry)
            for cells, row in zip(self._cells, self.rows, strict=True)
        )

    def layout(self, index: int) -> RowLayout:
        """The exact lines of a row; its height is exact from now on."""
        row = self.rows[index]
        kept = self._layouts.get(index)
        if kept is not None and kept[0] == row.revision:
            return kept[1]
        layout = lay_out(row, self.geometry)
        if len(self._layouts) >= _LAYOUTS_KEPT:
            self._layouts.clear()
        self._layouts[index] = (row.revision, layout)
        self._heights.set(index, layout.height)
        self._exact[index] = 1
        return layout

    def settle(self, top: int, count: int) -> None:
        """Make every height exact that decides what is on `count` lines from line `top`."""
        if not self.rows or top >= self.total:
            return
        index, line = self._heights.find(max(top, 0))
        reached = -line
        while index < len(self.rows) and reached < count:
            if not self._exact[index]:
                self.layout(index)
            reached += self._heights[index]
            index += 1

    def settle_end(self, count: int) -> None:
        """Make exact the heights of the rows that fill the last `count` lines."""
        index, reached = len(self.rows), 0
        while index > 0 and reached < count:
            index -= 1
            if not self._exact[index]:
                self.layout(index)
            reached += self._heights[index]

    def refine(self, at_most: int) -> bool:
        """Make up to `at_most` more heights exact, from the first row on.

        Returns:
            Whether any height was still an estimate.
        """
        index, end = self._next_rough, len(self.rows)
        done = 0
        while index < end and done < at_most:
            if not self._exact[index]:
                self._heights.set(index, lay_out(self.rows[index], self.geometry).height)
                self._exact[index] = 1
                done += 1
            index += 1
        self._next_rough = index
        return done > 0

    def offset(self, index: int) -> int:
        """The line on which a row begins."""
        return self._heights.offset(index)

    def height(self, index: int) -> int:
        return self._heights[index]

    def find(self, line: int) -> tuple[int, int] | None:
        """The row on a line and the line's number within it; None below the last row."""
        if not 0 <= line < self.total:
            return None
        return self._heights.find(line)
