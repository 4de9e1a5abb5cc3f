"""The memory of the program, and of the card as its driver's program tells it."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from voicestream_tui import memory_use
from voicestream_tui.memory_use import memory_in_use


def driver(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setattr(memory_use, "_PATIENCE", 60.0)


def test_it_is_what_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    used = memory_in_use()
    assert used.card is None
    assert used.resident is not None
    assert used.resident == pytest.approx(psutil.Process().memory_info().rss, rel=0.1)
    monkeypatch.setattr(memory_use, "_STATM", Path("/nowhere"))
    peak = memory_in_use().resident
    assert peak is not None
    assert peak >= used.resident * 0.9


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("printf '1, 500\\nPID, 1024\\nPID, 6\\n'", 1030 << 20),
        ("echo '1, 500'", None),
        ("echo 'PID, [N/A]'", None),
        ("echo 'no devices were found'; exit 6", None),
        ("", None),
    ],
)
def test_the_cards_memory_is_that_of_this_process(
    tmp_path: Path, script: str, expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver(tmp_path, script.replace("PID", str(os.getpid())), monkeypatch)
    assert memory_in_use().card == expected
