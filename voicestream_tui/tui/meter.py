"""The playback meter: what sounds, how loud, how far along, how much is waiting."""

from __future__ import annotations

import math

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from voicestream_tui.model import PlayerState

FLOOR_DB = -48.0
"""The left end of the level bar; the right end is 0 dB, full scale."""
_LOUD_DB, _HOT_DB = -12.0, -3.0
_LONGEST_GAP = 1.5
"""Seconds between two sentences that still count as playing."""
_LAMP = "\u28f6"
"""A lamp of the level bar: Braille dots are one cell wide in every terminal."""
_STYLES = (
    *("plain", "quiet", "word", "word-paused", "word-muted"),
    *("track", "low", "mid", "high", "peak"),
)


def decibels(level: float) -> float:
    """A linear level in dB of full scale, not below `FLOOR_DB`."""
    return max(20 * math.log10(level), FLOOR_DB) if level > 0 else FLOOR_DB


def clock_text(seconds: float) -> str:
    """Seconds as "0:03.4"."""
    tenths = round(max(seconds, 0.0) * 10)
    minutes, tenths = divmod(tenths, 600)
    return f"{minutes}:{tenths // 10:02}.{tenths % 10}"


class Meter(Widget):
    """One line, redrawn only when what it shows has changed."""

    COMPONENT_CLASSES = {f"meter--{name}" for name in _STYLES}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.state = PlayerState()
        self.speed = 1.0
        self.idle = True
        self._sounded = -math.inf
        self._now = 0.0
        self._last_position = ""
        self._shown: object = None

    def show(self, state: PlayerState, speed: float, *, idle: bool, now: float) -> None:
        """Show another state of the player.

        Args:
            state: The player's state.
            speed: The speed of speech.
            idle: Nothing sounds and nothing is due.
            now: Seconds; gaps between sentences do not count as silence.
        """
        self.state, self.speed, self.idle, self._now = state, speed, idle, now
        if state.segment_id is not None:
            self._sounded = now
            position, duration = clock_text(state.position), clock_text(state.duration)
            self._last_position = f"{position} / {duration}"
        facts = self._facts()
        if facts != self._shown:
            self._shown = facts
            self.refresh()

    def _facts(self) -> object:
        state, cells = self.state, self.bar_width
        return (
            (self._word(), state.muted),
            lit_cells(state.level, cells),
            lit_cells(state.peak, cells),
            self._position(),
            self._queued(),
            self._settings(),
        )

    @property
    def bar_width(self) -> int:
        """Cells of the level bar."""
        return min(max(self.size.width - 64, 6), 40)

    def _word(self) -> str:
        if self.state.paused:
            return "paused"
        if self.state.segment_id is not None or self._in_gap:
            return "playing"
        return "silent" if self.idle else "waiting"

    @property
    def _in_gap(self) -> bool:
        """Between two sentences."""
        return not self.idle and self._now - self._sounded < _LONGEST_GAP

    def _position(self) -> str:
        return self._last_position if self.state.segment_id is not None or self._in_gap else ""

    def _queued(self) -> str:
        return f"{self.state.queued:.1f} s queued" if self.state.queued >= 0.05 else "queue empty"

    def _settings(self) -> str:
        return f"volume {self.state.volume:.0%}   speed {self.speed:.1f}x"

    def render(self) -> Text:
        width = self.size.width
        style = {name: self.get_component_rich_style(f"meter--{name}") for name in _STYLES}
        line = Text(no_wrap=True, overflow="crop", end="")
        line.append("  ")
        word = self._word()
        line.append(f" {word} ", style["word-paused" if word == "paused" else "word"])
        if self.state.muted:
            line.append(" ")
            line.append(" muted ", style["word-muted"])
        line.append("  ")
        self._append_bar(line, style)
        for text, name in ((self._position(), "plain"), (self._queued(), "quiet")):
            if text and cell_len(line.plain) + 3 + len(text) < width:
                line.append("   ")
                line.append(text, style[name])
        settings = self._settings()
        room = width - cell_len(line.plain) - 1
        if room < len(settings) + 2:
            settings = f"{self.state.volume:.0%}  {self.speed:.1f}x"
        if room >= len(settings) + 2:
            line.append(settings.rjust(room), style["quiet"])
        return line

    def _append_bar(self, line: Text, style: dict[str, Style]) -> None:
        cells = self.bar_width
        lit, peak = lit_cells(self.state.level, cells), lit_cells(self.state.peak, cells)
        for cell in range(cells):
            db = FLOOR_DB * (1 - cell / cells)
            colour = "high" if db >= _HOT_DB else "mid" if db >= _LOUD_DB else "low"
            if cell >= lit:
                colour = "peak" if cell == peak - 1 else "track"
            line.append(_LAMP, style[colour])


def lit_cells(level: float, cells: int) -> int:
    """How many of a bar's cells a linear level lights."""
    return math.ceil((1 - decibels(level) / FLOOR_DB) * cells - 1e-9)
