"""The benchmark for computers with a graphics card, tried on the processor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_each_engine_is_measured_and_says_what_it_ran_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.bench_gpu", "--shape", "small", "--seconds", "0.1"]
    command += ["--device", "cpu", "--folder", str(tmp_path), "--only", "onnx", "piper"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    onnx, piper = done.stdout.splitlines()[-2:]
    assert re.match(r"onnx +CPU +\d+ ms +\d+ words/min .* \d+ MiB +\d", onnx)
    assert re.match(r"piper +CPU +\d+ ms +[\d.]+ s sound/s .* \d+ MiB +\d", piper)


@pytest.mark.slow
def test_an_engine_that_fails_is_a_line_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.bench_gpu", "--shape", "small", "--seconds", "0.1"]
    command += ["--device", "gpu", "--folder", str(tmp_path), "--only", "onnx"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert "failed: " in done.stdout.splitlines()[-1]
    assert "gpu" in done.stdout.splitlines()[-1] or "translation.device" in done.stdout
