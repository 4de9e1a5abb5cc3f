"""Stands in for the sounddevice module: devices and streams as a test wants them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np


class PortAudioError(Exception):
    """As sounddevice's."""


class FakeStream:
    """An opened stream whose callback the test calls."""

    def __init__(self, module: FakeSoundDevice, **wanted: Any) -> None:
        module.tried.append((wanted["samplerate"], wanted["channels"]))
        if not module.accepts(wanted["samplerate"], wanted["channels"]):
            raise PortAudioError("Invalid sample rate or channels")
        self.module = module
        self.wanted = wanted
        self.active = False
        self.closed = False
        self.latency = wanted["latency"]
        self.callback: Callable[..., None] = wanted["callback"]
        module.streams.append(self)

    def start(self) -> None:
        if self.module.start_fails:
            raise PortAudioError("Unanticipated host error")
        self.active = True

    def abort(self, ignore_errors: bool = True) -> None:
        self.active = False

    def close(self, ignore_errors: bool = True) -> None:
        self.closed = True

    def pull(self, frames: int, underflow: bool = False) -> np.ndarray:
        """One callback; returns shape (frames, channels)."""
        out = np.full((frames, self.wanted["channels"]), 9.0, dtype=np.float32)
        self.callback(out, frames, None, SimpleNamespace(output_underflow=underflow))
        return out


class FakeSoundDevice:
    """The module."""

    PortAudioError = PortAudioError

    def __init__(self, *names: str, default: int = 0, rate: float = 44100.0) -> None:
        self.names = names
        self.default = default
        self.rate = rate
        self.accepts: Callable[[int, int], bool] = lambda rate, channels: True
        self.start_fails = False
        self.tried: list[tuple[int, int]] = []
        self.streams: list[FakeStream] = []
        self.initialised = 1

    def OutputStream(self, **wanted: Any) -> FakeStream:  # noqa: N802
        return FakeStream(self, **wanted)

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return ({"name": "ALSA"},)

    def query_devices(self, kind: str | None = None) -> Any:
        devices = [
            {
                "index": index,
                "name": name,
                "hostapi": 0,
                "max_output_channels": 0 if "microphone" in name else 2,
                "default_samplerate": self.rate,
            }
            for index, name in enumerate(self.names)
        ]
        if kind is None:
            return devices
        if not devices:
            raise PortAudioError("Error querying device -1")
        return devices[self.default]

    def _terminate(self) -> None:
        if not self.initialised:
            raise PortAudioError("PortAudio not initialized")
        self.initialised -= 1

    def _initialize(self) -> None:
        self.initialised += 1
