"""What is to be spoken, in order, with a cursor: the one place where skip, back and live meet.

Speech is a cursor moving over the list of translated segments. The speech stage takes the
entry under the cursor as a new utterance; commands cancel utterances and move the cursor.
An urgent entry does not wait for the cursor, and the cursor passes over it.
Every method may be called from any thread.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from voicestream_tui.model import Segment, Translation, Utterance

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment that is ready to be spoken."""

    segment: Segment
    translation: Translation
    by_itself: bool = True
    """False: spoken only when the user points at it, passed over otherwise."""


@dataclass(slots=True)
class _Row:
    entry: Entry
    heard: bool = False
    """It has begun to sound, once at least."""
    settled: bool = False
    """It was spoken or skipped, so nobody has to be told when it is passed over again."""


@dataclass(slots=True)
class _Active:
    index: int
    utterance: Utterance
    began: bool = False


class Playlist:
    """The list, the cursor, and the utterances that are not over yet.

    The cursor stands at an entry that is due, or at the end: never at one to pass over.
    """

    def __init__(self, spoken_form: Callable[[Entry], str]) -> None:
        """Make an empty list.

        Args:
            spoken_form: gives the text to speak for an entry; "" means there is nothing to say.
        """
        self._spoken_form = spoken_form
        self._rows: list[_Row] = []
        self._index: dict[int, int] = {}
        self._withdrawn: set[int] = set()
        self._asked_for: int | None = None
        self._cursor = 0
        self._waiting = 0
        self._urgent: deque[int] = deque()
        """Entries to be spoken before the one under the cursor."""
        self._active: list[_Active] = []
        self._urgent_heard: int | None = None
        """The urgent entry that sounded last, until another one sounds or the cursor is moved."""
        self._changed = threading.Condition()
        self._closed = False

    # --- what the stages do ------------------------------------------------------------------

    def add(self, entry: Entry) -> list[int]:
        """Append an entry; the voice gets to it in its turn, to an urgent one next.

        Returns:
            The segments passed over: this one if the list is closed and it was to be spoken.
        """
        with self._changed:
            index = len(self._rows)
            self._index[entry.segment.id] = index
            self._rows.append(_Row(entry))
            self._waiting += self._characters(index)
            if self._is_urgent(index) and entry.by_itself:
                if self._closed:
                    return [entry.segment.id]
                self._urgent.append(index)
            elif self._closed:
                return self._pass(index + 1)
            self._go_to(self._cursor)
            return []

    def take(self) -> Utterance | None:
        """Wait for what is due next and begin an utterance of it; None when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._is_due())
            if self._closed:
                return None
            urgent = bool(self._urgent)
            index = self._urgent.popleft() if urgent else self._cursor
            entry = self._rows[index].entry
            utterance = Utterance(entry.segment, "", entry.translation.japanese)
            self._active.append(_Active(index, utterance))
            if not urgent:
                self._asked_for = None
                self._go_to(index + 1)
        # Outside the lock: a reading can need a model, and commands must not wait for it.
        try:
            utterance.text = self._spoken_form(entry)
        except Exception:
            log.exception("no reading of %r; it is spoken as it is shown", utterance.japanese)
            utterance.text = utterance.japanese
        return utterance

    def began(self, utterance: Utterance) -> bool:
        """Note that the first sample sounds; False if it was cancelled meanwhile."""
        with self._changed:
            for active in self._active:
                if active.utterance is utterance:
                    self._note_began(active)
                    return not utterance.cancelled
            return False

    def over(self, utterance: Utterance) -> bool:
        """Forget an utterance that has ended; False if it was forgotten before."""
        with self._changed:
            for active in self._active:
                if active.utterance is utterance:
                    self._active.remove(active)
                    self._rows[active.index].settled = True
                    return True
            return False

    def close(self) -> list[int]:
        """Cancel everything, end `take()`, and speak nothing any more; gives what that cut."""
        with self._changed:
            if self._closed:
                return []
            cut = self._cancel_all() + self._drop_urgent()
            self._closed = True
            return cut + self._pass(len(self._rows))

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
                self._rows[active.index].settled = True
                return [active.utterance.segment.id]
            if self._urgent:
                return [self._rows[self._urgent.popleft()].entry.segment.id]
            return self._pass(self._cursor + 1)

    def back(self, steps: int = 1, sounding: int | None = None) -> list[int]:
        """Go back by a number of entries from what sounds now (or was to sound next).

        From an urgent one, from what it came before: it has no place of its own in that order.
        """
        with self._changed:
            active = self._current(sounding)
            cut: list[int] = []
            if active is not None and self._is_urgent(active.index):
                cut, active = self._cancel_all(), None
            index = active.index if active is not None else self._cursor
            while steps > 0 and index > 0:
                index -= 1
                if self._speakable(index):
                    steps -= 1
            return cut + self._seek(index)

    def replay(self, sounding: int | None = None) -> list[int]:
        """Speak the current entry, or the last one, again."""
        with self._changed:
            active = self._current(sounding)
            again = active.index if active is not None else None
            if self._urgent_heard is not None and (active is None or not active.began):
                # In a pause what comes next is made already, but was not heard yet.
                again = self._urgent_heard
            if again is not None:
                urgent = self._is_urgent(again)
                return self._say_first(again) if urgent else self._seek(again, asked=True)
            index = self._cursor - 1
            while index > 0 and not self._speakable(index):
                index -= 1
            return self._seek(max(0, index))

    def speak_from(self, segment_id: int, sounding: int | None = None) -> list[int]:
        """Continue at a segment, and from there on; nothing happens if it is not translated."""
        with self._changed:
            index = self._index.get(segment_id)
            if index is None or segment_id in self._withdrawn:
                return []
            self._note_sounding(sounding)
            return self._seek(index, asked=True)

    def jump_to_live(self, sounding: int | None = None) -> list[int]:
        """Drop everything that is due, so that the next new segment sounds at once."""
        with self._changed:
            self._note_sounding(sounding)
            cut = self._cancel_all() + self._drop_urgent()
            return cut + self._pass(len(self._rows))

    def remake_queued(self, sounding: int | None, *, keep: int = 0) -> None:
        """Take back the utterances that do not sound yet; they are made again, in order.

        After a change of voice the next sentence has it, however much was made ahead; and what
        is urgent comes before them.

        Args:
            sounding: the segment that sounds now, if its `began` may still be on its way.
            keep: how many of those that wait first stay as they are.
        """
        with self._changed:
            self._note_sounding(sounding)
            waiting = [a for a in self._active if not a.began][keep:]
            if not waiting:
                return
            for active in waiting:
                active.utterance.cancel()
            self._active = [a for a in self._active if a not in waiting]
            self._make_urgent_again(waiting)
            in_turn = [a.index for a in waiting if not self._is_urgent(a.index)]
            if in_turn:
                self._asked_for = in_turn[0]
                self._go_to(in_turn[0])
            self._changed.notify_all()

    def withdraw(self, segment_id: int) -> bool:
        """Never speak this segment (again); True if it has begun to sound."""
        with self._changed:
            index = self._index.get(segment_id)
            if index is not None and index >= self._cursor:
                self._waiting -= self._characters(index)
            self._withdrawn.add(segment_id)
            if index is not None and index in self._urgent:
                self._urgent.remove(index)
            if index is not None and index == self._urgent_heard:
                self._urgent_heard = None
            for active in [a for a in self._active if a.utterance.segment.id == segment_id]:
                active.utterance.cancel()
                self._active.remove(active)
            self._go_to(self._cursor)
            return index is not None and self._rows[index].heard

    # --- what can be asked -------------------------------------------------------------------

    @property
    def exhausted(self) -> bool:
        """True if everything that is due has been spoken, or nothing will be any more."""
        with self._changed:
            return self._closed or not (self._is_due() or self._active)

    @property
    def waiting_characters(self) -> int:
        """Characters of Japanese that no utterance has been begun for and that will be spoken."""
        return self._waiting

    # --- with the lock held --------------------------------------------------------------------

    def _current(self, sounding: int | None) -> _Active | None:
        heard = self._note_sounding(sounding)
        if heard is not None:
            return heard
        return self._active[0] if self._active else None

    def _note_sounding(self, sounding: int | None) -> _Active | None:
        """Note that this segment sounds, and that those made before it did: word may be late."""
        for position, active in enumerate(self._active):
            if active.utterance.segment.id == sounding:
                for earlier in self._active[: position + 1]:
                    self._note_began(earlier)
                return active
        return None

    def _note_began(self, active: _Active) -> None:
        if not active.began:
            active.began = True
            self._rows[active.index].heard = True
            self._urgent_heard = active.index if self._is_urgent(active.index) else None

    def _is_due(self) -> bool:
        return bool(self._urgent) or self._cursor < len(self._rows)

    def _is_urgent(self, index: int) -> bool:
        return self._rows[index].entry.segment.urgent

    def _speakable(self, index: int) -> bool:
        """Whether an entry is spoken when the cursor comes to it."""
        entry = self._rows[index].entry
        return (
            entry.by_itself and not entry.segment.urgent and entry.segment.id not in self._withdrawn
        )

    def _due(self, index: int) -> bool:
        if index == self._asked_for:
            return self._rows[index].entry.segment.id not in self._withdrawn
        return self._speakable(index)

    def _characters(self, index: int) -> int:
        return len(self._rows[index].entry.translation.japanese) if self._speakable(index) else 0

    def _go_to(self, index: int) -> None:
        """Move the cursor to the first entry from `index` on that is due."""
        while index < len(self._rows) and not self._due(index):
            index += 1
        for passed in range(self._cursor, index):
            self._waiting -= self._characters(passed)
        for again in range(index, self._cursor):
            self._waiting += self._characters(again)
        self._cursor = index
        self._changed.notify_all()

    def _seek(self, index: int, *, asked: bool = False) -> list[int]:
        if self._closed:
            return []
        cut = self._cancel_all()
        self._urgent_heard = None
        passed = self._pass(index)
        if index in self._urgent:  # It is spoken once: now, and not when the cursor comes to it.
            self._put_first(index)
            asked = False
        self._asked_for = index if asked else None
        self._go_to(index)
        return cut + passed

    def _say_first(self, index: int) -> list[int]:
        """Speak an urgent entry before anything else; what waits is spoken after it."""
        if self._closed:
            return []
        cut = self._cancel_all()
        self._put_first(index)
        self._changed.notify_all()
        return cut

    def _put_first(self, index: int) -> None:
        if index in self._urgent:
            self._urgent.remove(index)
        self._urgent.appendleft(index)

    def _cancel_all(self) -> list[int]:
        cut = [a for a in self._active if a.began]
        waiting = [a for a in self._active if not a.began]
        in_turn = [a.index for a in waiting if not self._is_urgent(a.index)]
        first = min([self._cursor, *in_turn])
        self._make_urgent_again(waiting)
        for active in self._active:
            active.utterance.cancel()
        for active in cut:
            self._rows[active.index].settled = True
        self._active.clear()
        # It was due, if only because the user asked for it.
        self._asked_for = first if first < len(self._rows) else None
        self._go_to(first)
        return [active.utterance.segment.id for active in cut]

    def _make_urgent_again(self, cancelled: list[_Active]) -> None:
        """Nobody heard these yet, and no cursor comes back to the urgent ones among them."""
        again = [a.index for a in cancelled if self._is_urgent(a.index)]
        self._urgent.extendleft(reversed(again))

    def _drop_urgent(self) -> list[int]:
        dropped = [self._rows[index].entry.segment.id for index in self._urgent]
        self._urgent.clear()
        return dropped

    def _pass(self, end: int) -> list[int]:
        """Move the cursor forward to `end`; gives the segments that lost their turn by it."""
        passed: list[int] = []
        end = min(end, len(self._rows))
        for index in range(self._cursor, end):
            row = self._rows[index]
            if self._speakable(index) and not row.settled:
                passed.append(row.entry.segment.id)
                row.settled = True
        self._go_to(max(end, self._cursor))
        return passed
