"""How tests reach the recipe: its parts by import, its commands in an environment with torch."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "scripts" / "train-starter"
SAMPLE = Path(__file__).with_name("sample.tsv")


def _python() -> str:
    """A Python that has torch: the one that is named, the recipe's own, or this one."""
    own = ROOT / ".venv-train" / "bin" / "python"
    named = os.environ.get("VOICESTREAM_TRAIN_PYTHON", "")
    if named or (own.parents[1] / "complete").exists():
        return named or str(own)
    return sys.executable if find_spec("torch") and find_spec("sacrebleu") else ""


# Read here: within a test no VOICESTREAM_ variable is set.
PYTHON = _python()

needs_torch = pytest.mark.skipif(
    not PYTHON,
    reason="there is no torch: run scripts/train-starter/run once, which makes .venv-train",
)


def recipe(*arguments: object) -> str:
    """Run a command of the recipe; gives what it printed."""
    return _run(RECIPE / "run", *arguments)


def with_torch(program: str) -> str:
    """Run a piece of Python that may import torch and the recipe; gives what it printed."""
    return _run(PYTHON, "-c", program)


def _run(*command: object) -> str:
    environment = {
        **os.environ,
        "VOICESTREAM_TRAIN_PYTHON": PYTHON,
        "PYTHONPATH": f"{RECIPE}{os.pathsep}{ROOT}",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout
