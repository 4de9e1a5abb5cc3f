"""One attempt to translate a sentence: what the engine is given, what it made of it, how good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicestream_tui.model import Segment
from voicestream_tui.text.glossary import Glossary
from voicestream_tui.text.protect import Protected, protect, restore
from voicestream_tui.text.rephrase import halves
from voicestream_tui.translate.base import Translator, is_doubted, second_search
from voicestream_tui.translate.faults import FAULTS, LOST_NUMBERS, MISSPELT_NAMES, faults_of
from voicestream_tui.translate.gate import problem_of
from voicestream_tui.translate.parts import joined

_LOST_SLOTS = "loses slots"
REPAIRABLE = (_LOST_SLOTS, *(fault.problem for fault in FAULTS))
"""Problems that cost no more than a name, or that may be none."""


@dataclass(frozen=True, slots=True)
class Attempt:
    protected: Protected
    output: str
    problem: str
    """In a few words; "" if there is none."""
    engine: str = ""
    doubted: bool = False
    """By the engine itself."""

    @property
    def badness(self) -> int:
        """0 is good, 1 can be repaired, 2 can't be shown."""
        return 0 if not self.problem else 1 if self.problem in REPAIRABLE else 2


def attempt(translator: Translator, protected: Protected, output: str) -> Attempt:
    """Judge what an engine has just made of a sentence."""
    problem = problem_of(protected.text, output)
    if not problem and not restore(output, protected.slots).complete:
        problem = _LOST_SLOTS
    if not problem and (faults := faults_of(protected.text, output)):
        problem = faults[0].problem
    doubted = is_doubted(translator, protected.text, output)
    return Attempt(protected, output, problem, translator.name, doubted)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one sentence is translated a second time."""

    protected: Protected
    parts: tuple[str, ...]
    """What the engine is given; the results are put together."""
    again: bool = False
    """With the engine's other search."""


def second_attempts(
    translator: Translator,
    segments: Sequence[Segment],
    first: Sequence[Attempt],
    glossary: Glossary | None,
) -> list[Attempt]:
    """Translate sentences once more, each in the way that suits its problem.

    Figures become slots, and names where these came out wrong; a sentence of two clauses is split;
    one that can't be made easier gets the engine's second search. Takes 15 ms for a short sentence.

    Raises:
        EngineError: the engine is broken as a whole.
    """
    plans = [
        _plan(segment, failed, glossary) for segment, failed in zip(segments, first, strict=True)
    ]
    usual = _attempts(translator, translator.translate, [p for p in plans if not p.again])
    searched = _attempts(translator, second_search(translator), [p for p in plans if p.again])
    return [searched.pop(0) if plan.again else usual.pop(0) for plan in plans]


def _attempts(
    translator: Translator, translate: Callable[[Sequence[str]], list[str]], plans: Sequence[_Plan]
) -> list[Attempt]:
    """Translate and judge at once: of a chain, another engine may do the next batch."""
    parts = [part for plan in plans for part in plan.parts]
    outputs = iter(translate(parts) if parts else [])
    return [
        attempt(
            translator,
            plan.protected,
            joined(plan.parts, [next(outputs, "") for _ in plan.parts]),
        )
        for plan in plans
    ]


def _plan(segment: Segment, failed: Attempt, glossary: Glossary | None) -> _Plan:
    english, spans = segment.english, segment.spans
    names = failed.problem == MISSPELT_NAMES
    protected = protect(english, spans, glossary=glossary, figures=not names, names=names)
    easier = protected.text != failed.protected.text
    numbers = failed.problem in ("wrong figures", LOST_NUMBERS)
    if easier and (names or numbers):
        return _Plan(protected, (protected.text,))
    if failed.problem == LOST_NUMBERS:
        return _Plan(protected, (protected.text,), again=True)
    two = halves(protected.text)
    if two is None:
        return _Plan(protected, (protected.text,), again=not easier)
    return _Plan(protected, two)
