"""How often translations were tried again, and how often the English was shown instead."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts of one run, by reason. Written by the thread that translates, read by any."""

    retried: Counter[str] = field(default_factory=Counter)
    """Sentences that were translated a second time, by what was wrong with the first."""
    mended: Counter[str] = field(default_factory=Counter)
    """Those of them whose second translation was shown."""
    fell_back: Counter[str] = field(default_factory=Counter)
    """Sentences shown in English, by what was wrong in the end."""
    repaired: Counter[str] = field(default_factory=Counter)
    """Sentences whose Japanese was mended by hand: what the engine lost is named at the end."""
