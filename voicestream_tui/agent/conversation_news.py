"""News in order to one listener, from any thread, without a lock held while it listens."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from voicestream_tui.agent.talk import TalkNews


class Newsroom:
    """Hands on what it is told, in the order told.

    Who comes while another thread hands on, leaves the news to that thread: nobody waits, so
    the listener may take locks of its own. News from before there is a listener is kept.
    """

    def __init__(self) -> None:
        self._listener: Callable[[TalkNews], None] | None = None
        self._news: deque[TalkNews] = deque()
        self._telling = threading.Lock()

    def listen(self, listener: Callable[[TalkNews], None]) -> None:
        self._listener = listener
        self.tell()

    def note(self, news: Iterable[TalkNews]) -> None:
        """Put news in order; `tell` hands it on."""
        self._news.extend(news)

    def tell(self) -> None:
        """Hand on what was noted."""
        while self._listener is not None and self._news and self._telling.acquire(blocking=False):
            try:
                while self._news:
                    self._listener(self._news.popleft())
            finally:
                self._telling.release()
