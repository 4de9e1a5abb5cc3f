"""Keeps count of turns, which may overlap.

A background agent's turn begins before the first turn's result has come, so a result says
little about the text just before it.
"""

from __future__ import annotations


class Turns:
    """Which turns are open, and whether they carried text or failed.

    Nothing tells which of several open turns a text belongs to, so they share what is noted.
    """

    def __init__(self) -> None:
        self._open = 0
        self._announced = False
        self._failed = False
        self.silent = True
        """No text has come in the open turns."""
        self.told = ""
        """What the program around the model said last, in place of the model."""
        self.code = ""
        """The short name of the last failure."""

    @property
    def open(self) -> bool:
        return self._open > 0

    @property
    def overlapping(self) -> bool:
        return self._open > 1

    def begin(self) -> bool:
        """A turn was announced; tell whether it is another than one that began silently."""
        another = not self.open or self._announced
        if another:
            self._start()
        self._announced = True
        self._failed = False
        return another

    def begin_silently(self) -> bool:
        """Something came that must belong to a turn; tell whether it opened one."""
        if self.open:
            return False
        self._announced = False
        self._start()
        return True

    def fail(self, text: str, code: str) -> bool:
        """Note a failure; tell whether it is news."""
        news = not self._failed and text != self.told
        if not self._failed:
            self.code = code
        self._failed = True
        self.told = text
        return news

    def end(self) -> None:
        self._open = max(0, self._open - 1)

    def _start(self) -> None:
        if not self.open:
            self.silent = True
            self.told = self.code = ""
            self._failed = False
        self._open += 1
