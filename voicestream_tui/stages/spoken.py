"""What is said for an entry of the playlist."""

from __future__ import annotations

import re

from voicestream_tui.stages.playlist import Entry
from voicestream_tui.text.reading import Reader

UNTRANSLATED = "訳せなかった文があります。"
"""Said for a long English sentence without a translation; a short one is read as it is."""

_LONGEST_ENGLISH = 60
_NUMBER = re.compile(r"(\d{1,3})[.)](?: [☐☑])?")


class SpokenForm:
    """Gives the text to speak for an entry, in the voice's terms."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def warm_up(self) -> None:
        """Load what the reading of unknown words needs."""
        self._reader.warm_up()

    def __call__(self, entry: Entry) -> str:
        translation = entry.translation
        if not translation.ok and len(translation.japanese) > _LONGEST_ENGLISH:
            return UNTRANSLATED
        text = self._reader.read(translation.japanese, translation.spans)
        number = _NUMBER.fullmatch(entry.segment.marker)
        return f"{number[1]}、{text}" if number and text.strip() else text
