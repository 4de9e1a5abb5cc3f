"""How somebody who lacks an extra of this program gets it."""

from __future__ import annotations

import sys

PACKAGES = {
    "piper": ("piper-tts", "onnxruntime", "onnx"),
    "firefox": ("fxtranslate",),
    "llm": ("tokenizers",),
    "onnx": ("onnxruntime", "onnx"),
}
"""What the extras bring, by name; the versions are those of pyproject.toml."""


def how_to_install(extra: str) -> str:
    """A sentence for a hint: with uv in the program's folder, and with pip."""
    packages = " ".join(PACKAGES[extra])
    return (
        f'Install the extra "{extra}": uv sync --no-dev --inexact --extra {extra} '
        f"in the program's folder, or {sys.executable} -m pip install {packages}."
    )
