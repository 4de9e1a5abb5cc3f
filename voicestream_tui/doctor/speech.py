"""The speech engines of the settings, each loaded and given a sentence, and the voices wanted."""

from __future__ import annotations

from collections.abc import Mapping

from voicestream_tui.doctor.asking import ask, broken, not_asked, other_computer
from voicestream_tui.doctor.child import Answer
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.speak.chain import engine_names
from voicestream_tui.speak.registry import speakers


def speech(machine: Machine) -> list[Finding]:
    """Each speech engine that the settings name, and the one of the voice that they name."""
    settings = machine.effective
    names = engine_names(settings.tts.engine) or (settings.tts.engine,)
    of_voice = settings.tts.voice.partition(":")[0]
    if of_voice in speakers.names():
        names = tuple(dict.fromkeys((of_voice, *names)))
    away = {name: host for name in names if (host := other_computer(settings, name))}
    answers = {name: ask(machine, "speak", name) for name in names if name not in away}
    works = bool(away) or any(not answer.problem for answer in answers.values())
    findings: list[Finding] = []
    for name in names:
        if name in away:
            findings.append(not_asked(name, away[name]))
        else:
            findings += judge(name, answers[name], works)
    if not away:
        findings += _absent(machine, answers)
    return findings


def judge(name: str, answer: Answer, another_works: bool) -> list[Finding]:
    """What became of a sentence, and which voices are broken.

    Args:
        name: The engine.
        answer: What `probe_engines.speak` said.
        another_works: Whether an engine beside it takes over.
    """
    if answer.problem:
        return [broken("speech", name, answer, another_works)]
    said = answer.value
    place = f" on {said['processor']}" if said["processor"] else ""
    message = (
        f"{said['voice']}{place}, ready in {said['load']:.1f} s; first sound after "
        f"{said['first'] * 1000:.0f} ms, {said['sound']:.1f} s of speech in {said['seconds']:.2f} s"
    )
    if not said["sound"]:
        found = fail(name, f"{said['voice']}: no sound came.", "Choose another voice.", **said)
    elif said["seconds"] > said["sound"]:
        remedy = "Choose a smaller voice, or a graphics card."
        found = warn(name, f"{message}: slower than it speaks.", remedy, **said)
    else:
        found = ok(name, message, **said)
    return [
        found,
        *(
            warn(voice, f"The voice is broken: {problem}", "Fetch it again, or remove it.")
            for voice, problem in said["broken"].items()
        ),
    ]


def _absent(machine: Machine, answers: Mapping[str, Answer]) -> list[Finding]:
    """The voices of the settings that no engine has."""
    said = [answer.value for answer in answers.values() if not answer.problem]
    missing = [key for key in ("tts.voice", "tts.subagent_voice") if _lacks(key, said)]
    if not said or not missing:
        return []
    known = [voice for each in said for voice in each["known"]]
    elsewhere = {
        key: voice
        for name in speakers.names()
        if name not in answers and not other_computer(machine.effective, name)
        for key, voice in _voices(ask(machine, "voices", name)).items()
    }
    findings = []
    for key in missing:
        wanted = said[0]["wanted"][key]
        if wanted in elsewhere:
            continue  # an engine beside the chain has it, and is taken for it
        message = f'{key} = "{wanted}", and there is no such voice; another one speaks.'
        remedy = f"Choose one of: {', '.join([*known, *dict.fromkeys(elsewhere.values())])}."
        findings.append(fail(key, message, remedy, known=known))
    return findings


def _lacks(key: str, said: list[Mapping[str, Mapping[str, str]]]) -> bool:
    return bool(said) and all(key in each["absent"] for each in said)


def _voices(answer: Answer) -> dict[str, str]:
    """Keys by all that a setting may call a voice."""
    if answer.problem:
        return {}
    return {name: voice["key"] for voice in answer.value for name in voice["names"]}
