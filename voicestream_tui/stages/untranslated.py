"""How much will be spoken that has no Japanese yet, estimated from the English."""

from __future__ import annotations

import threading

from voicestream_tui.model import Segment
from voicestream_tui.translate.segments import ready_made

_JAPANESE_PER_ENGLISH = 0.5
"""Characters of Japanese for one of English, as in tests/train/sample.tsv."""


class Untranslated:
    """The rows on their way through the translation; every method from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._characters: dict[int, float] = {}

    def add(self, segment: Segment) -> None:
        """Count a row, if it is spoken by itself."""
        if not segment.speakable:
            return
        ready = ready_made(segment)
        if ready is not None:
            characters = float(len(ready.japanese))
        else:
            characters = _JAPANESE_PER_ENGLISH * len(segment.english)
        with self._lock:
            self._characters[segment.id] = characters

    def remove(self, segment_id: int) -> None:
        """Count a row no more: it is translated, or withdrawn. Others are left alone."""
        with self._lock:
            self._characters.pop(segment_id, None)

    @property
    def characters(self) -> float:
        """Characters of Japanese to be expected."""
        with self._lock:
            return sum(self._characters.values())
