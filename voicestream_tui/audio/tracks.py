"""The queue of what is to be played: one track an utterance, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from voicestream_tui.model import Clip, Samples, Utterance


class Track:
    """The clips of one utterance and how far they have been played (in samples)."""

    __slots__ = ("begun", "clips", "ended", "gap", "gone", "offset", "played", "total", "utterance")

    def __init__(self, utterance: Utterance) -> None:
        self.utterance = utterance
        self.clips: deque[Clip] = deque()
        self.offset = 0
        """Samples of the first clip already played."""
        self.played = 0
        self.total = 0
        self.gap = 0
        """Samples of silence that follow the end."""
        self.begun = False
        self.ended = False
        """No further clip will come."""
        self.gone = False
        """No longer in the queue."""

    @property
    def remaining(self) -> int:
        return self.total - self.played

    def append(self, clip: Clip) -> None:
        self.clips.append(clip)
        self.total += len(clip.samples)

    def read(self, most: int) -> Samples:
        """Take up to `most` samples of the first clip; the caller made sure there is one."""
        clip = self.clips[0]
        part = clip.samples[self.offset : self.offset + most]
        self.offset += len(part)
        self.played += len(part)
        if self.offset == len(clip.samples):
            self.clips.popleft()
            self.offset = 0
        return part

    def replace(self, old: Clip, new: Clip) -> None:
        """Exchange a clip of which nothing has been played; does nothing if it has."""
        for index, clip in enumerate(self.clips):
            if clip is old and (index or not self.offset):
                self.clips[index] = new
                self.total += len(new.samples) - len(old.samples)
                return


class Tracks:
    """Tracks in the order in which they were opened. Not thread-safe.

    Utterances come one after another: a new one ends the one before it, so that a voice
    which broke in the middle of a sentence cannot hold up what follows.
    """

    def __init__(self) -> None:
        self._tracks: deque[Track] = deque()
        self._newest: Track | None = None

    def __iter__(self) -> Iterator[Track]:
        return iter(self._tracks)

    def __len__(self) -> int:
        return len(self._tracks)

    @property
    def head(self) -> Track | None:
        return self._tracks[0] if self._tracks else None

    @property
    def remaining(self) -> int:
        """Samples waiting, cancelled ones left out."""
        return sum(t.remaining for t in self._tracks if not t.utterance.cancelled)

    def add(self, clip: Clip) -> None:
        """Append a clip; late ones of a cancelled utterance that is gone are ignored.

        Raises:
            ValueError: the utterance has been ended already.
        """
        track = self._open(clip.utterance)
        if track.ended and not clip.utterance.cancelled:
            raise ValueError("a clip came after the end of its utterance")
        if not track.gone:
            track.append(clip)

    def end(self, utterance: Utterance, gap: int) -> None:
        track = self._open(utterance)
        track.ended = True
        track.gap = gap

    def retire(self) -> Track | None:
        """Remove and return the head if it has ended and nothing of it is left."""
        head = self.head
        if head is None or head.clips or not head.ended:
            return None
        self._tracks.popleft()
        head.gone = True
        return head

    def drop_cancelled(self) -> list[Track]:
        """Remove and return the cancelled tracks, in order."""
        if not any(t.utterance.cancelled for t in self._tracks):
            return []
        # Each flag is read once: it may be raised by another thread between two looks.
        dropped: list[Track] = []
        kept: deque[Track] = deque()
        for track in self._tracks:
            (dropped if track.utterance.cancelled else kept).append(track)
        self._tracks = kept
        for track in dropped:
            track.gone = True
            track.clips.clear()
        return dropped

    def _open(self, utterance: Utterance) -> Track:
        newest = self._newest
        if newest is not None and newest.utterance is utterance:
            return newest
        for track in self._tracks:
            if track.utterance is utterance:
                return track
        if newest is not None:
            newest.ended = True
        self._newest = Track(utterance)
        self._tracks.append(self._newest)
        return self._newest
