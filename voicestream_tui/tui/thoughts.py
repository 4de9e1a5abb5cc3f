"""What an agent thinks to itself: the sentences of one block, shown as one row."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicestream_tui.model import Segment, Translation


@dataclass(slots=True)
class Paragraph:
    """What stands between two line breaks."""

    english: str = ""
    japanese: str = ""
    doubted: bool = False
    """Some of its Japanese may be wrong."""


@dataclass(slots=True)
class Thoughts:
    """The pieces of a block of thinking as they come; paragraphs are lines."""

    pieces: list[Segment] = field(default_factory=list)
    translations: dict[int, Translation] = field(default_factory=dict)
    sounding: int | None = None
    """The piece that is spoken now, or was last."""

    def add(self, piece: Segment) -> None:
        self.pieces.append(piece)

    @property
    def title(self) -> str:
        """How much was thought, for the folded row."""
        count = len(self.pieces)
        return f"Thinking, {count} sentence{'s' if count != 1 else ''}"

    @property
    def opening(self) -> str:
        """The first words, on one line."""
        return " ".join(self.pieces[0].english.split()) if self.pieces else ""

    @property
    def english(self) -> str:
        return "\n".join(paragraph.english for paragraph in self.paragraphs)

    @property
    def japanese(self) -> str:
        """The Japanese of all that has some, a line for each paragraph; empty if none has."""
        lines = [paragraph.japanese for paragraph in self.paragraphs]
        return "\n".join(lines) if any(lines) else ""

    @property
    def gist(self) -> str:
        """The Japanese of one sentence: the one that sounds, or else the first."""
        return self._gist.japanese if self._gist is not None else ""

    @property
    def gist_doubted(self) -> bool:
        """`gist` may be wrong."""
        return self._gist is not None and not self._gist.sure

    @property
    def _gist(self) -> Translation | None:
        if self.sounding in self.translations:
            return self.translations[self.sounding]
        return next(iter(self.translations.values()), None)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs with their Japanese."""
        found: list[Paragraph] = []
        fresh = True
        for piece in self.pieces:
            if fresh:
                found.append(Paragraph())
            last = found[-1]
            mark = f"{piece.marker} " if piece.marker else ""
            last.english += ("" if fresh else " ") + mark + piece.english
            last.japanese += self._japanese(piece)
            last.doubted |= piece.id in self.translations and not self.translations[piece.id].sure
            fresh = piece.source.rstrip(" ").endswith("\n")
        return found

    def place(self, segment_id: int) -> int:
        """Where the Japanese of a piece begins in `japanese`."""
        place, fresh = 0, False
        for piece in self.pieces:
            place += fresh
            if piece.id == segment_id:
                return place
            place += len(self._japanese(piece))
            fresh = piece.source.rstrip(" ").endswith("\n")
        return place

    def _japanese(self, piece: Segment) -> str:
        translation = self.translations.get(piece.id)
        return translation.japanese if translation is not None else piece.japanese
