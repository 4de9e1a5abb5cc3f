"""The recording: exact, valid at any moment, and never in the way of what is heard."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import wave
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from tests.audio.manual import RATE, level, tone
from voicestream_tui.audio import recorder
from voicestream_tui.audio.recorder import WavRecorder
from voicestream_tui.errors import AudioError
from voicestream_tui.model import Samples


def read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        data = file.readframes(file.getnframes())
        assert len(data) == 2 * file.getnframes()
    samples: Samples = np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(32767)
    return samples


def no_problem(message: str, hint: str) -> None:
    raise AssertionError(message)


def test_file_holds_exactly_the_blocks(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    recording = WavRecorder(path, RATE, no_problem)
    sound = np.concatenate((tone(0.7), level(0.0, 5000), tone(0.3), level(2.0, 10)))
    block = np.zeros(1000, dtype=np.float32)
    for start in range(0, len(sound), 1000):
        part = sound[start : start + 1000]
        block[: len(part)] = part
        recording.write(block[: len(part)])
        block.fill(9.0)  # The block is the output's own and is used again.
    recording.write(block[:0])
    recording.close()
    recording.close()
    assert np.abs(read(path) - np.clip(sound, -1, 1)).max() <= 0.5 / 32767 + 1e-6


def test_of_a_long_silence_the_rest_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    recording = WavRecorder(path, RATE, no_problem, longest_silence=0.5)
    blocks = [level(0.5, 1000), *[level(0.0, 1000)] * (2 * RATE // 1000), level(0.5, 1000)]
    for block in blocks * 2:
        recording.write(block)
    recording.close()
    kept = read(path)
    assert np.count_nonzero(kept) == 4000, "nothing that sounds is lost"
    assert len(kept) - 4000 <= 2 * 0.5 * RATE
    assert len(kept) - 4000 > 2 * 0.5 * RATE - 2 * 1000


def test_empty_recording_is_a_valid_file(tmp_path: Path) -> None:
    recording = WavRecorder(tmp_path / "out.wav", RATE, no_problem)
    recording.close()
    assert len(read(tmp_path / "out.wav")) == 0


class Settling:
    """A file that tells when its header was rewritten."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.settled = threading.Event()
        self.rewritten = False

    def write(self, data: bytes) -> int:
        return self.file.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.rewritten = whence == 2
        return self.file.seek(offset, whence)

    def flush(self) -> None:
        self.file.flush()
        if self.rewritten:
            self.settled.set()

    def __enter__(self) -> Settling:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


@pytest.mark.parametrize("seconds", [0.1, 0.6])
def test_file_is_valid_while_it_is_written(tmp_path: Path, seconds: float) -> None:
    """After half a second of sound, and also of waiting when less came."""
    files: list[Settling] = []

    def open_file(path: Path) -> BinaryIO:
        files.append(Settling(path))
        return files[0]  # type: ignore[return-value]

    recording = WavRecorder(tmp_path / "out.wav", RATE, no_problem, open_file=open_file)
    recording.write(tone(seconds))
    assert files[0].settled.wait(10)
    assert len(read(tmp_path / "out.wav")) == round(seconds * RATE)
    recording.close()


KILLED = """
import contextlib, os, sys, time, wave, numpy as np
from pathlib import Path
from voicestream_tui.audio.recorder import WavRecorder
path = Path(sys.argv[1])
recording = WavRecorder(path, 48000, print)
recording.write(np.full(60000, 0.5, np.float32))
deadline = time.monotonic() + 20
frames = 0
while frames < 60000 and time.monotonic() < deadline:
    with contextlib.suppress(wave.Error, EOFError), wave.open(str(path)) as file:
        frames = file.getnframes()
os.kill(os.getpid(), 9)
"""


def test_killed_program_leaves_a_valid_file(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=60, check=False)
    assert len(read(path)) == 60000


LIMITED = """
import resource, sys, numpy as np
from pathlib import Path
from voicestream_tui.audio.recorder import WavRecorder
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
recording = WavRecorder(Path(sys.argv[1]), 48000, lambda m, h: print("PROBLEM", m))
for _ in range(50):
    recording.write(np.full(10000, 0.5, np.float32))
recording.close()
print("ALIVE")
"""


def test_full_disk_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)],
        timeout=60,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert len([line for line in lines if line.startswith("PROBLEM")]) == 1
    assert str(path) in lines[0]
    assert lines[-1] == "ALIVE"
    assert done.stderr == ""
    assert 70_000 <= len(read(path)) <= 100_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_device_is_said_once_and_nothing_stops() -> None:
    problems: list[tuple[str, str]] = []
    said = threading.Event()

    def on_problem(message: str, hint: str) -> None:
        problems.append((message, hint))
        said.set()

    recording = WavRecorder(Path("/dev/full"), RATE, on_problem)
    assert said.wait(10)
    for _ in range(100):
        recording.write(tone(0.1))
    assert recording._blocks.empty()
    recording.close()
    assert len(problems) == 1
    assert "/dev/full" in problems[0][0]
    assert os.strerror(errno.ENOSPC) in problems[0][0]


class Stuck:
    """A disk that does not answer until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def write(self, data: bytes) -> int:
        assert self.go.wait(20)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None: ...

    def __enter__(self) -> Stuck:
        return self

    def __exit__(self, *_: object) -> None: ...


def test_disk_that_hangs_does_not_hold_up_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "BACKLOG", 2)
    problems: list[str] = []
    disk = Stuck()
    recording = WavRecorder(
        Path("slow.wav"),
        RATE,
        lambda message, hint: problems.append(message),
        open_file=lambda path: disk,  # type: ignore[arg-type,return-value]
    )
    for _ in range(40):
        recording.write(tone(0.1))
    assert problems == []
    disk.go.set()
    recording.close()
    assert len(problems) == 1
    assert "too slow" in problems[0]


def test_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"nowhere/out\.wav") as caught:
        WavRecorder(tmp_path / "nowhere" / "out.wav", RATE, no_problem)
    assert caught.value.hint
