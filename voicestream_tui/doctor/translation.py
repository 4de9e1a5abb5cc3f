"""The translation engines of the settings, each loaded and given a sentence."""

from __future__ import annotations

from voicestream_tui.doctor.asking import ask, broken, not_asked, other_computer
from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.translate.registry import engine_names

_SLOW = 2.0
"""Seconds for a short sentence beyond which translation can't keep up with an agent."""


def translation(machine: Machine) -> list[Finding]:
    """Each translation engine that the settings name."""
    settings = machine.effective
    names = engine_names(settings.translation.engine) or (settings.translation.engine,)
    away = {name: host for name in names if (host := other_computer(settings, name))}
    answers = {
        # Alone, an engine must take the model that the settings name; in a chain it may not fit.
        name: ask(machine, "translate", name if len(names) > 1 else "")
        for name in names
        if name not in away
    }
    works = bool(away) or any(not answer.problem for answer in answers.values())
    return [
        not_asked(name, away[name]) if name in away else judge(name, answers[name], works)
        for name in names
    ]


def judge(name: str, answer: Answer, another_works: bool) -> Finding:
    """What became of a sentence.

    Args:
        name: The engine.
        answer: What `probe_engines.translate` said.
        another_works: Whether an engine beside it takes over.
    """
    if answer.problem:
        return broken("translation", name, answer, another_works)
    said = answer.value
    ready = f"ready in {said['load']:.1f} s, a sentence in {said['seconds'] * 1000:.0f} ms"
    if not said["japanese"].strip():
        message = f"It loads, but made nothing of “{said['english']}”."
        return warn(name, message, "Try another engine or model.", **said)
    if said["seconds"] > _SLOW:
        message = f"{ready}: slower than an agent writes."
        return warn(name, message, "Use a smaller model, or a graphics card.", **said)
    return ok(name, f"{ready}: “{said['english']}” → “{said['japanese']}”", **said)
