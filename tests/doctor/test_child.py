from __future__ import annotations

import sys
from pathlib import Path

import pytest

from voicestream_tui.doctor.child import probe, run_command

ONNX = "probe_runtimes:onnx_providers"


@pytest.fixture
def onnxruntime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the place of onnxruntime, to misbehave."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "onnxruntime.py"


def test_a_probe_answers() -> None:
    answer = probe("probe_gpu:load", 30, libraries=["libnot-there.so.9"])
    assert answer.problem == ""
    assert "libnot-there.so.9" in answer.value["libnot-there.so.9"]


def test_a_crash_is_an_answer(onnxruntime: Path) -> None:
    onnxruntime.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    assert probe(ONNX, 30).problem == "It crashed (SIGSEGV)."


def test_a_hang_is_an_answer(onnxruntime: Path) -> None:
    onnxruntime.write_text("import signal\nsignal.pause()\n")
    assert probe(ONNX, 0.5).problem == "It did not end within 0.5 s."


def test_what_is_raised_is_an_answer(onnxruntime: Path) -> None:
    onnxruntime.write_text("raise ValueError('bad build')\n")
    assert probe(ONNX, 30).problem == "ValueError: bad build"


def test_an_end_without_a_word_is_an_answer(onnxruntime: Path) -> None:
    onnxruntime.write_text("import os\nos.write(2, b'no AVX here\\n')\nos._exit(7)\n")
    assert probe(ONNX, 30).problem == "Its process ended with 7: no AVX here"


def test_a_missing_package_is_named() -> None:
    answer = probe("probe_not_there:nothing", 30)
    assert "voicestream_tui.doctor.probe_not_there" in answer.problem


def test_what_libraries_print_does_not_spoil_the_answer(onnxruntime: Path) -> None:
    onnxruntime.write_text(
        "import os\nprint('loading')\nos.write(1, b'native\\n')\n__version__ = '1'\n"
        "get_available_providers = lambda: []\n"
    )
    answer = probe(ONNX, 30)
    assert answer.problem == ""
    assert answer.value["version"] == "1"
    assert "native" in answer.noise


def test_a_command_that_is_not_there_is_told() -> None:
    assert "can't be started" in run_command(["/no/such/program"], 5).problem


def test_a_command_that_hangs_is_ended_with_its_children() -> None:
    # What is left behind would fail the test (tests/conftest.py).
    code = "import subprocess, sys, signal\n"
    code += "subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    code += "signal.pause()"
    assert run_command([sys.executable, "-c", code], 1).problem == "did not end within 1 s"
