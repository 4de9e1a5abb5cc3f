"""What holds for every test: no thread or process is left behind, the user's files are far.

`HYPOTHESIS_PROFILE=nightly` lets property-based tests try thousands of new examples instead of
the same few.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(
    "nightly",
    deadline=None,
    max_examples=3000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

GRACE = 10.0
"""Seconds that threads and processes have to end by themselves after a test."""


@pytest.fixture(autouse=True)
def isolated_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A home folder of the test's own; no VOICESTREAM_ variable is set."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("VOICESTREAM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name, folder in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    # Programs of a test share the voice with one another, not with one that the user listens to.
    (home / ".runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / ".runtime"))
    return home


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail the test whose threads or child processes still run after it."""
    threads_before = set(threading.enumerate())
    children_before = set(psutil.Process().children(recursive=True))
    yield
    deadline = time.monotonic() + GRACE
    leaked_threads = _wait_for_threads(set(threading.enumerate()) - threads_before, deadline)
    children = set(psutil.Process().children(recursive=True)) - children_before
    _, leaked_children = psutil.wait_procs(children, timeout=max(0.0, deadline - time.monotonic()))
    described = [f"process {_command(child)}" for child in leaked_children]
    for child in leaked_children:
        _kill(child)
    described += [f"thread {thread.name}" for thread in leaked_threads]
    if described:
        pytest.fail(f"left behind: {', '.join(described)}")


def _wait_for_threads(threads: set[threading.Thread], deadline: float) -> list[threading.Thread]:
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [thread for thread in threads if thread.is_alive()]


def _command(process: psutil.Process) -> str:
    try:
        return f"{process.pid} ({' '.join(process.cmdline())[:120]})"
    except psutil.Error:
        return str(process.pid)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(GRACE)
    except psutil.Error:
        return
