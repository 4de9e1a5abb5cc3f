"""One open PortAudio stream: a callback that asks for blocks, and counters to watch it by."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from voicestream_tui.audio.bridge import RateBridge
from voicestream_tui.audio.devices import (
    PORTAUDIO,
    find_device,
    load_portaudio,
    look_again,
    no_device_hint,
    playing_devices,
)
from voicestream_tui.audio.quiet import quiet_stderr
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples

LATENCIES = {"low": 0.030, "high": 0.120}
"""Seconds of buffer asked of the device. Below 30 ms Python can't keep the beat."""
MORE_LATENCY = 0.050
"""Seconds that sound servers were seen to keep beyond what the device says."""
LONGEST = 4096
"""Samples rendered in one go for a device with more than one channel."""


class DeviceStream:
    """Plays what `render` fills in, until closed or until the device is gone."""

    def __init__(
        self,
        device: str | None,
        sample_rate: int,
        latency: str,
        render: Callable[[Samples], None],
        again: bool = False,
    ) -> None:
        """Open and start the stream; blocks for as long as the sound system takes.

        Args:
            device: Number, name or part of a name; None = the default one.
            sample_rate: Hz of what is rendered; the device may have its own.
            latency: "low" or "high".
            render: Fills a block; called from PortAudio's thread.
            again: Look for devices that came or went; no stream of this process may be open.

        Raises:
            AudioError: no such device, or it can't be opened.
        """
        self.calls = 0
        """Callbacks so far: what shows that the device is alive."""
        self.underflows = 0
        """How often the device ran dry beside sound; in silence nobody can hear it."""
        self._heard = False
        self._last_heard = 0.0
        self.errors = 0
        self.error: Exception | None = None
        """The last exception out of `render`."""
        self._render = render
        self._mono: Samples = np.zeros(LONGEST, dtype=np.float32)
        self._bridge: RateBridge | None = None
        self._stream, self.name = self._open(device, sample_rate, LATENCIES[latency], again)

    @property
    def active(self) -> bool:
        """False once the device is gone."""
        return bool(self._stream.active)

    @property
    def latency(self) -> float:
        """Seconds from rendering to hearing, as the device says."""
        return float(self._stream.latency)

    @property
    def tail(self) -> float:
        """Seconds until all sound that was rendered has been heard; 0 in silence."""
        due = self._last_heard + self.latency + MORE_LATENCY - time.monotonic()
        return max(0.0, due) if self._last_heard else 0.0

    def close(self, quietly: bool = True) -> None:
        """Stop at once. Waits for the sound system, which may hang with its device.

        Args:
            quietly: Keep what libraries print from the screen; and the errors of the whole
                process with it, for as long as closing takes.
        """
        with quiet_stderr() if quietly else contextlib.nullcontext():
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)

    def _open(
        self, wanted: str | None, sample_rate: int, latency: float, again: bool
    ) -> tuple[Any, str]:
        sounddevice = load_portaudio()
        with PORTAUDIO, quiet_stderr():
            if again:
                look_again()
            devices = playing_devices(sounddevice)
            if wanted is not None:
                device = find_device(devices, wanted)
            else:
                found = next((d for d in devices if d.default), None)
                if found is None:
                    raise AudioError("There is no sound device.", no_device_hint())
                device = found
            rates = dict.fromkeys((sample_rate, device.sample_rate))
            trials = [(rate, channels) for rate in rates for channels in (1, 2)]
            problem: Exception | None = None
            for rate, channels in trials:
                self._bridge = RateBridge(sample_rate, rate) if rate != sample_rate else None
                try:
                    stream = sounddevice.OutputStream(
                        samplerate=rate,
                        device=device.index,
                        channels=channels,
                        dtype="float32",
                        latency=latency,
                        callback=self._callback,
                    )
                except sounddevice.PortAudioError as error:
                    problem = problem or error
                    continue
                try:
                    stream.start()
                except sounddevice.PortAudioError as error:
                    stream.close(ignore_errors=True)
                    problem = problem or error
                    continue
                return stream, device.name
        raise AudioError(
            f"The sound device “{device.name}” can't be opened: {problem}.",
            "Another program may hold it; `voicestream-tui devices` lists the others.",
        )

    def _callback(self, outdata: Any, frames: int, when: Any, status: Any) -> None:
        self.calls += 1
        missed = bool(status.output_underflow)
        heard_before = self._heard
        self._fill(outdata, frames)
        self._heard = bool(outdata.any())
        if self._heard:
            self._last_heard = time.monotonic()
        if missed and (heard_before or self._heard):
            self.underflows += 1

    def _fill(self, outdata: Any, frames: int) -> None:
        try:
            if outdata.shape[1] == 1:
                self._pull(outdata[:, 0])
                return
            for start in range(0, frames, LONGEST):
                part = outdata[start : start + LONGEST]
                mono = self._mono[: len(part)]
                self._pull(mono)
                part[:] = mono[:, None]
        except Exception as error:
            # Nothing may leave a callback, nor be said in it; the watcher looks here.
            outdata.fill(0.0)
            self.errors += 1
            self.error = error

    def _pull(self, out: Samples) -> None:
        if self._bridge is None:
            self._render(out)
        else:
            self._bridge.pull(out, self._render)
