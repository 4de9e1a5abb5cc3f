"""scripts/gpu swaps the two packages of ONNX Runtime, tells what works, and undoes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import environment

ROOT = Path(__file__).resolve().parents[2]
PYTHON = """#!/bin/sh
case "$2" in
    pip) shift 2; echo "pip $*" >> "$LOG"; case "$*" in *$FAILS*) exit 1 ;; esac ;;
    *) echo "tried $3" >> "$LOG"; echo "$SAYS"; exit "$CODE" ;;
esac
"""
UV = """#!/bin/sh
shift; echo "uv $*" >> "$LOG"
case "$*" in *$FAILS*) exit 1 ;; esac
"""


class Machine:
    """An environment whose Python and package manager only write down what they are asked."""

    def __init__(self, folder: Path) -> None:
        self.venv = folder / "venv"
        self.log = folder / "log"
        self.tools = folder / "tools"
        for path, text in ((self.venv / "bin/python", PYTHON), (self.tools / "uv", UV)):
            path.parent.mkdir(parents=True)
            path.write_text(text)
            path.chmod(0o755)

    def run(
        self, *options: str, says: str = "CUDA (1.22)", code: int = 0, fails: str = "nothing"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "scripts/gpu", *options],
            capture_output=True,
            text=True,
            check=False,
            env=environment(
                PATH=f"{self.tools}:/usr/bin:/bin",
                VOICESTREAM_VENV=str(self.venv),
                LOG=str(self.log),
                SAYS=says,
                CODE=str(code),
                FAILS=fails,
            ),
        )

    def did(self) -> list[str]:
        lines = self.log.read_text().splitlines()
        return [line.replace(f" --python {self.venv}/bin/python", "") for line in lines]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_swaps_the_packages_and_tries_cuda(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert machine.did() == [
        "uv uninstall --quiet onnxruntime onnxruntime-gpu",
        "uv install --quiet onnxruntime-gpu>=1.22",
        "tried cuda",
    ]
    assert "CUDA works: CUDA (1.22)" in done.stderr


def test_without_uv_pip_does_it(machine: Machine) -> None:
    (machine.tools / "uv").unlink()
    done = machine.run("--cuda")
    assert done.returncode == 0, done.stderr
    assert machine.did()[:2] == [
        "pip uninstall --quiet --yes onnxruntime onnxruntime-gpu",
        "pip install --quiet --progress-bar off onnxruntime-gpu[cuda,cudnn]>=1.22",
    ]


def test_it_is_undone(machine: Machine) -> None:
    done = machine.run("--undo", says="CPU (1.22)")
    assert done.returncode == 0, done.stderr
    assert machine.did() == [
        "uv uninstall --quiet onnxruntime-gpu onnxruntime",
        "uv install --quiet onnxruntime>=1.20",
        "tried cpu",
    ]
    assert "back on the processor: CPU (1.22)" in done.stderr


def test_a_card_that_does_not_start_is_told_with_what_to_do(machine: Machine) -> None:
    done = machine.run("--check", says="libcudnn.so.9 is missing.", code=3)
    assert done.returncode == 1
    assert machine.did() == ["tried cuda"]
    assert "CUDA does not start: libcudnn.so.9 is missing." in done.stderr
    assert "scripts/gpu --cuda" in done.stderr
    assert "scripts/gpu --undo" in done.stderr


def test_where_the_package_is_not_to_be_had_the_old_one_comes_back(machine: Machine) -> None:
    done = machine.run(fails="install*onnxruntime-gpu>=")
    assert done.returncode == 1
    assert machine.did()[-1] == "uv install --quiet onnxruntime>=1.20"
    assert "nothing has changed" in done.stderr


def test_wrong_words_and_a_missing_environment_are_told(machine: Machine, tmp_path: Path) -> None:
    for words in (("--gpu",), ("--undo", "--check")):
        wrong = machine.run(*words)
        assert wrong.returncode == 2
        assert "scripts/gpu --undo" in wrong.stderr
    assert not machine.log.exists()
    (machine.venv / "bin/python").unlink()
    missing = machine.run()
    assert missing.returncode == 1
    assert "scripts/run demo makes it" in missing.stderr


def test_what_it_tries_is_true_of_this_environment(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin/python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts/gpu", "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "VOICESTREAM_VENV": str(venv)},
    )
    assert "Traceback" not in done.stderr
    assert ("CUDA works" in done.stderr) == (done.returncode == 0)
    assert "ONNX Runtime" in done.stderr
