"""The commands that only tell: settings, voices, devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from voicestream_tui.assembly import make_speaker, voices_dir
from voicestream_tui.audio.devices import no_device_hint
from voicestream_tui.audio.outputs import list_devices
from voicestream_tui.config import Settings, config_path, init, load_settings, show
from voicestream_tui.errors import EngineError
from voicestream_tui.model import Voice
from voicestream_tui.speak.base import TellsProcessor
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
    """Print every installed voice of every engine that can be loaded, broken ones as such."""
    for name in speakers.names():
        try:
            speaker = make_speaker(settings, name)
        except EngineError as error:
            print(f"{name}: {error.message}")
            continue
        try:
            found = speaker.voices()
            for voice in found:
                print(_voice_line(voice, voice == _current(settings, name, found)))
            if isinstance(speaker, TellsProcessor) and found:
                print(f"  {name}: {_runs_on(speaker)}")
        finally:
            speaker.close()
    print(
        f"\nYour own voices go into {voices_dir(settings)}: .htsvoice files, or Piper's .onnx and "
        ".onnx.json files"
    )
    return 0


def _current(settings: Settings, engine: str, found: Sequence[Voice]) -> Voice | None:
    """The voice that the settings choose, if it is one of these."""
    if engine != settings.tts.engine:
        return None
    wanted = settings.tts.voice
    return next((v for v in found if wanted in ("", v.id, v.key, str(v.path))), None)


def _voice_line(voice: Voice, current: bool) -> str:
    mark = "!" if voice.problem else "*" if current else " "
    about = f"BROKEN: {voice.problem}" if voice.problem else voice.licence
    return f"{mark} {voice.key:32} {voice.name} ({about or 'its licence is not known here'})"


def _runs_on(speaker: TellsProcessor) -> str:
    try:
        return speaker.runs_on()
    except EngineError as error:
        return str(error).replace("\n", " ")


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
