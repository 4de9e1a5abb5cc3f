"""Of several translations of a sentence that an engine weighed, the one that loses least.

A beam often holds, second or third, what the best one lost: a slot, a number. Taking that costs
nothing, another attempt costs as much again as the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicestream_tui.translate.faults import FAULTS, faults_of
from voicestream_tui.translate.gate import problem_of

_SLOT = re.compile(r"<c\d>")
_SLOTS = 4
"""Beside the weights of `FAULTS`."""
_GATE = 1 + _SLOTS + sum(fault.weight for fault in FAULTS)
"""What the gate refuses can't be shown, all else can."""


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
    loss = sum(fault.weight for fault in faults_of(english, japanese))
    if sorted(_SLOT.findall(english)) != sorted(_SLOT.findall(japanese)):
        loss += _SLOTS
    if problem_of(english, japanese):
        loss += _GATE
    return loss
