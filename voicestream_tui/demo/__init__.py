"""The demo: a recording of the real CLI with words of our own, shipped in the package."""

from __future__ import annotations

from pathlib import Path


def demo_path() -> Path:
    """Give the path of the recording; its `.timing` lies beside it."""
    return Path(__file__).with_name("demo.jsonl")
