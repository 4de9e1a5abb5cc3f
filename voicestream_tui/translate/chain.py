"""Several translation engines as one: the first that works, and the others behind it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.translate.base import (
    Interruptible,
    Translator,
    is_doubted,
    second_search,
)

log = logging.getLogger(__name__)

_ERRORS = 3
"""In a row; one odd sentence must not cost the user a good engine."""
_PAUSE = 60.0
_LONGEST_PAUSE = 900.0


@dataclass(slots=True)
class _Link:
    """One engine of a chain."""

    name: str
    make: Callable[[], Translator]
    translator: Translator | None = None
    starting: Translator | None = None
    """Made, and not loaded yet."""
    errors: int = 0
    pause: float = _PAUSE
    resting_until: float = field(default=float("-inf"))
    left: bool = False
    """Told to the user already."""

    def ready(self, has_ended: Callable[[], bool]) -> Translator:
        """The engine, made and warmed up; unless all has ended while it was being made."""
        if self.translator is None:
            translator = self.starting = self.make()
            try:
                if has_ended():
                    raise EngineError("The translation was ended.")
                translator.warm_up()
                # Before it is no longer the starting one: `interrupt` must see it at any time.
                self.translator = translator
            except BaseException:
                _close(translator)
                raise
            finally:
                self.starting = None
        return self.translator

    def close(self) -> None:
        if self.translator is not None:
            _close(self.translator)
            self.translator = None


class ChainTranslator:
    """Gives every batch to the first engine that works.

    It never gives up: while no engine works, translations are "", and each is tried again later.
    An engine that fails passes its batch on to the next one. After three errors in a row, or if it
    can't be loaded, it is left for a minute, and each time that it fails again for twice as long.
    Engines behind the first are not loaded before they are needed. `name` is the engine that did
    the last batch.
    """

    def __init__(
        self,
        engines: Sequence[tuple[str, Callable[[], Translator]]],
        *,
        tell: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember the engines; none is made before the first use.

        Args:
            engines: names and factories, the best one first.
            tell: gets message and hint once for each change; a hint "" means good news.
            clock: monotonic seconds.
        """
        self._links = [_Link(name, make) for name, make in engines]
        self._tell = tell
        self._clock = clock
        self._ended = False
        self.name = self._links[0].name

    def warm_up(self) -> None:
        """Load the first engine that can be loaded.

        Raises:
            EngineError: none can.
        """
        done, problems = self._first_that(lambda translator: [])
        if done is None:
            names = ", ".join(link.name for link in self._links)
            raise EngineError(
                "\n".join([f"None of the translation engines works ({names}).", *problems]),
                'Add "starter" as the last one of translation.engine: it needs no files.',
            )

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch; see `Translator.translate`."""
        done, _ = self._first_that(lambda translator: translator.translate(sentences))
        return done if done is not None else [""] * len(sentences)

    def translate_again(self, sentences: Sequence[str]) -> list[str]:
        """Translate a batch in another way, if the engine has one."""
        done, _ = self._first_that(lambda translator: second_search(translator)(sentences))
        return done if done is not None else [""] * len(sentences)

    def doubts(self, sentence: str, translation: str) -> bool:
        """Ask the engine that did the last batch; see `Doubting.doubts`."""
        did = next(link.translator for link in self._links if link.name == self.name)
        return is_doubted(did, sentence, translation)

    def interrupt(self) -> None:
        """End what any engine is doing; none takes over; see `Interruptible.interrupt`."""
        self._ended = True
        for link in self._links:
            for translator in (link.starting, link.translator):
                if isinstance(translator, Interruptible):
                    translator.interrupt()

    def close(self) -> None:
        """Free all engines."""
        for link in self._links:
            link.close()

    def _first_that(
        self, work: Callable[[Translator], list[str]]
    ) -> tuple[list[str] | None, list[str]]:
        """What the first engine that works makes; None and the reasons if none does."""
        problems: list[str] = []
        for link in self._links:
            if self._ended:
                break
            if link.resting_until > self._clock():
                continue
            try:
                translator = link.ready(lambda: self._ended)
            except Exception as error:
                problems.append(_told(error).message)
                self._leave(link, error)
                continue
            try:
                done = work(translator)
            except Exception as error:
                log.exception("%s failed", link.name)
                problems.append(_told(error).message)
                link.errors += 1
                if link.errors >= _ERRORS:
                    self._leave(link, error)
                continue
            self._did(link)
            return done, []
        return None, problems

    def _leave(self, link: _Link, error: Exception) -> None:
        link.close()
        link.errors = 0
        link.resting_until = self._clock() + link.pause
        if self._ended:
            return
        told = _told(error)
        log.warning("%s is left for %.0f s: %s", link.name, link.pause, told)
        if not link.left:
            link.left = True
            self._tell(
                f'The translation engine "{link.name}" is left for now. {told.message}',
                f"{told.hint} It is tried again in {link.pause:.0f} seconds.".strip(),
            )
        link.pause = min(2 * link.pause, _LONGEST_PAUSE)

    def _did(self, link: _Link) -> None:
        link.errors = 0
        link.pause = _PAUSE
        self.name = link.name
        if link.left:
            link.left = False
            log.info("%s works again", link.name)
            self._tell(f'The translation engine "{link.name}" works again.', "")


def _told(error: Exception) -> VoicestreamError:
    if isinstance(error, VoicestreamError):
        return error
    return EngineError(f"It failed: {error!r}.", "The log has the details.")


def _close(translator: Translator) -> None:
    try:
        translator.close()
    except Exception:
        log.exception("%s could not be closed", translator.name)
