"""Computers that tests make up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicestream_tui.config import Settings, load_settings
from voicestream_tui.doctor.child import Answer, Ran
from voicestream_tui.doctor.machine import Machine, SettingsFound

CPU_ONLY = Answer({"cuda": "", "cards": [], "problem": ""})
ONE_CARD = Answer({"cuda": "12.8", "cards": [{"name": "H200", "memory": 150e9}], "problem": ""})


def settings(**overrides: object) -> Settings:
    """Settings with some by name, such as `tts__device="cuda"`."""
    given = {name.replace("__", "."): value for name, value in overrides.items()}
    return load_settings(None, None, environ={}, overrides=given)


def machine(
    wanted: Settings | None = None,
    answers: Mapping[str, Answer] | None = None,
    programs: Mapping[str, Ran] | None = None,
    **more: Any,
) -> Machine:
    """A computer on which probes answer, and commands say, what a test wants.

    Args:
        wanted: The settings; None is the defaults.
        answers: By the probe's name, or by name and first argument: "probe_gpu:load libcudnn".
        programs: What becomes of a command, by its first word; the others are not there.
        more: Other fields of `Machine`.
    """
    known = programs or {}

    def probe(name: str, limit: float, /, **arguments: Any) -> Answer:
        first = str(next(iter(arguments.values()), ""))
        found = answers or {}
        return found.get(f"{name} {first}") or found[name]

    defaults: dict[str, Any] = {
        "load": lambda: SettingsFound(wanted or settings()),
        "environ": {},
        "platform": "linux",
        "python": "/venv/bin/python",
        "has_pip": False,
        "which": lambda name: name if name in known else None,
        "run": lambda argv, limit: known[argv[0]],
        "probe": probe,
    }
    return Machine(**{**defaults, **more})


def pip(command: str, packages: str) -> str:
    return f"pip {command} {packages}"
