"""A signal at any moment ends the agent together with the program."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import psutil
import pytest

from tests.cli.command import environment, program
from tests.headless_run import PATIENCE
from tests.tui.test_terminal import child
from voicestream_tui.assembly import Assembly
from voicestream_tui.launch import _begun

SCREEN = "import sys; from voicestream_tui.cli import main; sys.exit(main(sys.argv[1:]))"


class Agent:
    """A command whose first deed is to send a signal to whoever started it; then it stays."""

    def __init__(self, folder: Path, number: signal.Signals) -> None:
        self._note = folder / "agent.pid"
        name = number.name.removeprefix("SIG")
        script = f'echo $$ > "{self._note}"; kill -{name} $PPID; exec sleep 1000'
        self.command = ("--", "sh", "-c", script)

    @property
    def runs(self) -> bool:
        return psutil.pid_exists(int(self._note.read_text()))

    def kill(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.killpg(int(self._note.read_text()), signal.SIGKILL)


@pytest.fixture
def agent(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Agent]:
    agent = Agent(tmp_path, request.param)
    yield agent
    agent.kill()


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


@pytest.mark.parametrize(
    ("agent", "number"), [(one, one) for one in SIGNALS], indirect=["agent"], ids=str
)
def test_a_signal_at_once_does_not_leave_the_agent_behind(
    agent: Agent, number: signal.Signals
) -> None:
    done = subprocess.run(
        program("--headless", "--no-audio", *agent.command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        env=environment(),
        check=False,
    )
    assert done.returncode == 128 + number
    assert done.stderr == b""
    assert not agent.runs


@pytest.mark.parametrize("agent", [signal.SIGTERM], indirect=True)
def test_a_signal_before_the_screen_is_up_does_not_leave_the_agent_behind(agent: Agent) -> None:
    with child(SCREEN, "--no-audio", *agent.command) as screen:
        assert screen.finish() == 128 + signal.SIGTERM
    assert not agent.runs


class Notes:
    """Stands for what a run opens; notes whether a signal would end the program by itself."""

    def __init__(self) -> None:
        self.fatal: list[tuple[str, bool]] = []

    def start(self) -> None:
        self._note("start")

    def close(self) -> None:
        self._note("close")

    def _note(self, what: str) -> None:
        self.fatal.append((what, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL))


def test_signals_are_noted_from_before_the_agents_start_to_behind_its_end() -> None:
    notes = Notes()
    with _begun(cast("Assembly", notes), ["agent"], lambda number: None):
        pass
    assert notes.fatal == [("start", False), ("close", False)]


def test_a_signal_ends_a_program_that_waits_for_the_text_to_say() -> None:
    notes = Notes()
    with _begun(cast("Assembly", notes), None, lambda number: None):
        pass
    assert notes.fatal[0] == ("start", True)
