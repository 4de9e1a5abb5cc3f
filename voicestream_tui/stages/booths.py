"""The booths of all speech engines that are open: made, kept while they are needed, closed."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from voicestream_tui.model import Voice
from voicestream_tui.speak.base import Speaker
from voicestream_tui.speak.booth import Booth
from voicestream_tui.stages.voice_list import VoiceList

log = logging.getLogger(__name__)

_END = 5.0
"""Seconds that the engines have to close."""


class Booths:
    """Opens booths, and closes them in the end. Any thread may call any method."""

    def __init__(self, make: Callable[[str], Speaker], voices: VoiceList) -> None:
        """Open none yet.

        Args:
            make: makes an engine by name, in the thread of its booth.
            voices: gets what the engines list.
        """
        self._make = make
        self._voices = voices
        self._lock = threading.RLock()
        self._open: list[Booth] = []
        self._kept: list[Booth] = []
        self._to_list: deque[str] = deque()
        self.closed = False

    def open(self, engine: str) -> Booth:
        """A new booth; a closed one after `close`."""
        booth = Booth(engine, partial(self._make, engine))
        with self._lock:
            self._open = [other for other in self._open if not other.ended]
            self._open.append(booth)
            if self.closed:
                booth.close()
        return booth

    def keep(self, booth: Booth) -> None:
        """Let a booth be open until `keep_only` leaves it out."""
        with self._lock:
            if booth not in self._kept:
                self._kept.append(booth)

    def keep_only(self, needed: Sequence[Booth]) -> None:
        """Close those that were kept and are not among these."""
        with self._lock:
            for booth in [booth for booth in self._kept if booth not in needed]:
                self._kept.remove(booth)
                booth.close()

    def close(self) -> None:
        """Let go of all engines; does not wait."""
        with self._lock:
            self.closed = True
            booths = list(self._open)
        for booth in booths:
            booth.close()

    def join(self) -> None:
        """Close, and wait for the ends of the engines' threads, some seconds at most."""
        self.close()
        deadline = time.monotonic() + _END
        for booth in self._open:
            if not booth.join(max(0.0, deadline - time.monotonic())):
                log.error("the speech engine %s did not end within %.0f s", booth.engine, _END)

    def list_anew(self, engines: Sequence[str]) -> None:
        """Ask engines for their voices, one after another, without waiting.

        What was known of an engine stays until it has answered.
        """
        with self._lock:
            idle = not self._to_list
            self._to_list.extend(engines)
        if idle:
            self._list_next()

    def _list_next(self) -> None:
        with self._lock:
            if not self._to_list or self.closed:
                return
            engine = self._to_list[0]
        booth = self.open(engine)
        booth.list_later(partial(self._listed, booth))

    def _listed(self, booth: Booth, voices: list[Voice] | None, error: Exception | None) -> None:
        if error is not None:
            log.info("the voices of %s are not known: %r", booth.engine, error)
        if voices is not None or booth.engine in self._voices.missing():
            self._voices.put(booth.engine, voices or ())
        booth.close()
        with self._lock:
            self._to_list.popleft()
        self._list_next()
