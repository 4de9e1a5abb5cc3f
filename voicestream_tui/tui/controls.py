"""What the screen needs of a pipeline, and the choices it is started with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from voicestream_tui.model import Answer, Event, PlayerState, Voice

VOLUME_RANGE = (0.0, 1.5)
SPEED_RANGE = (0.5, 3.0)


class PipelineControls(Protocol):
    """The commands and gauges of a pipeline; each may be called from any thread.

    Apart from `close` none of them blocks.
    """

    @property
    def voice(self) -> Voice | None: ...
    @property
    def speed(self) -> float: ...
    @property
    def volume(self) -> float: ...
    @property
    def conversing(self) -> bool:
        """The agent takes messages."""
        ...

    def start(self) -> None: ...
    def close(self) -> None: ...

    def toggle_pause(self) -> bool: ...
    def toggle_mute(self) -> bool: ...
    def skip(self) -> None: ...
    def back(self, steps: int = 1) -> None: ...
    def replay(self) -> None: ...
    def speak_from(self, segment_id: int) -> None: ...
    def jump_to_live(self) -> None: ...
    def set_voice(self, voice: Voice) -> None: ...
    def set_speed(self, speed: float) -> None: ...
    def set_volume(self, volume: float) -> None: ...

    def send(self, text: str) -> None: ...
    def interrupt(self) -> None: ...
    def answer(self, request_id: str, answer: Answer) -> None: ...
    def resume(self) -> None: ...

    def voices(self) -> Sequence[Voice]: ...
    def snapshot(self) -> PlayerState: ...
    def lag(self) -> float: ...
    def statistics(self) -> Mapping[str, Any]: ...


Emit = Callable[[Event], None]
"""Where a pipeline sends its events; callable from any thread, never blocks."""

PipelineFactory = Callable[[Emit], PipelineControls]


@dataclass(frozen=True, slots=True)
class UiOptions:
    """How the screen looks."""

    theme: str = "voicestream-dark"
    timestamps: bool = True
    narrow_below: int = 90
    """Columns of the terminal under which Japanese stands below the English."""
    user_themes_dir: Path | None = None
    """The folder with the user's own theme files; need not exist."""
    history_file: Path | None = None
    """Where the user's messages are kept for the next conversation; None keeps them nowhere."""
    history: int = 500
    """How many of them; 0 keeps none."""
    bell: bool = False
    """Ring the terminal's bell when the user is needed."""
    desktop: bool = False
    """Show a notification of the desktop then."""
