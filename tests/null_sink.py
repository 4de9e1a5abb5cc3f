"""A PulseAudio daemon of a test's own, with a sink that nobody hears and a recording of it.

PortAudio reaches it through ALSA's plugin for PulseAudio. On Debian and Ubuntu all of it comes
with: apt-get install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from voicestream_tui.model import Samples

RATE = 48000
SINK = "voicestream_test"
PATIENCE = 20.0
"""Seconds in which the daemon has to answer."""
PLUGIN = "libasound_module_pcm_pulse.so"


def missing() -> str:
    """Why the null sink can't be used here; empty if it can."""
    for program in ("pulseaudio", "pactl", "parec"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not any(Path("/usr").glob(f"lib*/**/alsa-lib/{PLUGIN}")):
        return "ALSA's PulseAudio plugin (libasound2-plugins) is not installed"
    return ""


class NullSink:
    """The daemon; a context manager. It can be killed and started again meanwhile."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="vs-pulse-"))
        self._socket = self._folder / "native"
        (self._folder / "asound.conf").write_text(
            "pcm.!default { type pulse }\nctl.!default { type pulse }\n", encoding="utf-8"
        )
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> NullSink:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables with which a program's default sound device is this sink."""
        return {
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_RUNTIME_PATH": str(self._folder),
            "PULSE_STATE_PATH": str(self._folder),
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(self._folder / "asound.conf"),
        }

    @property
    def pid(self) -> int:
        assert self._daemon is not None
        return self._daemon.pid

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        for leftover in (self._socket, self._folder / "pid"):
            leftover.unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--daemonize=no", "--system=false", "--use-pid-file=no"]
        command += ["--exit-idle-time=-1", "--high-priority=no", "--realtime=no", "--disable-shm"]
        sink = f"module-null-sink sink_name={SINK} rate={RATE} format=float32le channels=1"
        command += ["-L", f"{sink} channel_map=mono"]
        command += ["-L", f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}"]
        with (self._folder / "log").open("ab") as log:
            self._daemon = subprocess.Popen(command, env=self._env(), stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while self.control("info", check=False) != 0:
            if time.monotonic() > deadline or self._daemon.poll() is not None:
                log_text = (self._folder / "log").read_text(errors="replace")
                self.kill()
                raise RuntimeError(f"PulseAudio did not start:\n{log_text}")

    def control(self, *arguments: str, check: bool = True) -> int:
        """Run pactl; returns its exit status."""
        done = subprocess.run(
            ["pactl", *arguments], env=self._env(), capture_output=True, timeout=PATIENCE
        )
        if check and done.returncode:
            raise RuntimeError(f"pactl {arguments}: {done.stderr!r}")
        return done.returncode

    def kill(self) -> None:
        """End the daemon as a crash would."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    def record(self) -> MonitorRecording:
        """Begin to record what the sink plays; recording when this returns."""
        return MonitorRecording(self._env())

    def _env(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


class MonitorRecording:
    """What the sink plays, from the moment this was made until `stop()`; a context manager."""

    def __init__(self, env: Mapping[str, str]) -> None:
        command = ["parec", "--raw", "-d", f"{SINK}.monitor", f"--rate={RATE}", "--channels=1"]
        command += ["--format=float32le", "--latency-msec=10"]
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        self._parts: list[bytes] = []
        self._length = 0
        self._last = 0.0
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._read, name="monitor")
        self._thread.start()
        self.advance(1 / RATE)

    def __enter__(self) -> MonitorRecording:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def place(self) -> float:
        """The sample (a fraction of one) that is recorded now, extrapolated."""
        with self._more:
            return self._length / 4 + (time.monotonic() - self._last) * RATE

    def advance(self, seconds: float) -> float:
        """Wait until so many more seconds are recorded; returns the place in samples then."""
        with self._more:
            end = self._length + 4 * seconds * RATE
            if self._more.wait_for(lambda: self._length >= end, seconds + PATIENCE):
                return self._length / 4
        self.stop()
        raise RuntimeError("the monitor of the sink does not deliver")

    def stop(self) -> Samples:
        """End the recording; returns it, shape (n,). May be called twice."""
        self._process.terminate()
        self._thread.join(PATIENCE)
        self._process.wait(PATIENCE)
        data = b"".join(self._parts)
        return np.frombuffer(data[: len(data) // 4 * 4], dtype=np.float32)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            while chunk := pipe.read1(65536):  # type: ignore[attr-defined]
                with self._more:
                    self._parts.append(chunk)
                    self._length += len(chunk)
                    self._last = time.monotonic()
                    self._more.notify_all()
