"""The engine "firefox": Mozilla's small students of Firefox Translations, run by fxtranslate.

They are Marian models of 8 bits for the processor. The package would cut a long sentence off in
silence (it stops after twice as many pieces as the sentence has, and after 256), so sentences are
split before, and a translation that comes near that limit is made again in parts.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.firefox.files import FirefoxFiles, open_firefox
from voicestream_tui.translate.firefox.process import FirefoxProcess
from voicestream_tui.translate.parts import joined, parts
from voicestream_tui.translate.slotted import Effort, SlottedTranslator

log = logging.getLogger(__name__)

_LONGEST = 100
"""Pieces. The models know 128, and end early where a sentence comes near that."""
_MOST_WRITTEN = 256


class FirefoxTranslator(SlottedTranslator):
    """Translates English into Japanese with a Firefox model, in a process of its own."""

    name = "firefox"

    def __init__(
        self,
        *,
        model: str = "",
        models_dir: Path = Path("models"),
        device: str = "auto",
        shortlist: bool = True,
    ) -> None:
        """Remember what to load; nothing is read or started before the first use.

        Args:
            model: folder of the model, or its name in `models_dir`; "" looks for one.
            models_dir: where models lie.
            device: for the log; these models run on the processor only.
            shortlist: weigh only what the words of a sentence usually become, as Firefox does.
                The second search weighs everything in any case.
        """
        super().__init__()
        self._named, self._models_dir = model, models_dir
        self._device, self._shortlist = device, shortlist
        self._files: FirefoxFiles | None = None
        self._process: FirefoxProcess | None = None
        self._interrupted = False

    @property
    def longest(self) -> int:
        """See `SlottedTranslator.longest`."""
        return _LONGEST

    def load(self) -> None:
        """See `SlottedTranslator.load`."""
        if self._interrupted:
            raise EngineError("The translation was ended.")
        files = open_firefox(self._named, self._models_dir, shortlist=self._shortlist)
        self._process = FirefoxProcess((files.model, files.source, files.target, files.shortlist))
        self._files = files
        if self._interrupted:  # while it was being started
            self._process.interrupt()
        log.info(
            "%s: %s runs on the processor, computes in int8 (%s)",
            self.name,
            files.folder,
            self._process.backend,
        )
        if self._device.startswith("cuda"):
            log.warning("%s: there is no CUDA for these models (%s)", self.name, self._device)

    def unload(self) -> None:
        """End the process."""
        process, self._process, self._files = self._process, None, None
        if process is not None:
            process.close()

    def length(self, text: str) -> int:
        """Pieces of a text, its end included."""
        return len(self._loaded.source_pieces.encode(text)) + 1

    def spells(self, text: str) -> bool:
        """True if both vocabularies have all pieces of a text."""
        files = self._loaded
        return files.source_pieces.knows(text) and files.target_pieces.knows(text)

    def run(self, texts: Sequence[str], effort: Effort) -> list[list[str]]:
        """See `SlottedTranslator.run`."""
        try:
            return [[self._whole(text, full=effort == "second")] for text in texts]
        except EngineError:
            self.unload()  # the next sentence gets a new process
            raise

    def interrupt(self) -> None:
        """End the process, from any thread, because the program ends."""
        self._interrupted = True
        if (process := self._process) is not None:
            process.interrupt()

    @property
    def _loaded(self) -> FirefoxFiles:
        if self._files is None:
            self.load()
        assert self._files is not None
        return self._files

    def _whole(self, text: str, *, full: bool) -> str:
        """Translate a text in parts as long as may be; "" if even a word is cut off."""
        files = self._loaded
        assert self._process is not None
        japanese = self._process.translate(text, full=full).strip()
        given = self.length(text)
        limit = min(2 * given + 4, _MOST_WRITTEN)
        # Counted again, a text may have fewer pieces than the model has written.
        if len(files.target_pieces.encode(japanese)) < limit - max(1, limit // 8):
            return japanese
        log.info("%s: perhaps cut off, so in parts: %r -> %r", self.name, text, japanese)
        smaller = list(parts(text, self.length, max(2, given // 2)))
        if smaller == [text]:
            return ""
        return joined(smaller, [self._whole(part, full=full) for part in smaller])
