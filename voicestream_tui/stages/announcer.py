"""Hands events to the front end, in order, and counts what became of the rows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from voicestream_tui.errors import VoicestreamError
from voicestream_tui.model import Event, Failed, Skipped

log = logging.getLogger(__name__)

_FRONT_END_PATIENCE = 1.0
"""Seconds that closing waits for a front end that does not take an event."""


class Announcer:
    """The one who tells.

    Args:
        emit: gets every event; one that breaks must not break the flow.
        clock: monotonic seconds.
    """

    def __init__(self, emit: Callable[[Event], None], clock: Callable[[], float]) -> None:
        self.emit = emit
        self.clock = clock
        self.order = threading.RLock()
        """Held from a change of what is to be spoken until it was told: so events keep their
        order, and nothing gets in between the last of them and `Ended`."""
        self._silent = threading.Event()
        self._lock = threading.Lock()
        self._counts = dict.fromkeys(("translated", "untranslated", "spoken", "skipped"), 0)

    def tell(self, event: Event) -> None:
        """Hand an event to the front end."""
        if self._silent.is_set():
            return
        try:
            self.emit(event)
        except Exception:
            log.exception("the front end could not take %s", type(event).__name__)

    def skipped(self, segment_ids: Iterable[int]) -> None:
        """These segments lost their turn to be spoken."""
        for segment_id in segment_ids:
            self.count("skipped")
            self.tell(Skipped(segment_id, self.clock()))

    def failed(self, stage: str, error: VoicestreamError) -> None:
        """Something broke, and the program goes on."""
        self.tell(Failed(stage, error.message, error.hint, self.clock()))

    def count(self, what: str) -> None:
        """Count one more of what became of a row."""
        with self._lock:
            self._counts[what] += 1

    @property
    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    def in_order(self, report: Callable[[], None]) -> None:
        """Do what tells events, unless a front end holds up the one before for ever."""
        if not self.order.acquire(timeout=_FRONT_END_PATIENCE):
            log.error("the front end does not take its events")
            return
        try:
            report()
        finally:
            self.order.release()

    def fall_silent(self) -> None:
        """Tell nothing any more, whoever may still try."""
        self._silent.set()
