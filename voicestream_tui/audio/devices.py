"""The sound devices there are, through PortAudio, and how to get them when there are none."""

from __future__ import annotations

import atexit
import contextlib
import platform
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicestream_tui.audio.quiet import quiet_stderr, silence_alsa
from voicestream_tui.errors import AudioError

PORTAUDIO = threading.Lock()
"""Held while PortAudio is asked for devices, initialised anew, or opens a stream."""

UNHEARD = "Speech keeps its time without being heard."


@dataclass(frozen=True, slots=True)
class Device:
    """Something that PortAudio can play on."""

    index: int
    name: str
    host: str
    """The sound system it belongs to ("ALSA", "Core Audio")."""
    channels: int
    sample_rate: int
    """Hz, the device's own."""
    default: bool

    def __str__(self) -> str:
        mark = "*" if self.default else " "
        return f"{mark} {self.index:3}  {self.name} ({self.host}, {self.sample_rate} Hz)"


def load_portaudio() -> Any:
    """Import sounddevice, which loads the PortAudio library.

    Raises:
        AudioError: the library is not installed or can't start; the hint says how to get it.
    """
    silence_alsa()
    with quiet_stderr():
        try:
            import sounddevice
        except OSError as error:
            raise AudioError("The PortAudio library was not found.", install_hint()) from error
        except ImportError as error:
            raise AudioError(
                f"The Python package sounddevice can't be used: {error}.",
                "Install it with: pip install sounddevice",
            ) from error
        except Exception as error:
            raise AudioError(f"PortAudio can't start: {error}.", no_device_hint()) from error
    return sounddevice


def list_devices() -> list[Device]:
    """All devices that can play, in PortAudio's order.

    Raises:
        AudioError: PortAudio is missing or broken.
    """
    sounddevice = load_portaudio()
    with PORTAUDIO, quiet_stderr():
        return playing_devices(sounddevice)


def look_again() -> None:
    """Let PortAudio see devices that came or went. No stream may be open.

    PortAudio looks for devices only when it starts, so it is stopped and started: for the
    whole process. The caller holds `PORTAUDIO`.

    Raises:
        AudioError: PortAudio can't start.
    """
    sounddevice = load_portaudio()
    with quiet_stderr():
        with contextlib.suppress(sounddevice.PortAudioError):  # It may not have started before.
            sounddevice._terminate()
        try:
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise AudioError(f"PortAudio can't start: {error}.", no_device_hint()) from error


def abandon_portaudio() -> None:
    """Let the process end although PortAudio hangs; sounddevice would wait for it at the exit."""
    sounddevice = sys.modules.get("sounddevice")
    if sounddevice is not None:
        atexit.unregister(sounddevice._exit_handler)


def find_device(devices: Sequence[Device], wanted: str) -> Device:
    """The device that a user means by its number, its name, or a part of its name in any case.

    Raises:
        AudioError: none fits, or several do; the hint lists them.
    """
    if wanted.strip().isdigit():
        fitting = [d for d in devices if d.index == int(wanted)]
    else:
        fitting = [d for d in devices if d.name == wanted]
        key = wanted.strip().casefold()
        fitting = fitting or [d for d in devices if d.name.casefold() == key]
        fitting = fitting or [d for d in devices if key in d.name.casefold()]
    match fitting:
        case [device]:
            return device
        case []:
            raise AudioError(
                f"There is no sound device “{wanted}”.", _choice("Devices", list(devices))
            )
        case _:
            raise AudioError(
                f"“{wanted}” fits several sound devices.", _choice("Name one by number", fitting)
            )


def install_hint(release: Mapping[str, str] | None = None) -> str:
    """The command that installs PortAudio here; `release` is the content of os-release."""
    if release is None:
        try:
            release = platform.freedesktop_os_release()
        except OSError:
            release = {}
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    for names, command in (
        ({"debian", "ubuntu"}, "sudo apt install libportaudio2"),
        ({"fedora", "rhel", "centos"}, "sudo dnf install portaudio"),
        ({"arch"}, "sudo pacman -S portaudio"),
    ):
        if family & names:
            return f"Install it with: {command}"
    return "Install PortAudio with your system's package manager."


def no_device_hint() -> str:
    """What to do when there is no device."""
    return (
        f"{UNHEARD} Connect a device and look "
        "again with `voicestream-tui devices`; with PulseAudio or PipeWire, PortAudio needs ALSA's "
        "plugin for it (package libasound2-plugins or pipewire-alsa)."
    )


def playing_devices(sounddevice: Any) -> list[Device]:
    """The devices that can play. The caller holds `PORTAUDIO`."""
    hosts = sounddevice.query_hostapis()
    try:
        default = sounddevice.query_devices(kind="output")["index"]
    except sounddevice.PortAudioError:
        default = -1
    return [
        Device(
            index=index,
            name=device["name"],
            host=hosts[device["hostapi"]]["name"],
            channels=device["max_output_channels"],
            sample_rate=round(device["default_samplerate"]),
            default=index == default,
        )
        for index, device in enumerate(sounddevice.query_devices())
        if device["max_output_channels"] > 0
    ]


def _choice(title: str, devices: Sequence[Device]) -> str:
    if not devices:
        return no_device_hint()
    return "\n".join([f"{title}:", *map(str, devices)])
