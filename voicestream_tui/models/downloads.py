"""Several downloads at once, each in a thread, with one owner that ends them all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from voicestream_tui.errors import ModelError
from voicestream_tui.models.catalog import Model
from voicestream_tui.models.pull import Puller
from voicestream_tui.models.transfer import Stopped, Watcher

log = logging.getLogger(__name__)

MakePuller = Callable[[Watcher, Callable[[Model], None]], Puller]


class Phase(StrEnum):
    """Where a download is."""

    RUNNING = "running"
    WAITING = "waiting"
    """Another program fetches the same model, or a server asked for patience."""
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Download:
    """How far a download is; a new one each time that it is asked for."""

    phase: Phase
    have: int = 0
    """Bytes that are there, of the files that have been begun."""
    size: int = 0
    """Bytes of the whole, as far as known."""
    note: str = ""
    """What it waits for, or what went wrong."""
    hint: str = ""
    """What to do about that."""

    @property
    def active(self) -> bool:
        """Its thread runs."""
        return self.phase in (Phase.RUNNING, Phase.WAITING, Phase.STOPPING)


@dataclass(slots=True)
class _Job:
    puller: Puller
    thread: threading.Thread
    download: Download
    files: dict[str, int] = field(default_factory=dict)


class Downloads:
    """Starts, tells of and ends downloads; any thread may call every method.

    Args:
        make_puller: makes what fetches one model, with who is told of progress and of another
            program that holds the model.
        on_over: called in the download's thread when one is over, however.
    """

    def __init__(self, make_puller: MakePuller, on_over: Callable[[], None] = lambda: None) -> None:
        self._make_puller = make_puller
        self._on_over = on_over
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._closed = False

    def start(self, model: Model) -> None:
        """Fetch a model, or go on with it; nothing happens if that is being done."""
        with self._lock:
            job = self._jobs.get(model.name)
            if self._closed or (job is not None and job.download.active):
                return
            puller = self._make_puller(self._watcher(model), lambda held: self._held(held.name))
            thread = threading.Thread(
                target=self._run, args=(model, puller), name=f"download-{model.name}", daemon=True
            )
            self._jobs[model.name] = _Job(puller, thread, Download(Phase.RUNNING, size=model.size))
            thread.start()

    def cancel(self, name: str) -> None:
        """Stop a download soon; what has come is kept."""
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.download.active:
                job.download = replace(job.download, phase=Phase.STOPPING, note="")
                job.puller.cancel()

    def forget(self, name: str) -> None:
        """Tell no more of a download that is over."""
        with self._lock:
            if name in self._jobs and not self._jobs[name].download.active:
                del self._jobs[name]

    def snapshot(self) -> Mapping[str, Download]:
        """All downloads since the start by the model's name, those that are over too."""
        with self._lock:
            return {name: job.download for name, job in self._jobs.items()}

    def close(self, timeout: float = 2.0) -> None:
        """Stop all and wait for the ends of their threads, so many seconds at most.

        A thread that waits for a silent server ends by itself, or with the program.
        """
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.items())
        for name, _ in jobs:
            self.cancel(name)
        for name, job in jobs:
            job.thread.join(timeout)
            if job.thread.is_alive():
                log.warning("the download of %s waits for a silent server", name)

    # --- in the threads ------------------------------------------------------------------------

    def _run(self, model: Model, puller: Puller) -> None:
        try:
            puller.pull(model)
        except Stopped:
            self._end(model, Phase.STOPPED)
        except ModelError as error:
            log.warning("%s was not fetched: %s", model.name, error)
            self._end(model, Phase.FAILED, error.message, error.hint)
        except Exception as error:
            log.exception("%s was not fetched", model.name)
            self._end(model, Phase.FAILED, f"It failed: {error!r}.", "The log has the details.")
        else:
            self._end(model, Phase.DONE)
        self._on_over()

    def _end(self, model: Model, phase: Phase, note: str = "", hint: str = "") -> None:
        with self._lock:
            job = self._jobs[model.name]
            have = job.download.size if phase is Phase.DONE else job.download.have
            job.download = replace(job.download, phase=phase, have=have, note=note, hint=hint)

    def _watcher(self, model: Model) -> Watcher:
        name = model.name

        def begins(path: str, have: int, size: int | None) -> None:
            self._count(name, path, have, add=False)

        def grows(path: str, more: int) -> None:
            self._count(name, path, more, add=True)

        def waits(path: str, cause: str, seconds: float) -> None:
            self._wait(name, f"{cause}; trying again in {seconds:.0f} s")

        return Watcher(begins, grows, waits)

    def _count(self, name: str, path: str, count: int, *, add: bool) -> None:
        with self._lock:
            job = self._jobs[name]
            job.files[path] = count + (job.files.get(path, 0) if add else 0)
            have = sum(job.files.values())
            size = max(job.download.size, have)
            job.download = replace(job.download, have=have, size=size)
            if job.download.phase is Phase.WAITING:
                job.download = replace(job.download, phase=Phase.RUNNING, note="")

    def _held(self, name: str) -> None:
        self._wait(name, "another voicestream-tui is fetching it")

    def _wait(self, name: str, why: str) -> None:
        with self._lock:
            job = self._jobs[name]
            if job.download.phase is Phase.RUNNING:
                job.download = replace(job.download, phase=Phase.WAITING, note=why)
