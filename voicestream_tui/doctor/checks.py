"""All checks in their order, and their run: none of them can end the others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from voicestream_tui.doctor.finding import Finding, fail
from voicestream_tui.doctor.machine import Machine


@dataclass(frozen=True, slots=True)
class Check:
    """A check, imported when it is its turn."""

    area: str
    name: str
    """What it looks at, for the case that it breaks."""
    address: str
    """"module:function" below `voicestream_tui.doctor`."""

    def run(self, machine: Machine) -> Sequence[Finding]:
        """Look.

        Raises:
            Exception: the check itself is broken, or a package that it needs.
        """
        module, _, function = self.address.partition(":")
        look: Callable[[Machine], Sequence[Finding]] = getattr(
            import_module(f"voicestream_tui.doctor.{module}"), function
        )
        return look(machine)


CHECKS = (
    Check("Program", "Python", "packages:python"),
    Check("Program", "packages", "packages:packages"),
    Check("Program", "ONNX Runtime", "onnxruntimes:onnxruntime_packages"),
    Check("Settings", "settings", "preferences:settings"),
    Check("Settings", "theme", "preferences:theme"),
    Check("Settings", "glossary", "preferences:terms"),
    Check("Settings", "own files", "preferences:own_files"),
    Check("Settings", "folders", "folders:folders"),
    Check("Settings", "disk space", "folders:disk_space"),
    Check("Terminal", "locale", "encoding:encoding"),
    Check("Terminal", "terminal", "terminal:terminal"),
    Check("Terminal", "width of Japanese", "terminal:japanese_width"),
    Check("Terminal", "tmux", "terminal:tmux"),
    Check("Agents", "claude", "agents:agents"),
    Check("Processors", "graphics card", "processors:graphics_card"),
    Check("Processors", "CUDA", "cuda_libraries:cuda_libraries"),
    Check("Processors", "CTranslate2", "processors:ctranslate2"),
    Check("Processors", "ONNX providers", "processors:onnx_providers"),
    Check("Models", "model hub", "network:network"),
    Check("Models", "models", "models:models"),
    Check("Translation", "engines", "translation:translation"),
    Check("Speech", "engines", "speech:speech"),
    Check("Sound", "PortAudio", "sound:devices"),
    Check("Sound", "tone", "sound:tone"),
)


def run_checks(
    machine: Machine,
    checks: Sequence[Check] = CHECKS,
    expect: Callable[[str], None] = lambda name: None,
) -> Iterator[tuple[str, Finding]]:
    """Yield each area and finding as soon as it is there.

    Args:
        machine: The computer.
        checks: What is looked at.
        expect: Told the name of each check before it looks.
    """
    for check in checks:
        expect(check.name)
        try:
            findings = check.run(machine)
        except Exception as error:
            findings = [broken(check.name, error)]
        for finding in findings:
            yield check.area, finding


def broken(name: str, error: Exception) -> Finding:
    """What stands for a check that could not look."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        message = f"Can't be checked: the package {error.name} is missing or broken."
        remedy = f"Install it again, or remove {sys.prefix} and start scripts/run."
    else:
        said = " ".join(str(error).split())
        message = f"Can't be checked: {type(error).__name__}: {said}"
        remedy = "Please report this with the line above."
    return fail(name, message, remedy, error=type(error).__name__)
