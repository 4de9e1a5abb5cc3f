"""What is said for an entry of the playlist."""

from __future__ import annotations

from voicestream_tui.stages.playlist import Entry
from voicestream_tui.text.reading import Reader
from voicestream_tui.text.verbosity import Verbosity, lead_in, spoken_block

UNTRANSLATED = "訳せなかった文があります。"
"""Said for a long English sentence without a translation; a short one is read as it is."""

_LONGEST_ENGLISH = 60


class SpokenForm:
    """Gives the text to speak for an entry, in the voice's terms.

    Attributes:
        level: How much is said of blocks; may be changed at any time, by any thread.
    """

    def __init__(self, reader: Reader, level: Verbosity = Verbosity.NORMAL) -> None:
        self._reader = reader
        self.level = level

    def warm_up(self) -> None:
        """Load what the reading of unknown words needs."""
        self._reader.warm_up()

    def __call__(self, entry: Entry) -> str:
        segment, translation, level = entry.segment, entry.translation, self.level
        block = spoken_block(segment, level, translation.contents)
        if block is not None:
            return self._reader.read(block)
        if not translation.ok and len(translation.japanese) > _LONGEST_ENGLISH:
            text = UNTRANSLATED
        else:
            text = self._reader.read(translation.japanese, translation.spans)
        return lead_in(segment, level) + text if text.strip() else text
