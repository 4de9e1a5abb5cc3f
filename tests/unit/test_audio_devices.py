"""Finding a device, opening a stream on it, and what is said when that does not work."""

from __future__ import annotations

import ctypes.util
import errno
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from tests.audio.fake_sounddevice import FakeSoundDevice
from tests.audio.manual import RATE, level, tone
from voicestream_tui.audio.bridge import RateBridge
from voicestream_tui.audio.devices import (
    Device,
    find_device,
    install_hint,
    list_devices,
    load_portaudio,
    look_again,
)
from voicestream_tui.audio.outputs import PortAudioOutput, SilentOutput, open_output
from voicestream_tui.audio.quiet import quiet_stderr, silence_alsa
from voicestream_tui.audio.stream import DeviceStream
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples

Problems = list[tuple[str, str]]
Install = Callable[[FakeSoundDevice], FakeSoundDevice]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    def put(fake: FakeSoundDevice) -> FakeSoundDevice:
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        return fake

    return put


class WithoutPortAudio:
    """An import hook: sounddevice's own error when there is no library."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        if name == "sounddevice":
            raise self.error
        return None


def no_portaudio(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutPortAudio(error), *sys.meta_path])


def fill(value: float) -> Callable[[Samples], None]:
    return lambda out: out.fill(value)


# --- which device -----------------------------------------------------------------------------

DEVICES = [
    Device(0, "HDA Intel: ALC (hw:0,0)", "ALSA", 2, 44100, False),
    Device(1, "USB Headset", "ALSA", 2, 48000, False),
    Device(2, "USB Headset Pro", "ALSA", 2, 48000, False),
    Device(5, "default", "ALSA", 32, 44100, True),
]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [("5", 5), ("USB Headset", 1), ("usb headset pro", 2), ("alc", 0), ("DEFAULT", 5)],
)
def test_device_is_found_by_number_name_or_part(wanted: str, index: int) -> None:
    assert find_device(DEVICES, wanted).index == index


@pytest.mark.parametrize("wanted", ["3", "Bluetooth"])
def test_unknown_device_is_answered_with_a_list(wanted: str) -> None:
    with pytest.raises(AudioError, match=wanted) as caught:
        find_device(DEVICES, wanted)
    for device in DEVICES:
        assert device.name in caught.value.hint


def test_name_that_fits_several_is_answered_with_those() -> None:
    with pytest.raises(AudioError, match="several") as caught:
        find_device(DEVICES, "headset")
    assert "USB Headset Pro" in caught.value.hint
    assert "HDA" not in caught.value.hint


def test_devices_that_only_record_are_not_listed(install: Install) -> None:
    install(FakeSoundDevice("microphone", "speaker", default=1))
    (device,) = list_devices()
    assert (device.index, device.name, device.default) == (1, "speaker", True)
    assert str(device) == "*   1  speaker (ALSA, 44100 Hz)"


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ({"ID": "debian"}, "apt install libportaudio2"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "apt install libportaudio2"),
        ({"ID": "fedora"}, "dnf install portaudio"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf install portaudio"),
        ({"ID": "manjaro", "ID_LIKE": "arch"}, "pacman -S portaudio"),
        ({"ID": "gentoo"}, "package manager"),
        ({}, "package manager"),
    ],
)
def test_hint_names_the_command_of_the_system(release: dict[str, str], command: str) -> None:
    assert command in install_hint(release)


# --- no sound here ----------------------------------------------------------------------------


def test_without_the_library_the_clock_is_silent_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    no_portaudio(monkeypatch, OSError("PortAudio library not found"))
    problems: Problems = []
    output = open_output(None, RATE, lambda m, h: problems.append((m, h)))
    assert isinstance(output, SilentOutput)
    assert len(problems) == 1
    assert "PortAudio" in problems[0][0]
    assert "nstall" in problems[0][1]
    assert "without being heard" in problems[0][1]
    called = threading.Event()
    output.start(lambda out: called.set())
    assert called.wait(10)
    output.stop()


def test_listing_without_the_library_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    no_portaudio(monkeypatch, OSError("PortAudio library not found"))
    with pytest.raises(AudioError, match="PortAudio"):
        list_devices()


@pytest.mark.parametrize(
    "error", [ImportError("no module _sounddevice"), RuntimeError("Error initializing PortAudio")]
)
def test_other_ways_to_be_broken_are_errors_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    no_portaudio(monkeypatch, error)
    with pytest.raises(AudioError) as caught:
        load_portaudio()
    assert str(error) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("wanted", ["", "headset", "3"])
def test_without_a_device_the_clock_is_silent_and_it_is_said_once(
    install: Install, wanted: str
) -> None:
    install(FakeSoundDevice())
    problems: Problems = []
    assert isinstance(open_output(wanted, RATE, lambda m, h: problems.append((m, h))), SilentOutput)
    assert len(problems) == 1
    assert "no sound device" in problems[0][0]


def test_none_is_silent_and_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    no_portaudio(monkeypatch, AssertionError("loaded"))
    problems: Problems = []
    assert isinstance(open_output("none", RATE, lambda m, h: problems.append((m, h))), SilentOutput)
    assert problems == []


def test_named_device_that_is_not_there_is_an_error(install: Install) -> None:
    install(FakeSoundDevice("speaker"))
    with pytest.raises(AudioError, match="headset"):
        open_output("headset", RATE, lambda m, h: None)
    assert isinstance(open_output("speak", RATE, lambda m, h: None), PortAudioOutput)


# --- a stream ---------------------------------------------------------------------------------


def test_stream_renders_straight_into_the_devices_block(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))
    stream = DeviceStream(None, RATE, "low", fill(0.25))
    assert (stream.name, stream.active) == ("speaker", True)
    assert fake.streams[0].wanted["latency"] == 0.030
    assert (fake.streams[0].pull(100) == np.float32(0.25)).all()
    assert (stream.calls, stream.underflows) == (1, 0)
    fake.streams[0].pull(100, underflow=True)
    assert (stream.calls, stream.underflows) == (2, 1)
    fake.streams[0].pull(100)
    assert (stream.calls, stream.underflows) == (3, 1)
    stream.close()
    assert fake.streams[0].closed


def test_stream_knows_how_long_its_last_sound_takes_to_be_heard(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    fake = install(FakeSoundDevice("speaker"))
    level = 0.0
    stream = DeviceStream(None, RATE, "high", lambda out: out.fill(level))
    assert stream.latency == 0.120
    fake.streams[0].pull(100)
    assert stream.tail == 0.0
    level = 0.5
    fake.streams[0].pull(100)
    assert stream.tail > 0.120
    now[0] += 0.1
    assert 0.020 < stream.tail < 0.1
    now[0] += 1.0
    assert stream.tail == 0.0
    stream.close()


def test_device_that_runs_dry_in_silence_is_not_counted(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))
    level = 0.0
    stream = DeviceStream(None, RATE, "low", lambda out: out.fill(level))
    fake.streams[0].pull(100)
    fake.streams[0].pull(100, underflow=True)
    assert stream.underflows == 0
    level = 0.5
    fake.streams[0].pull(100, underflow=True)
    level = 0.0
    fake.streams[0].pull(100, underflow=True)
    assert stream.underflows == 2
    stream.close()


def test_device_without_mono_gets_the_same_on_both_sides(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))
    fake.accepts = lambda rate, channels: channels == 2
    place = [0]

    def count(out: Samples) -> None:
        out[:] = np.arange(place[0], place[0] + len(out))
        place[0] += len(out)

    DeviceStream(None, RATE, "high", count)
    assert fake.tried == [(RATE, 1), (RATE, 2)]
    block = fake.streams[0].pull(10000)
    assert np.array_equal(block[:, 0], np.arange(10000))
    assert np.array_equal(block[:, 1], np.arange(10000))


def test_device_with_a_rate_of_its_own_gets_that(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker", rate=44100.0))
    fake.accepts = lambda rate, channels: rate == 44100
    sound = iter(np.array_split(tone(2.0, hertz=441), 2 * RATE // 480))

    def render(out: Samples) -> None:
        out[:] = next(sound)

    DeviceStream(None, RATE, "low", render)
    block = np.concatenate([fake.streams[0].pull(n)[:, 0] for n in (7, 1000, 20000, 20000)])
    rising = np.flatnonzero((block[:-1] < 0) & (block[1:] >= 0))
    assert set(np.diff(rising)) <= {99, 100, 101}
    assert np.median(np.diff(rising)) == 100


def test_device_that_refuses_everything_is_named(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))
    fake.accepts = lambda rate, channels: False
    with pytest.raises(AudioError, match="speaker") as caught:
        DeviceStream(None, RATE, "low", fill(0.0))
    assert "devices" in caught.value.hint
    assert len(fake.tried) == 4


def test_stream_that_does_not_start_is_closed(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))
    fake.start_fails = True
    with pytest.raises(AudioError, match="host error"):
        DeviceStream(None, RATE, "low", fill(0.0))
    assert all(stream.closed for stream in fake.streams)


def test_no_device_to_open(install: Install) -> None:
    install(FakeSoundDevice())
    with pytest.raises(AudioError, match="no sound device"):
        DeviceStream(None, RATE, "low", fill(0.0))


def test_exception_in_a_callback_is_silence_and_kept(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))

    def broken(out: Samples) -> None:
        out.fill(0.7)
        raise ZeroDivisionError

    stream = DeviceStream(None, RATE, "low", broken)
    assert not fake.streams[0].pull(100).any()
    assert stream.errors == 1
    assert isinstance(stream.error, ZeroDivisionError)


def test_looking_again_restarts_portaudio_even_if_it_was_not_running(install: Install) -> None:
    fake = install(FakeSoundDevice("speaker"))
    look_again()
    assert fake.initialised == 1
    fake.initialised = 0
    look_again()
    assert fake.initialised == 1


@pytest.mark.parametrize(("source", "target"), [(48000, 44100), (48000, 16000), (22050, 48000)])
def test_bridge_has_no_seam(source: int, target: int) -> None:
    position = [0]

    def render(out: Samples) -> None:
        time = np.arange(position[0], position[0] + len(out)) / source
        out[:] = 0.5 * np.sin(2 * np.pi * 300 * time)
        position[0] += len(out)

    bridge = RateBridge(source, target)
    parts = []
    for length in (0, 1, 500, 3, 7000, 8000):
        part = level(9.0, length)
        bridge.pull(part, render)
        parts.append(part)
    sound = np.concatenate(parts)
    settled = sound[400:]  # The sine begins with a corner, at which the filter rings.
    assert np.abs(np.diff(settled)).max() < 1.001 * 0.5 * 2 * np.pi * 300 / target
    assert np.abs(sound).max() < 0.51


# --- what libraries print -----------------------------------------------------------------------


def test_quiet_keeps_native_noise_from_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before\n")
    with quiet_stderr(), quiet_stderr():
        os.write(2, b"ALSA lib pcm.c: noise\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "before\nafter\n"


def test_quiet_restores_the_screen_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), quiet_stderr():
        raise ZeroDivisionError
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def free_descriptor() -> int:
    copy = os.dup(1)
    os.close(copy)
    return copy


def refuse(*args: object, **keywords: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_quiet_needs_no_file(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    free = free_descriptor()
    os.write(2, b"before\n")
    with quiet_stderr(), quiet_stderr():
        os.write(2, b"ALSA lib pcm.c: noise\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "before\nafter\n"
    assert free_descriptor() == free


def test_quiet_that_cannot_begin_leaves_no_descriptor_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicestream_tui.audio.quiet._place_for_noise", refuse)
    free = free_descriptor()
    with pytest.raises(OSError, match="space"), quiet_stderr():
        pass
    assert free_descriptor() == free


def test_quiet_leaves_a_redirection_made_meanwhile(tmp_path: Path) -> None:
    kept = os.dup(2)
    try:
        with (tmp_path / "screen.log").open("wb") as log:
            with quiet_stderr():
                os.dup2(log.fileno(), 2)
            os.write(2, b"after\n")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert (tmp_path / "screen.log").read_bytes() == b"after\n"


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or ctypes.util.find_library("asound") is None,
    reason="there is no ALSA here",
)
def test_alsa_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    silence_alsa()
    name = ctypes.util.find_library("asound")
    assert name is not None
    alsa = ctypes.CDLL(name)
    handle = ctypes.c_void_p()
    assert alsa.snd_pcm_open(ctypes.byref(handle), b"no such device", 0, 0) < 0
    assert capfd.readouterr().err == ""
