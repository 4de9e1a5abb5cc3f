"""Of several translations of a sentence that an engine weighed, the one that loses least.

A beam often holds, second or third, what the best one lost: a slot, a number. Taking that costs
nothing, another attempt costs as much again as the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicestream_tui.text.number_values import keeps_numbers
from voicestream_tui.translate.gate import misspells_names, problem_of
from voicestream_tui.translate.negation import loses_negation

_SLOT = re.compile(r"<c\d>")
_SLOTS, _NUMBERS, _GATE, _NEGATION, _NAMES = 4, 3, 2, 2, 1
"""How much a fault weighs; two small ones outweigh the next greater one."""


def least_lost(english: str, candidates: Sequence[str]) -> str:
    """Choose a translation.

    Args:
        english: the sentence, slots in place.
        candidates: its translations, the likeliest first; at least one.

    Returns:
        The likeliest of those that have the slots each exactly as often, all numbers, a negation
        if the English has one, and nothing that the gate would refuse; if none has, the one with
        the least wrong with it.
    """
    return min(candidates, key=lambda japanese: loss_of(english, japanese))


def loss_of(english: str, japanese: str) -> int:
    """Weigh what is wrong with a translation of a sentence with slots; 0 if nothing is."""
    loss = 0
    if sorted(_SLOT.findall(english)) != sorted(_SLOT.findall(japanese)):
        loss += _SLOTS
    if not keeps_numbers(english, japanese):
        loss += _NUMBERS
    if problem_of(english, japanese):
        loss += _GATE
    if loses_negation(english, japanese):
        loss += _NEGATION
    if misspells_names(english, japanese):
        loss += _NAMES
    return loss
