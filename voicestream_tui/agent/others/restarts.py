"""A text that breaks off and begins again from its first word, without a word about it.

When the connection to its API breaks, gemini asks again and writes the new answer behind what it
had written of the old one. As far as the new one repeats the old one, it is said once.
"""

from __future__ import annotations

_SHORTEST = 40
"""A shorter text may well be said twice on purpose."""
_LONGEST = 1 << 16
"""A longer text is not kept, and not watched any more."""


class Restarts:
    """Passes on the deltas of one text at a time, without what a restart repeats."""

    def __init__(self) -> None:
        self.whole = ""
        """The text so far, without what is held back; empty if it is too long to be kept."""
        self._watching = True
        self._held = ""
        """What came since the text seems to have begun again; a beginning of `whole`."""

    def feed(self, delta: str) -> str:
        """Take a delta; return what is new."""
        if not self._watching:
            return delta
        candidate = self._held + delta
        if len(self.whole) < _SHORTEST or not delta:
            return self._pass(delta)
        if self.whole.startswith(candidate):
            self._held = candidate if len(candidate) < len(self.whole) else ""
            return ""
        if candidate.startswith(self.whole):
            self._held = ""
            return self._pass(candidate[len(self.whole) :])
        self._held = ""
        return self._pass(candidate)

    def close(self) -> str:
        """The text is over: return what was held back. The next delta begins a new text."""
        held, self.whole, self._held, self._watching = self._held, "", "", True
        return held

    def _pass(self, text: str) -> str:
        self.whole += text
        if len(self.whole) > _LONGEST:
            self.whole, self._watching = "", False
        return text
