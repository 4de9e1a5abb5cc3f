"""Asking the agent to stop its turn, once more if it does not answer, and then telling."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

from voicestream_tui.agent import control_lines


class Interrupting:
    """One interrupt at a time.

    A signal would end the agent's whole process, so the request is all there is: sent again
    after a quarter of `patience` without an answer; after all of it `unheard` is called.

    Args:
        write: Writes a line to the agent.
        unheard: Told that the agent does not answer.
        patience: Seconds. A busy claude on a busy computer has taken over two to answer.
    """

    def __init__(
        self, write: Callable[[bytes], None], unheard: Callable[[], None], patience: float = 4.0
    ) -> None:
        self._write = write
        self._unheard = unheard
        self._patience = patience
        self._lock = threading.Lock()
        self._closed = False
        self._asked: set[str] = set()
        """Ids of the requests that wait for an answer."""
        self._timer: threading.Timer | None = None

    def ask(self) -> None:
        """Ask the agent to stop; nothing happens while a request waits for its answer."""
        with self._lock:
            if not self._asked and not self._closed:
                self._request(self._patience / 4, again=True)

    def answered(self, request_id: str) -> None:
        """An answer came; others' mean nothing here."""
        with self._lock:
            if request_id in self._asked:
                self._forget()

    def over(self) -> None:
        """There is nothing to interrupt any more."""
        with self._lock:
            self._forget()

    def close(self) -> None:
        """Wait for nothing any more; no thread is left afterwards."""
        with self._lock:
            self._closed = True
            timer = self._timer
            self._forget()
        if timer is not None and timer is not threading.current_thread():
            timer.join()

    def _request(self, seconds: float, *, again: bool) -> None:
        request_id = f"interrupt-{uuid.uuid4()}"
        self._asked.add(request_id)
        self._write(control_lines.interrupt(request_id))
        self._timer = threading.Timer(seconds, self._late, (request_id, again))
        self._timer.name = "interrupt"
        self._timer.daemon = True
        self._timer.start()

    def _late(self, request_id: str, again: bool) -> None:
        with self._lock:
            if request_id not in self._asked:
                return
            if again:
                self._request(self._patience * 3 / 4, again=False)
                return
            self._forget()
        self._unheard()

    def _forget(self) -> None:
        self._asked.clear()
        if self._timer is not None:
            self._timer.cancel()
