"""Where the program writes, and how much room there is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path, user_state_path

from voicestream_tui.assembly import models_dir, voices_dir
from voicestream_tui.config import APP_NAME, config_path
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.logs import FILE_NAME, log_folder

_LEAST = 50_000_000
_COMFORTABLE = 1_500_000_000
"""Bytes that a large model needs."""


def folders(machine: Machine) -> list[Finding]:
    """The program's own folders."""
    log = log_folder(machine.environ)
    places = {
        "settings": config_path(machine.environ).parent,
        "models": models_dir(machine.settings),
        "voices": voices_dir(machine.settings),
        "cache": user_cache_path(APP_NAME, appauthor=False),
        "history": user_state_path(APP_NAME, appauthor=False),
    }
    findings = [finding for name, path in places.items() if (finding := judge_folder(name, path))]
    if not findings:
        shown = {name: str(path) for name, path in places.items()}
        findings = [ok("folders", f"{', '.join(places)}: all can be written", **shown)]
    bad_log = judge_folder("log", log)
    if bad_log is None:
        findings.append(ok("log", str(log / FILE_NAME), path=str(log / FILE_NAME)))
    else:
        findings.append(bad_log)
    return findings


def judge_folder(
    name: str, folder: Path, may: Callable[[Path, int], bool] = os.access
) -> Finding | None:
    """What is wrong with a folder, or with the one in which it will be made; None if nothing is.

    Args:
        name: What it is for.
        folder: It need not exist.
        may: As `os.access`.
    """
    nearest = _nearest(folder)
    details = {"path": str(folder)}
    if not nearest.is_dir():
        return fail(
            f"{name} folder",
            f"{folder} can't be made: {nearest} is no folder.",
            "Move that file away.",
            **details,
        )
    if not may(nearest, os.W_OK | os.X_OK):
        return warn(
            f"{name} folder",
            f"{nearest} can't be written, so nothing can be kept in {folder}.",
            f"Make it yours: chown -R $(id -un) {nearest}",
            **details,
        )
    return None


def disk_space(machine: Machine) -> list[Finding]:
    """Room for models."""
    folder = models_dir(machine.settings)
    return [judge_space(shutil.disk_usage(_nearest(folder)).free, folder)]


def judge_space(free: int, folder: Path) -> Finding:
    """Whether so many bytes are enough."""
    shown = f"{free / 1e9:.1f} GB" if free >= 1e8 else f"{free / 1e6:.0f} MB"
    details = {"free": free, "path": str(folder)}
    if free < _LEAST:
        message = f"only {shown} are free for {folder}: log and cache may not be written."
        return fail("disk space", message, "Free some space.", **details)
    if free < _COMFORTABLE:
        message = f"{shown} are free for {folder}; the larger models do not fit."
        return warn("disk space", message, "Free some space, or set models.folder.", **details)
    return ok("disk space", f"{shown} are free for {folder}", **details)


def _nearest(folder: Path) -> Path:
    """The folder itself, or the first above it that is there."""
    path = folder.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
