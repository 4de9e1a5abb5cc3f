"""Runs the installed program headless against the stand-in, and reads its events."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.real_cli import cli_environment
from tests.standin_api import StandinApi

JsonEvent = dict[str, Any]

PROGRAM = Path(sys.executable).with_name("voicestream-tui")
PATIENCE = 90.0
"""Seconds to wait for what must come; only a failing test waits so long."""


class Run:
    """voicestream-tui, headless, with the agent that a test gives it.

    Args:
        talk: Standard input stays open for `say()`, until `hang_up()`.
    """

    def __init__(
        self, home: Path, api: StandinApi, claude: Path, *arguments: str, talk: bool = False
    ) -> None:
        self.events: list[JsonEvent] = []
        self.home = home
        self._incoming: queue.SimpleQueue[JsonEvent | None] = queue.SimpleQueue()
        with (home / "stderr.txt").open("wb") as stderr:
            self.process = subprocess.Popen(
                [PROGRAM, "--headless", "--json", *arguments],
                cwd=home / "project",
                env=cli_environment(api.url, home, claude),
                stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        self._reader = threading.Thread(target=self._read)

    def __enter__(self) -> Run:
        self._reader.start()
        return self

    def __exit__(self, *error: object) -> None:
        for process in family(self.home):
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        if self.process.stdin is not None:
            self.process.stdin.close()

    def say(self, message: str) -> None:
        """Write a line to the program's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(message.encode() + b"\n")
        self.process.stdin.flush()

    def hang_up(self) -> None:
        """End the program's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    @property
    def stderr(self) -> str:
        return (self.home / "stderr.txt").read_text("utf-8", "replace")

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self._incoming.put(json.loads(line))
        self._incoming.put(None)

    def wait_for(self, wanted: Callable[[JsonEvent], bool], what: str) -> JsonEvent:
        """Read events until the wanted one, which is given."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                event = self._incoming.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"{what} did not come; came: {self.events}; stderr: {self.stderr}")
            if event is None:
                pytest.fail(f"the program ended before {what}: {self.events}; {self.stderr}")
            self.events.append(event)
            if wanted(event):
                return event

    def finish(self) -> int:
        """Read to the end and give the exit code; nothing of the run may be left over."""
        self.wait_for(lambda event: event["event"] == "end", "the last event")
        assert self._incoming.get(timeout=PATIENCE) is None, "the last event is not the last"
        code = self.process.wait(PATIENCE)
        _, alive = psutil.wait_procs(family(self.home), timeout=PATIENCE)
        assert not alive, f"left over: {[process.cmdline() for process in alive]}"
        return code

    def of(self, name: str) -> list[JsonEvent]:
        return [event for event in self.events if event["event"] == name]

    def segments(self, *kinds: str) -> list[JsonEvent]:
        return [event for event in self.of("segment") if not kinds or event["kind"] in kinds]

    def said(self) -> str:
        """The agent's text as received: what the rows were cut from, without what it took back."""
        withdrawn = {event["id"] for event in self.of("withdrawn")}
        return "".join(
            segment.get("source", "")
            for segment in self.segments()
            if segment["id"] not in withdrawn
        )


def family(home: Path) -> list[psutil.Process]:
    """Every process with that home folder, whoever its parent is by now; never this one."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get("HOME") == str(home):
                found.append(process)
    return found


def named(home: Path, name: str) -> list[psutil.Process]:
    """Those of the family whose name holds this one; a process that ends meanwhile is left out."""
    found: list[psutil.Process] = []
    for process in family(home):
        with contextlib.suppress(psutil.Error):
            if name in process.name():
                found.append(process)
    return found


def until(condition: Callable[[], bool], what: str, context: Callable[[], str] = str) -> None:
    """Wait until something outside this process, which sends no event, is so."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come\n{context()}")
        pause.wait(0.05)
