"""onnxruntime and its sisters: packages of the same files, so that one overwrites another."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.doctor.wishes import cuda_wishes

_MARK = "onnxruntime/__init__.py"
_LARGEST_READ = 1 << 20
"""Larger files are compared by size alone."""


@dataclass(frozen=True, slots=True)
class RuntimePackage:
    """An installed package that brings ONNX Runtime."""

    name: str
    version: str
    changed: tuple[str, ...] = ()
    """Its files that are missing or not as it brought them."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def onnxruntime_packages(machine: Machine) -> list[Finding]:
    """Which of them are installed, and whose files lie there."""
    wishes = cuda_wishes(machine.settings)
    return [judge_runtimes(list(installed_runtimes()), bool(wishes), machine.pip)]


def judge_runtimes(
    found: Sequence[RuntimePackage], wants_cuda: bool, pip: Callable[[str, str], str]
) -> Finding:
    """Say whether exactly one is there, whole.

    Args:
        found: What is installed.
        wants_cuda: Whether the settings ask for CUDA.
        pip: Gives a command line; see `Machine.pip`.
    """
    details = {
        "packages": {each.name: each.version for each in found},
        "changed": {each.name: list(each.changed[:10]) for each in found if each.changed},
    }
    whole = [each for each in found if not each.changed]
    names = " ".join(each.name for each in found)
    match found:
        case []:
            return ok(
                "ONNX Runtime",
                "not installed; only the engines of neural voices and ONNX models need it",
                **details,
            )
        case [one] if whole:
            return ok("ONNX Runtime", f"{one}, its files are whole", **details)
        case [one]:
            return fail(
                "ONNX Runtime",
                f"{one} is installed, but of its files {len(one.changed)} are missing or another "
                f"package's: {one.changed[0]}{' and others' if one.changed[1:] else ''}.",
                f"{pip('uninstall', one.name)}\nthen: {pip('install', one.name)}",
                **details,
            )
    wanted = "onnxruntime-gpu" if wants_cuda else "onnxruntime"
    other = "onnxruntime" if wants_cuda else "onnxruntime-gpu, if you have an NVIDIA card"
    remedy = (
        f"Keep one. First: {pip('uninstall', names)}\nthen: {pip('install', wanted)} (or {other})"
    )
    both = " and ".join(map(str, found))
    if len(whole) == 1:
        message = f"{both} are both installed; the files are those of {whole[0].name}."
        if wants_cuda and "gpu" not in whole[0].name:
            message += " So there is no CUDA, which the settings ask for."
            return fail("ONNX Runtime", message, remedy, **details)
        return warn("ONNX Runtime", message, remedy, **details)
    return fail(
        "ONNX Runtime", f"{both} are both installed, and their files are mixed.", remedy, **details
    )


def installed_runtimes() -> Iterator[RuntimePackage]:
    """The packages that bring a module `onnxruntime`, with the files that are not theirs."""
    seen: set[str] = set()
    for package in metadata.distributions():
        name = (package.metadata["Name"] or "").lower()
        if not name.startswith("onnxruntime") or name in seen:
            continue
        files = package.files or []
        if any(str(file) == _MARK for file in files):
            seen.add(name)
            changed = tuple(str(file) for file in files if not _is_as_brought(file))
            yield RuntimePackage(name, package.version, changed)


def _is_as_brought(file: metadata.PackagePath) -> bool:
    if file.hash is None or file.size is None:  # written later, such as compiled modules
        return True
    if file.parts[0] == "..":  # programs outside the package
        return True
    path = file.locate()
    try:
        if path.stat().st_size != file.size:  # type: ignore[attr-defined]
            return False
        if file.size > _LARGEST_READ:
            return True
        digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()  # type: ignore[attr-defined]
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value
