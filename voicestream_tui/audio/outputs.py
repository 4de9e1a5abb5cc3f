"""Where blocks go: a device, nowhere in time, or as fast as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from voicestream_tui.audio.devices import (
    UNHEARD,
    Device,
    find_device,
    list_devices,
    no_device_hint,
)
from voicestream_tui.audio.portaudio import PortAudioOutput
from voicestream_tui.audio.silent import FastOutput, SilentOutput
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples

__all__ = [
    "Device",
    "FastOutput",
    "Output",
    "PortAudioOutput",
    "SilentOutput",
    "check_device",
    "list_devices",
    "open_output",
]


class Output(Protocol):
    """Pulls blocks from a player, in a thread of its own."""

    @property
    def name(self) -> str:
        """For the status line."""
        ...

    @property
    def underflows(self) -> int:
        """Times a device got nothing in time."""
        ...

    @property
    def latency(self) -> float:
        """Seconds from rendering a sample to hearing it, as far as known."""
        ...

    def start(self, render: Callable[[Samples], None]) -> None:
        """Begin to have blocks of shape (n,), any n, filled by `render`."""
        ...

    def stop(self) -> None:
        """Call `render` no more and join the thread. May be called twice."""
        ...


def check_device(device: str | None) -> None:
    """Tell early that there is no device as the user names it.

    Raises:
        AudioError: there is no such one among those that exist.
    """
    if device in (None, "", "none"):
        return
    try:
        devices = list_devices()
    except AudioError:
        return  # `open_output` tells it: nothing will be heard, and the rest goes on
    find_device(devices, device)


def open_output(
    device: str | None,
    sample_rate: int,
    on_problem: Callable[[str, str], None],
    latency: str = "low",
) -> Output:
    """The output that a user asks for; one that keeps time silently if there is no sound here.

    Args:
        device: Number, name or part of a name; None or "" = the default one; "none" = silent.
        sample_rate: Hz of what will be rendered.
        on_problem: Gets (message, hint): here if there is no sound at all, later from a thread
            if the device goes or comes back.
        latency: "low" or "high".

    Raises:
        AudioError: a device was named and there is no such one among those that exist.
    """
    if device == "none":
        return SilentOutput(sample_rate)
    try:
        devices = list_devices()
    except AudioError as error:
        on_problem(error.message, f"{UNHEARD} {error.hint}")
        return SilentOutput(sample_rate)
    # A named device is wrong only where there are others: a settings file that names the one of
    # the desk is used on a server as well.
    if not devices or not (device or any(d.default for d in devices)):
        on_problem("There is no sound device.", no_device_hint())
        return SilentOutput(sample_rate)
    if device:
        find_device(devices, device)
    return PortAudioOutput(device or None, sample_rate, on_problem, latency)
