"""When speech hurries because much of it waits."""

from __future__ import annotations

_ENOUGH = 0.5
"""Of the wait from which on speech hurries; it hurries until no more than that is left."""


class CatchUp:
    """Chooses between two speeds; with one limit for both ways it would change within sentences."""

    def __init__(self, speed: float, after: float) -> None:
        """Begin without a hurry.

        Args:
            speed: of a hurry; 1.0 never hurries, not even who listens slower than that.
            after: seconds of speech waiting from which on there is one.
        """
        self._speed = speed
        self._after = after
        self._hurrying = False

    def speed(self, usual: float, lag: float) -> float:
        """The speed for now.

        Args:
            usual: what the user has chosen.
            lag: seconds of speech waiting.
        """
        if self._speed <= 1.0:
            return usual
        self._hurrying = lag > self._after * (_ENOUGH if self._hurrying else 1.0)
        return max(usual, self._speed) if self._hurrying else usual
