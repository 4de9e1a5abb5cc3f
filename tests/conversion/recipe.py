"""How tests reach a recipe: its parts by import, its commands in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _python() -> str:
    """A Python that has the packages: the one that is named, the recipe's own, or this one."""
    own = ROOT / ".venv-convert-translator" / "bin" / "python"
    named = os.environ.get("VOICESTREAM_CONVERT_PYTHON", "")
    if named or (own.parents[1] / "complete").exists():
        return named or str(own)
    return sys.executable if find_spec("transformers") and find_spec("optimum") else ""


# Read here: within a test no VOICESTREAM_ variable is set.
PYTHON = _python()

needs_transformers = pytest.mark.skipif(
    not PYTHON,
    reason="transformers is not installed: run scripts/convert-translator once, which makes "
    ".venv-convert-translator",
)


def run(*command: object, python: str = PYTHON) -> subprocess.CompletedProcess[str]:
    """Run a command without the network."""
    environment = {
        **os.environ,
        "VOICESTREAM_CONVERT_PYTHON": python or sys.executable,
        "PYTHONPATH": str(ROOT),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [str(part) for part in command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
