"""What is to be spoken, in order, with a cursor: the one place where skip, back and live meet.

Speech is a cursor moving over the list of translated segments. The speech stage takes the
entry under the cursor as a new utterance; commands cancel utterances and move the cursor.
Every method may be called from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from voicestream_tui.model import Segment, Translation, Utterance


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment that is ready to be spoken."""

    segment: Segment
    translation: Translation
    by_itself: bool = True
    """False: spoken only when the user points at it, passed over otherwise."""


@dataclass(slots=True)
class _Active:
    index: int
    utterance: Utterance
    began: bool = False


class Playlist:
    """The list, the cursor, and the utterances that are not over yet."""

    def __init__(self, spoken_form: Callable[[Entry], str]) -> None:
        """Make an empty list.

        Args:
            spoken_form: gives the text to speak for an entry; "" means there is nothing to say.
        """
        self._spoken_form = spoken_form
        self._entries: list[Entry] = []
        self._index: dict[int, int] = {}
        self._withdrawn: set[int] = set()
        self._asked_for: int | None = None
        self._cursor = 0
        self._active: list[_Active] = []
        self._changed = threading.Condition()
        self._closed = False

    # --- what the stages do ------------------------------------------------------------------

    def add(self, entry: Entry) -> None:
        """Append an entry; the voice gets to it in its turn."""
        with self._changed:
            self._index[entry.segment.id] = len(self._entries)
            self._entries.append(entry)
            self._changed.notify_all()

    def take(self) -> Utterance | None:
        """Wait for the entry under the cursor and begin an utterance of it; None when closed."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._cursor < len(self._entries))
                if self._closed:
                    return None
                index = self._cursor
                self._cursor += 1
                entry = self._entries[index]
                asked_for = self._asked_for == index
                self._asked_for = None
                if entry.segment.id in self._withdrawn or not (entry.by_itself or asked_for):
                    continue
                utterance = Utterance(entry.segment, "", entry.translation.japanese)
                self._active.append(_Active(index, utterance))
            # Outside the lock: a reading can need a model, and commands must not wait for it.
            utterance.text = self._spoken_form(entry)
            return utterance

    def began(self, utterance: Utterance) -> bool:
        """Note that the first sample sounds; False if it was cancelled meanwhile."""
        with self._changed:
            for active in self._active:
                if active.utterance is utterance:
                    active.began = True
                    return not utterance.cancelled
            return False

    def over(self, utterance: Utterance) -> bool:
        """Forget an utterance that has ended; False if it was forgotten before."""
        with self._changed:
            before = len(self._active)
            self._active = [a for a in self._active if a.utterance is not utterance]
            self._changed.notify_all()
            return len(self._active) < before

    def close(self) -> None:
        """Cancel everything and end `take()`."""
        with self._changed:
            self._closed = True
            self._cancel_all()
            self._changed.notify_all()

    # --- what the user does: each gives the segments whose speech was cut or passed over -------
    # `sounding` is the segment that the player plays at this moment: between its last sample
    # and `over()` an earlier utterance may still be listed, and is not what the user means.

    def skip(self, sounding: int | None = None) -> list[int]:
        """Pass over what sounds now, or what would sound next."""
        with self._changed:
            active = self._current(sounding)
            if active is not None:
                self._active.remove(active)
                active.utterance.cancel()
                return [active.utterance.segment.id]
            return self._passed(self._cursor, min(self._cursor + 1, len(self._entries)))

    def back(self, steps: int = 1, sounding: int | None = None) -> list[int]:
        """Go back by a number of entries from what sounds now (or was to sound next)."""
        with self._changed:
            active = self._current(sounding)
            index = active.index if active is not None else self._cursor
            while steps > 0 and index > 0:
                index -= 1
                if self._speakable(index):
                    steps -= 1
            return self._seek(index)

    def replay(self, sounding: int | None = None) -> list[int]:
        """Speak the current entry, or the last one, again."""
        with self._changed:
            active = self._current(sounding)
            if active is not None:
                return self._seek(active.index)
            index = self._cursor - 1
            while index > 0 and not self._speakable(index):
                index -= 1
            return self._seek(max(0, index))

    def speak_from(self, segment_id: int) -> list[int]:
        """Continue at a segment, and from there on; nothing happens if it is not translated."""
        with self._changed:
            index = self._index.get(segment_id)
            if index is None or segment_id in self._withdrawn:
                return []
            cut = self._seek(index)
            self._asked_for = index
            return cut

    def jump_to_live(self) -> list[int]:
        """Drop everything that is due, so that the next new segment sounds at once."""
        with self._changed:
            cut = self._cancel_all()
            return cut + self._passed(self._cursor, len(self._entries))

    def remake_queued(self, sounding: int | None) -> None:
        """Take back the utterances that do not sound yet; they are made again, in order.

        After a change of voice the next sentence has it, however much was made ahead.

        Args:
            sounding: the segment that sounds now, if its `began` may still be on its way.
        """
        with self._changed:
            for active in self._active:
                if active.utterance.segment.id == sounding:
                    active.began = True
            waiting = [a for a in self._active if not a.began]
            if not waiting:
                return
            for active in waiting:
                active.utterance.cancel()
            self._active = [a for a in self._active if a.began]
            self._cursor = waiting[0].index
            if not self._entries[self._cursor].by_itself:
                self._asked_for = self._cursor
            self._changed.notify_all()

    def withdraw(self, segment_id: int) -> bool:
        """Never speak this segment (again); True if it has begun to sound."""
        with self._changed:
            self._withdrawn.add(segment_id)
            heard = segment_id in self._index and self._index[segment_id] < self._cursor
            for active in list(self._active):
                if active.utterance.segment.id == segment_id:
                    active.utterance.cancel()
                    self._active.remove(active)
                    heard = active.began
            self._changed.notify_all()
            return heard

    # --- what can be asked -------------------------------------------------------------------

    @property
    def exhausted(self) -> bool:
        """True if everything that is due has been spoken, or nothing will be any more."""
        with self._changed:
            return self._closed or (self._cursor >= len(self._entries) and not self._active)

    def waiting(self) -> list[Entry]:
        """The entries that no utterance has been begun for and that will be spoken."""
        with self._changed:
            return [
                entry
                for index, entry in enumerate(self._entries[self._cursor :], self._cursor)
                if self._speakable(index)
            ]

    # --- with the lock held --------------------------------------------------------------------

    def _current(self, sounding: int | None) -> _Active | None:
        for active in self._active:
            if active.utterance.segment.id == sounding:
                return active
        return self._active[0] if self._active else None

    def _speakable(self, index: int) -> bool:
        entry = self._entries[index]
        return entry.by_itself and entry.segment.id not in self._withdrawn

    def _seek(self, index: int) -> list[int]:
        cut = self._cancel_all()
        self._cursor = index
        self._asked_for = None
        self._changed.notify_all()
        return cut

    def _cancel_all(self) -> list[int]:
        cut = [a.utterance.segment.id for a in self._active if a.began]
        self._cursor = min([self._cursor, *(a.index for a in self._active if not a.began)])
        for active in self._active:
            active.utterance.cancel()
        self._active.clear()
        return cut

    def _passed(self, start: int, end: int) -> list[int]:
        passed = [self._entries[i].segment.id for i in range(start, end) if self._speakable(i)]
        self._cursor = end
        self._changed.notify_all()
        return passed
