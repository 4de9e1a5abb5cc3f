"""Finds out in which form a model hands slots through, by trying them on a few sentences."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from voicestream_tui.translate.slot_forms import FORMS, SlotForm, counts

log = logging.getLogger(__name__)

_PROBES = (
    "Run <c0> and then look at <c1>.",
    "The file <c0> is missing.",
    "I changed <c0> in <c1>.",
    "<c0> failed because <c1> was empty.",
)
_ENOUGH = 5.0
"""Seconds; the first sentence waits while this goes on."""
_MOST = sum(probe.count("<c") for probe in _PROBES)


def order_forms(
    engine: str,
    translate: Callable[[Sequence[str]], list[str]],
    spells: Callable[[str], bool],
    clock: Callable[[], float] = time.monotonic,
) -> tuple[SlotForm, ...]:
    """Return the forms a model can spell, the one that survives best first.

    Stops at the first form that loses nothing, or when a slow model has taken long enough. A model
    that hands the slots themselves through costs four short sentences.

    Args:
        engine: its name, for the log.
        translate: what the model makes of sentences, nothing put in or out.
        spells: whether a model's vocabularies have all the pieces of a text.
        clock: seconds.
    """
    found: list[tuple[int, SlotForm]] = []
    begin = clock()
    for form in FORMS:
        if not spells(form.put("<c0> <c1> <c2>")):
            continue
        score = _score(form, translate([form.put(probe) for probe in _PROBES]))
        found.append((score, form))
        if score == _MOST or clock() - begin > _ENOUGH:
            break
    found.sort(key=lambda scored: -scored[0])
    shown = ", ".join(f"{form.put('<c0>')} {score} of {_MOST}" for score, form in found)
    log.info("%s: slots that came back, by how they are written: %s", engine, shown or "none")
    return tuple(form for _, form in found)


def _score(form: SlotForm, outputs: Sequence[str]) -> int:
    """How many slots came back; one that came twice counts as lost."""
    score = 0
    for probe, output in zip(_PROBES, outputs, strict=True):
        back = counts(form.take(output, probe))
        score += sum(back.get(number) == times for number, times in counts(probe).items())
    return score
