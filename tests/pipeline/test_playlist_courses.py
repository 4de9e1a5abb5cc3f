"""Random courses over the playlist: no row is lost, none is said twice without being asked for."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui.model import Kind, Segment, Translation, Utterance
from voicestream_tui.stages.playlist import Entry, Playlist


class Course:
    """A playlist, a player that plays in order, and what may and must be heard yet."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.playlist = Playlist(lambda entry: entry.translation.japanese)
        self.made: list[Utterance] = []
        self.sounding: Utterance | None = None
        self.unsaid: list[Utterance] = []
        """They have begun, and the playlist was not told so yet."""
        self.urgent: set[int] = set()
        self.in_turn: set[int] = set()
        self.withdrawn: set[int] = set()
        self.last = 0
        self.heard: set[int] = set()
        self.told: set[int] = set()
        self.again: set[int] = set()
        """Rows that the user asked to hear once more."""
        self.count = 0

    def run(self) -> None:
        rare = (self.skip, self.back, self.replay, self.point, self.live, self.remake)
        steps = [self.add, self.add_urgent, self.add_silent, self.take, self.listen, self.report]
        for _ in range(40):
            weights = [4, 1, 1, 4, 4, 4, 1, 1, 2, 1, 0.3, 1, 0.5]
            self.rng.choices([*steps, *rare, self.withdraw], weights)[0]()
            self.check_count()
        while not self.playlist.exhausted:
            self.take()
            self.listen()
            self.report()
        due = self.in_turn | self.urgent
        assert due <= self.heard | self.told | self.withdrawn, "a row was lost"

    # --- what the stages do ------------------------------------------------------------------

    def add(self) -> None:
        self.in_turn.add(self._add())

    def add_urgent(self) -> None:
        self.urgent.add(self._add(urgent=True))
        if self.rng.random() < 0.8:
            self.remake()

    def add_silent(self) -> None:
        self._add(by_itself=False)

    def _add(self, *, urgent: bool = False, by_itself: bool = True) -> int:
        self.count += 1
        segment = Segment(self.count, 1, Kind.PROSE, f"S{self.count}", urgent=urgent)
        text = Translation("あ" * self.rng.randint(1, 9))
        assert self.playlist.add(Entry(segment, text, by_itself)) == []
        return self.count

    def take(self) -> None:
        if self.playlist._is_due():  # otherwise it would wait
            utterance = self.playlist.take()
            assert utterance is not None
            assert utterance.segment.id not in self.withdrawn
            self.made.append(utterance)

    def listen(self) -> None:
        """What sounds ends, and the next one begins, if it is there.

        Word of both may be late, but a user who hears nothing gives it time to come.
        """
        if self.sounding is not None:
            self.unsaid.append(self.sounding)
            self.sounding = None
        self.made = [utterance for utterance in self.made if not utterance.cancelled]
        if not self.made or self.rng.random() < 0.3:
            self.report()
            return
        self.sounding = self.made.pop(0)
        self.last = self.sounding.segment.id
        assert self.last not in self.heard or self.last in self.again, "said twice"
        self.again.discard(self.last)
        self.heard.add(self.last)

    def report(self) -> None:
        """The playlist is told what was heard meanwhile."""
        for utterance in self.unsaid:
            self.playlist.began(utterance)
            self.playlist.over(utterance)
        self.unsaid.clear()
        if self.sounding is not None:
            self.playlist.began(self.sounding)

    def remake(self) -> None:
        self.playlist.remake_queued(self.now(), keep=self.rng.choice([0, 0, 1]))

    def withdraw(self) -> None:
        if self.count:
            row = self.rng.randint(1, self.count)
            self.report()  # whose word is late, is not what this tries
            self.withdrawn.add(row)
            self.playlist.withdraw(row)
            self.look()

    # --- what the user does ------------------------------------------------------------------

    def skip(self) -> None:
        told = self.playlist.skip(self.now())
        assert len(told) <= 1
        self.cut(told)

    def back(self) -> None:
        self.again |= self.in_turn
        self.last = 0
        self.cut(self.playlist.back(self.rng.randint(1, 2), self.now()), only_heard=True)

    def replay(self) -> None:
        now = self.now()
        if (now or self.last) in self.urgent - self.withdrawn:
            self.again.add(now or self.last)
        else:
            self.again |= self.in_turn if now is None else {now}
        self.cut(self.playlist.replay(now), only_heard=True)

    def point(self) -> None:
        if self.count:
            row = self.rng.randint(1, self.count)
            self.again |= {other for other in self.in_turn if other > row} | {row}
            self.last = self.last if row in self.withdrawn else 0  # which are not moved to
            self.cut(self.playlist.speak_from(row, self.now()))

    def live(self) -> None:
        self.cut(self.playlist.jump_to_live(self.now()))

    def cut(self, told: list[int], *, only_heard: bool = False) -> None:
        assert not only_heard or set(told) <= self.heard, "rows were passed over"
        self.told |= set(told)
        self.look()

    # --- with both -----------------------------------------------------------------------------

    def now(self) -> int | None:
        return self.sounding.segment.id if self.sounding is not None else None

    def look(self) -> None:
        """What was cancelled sounds no more."""
        if self.sounding is not None and self.sounding.cancelled:
            self.sounding = None
            self.report()

    def check_count(self) -> None:
        playlist = self.playlist
        rows = range(playlist._cursor, len(playlist._rows))
        assert playlist.waiting_characters == sum(map(playlist._characters, rows))


@given(st.integers(0, 2**32))
def test_no_row_is_lost_or_said_twice_without_being_asked_for(seed: int) -> None:
    Course(seed).run()
