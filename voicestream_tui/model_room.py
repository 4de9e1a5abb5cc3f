"""What a front end does with models and voices: look, fetch, stop, remove, choose for good.

Nothing here waits: what takes time is done by a thread of the room or by those of its downloads,
and `state()` tells how far it is.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicestream_tui.errors import ModelError, VoicestreamError
from voicestream_tui.memory_use import MemoryUse, memory_in_use
from voicestream_tui.models.catalog import Model
from voicestream_tui.models.downloads import Download, Downloads, MakePuller
from voicestream_tui.models.pull import in_words
from voicestream_tui.shelf import Item, Shelf, as_default

log = logging.getLogger(__name__)

_END = 3.0
"""Seconds that what is being done has to end."""


@dataclass(frozen=True, slots=True)
class RoomState:
    """What there is to show now."""

    items: tuple[Item, ...] = ()
    """Translators, then voices."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What speech engines say of themselves, by name."""
    downloads: Mapping[str, Download] = field(default_factory=dict)
    """By the model's name."""
    looking: bool = False
    """The items are being looked for anew."""
    told: str = ""
    """What was done last, or why it could not be."""
    failed: bool = False
    """What was told is a failure."""
    looks: int = 0
    """How often the items have been looked for."""
    memory: MemoryUse = field(default_factory=MemoryUse)


class ModelRoom:
    """Any thread may call every method; none of them but `close` waits.

    Args:
        shelf: What there is.
        make_puller: Makes what fetches a model.
        write_default: Writes settings by dotted key for the next start; gives the file.
        measure: Gives the memory in use.
    """

    def __init__(
        self,
        shelf: Shelf,
        make_puller: MakePuller,
        write_default: Callable[[Mapping[str, Any]], Path],
        measure: Callable[[], MemoryUse] = memory_in_use,
    ) -> None:
        self._shelf = shelf
        self._measure = measure
        self._write_default = write_default
        self._downloads = Downloads(make_puller, self.look)
        self._lock = threading.Lock()
        self._state = RoomState()
        self._errands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def state(self) -> RoomState:
        """What there is to show now."""
        return replace(self._state, downloads=self._downloads.snapshot())

    def look(self) -> None:
        """Look for models and voices anew."""
        self._change(looking=True)
        self._do(self._look)

    def measure(self) -> None:
        """Look how much memory is in use."""
        self._do(lambda: self._change(memory=self._measure()))

    def fetch(self, model: Model, *, accept: bool = False) -> None:
        """Fetch a model, or go on with it; `accept` its terms first if they ask for it."""

        def start() -> None:
            if accept and not self._shelf.store.has_accepted(model):
                self._shelf.store.accept(model)
            if not self._shelf.store.has_accepted(model):
                raise ModelError(f"The terms of {model.name} were not accepted.")
            self._downloads.start(model)

        self._do(start)

    def cancel(self, model: Model) -> None:
        """Stop fetching a model; what has come is kept."""
        self._downloads.cancel(model.name)

    def remove(self, model: Model) -> None:
        """Remove a model's files, and what has come of them."""

        def busy() -> None:
            raise ModelError(f"{model.name} is being fetched.", "Stop that first.")

        def work() -> None:
            with self._shelf.store.locked(model, busy, lambda seconds: None):
                freed, left = self._shelf.store.remove(model)
            self._downloads.forget(model.name)
            kept = f" Left there, not the model's: {', '.join(map(str, left))}." if left else ""
            self._tell(f"Removed {model.name}: {in_words(freed)} are free again.{kept}")
            self._look()

        self._do(work)

    def make_default(self, item: Item) -> None:
        """Choose an item for the next start, in the settings file."""

        def work() -> None:
            wanted = as_default(item, self._shelf.chosen)
            path = self._write_default(wanted)
            self._shelf.choose(item)
            self._tell(f"{item.title}: the default from the next start on ({path}).")
            self._look()

        self._do(work)

    def close(self) -> None:
        """Stop all downloads and wait for what is being done, some seconds at most."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._downloads.close()
        self._errands.put(None)
        if thread is not None:
            thread.join(_END)
            if thread.is_alive():
                log.error("the room of models did not end within %.0f s", _END)

    # --- the errands ---------------------------------------------------------------------------

    def _do(self, errand: Callable[[], None]) -> None:
        with self._lock:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="model-room", daemon=True)
                self._thread.start()
        self._errands.put(errand)

    def _run(self) -> None:
        while (errand := self._errands.get()) is not None and not self._closed:
            try:
                errand()
            except VoicestreamError as error:
                self._tell(f"{error.message} {error.hint}".strip(), failed=True)
            except Exception as error:
                log.exception("an errand of the room of models failed")
                self._tell(f"It failed: {error!r}. The log has the details.", failed=True)

    def _look(self) -> None:
        notes: dict[str, str] = {}
        items = (*self._shelf.translators(), *self._shelf.voices(notes))
        with self._lock:
            self._state = replace(
                self._state,
                items=items,
                notes=notes,
                looking=False,
                looks=self._state.looks + 1,
            )

    def _tell(self, told: str, *, failed: bool = False) -> None:
        self._change(told=told, failed=failed, looking=False)

    def _change(self, **changes: Any) -> None:
        with self._lock:
            self._state = replace(self._state, **changes)
