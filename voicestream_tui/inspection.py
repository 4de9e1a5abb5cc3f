"""The commands that only tell: settings, voices, devices."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicestream_tui.assembly import voices_dir
from voicestream_tui.audio.devices import no_device_hint
from voicestream_tui.audio.outputs import list_devices
from voicestream_tui.config import Settings, config_path, init, load_settings, show
from voicestream_tui.errors import EngineError
from voicestream_tui.speak.registry import speakers


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


def voices(settings: Settings) -> int:
    """Print every installed voice of every engine that can be loaded."""
    wanted = settings.tts.voice
    for name in speakers.names():
        try:
            speaker = speakers.make(name, voices_dir=voices_dir(settings))
        except EngineError as error:
            print(f"{name}: {error.message}")
            continue
        try:
            for index, voice in enumerate(speaker.voices()):
                current = name == settings.tts.engine and (
                    voice.id == wanted or (not wanted and index == 0)
                )
                licence = voice.licence or "its licence is not known here"
                print(f"{'*' if current else ' '} {voice.key:32} {voice.name} ({licence})")
        finally:
            speaker.close()
    print(f"\nYour own voices (.htsvoice files) go into {voices_dir(settings)}")
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
