"""One speech engine in a thread of its own, so that it can load while another one speaks."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, TypeVar

from voicestream_tui.errors import EngineError
from voicestream_tui.model import SpeechChunk, Voice
from voicestream_tui.speak.base import (
    Interruptible,
    LoadsVoices,
    SharesModel,
    Speaker,
    SpeaksStyles,
)
from voicestream_tui.speak.styles import Style

T = TypeVar("T")
log = logging.getLogger(__name__)


class Booth:
    """Makes an engine, works with it and closes it, all in the same thread.

    The engine is made by the first work that needs it; if that fails, the work fails, and the
    next one tries again. Every method may be called from any thread and is in order with the
    others. The thread is there until `close`.
    """

    def __init__(self, engine: str, make: Callable[[], Speaker]) -> None:
        """Start the thread; nothing is made yet.

        Args:
            engine: the engine's name.
            make: called in the thread.
        """
        self.engine = engine
        self._make = make
        self._speaker: Speaker | None = None
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._waited_for: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._ready: set[Voice] = set()
        self._thread = threading.Thread(
            target=self._run, name=f"voicestream-speaker-{engine}", daemon=True
        )
        self._thread.start()

    def voices(self) -> list[Voice]:
        """The voices of the engine, see `Speaker.voices`; waits for them.

        Raises:
            EngineError: the engine can't be made or listed, or the booth was closed meanwhile.
        """
        return self.call(lambda speaker: list(speaker.voices()))

    def warm_up(self, voice: Voice) -> None:
        """Load a voice; waits for it.

        Raises:
            EngineError: as `Speaker.warm_up`, or the booth was closed meanwhile.
        """
        self.call(lambda speaker: self._load(speaker, voice))

    def load_later(
        self,
        choose: Callable[[Speaker], Voice],
        done: Callable[[Voice | None, Exception | None], None],
    ) -> None:
        """Load the voice that `choose` gives, without waiting; `done` is called in the thread.

        `done` gets the voice, or what went wrong. It is not called after `close`.
        """

        def work(speaker: Speaker) -> Voice:
            voice = choose(speaker)
            self._load(speaker, voice)
            return voice

        self._post(work, done)

    def list_later(self, done: Callable[[list[Voice] | None, Exception | None], None]) -> None:
        """Give the voices without waiting; `done` as in `load_later`."""
        self._post(lambda speaker: list(speaker.voices()), done)

    def is_ready(self, voice: Voice) -> bool:
        """Whether the voice can speak at once; waits for nothing."""
        speaker = self._speaker
        if self._closed:
            return False
        if isinstance(speaker, LoadsVoices):
            return speaker.is_loaded(voice)
        return voice in self._ready

    def shares_model(self, voice: Voice) -> bool:
        """Whether the model that is loaded here has the voice, too; waits for nothing."""
        speaker = self._speaker
        if self._closed or not isinstance(speaker, SharesModel):
            return False
        return speaker.shares_model(voice)

    def speak(self, text: str, voice: Voice, style: Style) -> Generator[SpeechChunk]:
        """Yield the sound of a text, see `Speaker.speak`; each chunk is made when it is asked for.

        The style is for engines that know such; the others speak as always.

        Raises:
            EngineError: as `Speaker.speak`, or the booth was closed meanwhile.
        """

        def begin(speaker: Speaker) -> Iterator[SpeechChunk]:
            if isinstance(speaker, SpeaksStyles):
                return iter(speaker.speak_styled(text, voice, style))
            return iter(speaker.speak(text, voice))

        chunks = self.call(begin)
        try:
            while (chunk := self.call(lambda _: next(chunks, None))) is not None:
                yield chunk
            self._ready.add(voice)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                self._work.put(lambda: _quietly(close))

    def call(self, work: Callable[[Speaker], T]) -> T:
        """Do a piece of work with the engine and wait for its result.

        Raises:
            EngineError: the booth is closed; else what the work raises.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise _closed(self.engine)
            self._waited_for.add(future)
            self._work.put(lambda: self._fulfil(future, work))
        try:
            return future.result()
        finally:
            with self._lock:
                self._waited_for.discard(future)

    def close(self) -> None:
        """Close the engine after the work in hand and end the thread; does not wait.

        Whoever waits for a result stops waiting, the engine for others as well.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            waiting = list(self._waited_for)
            self._work.put(None)
        for future in waiting:
            with suppress(InvalidStateError):
                future.set_exception(_closed(self.engine))
        if isinstance(speaker := self._speaker, Interruptible):
            _quietly(speaker.interrupt)

    @property
    def ended(self) -> bool:
        """Whether the thread is over."""
        return not self._thread.is_alive()

    def join(self, timeout: float) -> bool:
        """Wait for the end of the thread; False if it still runs after `timeout` seconds."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    # --- in the thread -------------------------------------------------------------------------

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            if not self._closed:
                work()
        if self._speaker is not None:
            _quietly(self._speaker.close)

    def _made(self) -> Speaker:
        if self._speaker is None:
            self._speaker = self._make()
            if self._closed:  # meanwhile; nobody interrupted what was not there
                raise _closed(self.engine)
        return self._speaker

    def _load(self, speaker: Speaker, voice: Voice) -> None:
        speaker.warm_up(voice)
        self._ready.add(voice)

    def _fulfil(self, future: Future[T], work: Callable[[Speaker], T]) -> None:
        try:
            result = work(self._made())
        except BaseException as error:  # a library may think that it can end the program
            failure = error if isinstance(error, Exception) else RuntimeError(repr(error))
            with suppress(InvalidStateError):
                future.set_exception(failure)
        else:
            with suppress(InvalidStateError):
                future.set_result(result)

    def _post(
        self,
        work: Callable[[Speaker], T],
        done: Callable[[T | None, Exception | None], None],
    ) -> None:
        def task() -> None:
            future: Future[T] = Future()
            self._fulfil(future, work)
            if self._closed:
                return
            error = future.exception()
            if error is None:
                _quietly(lambda: done(future.result(), None))
            else:
                told = error if isinstance(error, Exception) else RuntimeError(repr(error))
                _quietly(lambda: done(None, told))

        self._work.put(task)


def _quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        log.exception("a speech engine's thread goes on after an error")


def _closed(engine: str) -> EngineError:
    return EngineError(f"The speech engine {engine} was closed.")
