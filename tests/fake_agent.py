"""A stand-in for an agent's command: writes a recording, with the bad habits one asks for.

    python fake_agent.py RECORDING [--speed N] [--exit-code N] [--ignore-sigint N] …

It needs nothing but the standard library, and answers SIGINT as claude does: with a last
line, and exit code 0.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CHILD = """
import os, signal
signal.signal(signal.SIGTERM, signal.{handler})
os.close({tell})
while True:
    signal.pause()
"""


def main() -> int:
    options = _options()
    interrupts = 0

    def interrupted(*_: object) -> None:
        nonlocal interrupts
        interrupts += 1
        if interrupts > options.ignore_sigint:
            _write(b'{"type":"interrupted"}')
            sys.exit(0)
        sys.stderr.write("ignored an interrupt\n")

    signal.signal(signal.SIGINT, interrupted)
    if options.ignore_term:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if options.child:
        _write(b'{"type":"child","pid":%d}' % _child(options.child == "stubborn", options.escape))
    if options.stderr_flood:
        for number in range(options.stderr_flood // 64):
            sys.stderr.write(f"warning {number:054d}\n")
    if options.stderr:
        sys.stderr.write(options.stderr)
    if options.recording is not None:
        _replay(options.recording, options.speed)
    sys.stderr.flush()
    if options.stay:
        _write(b'{"type":"staying"}')
        while True:
            signal.pause()
    return int(options.exit_code)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("recording", type=Path, nargs="?")
    parser.add_argument("--speed", type=float, default=0.0, help="0: as fast as possible")
    parser.add_argument("--exit-code", type=int, default=0)
    parser.add_argument("--ignore-sigint", type=int, default=0, help="so many of them")
    parser.add_argument("--ignore-term", action="store_true")
    parser.add_argument("--stderr-flood", type=int, default=0, help="so many bytes")
    parser.add_argument("--stderr", default="", help="this text")
    parser.add_argument("--child", choices=["meek", "stubborn"], help="leave one running")
    parser.add_argument("--escape", action="store_true", help="the child leaves the group")
    parser.add_argument("--stay", action="store_true", help="do not end by itself")
    return parser.parse_args()


def _child(stubborn: bool, escape: bool) -> int:
    """Start a child that holds our output open and ends only when it is told to.

    Returns:
        Its process id, once it is as stubborn as it should be.
    """
    ready, tell = os.pipe()
    code = CHILD.format(handler="SIG_IGN" if stubborn else "SIG_DFL", tell=tell)
    child = subprocess.Popen(
        [sys.executable, "-c", code], pass_fds=[tell], start_new_session=escape
    )
    os.close(tell)
    os.read(ready, 1)
    os.close(ready)
    return child.pid


def _replay(recording: Path, speed: float) -> None:
    lines = recording.read_bytes().removesuffix(b"\n").split(b"\n")
    timing = recording.with_suffix(".timing")
    times = [float(word) for word in timing.read_text().split()] if timing.exists() else []
    start = time.monotonic()
    for number, line in enumerate(lines):
        if speed and number < len(times):
            time.sleep(max(0.0, start + times[number] / speed - time.monotonic()))
        _write(line)


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
