"""Fetches a model: only what is missing or damaged, several files at once, all or nothing."""

from __future__ import annotations

import logging
import queue
import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from voicestream_tui.errors import ModelError
from voicestream_tui.models.catalog import Model, ModelFile
from voicestream_tui.models.partial import Fetched, Wanted
from voicestream_tui.models.store import Found, Store
from voicestream_tui.models.transfer import Stopped, Transfer, Watcher
from voicestream_tui.models.web import Web

log = logging.getLogger(__name__)

_AT_ONCE = 3
_TO_SPARE = 64 << 20
"""Bytes that must stay free on the disk."""
_PATIENCE = 1.0
"""Seconds that a transfer gets to notice that it was stopped."""


class Puller:
    """Fetches models into a store.

    Args:
        store: Where they go.
        web: Asks the servers.
        watcher: Is told how it goes.
        busy: Called if another program changes the same model, which is then waited for.
        wait: Waits so many seconds; ends early when transfers are stopped. For tests.
        tries: Times that a file is tried without any progress.
    """

    def __init__(
        self,
        store: Store,
        web: Web,
        watcher: Watcher | None = None,
        busy: Callable[[Model], None] = lambda model: None,
        wait: Callable[[float], object] | None = None,
        tries: int = 6,
    ) -> None:
        self._store = store
        self._web = web
        self._busy = busy
        self._stop = threading.Event()
        self._cancelled = False
        self._wait = wait or self._stop.wait
        self._transfer = Transfer(web, watcher, self._stop, self._wait, tries)

    def pull(self, model: Model) -> bool:
        """Fetch what is missing of a model; False if nothing was.

        A KeyboardInterrupt ends it within a second; what has come is kept, as after any error.

        Raises:
            ModelError: it can't be fetched, or can't be trusted.
            Stopped: it was cancelled.
        """
        with self._store.locked(model, lambda: self._busy(model), self._wait_or_stop):
            missing = []
            for file in model.files:
                self._look_up()
                if not self._is_good(model, file):
                    missing.append(file)
            if not missing:
                return False
            hub = self._web.hub
            if hub.offline:
                raise ModelError(
                    f"{model.name} is not fetched: the variable HF_HUB_OFFLINE is set.",
                    "Unset it: env -u HF_HUB_OFFLINE …",
                )
            for file in missing:
                if not hub.may_ask(model.url(file, hub.address)):
                    raise ModelError(
                        f"{model.url(file, hub.address)} is not https.", "Name another models.hub."
                    )
            parts = {file: self._store.part(model, file) for file in missing}
            self._need_space(model, parts)
            fetched = self._fetch_all(model, parts)
            self._store.remember(model, fetched)
            self._store.place(model, parts)
            for file, found in fetched.items():
                log.info(
                    "fetched %s/%s from %s: %d bytes, SHA-256 %s",
                    model.name,
                    file.path,
                    model.url(file, hub.address),
                    found.size,
                    found.sha256,
                )
            return True

    def cancel(self) -> None:
        """End `pull` as soon as nothing is being written; from any thread, for good.

        What has come is kept. A server that is silent is waited for until the patience of `Web`
        is over: nobody else may go on with its file before.
        """
        self._cancelled = True
        self._stop.set()

    def _look_up(self) -> None:
        if self._cancelled:
            raise Stopped

    def _wait_or_stop(self, seconds: float) -> None:
        self._wait(seconds)
        self._look_up()

    def _is_good(self, model: Model, file: ModelFile) -> bool:
        return self._store.check(model, file) in (Found.GOOD, Found.RECORDED)

    def _need_space(self, model: Model, parts: Mapping[ModelFile, Path]) -> None:
        whole = len(parts) == len(model.files)
        needed = model.size if whole else sum(file.size or 0 for file in parts)
        for part in parts.values():
            with suppress(OSError):
                needed -= part.stat().st_size
        folder = self._store.staging(model)
        free = shutil.disk_usage(folder).free
        if needed > 0 and free < needed + _TO_SPARE:
            raise ModelError(
                f"{model.name} needs {in_words(needed)} more; {folder.parent} has only "
                f"{in_words(free)} free.",
                "Free some space, or name another folder: the settings models.folder and "
                "tts.voices_dir.",
            )

    def _fetch_all(
        self, model: Model, parts: Mapping[ModelFile, Path]
    ) -> Mapping[ModelFile, Fetched]:
        todo: queue.SimpleQueue[ModelFile] = queue.SimpleQueue()
        for file in parts:
            todo.put(file)
        fetched: dict[ModelFile, Fetched] = {}
        failed: list[Exception] = []

        def work() -> None:
            with suppress(queue.Empty, Stopped):
                while True:
                    file = todo.get_nowait()
                    try:
                        fetched[file] = self._transfer.fetch(self._wanted(model, file), parts[file])
                    except Stopped:
                        raise
                    except Exception as error:
                        failed.append(error)
                        self._stop.set()

        # A transfer may hang in a silent connection, which must not keep the program from ending.
        threads = [
            threading.Thread(target=work, name=f"pull-{number}", daemon=True)
            for number in range(min(_AT_ONCE, len(parts)))
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self._stop.set()
            for thread in threads:
                thread.join(_PATIENCE)
            raise
        self._look_up()
        if failed:
            self._stop.clear()
            raise failed[0]
        return fetched

    def _wanted(self, model: Model, file: ModelFile) -> Wanted:
        hub = self._web.hub
        size, sha256 = self._store.expected(model, file)
        page = f"{hub.address}/{model.page}" if model.page else ""
        return Wanted(f"{model.name}/{file.path}", model.url(file, hub.address), size, sha256, page)


def in_words(size: int) -> str:
    """A number of bytes as people read it ("622.6 MB")."""
    for unit, bytes_of_it in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= bytes_of_it:
            return f"{size / bytes_of_it:.1f} {unit}"
    return f"{size} bytes"
