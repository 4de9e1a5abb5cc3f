"""What a translation may get wrong that costs no more than a word, and how much that weighs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicestream_tui.text.number_values import keeps_numbers
from voicestream_tui.translate.gate import misspells_names
from voicestream_tui.translate.negation import loses_negation

MISSPELT_NAMES = "misspells names"
LOST_NUMBERS = "loses numbers"


@dataclass(frozen=True, slots=True)
class Fault:
    problem: str
    """In a few words."""
    weight: int
    """Beside the others': of two candidates the one with less is taken."""
    found: Callable[[str, str], bool]
    """Whether the Japanese (second) has it; the English is the first. Slots stand in both."""


def _loses_numbers(english: str, japanese: str) -> bool:
    return not keeps_numbers(english, japanese)


FAULTS = (
    Fault(MISSPELT_NAMES, 1, misspells_names),
    Fault(LOST_NUMBERS, 3, _loses_numbers),
    Fault("loses a negation", 2, loses_negation),
)


def faults_of(english: str, japanese: str) -> list[Fault]:
    """Find all of `FAULTS` that a translation has."""
    return [fault for fault in FAULTS if fault.found(english, japanese)]
