"""The second stage: segments get their Japanese, one at a time when live, several when behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from voicestream_tui.errors import EngineError, VoicestreamError
from voicestream_tui.model import Segment, Translation
from voicestream_tui.stages.stage import Channel
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.translate.base import Interruptible, Translator
from voicestream_tui.translate.contents import translate_contents
from voicestream_tui.translate.segments import ready_made, translate_segments, untranslated
from voicestream_tui.translate.tally import Tally

log = logging.getLogger(__name__)


class Translating:
    """Owns the translator for the life of its thread."""

    def __init__(
        self,
        segments: Channel[Segment],
        make_translator: Callable[[], Translator],
        *,
        batch: int,
        glossary: Glossary | None = None,
        wants_contents: Callable[[Segment], bool] = lambda segment: False,
        on_translated: Callable[[Segment, Translation], None],
        on_failure: Callable[[str, VoicestreamError], None],
    ) -> None:
        """Wire the stage; `run()` does the work in the calling thread.

        Args:
            make_translator: called in the thread of the stage.
            batch: most segments in one call of the engine.
            glossary: the user's own terms.
            wants_contents: tells whether what is inside a block will be said, too.
            on_translated: gets every segment exactly once, in order, whatever breaks.
            on_failure: told once when the engine is given up.
        """
        self._segments = segments
        self._make_translator = make_translator
        self._batch = batch
        self._on_translated = on_translated
        self._on_failure = on_failure
        self._glossary = glossary
        self._wants_contents = wants_contents
        self._failures = 0
        self._other: tuple[Callable[[], Translator], str] | None = None
        self._newest: Translator | None = None
        """The one made last, which may be loading still."""
        self._ending = False
        self._ended = False
        self.in_use = ""
        """The name that `switch` was given, or that of the first engine; "" until it is there."""
        self.tally = Tally()
        """How often the engine had to be asked again; read by any thread."""

    def run(self) -> None:
        """Translate until the channel is closed and empty."""
        translator = self._start(self._make_translator)
        self.in_use = translator.name if translator is not None else ""
        try:
            for batch in self._segments.batches(self._batch):
                translator = self._switched(translator)
                waiting: list[Segment] = []
                for segment in batch:
                    done = ready_made(segment)
                    if done is None:
                        waiting.append(segment)
                        continue
                    translator = self._translate(translator, waiting)
                    waiting = []
                    self._on_translated(segment, self._with_contents(translator, segment, done))
                translator = self._translate(translator, waiting)
        finally:
            self._ended = True
            if translator is not None:
                _close(translator)

    def switch(self, make_translator: Callable[[], Translator], name: str) -> bool:
        """Translate what comes next with another engine; from any thread, does not wait.

        One that can't be started leaves the present one where it is.

        Returns:
            False if nothing waits and nothing comes any more.
        """
        if self._ended or self._segments.over:
            return False
        self._other = make_translator, name
        self._segments.wake()
        return True

    def interrupt(self) -> None:
        """End a translation in the middle, from any thread, because the program ends."""
        self._ending = True
        newest = self._newest
        if isinstance(newest, Interruptible):
            newest.interrupt()

    def _switched(self, translator: Translator | None) -> Translator | None:
        wanted, self._other = self._other, None
        if wanted is None:
            return translator
        make, name = wanted
        other = self._start(make)
        if other is None:
            return translator
        self.in_use = name
        log.info("translating with %s from here on", other.name)
        self._failures = 0
        if translator is not None:
            _close(translator)
        return other

    def _start(self, make_translator: Callable[[], Translator]) -> Translator | None:
        present, translator = self._newest, None
        try:
            translator = self._newest = make_translator()
            if self._ending:
                self.interrupt()
            translator.warm_up()
        except Exception as error:
            log.exception("the translator could not be started")
            self._newest = present
            if translator is not None:
                _close(translator)
            if not self._ending:
                self._on_failure("translation", _told(error))
            return None
        return translator

    def _translate(
        self, translator: Translator | None, segments: list[Segment]
    ) -> Translator | None:
        """Translate and hand on; gives None from the call on in which the engine was given up."""
        if not segments:
            return translator
        translations: list[Translation]
        if translator is None:
            translations = [untranslated(s, "none", "no translator") for s in segments]
        else:
            try:
                translations = translate_segments(
                    translator, segments, glossary=self._glossary, tally=self.tally
                )
                self._failures = 0
            except Exception as error:
                log.exception("translation failed")
                if len(segments) > 1:  # the others must not go with the one that it failed at
                    for segment in segments:
                        translator = self._translate(translator, [segment])
                    return translator
                translations = [untranslated(s, translator.name, "failed") for s in segments]
                self._failures += 1
                if self._failures >= _FAILURES_BEFORE_GIVING_UP and not self._ending:
                    self._on_failure("translation", _told(error))
                    _close(translator)
                    translator = None
        for segment, translation in zip(segments, translations, strict=True):
            self._on_translated(segment, translation)
        return translator

    def _with_contents(
        self, translator: Translator | None, block: Segment, done: Translation
    ) -> Translation:
        """Add the Japanese of what is inside a block; without it less is said, and no more."""
        if translator is None or not self._wants_contents(block):
            return done
        try:
            inside = translate_contents(
                translator, block, glossary=self._glossary, tally=self.tally
            )
        except Exception:
            log.exception("the contents of a block could not be translated")
            return done
        return replace(done, contents=inside)


def _told(error: Exception) -> VoicestreamError:
    if isinstance(error, VoicestreamError):
        return error
    return EngineError(f"The translator failed: {error!r}.", "The log has the details.")


def _close(translator: Translator) -> None:
    try:
        translator.close()
    except Exception:
        log.exception("the translator could not be closed")


_FAILURES_BEFORE_GIVING_UP = 3
"""In a row; a single odd sentence must not cost the user all later translations."""
