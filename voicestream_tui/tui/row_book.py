"""All rows of a session: which segment is in which row, and what became of it."""

from __future__ import annotations

from voicestream_tui.model import Kind, Segment, Translation
from voicestream_tui.tui.row_groups import row_after
from voicestream_tui.tui.row_layout import Geometry
from voicestream_tui.tui.row_page import RowPage
from voicestream_tui.tui.rows import AGENT_COLOURS, Outcome, RowState
from voicestream_tui.tui.thoughts import Thoughts


class RowBook(RowPage):
    """Rows in the order received; they are never removed."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__(geometry)
        self._index: dict[int, int] = {}
        self._thinking: dict[tuple[int, str, int], int] = {}
        """Rows of thinking by turn, sub-agent and block."""
        self._agents: dict[str, int] = {}
        """The sub-agents in the order in which they first said something."""

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
        self._index[segment.id] = index
        self._place(row)
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
