"""The commands that only tell: settings, devices."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicestream_tui.audio.devices import no_device_hint
from voicestream_tui.audio.outputs import list_devices
from voicestream_tui.config import config_path, init, load_settings, show


def config(action: str, file: Path | None, preset: str | None, overrides: Mapping[str, Any]) -> int:
    """Print the settings file's path, print all settings with their origin, or make the file.

    Raises:
        ConfigError: the settings are wrong, or the file to make exists.
    """
    path = file or config_path()
    match action:
        case "path":
            print(path)
        case "init":
            init(path)
            print(f"Wrote {path}")
        case _:
            print(show(load_settings(file, preset, overrides=overrides)), end="")
    return 0


def devices() -> int:
    """Print the sound devices that PortAudio sees.

    Raises:
        AudioError: PortAudio is not installed.
    """
    found = list_devices()
    for device in found:
        print(device)
    if not found:
        print(f"There is no sound device.\n{no_device_hint()}")
    return 0
