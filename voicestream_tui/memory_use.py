"""How much memory this program uses, of the computer and of an NVIDIA card."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 5.0
_ASK = ("--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits")
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Bytes; None where nobody tells."""

    resident: int | None = None
    """Of the computer's memory, all engines included."""
    card: int | None = None
    """Of the card's memory."""


def memory_in_use() -> MemoryUse:
    """Measure; with a card it takes a moment, because its driver's program is asked."""
    return MemoryUse(_resident(), _on_card())


def _resident() -> int | None:
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        pass
    # Without /proc only the most that it ever was is known; macOS counts bytes, others kB.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)


def _on_card() -> int | None:
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    try:
        told = subprocess.run(
            [program, *_ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        ).stdout
        rows = (line.split(",") for line in told.splitlines() if "," in line)
        mine = [int(used) << 20 for pid, used in rows if int(pid) == os.getpid()]
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return sum(mine) if mine else None
