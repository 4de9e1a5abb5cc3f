"""How tests reach a recipe: its parts by import, its commands in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _python(recipe: str, package: str) -> str:
    """A Python that has a package: the one that is named, the recipe's own, or this one."""
    own = ROOT / f".venv-convert-{recipe}" / "bin" / "python"
    candidates = [os.environ.get("VOICESTREAM_CONVERT_PYTHON", ""), sys.executable]
    if (own.parents[1] / "complete").exists():
        candidates.insert(1, str(own))
    look = f"import sys, importlib.util as u; sys.exit(u.find_spec({package!r}) is None)"
    for python in filter(None, candidates):
        if subprocess.run([python, "-c", look], check=False, capture_output=True).returncode == 0:
            return python
    return ""


def _needs(python: str, recipe: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not python,
        reason=f"{package} is not installed: run scripts/convert-{recipe} once, which makes "
        f".venv-convert-{recipe}",
    )


# Read here: within a test no VOICESTREAM_ variable is set.
PYTHON = _python("translator", "optimum")
VOICE_PYTHON = _python("voice", "TTS")

needs_transformers = _needs(PYTHON, "translator", "transformers")
needs_coqui = _needs(VOICE_PYTHON, "voice", "coqui-tts")


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
