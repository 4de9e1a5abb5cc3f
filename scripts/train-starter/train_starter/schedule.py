"""How far training is, and the learning rate that belongs to it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Schedule:
    """By steps (the same every time) or by the clock (whatever the machine manages)."""

    rate: float
    warm_up: int
    steps: int = 0
    minutes: float = 0.0
    earlier: float = 0.0
    """Seconds that earlier runs trained."""
    _begin: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Seconds trained so far, earlier runs included."""
        return self.earlier + self.this_run()

    def this_run(self) -> float:
        """Seconds of this run alone."""
        return time.monotonic() - self._begin

    def progress(self, step: int) -> float:
        """Between 0 and 1; 1 is the end."""
        done = step / self.steps if self.steps else self.elapsed() / (60 * self.minutes)
        return min(1.0, done)

    def learning_rate(self, step: int, progress: float) -> float:
        """Rises, stays until 35 % of the way, and falls to a thirtieth."""
        risen = min(1.0, (step + 1) / self.warm_up)
        return self.rate * risen * (1.0 if progress < 0.35 else max(0.03, (1 - progress) / 0.65))
