"""Where the program writes, and how much room there is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
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
    places = {
        "settings": (machine.settings.file or config_path(machine.environ)).parent,
        "models": models_dir(machine.settings),
        "voices": voices_dir(machine.settings),
        "cache": user_cache_path(APP_NAME, appauthor=False),
        "history": user_state_path(APP_NAME, appauthor=False),
        "log": log_folder(machine.environ),
    }
    log = places["log"] / FILE_NAME
    return [*judge_folders(places), ok("log", str(log), path=str(log))]


def judge_folders(
    places: Mapping[str, Path], may: Callable[[Path, int], bool] = os.access
) -> list[Finding]:
    """Which folders can't be written or made.

    Args:
        places: Folders by what they are for; they need not exist.
        may: As `os.access`.
    """
    shown = {name: str(path) for name, path in places.items()}
    blocked: dict[Path, list[str]] = {}
    for name, folder in places.items():
        nearest = _nearest(folder)
        if not nearest.is_dir() or not may(nearest, os.W_OK | os.X_OK):
            blocked.setdefault(nearest, []).append(name)
    if not blocked:
        return [ok("folders", f"{', '.join(places)}: all can be written", **shown)]
    return [_blocked(nearest, ", ".join(names), shown) for nearest, names in blocked.items()]


def _blocked(nearest: Path, what: str, shown: Mapping[str, str]) -> Finding:
    if not nearest.is_dir():
        message = f"{nearest} is no folder, so there is no place for: {what}."
        return fail("folders", message, "Move that file away.", **shown)
    return warn(
        "folders",
        f"{nearest} can't be written, so there is no place for: {what}.",
        "Let yourself write there, or choose other places: models.folder, tts.voices_dir, "
        "XDG_DATA_HOME and its like, VOICESTREAM_LOG_DIR.",
        **shown,
    )


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
