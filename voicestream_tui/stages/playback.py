"""The last stage: what the player reports becomes events.

The audio callback only drops notices into a queue; this thread picks them up, so that nothing
in the callback waits for a front end.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from voicestream_tui.audio.notices import Began, Dropped, Finished, Poke
from voicestream_tui.audio.player import Player
from voicestream_tui.model import Utterance
from voicestream_tui.stages.playlist import Playlist

log = logging.getLogger(__name__)


class Playback:
    """Follows the player's notices for the life of its thread."""

    def __init__(
        self,
        player: Player,
        playlist: Playlist,
        *,
        order: AbstractContextManager[object],
        gap: Callable[[Utterance], float],
        on_began: Callable[[Utterance, float, float | None], None],
        on_spoken: Callable[[Utterance, float], None],
        on_change: Callable[[], None],
    ) -> None:
        """Wire the stage; `run()` does the work in the calling thread.

        Args:
            order: held from a change of the playlist until what it means has been told.
            gap: seconds of silence that follow an utterance.
            on_began: gets utterance, time of its first sample, and when the voice had become
                free before it (None: it had never been busy).
            on_spoken: gets an utterance that was heard to its end.
            on_change: called after every notice.
        """
        self._player = player
        self._playlist = playlist
        self._order = order
        self._gap = gap
        self._on_began = on_began
        self._on_spoken = on_spoken
        self._on_change = on_change
        self._free: float | None = None
        self._requests: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = threading.Event()

    def do(self, request: Callable[[], None]) -> None:
        """Have something done by this thread that would hold up the caller."""
        self._requests.put(request)
        self._player.notices.put(Poke())

    def free_at(self, t: float) -> None:
        """The user held up the voice until now, or pointed at what to say: nobody's latency."""
        self._free = t

    def close(self) -> None:
        """Make `run()` end; from any thread."""
        self._closing.set()
        self._player.notices.put(Poke())

    def run(self) -> None:
        """Follow notices until closed."""
        while not self._closing.is_set():
            notice = self._player.notices.get()
            if isinstance(notice, Poke):
                self._do_requests()
            else:
                with self._order:
                    self._follow(notice)
            self._on_change()

    def _follow(self, notice: Began | Finished | Dropped) -> None:
        match notice:
            case Began(utterance, t):
                if self._playlist.began(utterance):
                    self._on_began(utterance, t, self._free)
            case Finished(utterance, t):
                self._free = t + self._gap(utterance)
                if self._playlist.over(utterance):
                    self._on_spoken(utterance, t)
            case Dropped(utterance, t):
                self._free = t
                self._playlist.over(utterance)

    def _do_requests(self) -> None:
        while not self._requests.empty():
            try:
                self._requests.get()()
            except Exception:
                log.exception("a request could not be done; speech goes on without it")
