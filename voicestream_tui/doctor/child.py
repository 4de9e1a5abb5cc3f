"""Tries something in a process of its own, so that a crash or a hang there is only an answer."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_START = """\
import sys
if sys.argv[1] not in sys.path:
    sys.path.append(sys.argv[1])
from voicestream_tui.doctor.probe import main
main()
"""
_MOST_NOISE = 4000


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run."""

    code: int | None = None
    """Its exit code, negative for a signal; None if it did not end by itself or never ran."""
    out: str = ""
    err: str = ""
    problem: str = ""
    """Why there is no exit code, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe found."""

    value: Any = None
    problem: str = ""
    """Why there is no value, a sentence; empty if there is one."""
    hint: str = ""
    noise: str = ""
    """What the process and its libraries wrote to their error output."""


def run_command(
    argv: Sequence[str],
    limit: float,
    *,
    stdin: str = "",
    environ: Mapping[str, str] | None = None,
) -> Ran:
    """Run a command in a session of its own; it and its children are dead afterwards.

    Args:
        argv: The command.
        limit: Seconds it may take.
        stdin: What it can read.
        environ: Its environment; None is ours.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if environ is None else dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return Ran(problem=f"can't be started ({getattr(error, 'strerror', '') or error})")
    try:
        out, err = process.communicate(stdin.encode(), limit)
    except subprocess.TimeoutExpired:
        _kill(process)
        process.communicate()
        return Ran(problem=f"did not end within {limit:g} s")
    finally:
        _kill(process)
    return Ran(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def probe(
    name: str, limit: float, /, *, environ: Mapping[str, str] | None = None, **arguments: object
) -> Answer:
    """Call a probe in a process of its own.

    Args:
        name: "module:function" below `voicestream_tui.doctor`; see `probe.py`.
        limit: Seconds it may take.
        environ: The environment of the process; None is ours.
        arguments: What the function is given; values that JSON knows.
    """
    root = str(Path(__file__).resolve().parents[2])
    ran = run_command(
        [sys.executable, "-P", "-c", _START, root],
        limit,
        stdin=json.dumps({"probe": name, "arguments": arguments}),
        environ=environ,
    )
    noise = ran.err[-_MOST_NOISE:].strip()
    if ran.problem:
        return Answer(problem=f"It {ran.problem}.", noise=noise)
    try:
        said = json.loads(ran.out)
        return Answer(said["value"], str(said["problem"]), str(said["hint"]), noise)
    except (ValueError, KeyError, TypeError):
        return Answer(problem=_end(ran), noise=noise)


def _end(ran: Ran) -> str:
    if ran.code is not None and ran.code < 0:
        try:
            name = signal.Signals(-ran.code).name
        except ValueError:
            name = f"signal {-ran.code}"
        return f"It crashed ({name})."
    last = ran.err.strip().splitlines()[-1:] or ["it said nothing"]
    return f"Its process ended with {ran.code}: {last[0]}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process's whole session, what it started too."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
