"""Where rows stand on an endless page.

Nothing here costs more than O(log n) per row that changed: heights are estimated when a row
comes or the width changes, and made exact for the rows in view at once and for the others
bit by bit (`refine`).
"""

from __future__ import annotations

from voicestream_tui.tui.heights import Heights
from voicestream_tui.tui.row_layout import (
    Geometry,
    RowLayout,
    estimate_height,
    lay_out,
    text_cells,
)
from voicestream_tui.tui.rows import Row

_LAYOUTS_KEPT = 400


class RowPage:
    """Rows one under the other; what is in them, others decide."""

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self.rows: list[Row] = []
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

    def _place(self, row: Row) -> None:
        """Put a row at the end."""
        self.rows.append(row)
        cells = text_cells(row)
        self._cells.append(cells)
        self._heights.append(estimate_height(cells, row.gap, self.geometry))
        self._exact.append(0)

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
