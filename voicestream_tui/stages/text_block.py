"""A block of an agent's text on its way through a segmenter, and when its parts arrived."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field

from voicestream_tui.model import Piece, Timeline
from voicestream_tui.text.plain_segmenter import PlainSegmenter
from voicestream_tui.text.segmenter import Segmenter

_ARRIVALS_KEPT = 1024


@dataclass(slots=True)
class TextBlock:
    """One block that is still being written, or ended and can still be taken back."""

    agent: str = ""
    thinking: bool = False
    urgent: bool = False
    plain: bool = False
    abbreviations: Collection[str] = ()
    """The user's own, whose dot ends no sentence."""
    open: bool = True
    segments: list[int] = field(default_factory=list)
    """Ids of the segments that came of it."""
    _segmenter: Segmenter | PlainSegmenter = field(init=False)
    _ends: list[int] = field(default_factory=list)
    _times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._segmenter = self._new_segmenter()

    def feed(self, text: str, now: float) -> list[Piece]:
        """Take more of the block's text; gives the pieces that are certain now."""
        self.open = True
        self._ends.append((self._ends[-1] if self._ends else 0) + len(text))
        self._times.append(now)
        return self._segmenter.feed(text)

    def cut_clause(self) -> list[Piece]:
        """Give the beginning of the open sentence up to its last clause border, if it is long."""
        return self._segmenter.cut_clause()

    def close(self) -> list[Piece]:
        """The block is complete; gives what was still open."""
        self.open = False
        return self._segmenter.close()

    def settle(self, now: float) -> None:
        """Keep little of a block that is closed: it can still be taken back, or even go on."""
        self._segmenter = self._new_segmenter()
        self._ends, self._times = [0], [now]

    def times(self, piece: Piece, now: float) -> Timeline:
        """When a piece arrived: the times of its timeline that are known so far."""
        stripped = piece.source.rstrip()
        last_word = max(stripped.rfind(" "), stripped.rfind("\n")) + 1
        return Timeline(
            first_character=self._arrival(piece.start),
            last_word=self._arrival(piece.start + last_word),
            complete=now,
        )

    def forget(self, offset: int) -> None:
        """What came before this offset won't be asked for any more; a block can be endless."""
        if len(self._ends) > _ARRIVALS_KEPT:
            gone = min(bisect_right(self._ends, offset), len(self._ends) - 1)
            del self._ends[:gone], self._times[:gone]

    def _arrival(self, offset: int) -> float:
        return self._times[min(bisect_right(self._ends, offset), len(self._times) - 1)]

    def _new_segmenter(self) -> Segmenter | PlainSegmenter:
        kind = PlainSegmenter if self.plain else Segmenter
        return kind(self.abbreviations)
