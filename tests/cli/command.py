"""Runs the program as a user does: as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parent.parent / "recordings"
FAKE_AGENT = Path(__file__).parent.parent / "fake_agent.py"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.split("\n") if line]

    def of(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]


def program(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "voicestream_tui", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


def run(
    *arguments: object,
    stdin: bytes | None = None,
    timeout: float = 90,
    variables: Mapping[str, str] | None = None,
    **environ: str,
) -> Result:
    done = subprocess.run(
        program(*arguments),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        timeout=timeout,
        env=environment(**(variables or {}), **environ),
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
