"""Plain threads and the closable channels between them."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Channel(Generic[T]):
    """An unbounded queue that can be closed; iterating it ends when it is closed and empty."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._woken = False

    def put(self, item: T) -> None:
        """Append an item; after `close()` it is discarded."""
        with self._changed:
            if not self._closed:
                self._items.append(item)
                self._changed.notify_all()

    def close(self, *, discard: bool = False) -> None:
        """Let the consumer finish; with `discard`, without what is still waiting."""
        with self._changed:
            self._closed = True
            if discard:
                self._items.clear()
            self._changed.notify_all()

    def wake(self) -> None:
        """Give who waits for a batch an empty one."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    @property
    def over(self) -> bool:
        """Closed and empty: nothing comes any more."""
        with self._changed:
            return self._closed and not self._items

    def batches(self, most: int) -> Iterator[list[T]]:
        """Yield what has come since the last batch, at most `most` items.

        At least one, unless `wake` was called meanwhile.
        """
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._closed or self._woken)
                if not self._items and self._closed:
                    return
                self._woken = False
                batch = [self._items.popleft() for _ in range(min(most, len(self._items)))]
            yield batch

    def __iter__(self) -> Iterator[T]:
        for batch in self.batches(1):
            yield from batch

    def __len__(self) -> int:
        return len(self._items)


class Stage:
    """A named thread that runs one function and reports its crash instead of dying silently."""

    def __init__(
        self,
        name: str,
        work: Callable[[], None],
        on_crash: Callable[[str, BaseException], None],
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare the thread; `start()` starts it.

        Args:
            on_crash: gets the name and what `work` raised.
            after: called when the work is over, however it ended, and a crash has been reported.
        """
        self.name = name
        self._work = work
        self._on_crash = on_crash
        self._after = after
        self.cpu_time = 0.0
        """Seconds of processor time the thread took; known once it has ended."""
        self._thread = threading.Thread(target=self._run, name=f"voicestream-{name}", daemon=True)

    def _run(self) -> None:
        try:
            self._work()
        except (Exception, SystemExit) as error:  # a library may think that it can end the program
            log.exception("stage %s crashed", self.name)
            self._on_crash(self.name, error)
        finally:
            self.cpu_time = time.thread_time()
            self._after()

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end of the thread; False if it is still running after `timeout` seconds."""
        if self._thread.ident is None or self._thread is threading.current_thread():
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()
