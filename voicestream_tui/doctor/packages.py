"""Python and the packages, against what this program's own metadata requires."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.doctor.requirement import Requirement, parse_requirement, satisfies

PROGRAM = "voicestream-tui"
_NO_METADATA = "Start it with scripts/run, or install it: uv pip install -e CHECKOUT"


def python(machine: Machine) -> list[Finding]:
    """Python itself."""
    try:
        wanted = metadata.metadata(PROGRAM)["Requires-Python"] or ""
    except metadata.PackageNotFoundError:
        wanted = ""
    return [judge_python(platform.python_version(), wanted, machine.python, sys.prefix)]


def judge_python(version: str, wanted: str, program: str, prefix: str) -> Finding:
    """Whether Python's version is one of those `wanted` (">=3.11")."""
    requirement = parse_requirement(f"python {wanted}")
    details = {"version": version, "required": wanted, "program": program, "environment": prefix}
    if satisfies(version, requirement):
        return ok("Python", f"{version} in {prefix}", **details)
    return fail(
        "Python",
        f"{version} in {prefix}, but {wanted} is needed.",
        "Install a newer Python and start scripts/run again: it makes a new environment.",
        **details,
    )


def packages(machine: Machine) -> list[Finding]:
    """Everything that this program needs of other packages."""
    try:
        listed = metadata.requires(PROGRAM) or []
        own = metadata.version(PROGRAM)
    except metadata.PackageNotFoundError:
        return [warn("packages", "The program is not installed, only started.", _NO_METADATA)]
    required = [parse_requirement(line) for line in listed]
    return judge_packages(own, required, _version, machine.pip, _lost_file)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _lost_file(name: str) -> str:
    """A file that a package brought and that is gone; empty if all are there."""
    files = metadata.files(name) or []
    return next((str(f) for f in files if f.suffix != ".pyc" and not _exists(f)), "")


def _exists(file: metadata.PackagePath) -> bool:
    return Path(str(file.locate())).exists()


def judge_packages(
    own: str,
    required: Sequence[Requirement],
    version: Callable[[str], str | None],
    pip: Callable[[str, str], str],
    lost: Callable[[str], str],
) -> list[Finding]:
    """Compare what is installed with what is required.

    Args:
        own: The program's version.
        required: What it needs, extras included.
        version: Gives a package's version; None if it is not installed.
        pip: Gives a command line; see `Machine.pip`.
        lost: Names a file of a package that is gone; empty if all are there.
    """
    found: dict[str, str] = {}
    bad: list[Finding] = []
    for requirement in required:
        installed = version(requirement.name)
        optional = bool(requirement.extra) or requirement.elsewhere
        if installed is not None:
            found[requirement.name] = installed
        if installed is None and optional:
            continue
        if installed is None or not satisfies(installed, requirement):
            bad.append(_wrong(requirement, installed, pip))
        elif gone := lost(requirement.name):
            bad.append(_damaged(requirement.name, installed, gone, pip))
    if bad:
        return bad
    extras = _extras(required, found)
    shown = "".join(
        f"; extra {name} {'installed' if there else 'not installed'}"
        for name, there in extras.items()
    )
    count = sum(not requirement.extra for requirement in required)
    return [
        ok(
            "packages",
            f"{PROGRAM} {own}; all {count} required packages are there{shown}",
            program=own,
            versions=found,
            extras=extras,
        )
    ]


def _wrong(
    requirement: Requirement, installed: str | None, pip: Callable[[str, str], str]
) -> Finding:
    what = "is missing" if installed is None else f"{installed} is not what is needed"
    needed = f" for the extra {requirement.extra}" if requirement.extra else ""
    return fail(
        "packages",
        f"The package {requirement.name} {what}; {requirement} is required{needed}.",
        pip("install", f"'{requirement}'"),
        package=requirement.name,
        installed=installed,
        required=str(requirement),
    )


def _damaged(name: str, version: str, gone: str, pip: Callable[[str, str], str]) -> Finding:
    again = f"{pip('uninstall', name)}\nthen: {pip('install', f'{name}=={version}')}"
    message = f"The package {name} {version} is damaged: {gone} is not there."
    return fail("packages", message, again, package=name, installed=version, missing=gone)


def _extras(required: Sequence[Requirement], found: Mapping[str, str]) -> dict[str, bool]:
    """Which extras are installed as a whole."""
    names = dict.fromkeys(requirement.extra for requirement in required if requirement.extra)
    return {
        name: all(r.name in found for r in required if r.extra == name and not r.elsewhere)
        for name in names
    }
