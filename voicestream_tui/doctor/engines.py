"""The engines of the settings, each loaded and given one sentence."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.translate.registry import engine_names

if TYPE_CHECKING:
    from voicestream_tui.config import Settings

_LIMIT = 60.0
_SLOW = 2.0
"""Seconds for a short sentence beyond which translation can't keep up with an agent."""
_ADDRESSES = ("url", "uri", "base_url", "address", "host", "server")


def translation(machine: Machine) -> list[Finding]:
    """Each translation engine that the settings name."""
    settings = machine.settings
    names = engine_names(settings.translation.engine) or (settings.translation.engine,)
    findings, works = [], False
    answers = {}
    for name in names:
        away = other_computer(settings, name)
        if away:
            findings.append(_not_asked(name, away))
            continue
        answers[name] = _ask(machine, "translate", name if len(names) > 1 else "")
    works = any(not answer.problem for answer in answers.values()) or bool(findings)
    return findings + [judge_translation(name, a, works) for name, a in answers.items()]


def judge_translation(name: str, answer: Answer, another_works: bool) -> Finding:
    """What became of a sentence.

    Args:
        name: The engine.
        answer: What `probe_engines.translate` said.
        another_works: Whether an engine beside it takes over.
    """
    if answer.problem:
        return _broken("translation", name, answer, another_works)
    said = answer.value
    ready = f"ready in {said['load']:.1f} s, a sentence in {said['seconds'] * 1000:.0f} ms"
    if not said["japanese"].strip():
        message = f"It loads, but made nothing of “{said['english']}”."
        return warn(name, message, "Try another engine or model.", **said)
    if said["seconds"] > _SLOW:
        message = f"{ready}: slower than an agent writes."
        return warn(name, message, "Use a smaller model, or a graphics card.", **said)
    return ok(name, f"{ready}: “{said['english']}” → “{said['japanese']}”", **said)


def speech(machine: Machine) -> list[Finding]:
    """Each speech engine that the settings name."""
    settings = machine.settings
    names = engine_names(settings.tts.engine) or (settings.tts.engine,)
    findings = []
    answers = {}
    for name in names:
        away = other_computer(settings, name)
        if away:
            findings.append(_not_asked(name, away))
            continue
        answers[name] = _ask(machine, "speak", name)
    works = any(not answer.problem for answer in answers.values()) or bool(findings)
    for name, answer in answers.items():
        findings += judge_speech(name, answer, works, only=len(names) == 1)
    return findings


def judge_speech(name: str, answer: Answer, another_works: bool, *, only: bool) -> list[Finding]:
    """What became of a sentence, and of the voices.

    Args:
        name: The engine.
        answer: What `probe_engines.speak` said.
        another_works: Whether an engine beside it takes over.
        only: It is the only one, so that the voices of the settings must be its own.
    """
    if answer.problem:
        return [_broken("speech", name, answer, another_works)]
    said = answer.value
    place = f" on {said['processor']}" if said["processor"] else ""
    message = (
        f"{said['voice']}{place}, ready in {said['load']:.1f} s; first sound after "
        f"{said['first'] * 1000:.0f} ms, {said['sound']:.1f} s of speech in {said['seconds']:.2f} s"
    )
    findings = []
    if only and said["absent"]:
        message_absent = f"{' and '.join(said['absent'])}: no such voice; {said['voice']} speaks."
        remedy = f"Choose one of: {', '.join(said['known'])}."
        findings.append(fail(name, message_absent, remedy, **said))
    if not said["sound"]:
        message = f"{said['voice']}: no sound came."
        findings.append(fail(name, message, "Choose another voice.", **said))
    elif said["seconds"] > said["sound"]:
        remedy = "Choose a smaller voice, or a graphics card."
        findings.append(warn(name, f"{message}: slower than it speaks.", remedy, **said))
    elif not findings:
        findings.append(ok(name, message, **said))
    findings += [
        warn(voice, f"The voice is broken: {problem}", "Fetch it again, or remove it.")
        for voice, problem in said["broken"].items()
    ]
    return findings


def other_computer(settings: Settings, name: str) -> str:
    """The host that an engine asks if that is another computer; empty if it is not."""
    table = settings.of_engine(name)
    for key, value in table.items():
        if key not in _ADDRESSES or not isinstance(value, str) or not value:
            continue
        try:
            host = urlsplit(value if "://" in value else f"//{value}").hostname or ""
        except ValueError:
            continue
        if host and not _is_here(host):
            return host
    return ""


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _ask(machine: Machine, what: str, name: str) -> Answer:
    values = machine.settings.model_dump(mode="json")
    return machine.probe(f"probe_engines:{what}", _LIMIT, settings=values, name=name)


def _not_asked(name: str, host: str) -> Finding:
    message = f"it works on {host}, and nothing on the network is asked here; try: "
    return ok(name, f'{message}voicestream-tui say "Hello."', host=host)


def _broken(kind: str, name: str, answer: Answer, another_works: bool) -> Finding:
    details = {"noise": answer.noise} if answer.noise else {}
    remedy = answer.hint or f"Choose another {kind} engine, or install it again."
    if another_works:
        return warn(name, f"{answer.problem} The next engine takes over.", remedy, **details)
    return fail(name, answer.problem, remedy, **details)
