"""The screen, in a real terminal, with the real Claude Code CLI behind it."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.headless_run import PATIENCE, PROGRAM, family, named, until
from tests.real_cli import cli_environment
from tests.standin_api import StandinApi
from tests.standin_messages import ApiError, Reply, Say
from tests.terminal import Terminal

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


def test_the_screen_shows_both_languages_and_quits(claude: Path, home: Path) -> None:
    text = "The tests pass now. I changed two files. Should I also update the documentation?"
    command = [str(PROGRAM), "--device", "none", "--", "claude", "-p", "How is it?"]
    with StandinApi([Reply([Say(text)], pace=0.05)]) as api:
        environment = cli_environment(api.url, home, claude)
        with Terminal(home, command, environment) as terminal:
            screen = terminal.wait_for(lambda s: bool(JAPANESE.search(s)), "Japanese text")
            assert "The tests pass now." in screen
            terminal.wait_for(lambda s: "update the documentation?" in s, "the last sentence")
            assert terminal.in_alternate_screen
            terminal.press("?")
            terminal.wait_for(lambda s: "skip this sentence" in s, "the help")
            terminal.press("Escape")
            terminal.wait_for(lambda s: "skip this sentence" not in s, "the end of the help")
            terminal.press("Space")
            terminal.wait_for(lambda s: "paused" in s, "the pause")
            terminal.press("Space")
            terminal.wait_for(lambda s: "paused" not in s, "the end of the pause")
            terminal.press("q")
            assert terminal.exit_code() == 0
            assert not terminal.in_alternate_screen
            assert "Traceback" not in terminal.screen()
    until(lambda: not family(home), "the end of all", lambda: str(family(home)))
    assert api.prompts == ["How is it?"]


def test_an_api_error_stands_on_the_screen_and_its_code_is_ours(claude: Path, home: Path) -> None:
    error = ApiError(400, "invalid_request_error", "The prompt is made of cheese.")
    command = [str(PROGRAM), "--device", "none", "--", "claude", "-p", "Hi"]
    with StandinApi([error]) as api:
        environment = cli_environment(api.url, home, claude)
        with Terminal(home, command, environment) as terminal:
            screen = terminal.wait_for(lambda s: "made of cheese" in s, "the error")
            assert screen.count("made of cheese") == 1
            terminal.wait_for(lambda s: bool(JAPANESE.search(s)), "the error in Japanese")
            until(lambda: not agents(home, claude), "the end of the CLI")
            terminal.press("q")
            assert terminal.exit_code() == 1


@pytest.mark.parametrize("key", ["q", "C-c"])
def test_quitting_in_mid_stream_ends_the_cli(claude: Path, home: Path, key: str) -> None:
    with mid_stream(claude, home) as terminal:
        running = agents(home, claude)
        assert running
        terminal.press(key)
        terminal.exit_code()
        assert_ended(running, terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_mid_stream_ends_the_cli_and_restores_the_terminal(
    claude: Path, home: Path, number: signal.Signals
) -> None:
    with mid_stream(claude, home) as terminal:
        running = agents(home, claude)
        (program,) = {parent.pid for agent in running if (parent := agent.parent())}
        os.kill(program, number)
        assert terminal.exit_code() == 128 + number
        assert_ended(running, terminal)


@contextmanager
def mid_stream(claude: Path, home: Path) -> Iterator[Terminal]:
    """A screen whose agent has said one sentence and then hangs."""
    text = "The first sentence is complete. " + "The rest never comes. " * 20
    command = [str(PROGRAM), "--device", "none", "--", "claude", "-p", "Hi"]
    with StandinApi([Reply([Say(text)], hold_after=8)]) as api:
        environment = cli_environment(api.url, home, claude)
        with Terminal(home, command, environment) as terminal:
            terminal.wait_for(lambda s: "The first sentence is complete." in s, "the text")
            yield terminal


def agents(home: Path, claude: Path) -> list[psutil.Process]:
    return named(home, claude.name)


def assert_ended(running: list[psutil.Process], terminal: Terminal) -> None:
    _, alive = psutil.wait_procs(running, timeout=PATIENCE)
    assert not alive, "the CLI outlived the screen"
    assert not terminal.in_alternate_screen
    assert "Traceback" not in terminal.screen()
