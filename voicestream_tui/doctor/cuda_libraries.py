"""NVIDIA's libraries that CTranslate2 and ONNX Runtime need for CUDA, each at its own version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.doctor.wishes import cuda_wishes, in_words

_LIMIT = 20.0
FOR_CTRANSLATE2 = ("libcublas.so.12", "libcublasLt.so.12")
FOR_ONNX: Mapping[str, Sequence[str]] = {
    "12": (
        "libcudart.so.12",
        "libcublas.so.12",
        "libcublasLt.so.12",
        "libcufft.so.11",
        "libcurand.so.10",
        "libcudnn.so.9",
    ),
    "13": (
        "libcudart.so.13",
        "libcublas.so.13",
        "libcublasLt.so.13",
        "libcufft.so.12",
        "libcurand.so.10",
        "libcudnn.so.9",
    ),
}
"""By the major version of CUDA that ONNX Runtime was built for."""


def cuda_libraries(machine: Machine) -> list[Finding]:
    """Those that are needed here; nothing is said where there is no card and none is wished for."""
    wishes = cuda_wishes(machine.settings)
    if not machine.platform.startswith("linux"):
        return []
    driver = machine.cards()
    cards = not driver.problem and bool(driver.value["cards"])
    if not cards and not wishes:
        return []
    findings = []
    own = {key: device for key, device in wishes.items() if key.startswith("translation.")}
    if cards or own:
        findings.append(_needed(machine, "CTranslate2", FOR_CTRANSLATE2, own, "12"))
    runtime = machine.probe("probe_runtimes:onnx_providers", _LIMIT)
    major = "" if runtime.problem else str(runtime.value["cuda"]).partition(".")[0]
    if major in FOR_ONNX:
        findings.append(_needed(machine, "ONNX Runtime", FOR_ONNX[major], wishes, major))
    return findings


def _needed(
    machine: Machine, who: str, libraries: Sequence[str], wishes: dict[str, str], major: str
) -> Finding:
    tried = machine.probe("probe_gpu:load", _LIMIT, libraries=list(libraries))
    reasons = dict.fromkeys(libraries, tried.problem) if tried.problem else tried.value
    folders = packaged_folders([name for name, why in reasons.items() if why])
    return judge_libraries(who, reasons, folders, wishes, major)


def judge_libraries(
    who: str,
    reasons: Mapping[str, str],
    folders: Sequence[Path],
    wishes: dict[str, str],
    major: str,
) -> Finding:
    """Which libraries are missing, and how they are found or installed.

    Args:
        who: The package that needs them.
        reasons: Why each can't be loaded; empty where it can.
        folders: Folders of NVIDIA's Python packages that have missing ones.
        wishes: The settings that insist on CUDA.
        major: The version of CUDA, such as "12".
    """
    name = f"CUDA, {who}"
    missing = [library for library, why in reasons.items() if why]
    details = {"libraries": dict(reasons), "folders": [str(folder) for folder in folders]}
    if not missing:
        return ok(name, f"{', '.join(reasons)} are found", **details)
    if folders:
        path = ":".join(map(str, folders))
        remedy = f'They are installed, but not found: export LD_LIBRARY_PATH="{path}"'
    else:
        dnn = " and cuDNN 9" if any("cudnn" in library for library in missing) else ""
        remedy = (
            f"Install the libraries of CUDA {major}{dnn} (NVIDIA's packages for your system, or "
            "those from PyPI, in a folder that LD_LIBRARY_PATH names)."
        )
    message = f"{', '.join(missing)} can't be loaded."
    if wishes:
        return fail(name, f"{in_words(wishes)}, but {message}", remedy, **details)
    return warn(name, f"{message} The processor is used.", remedy, **details)


def packaged_folders(libraries: Sequence[str]) -> list[Path]:
    """The folders of the Python packages `nvidia-…` that have one of these libraries."""
    spec = find_spec("nvidia")
    roots = [Path(root) for root in (spec.submodule_search_locations or [])] if spec else []
    found = {
        path.parent for root in roots for name in libraries for path in root.glob(f"**/lib/{name}")
    }
    return sorted(found)
