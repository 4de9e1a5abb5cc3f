"""Conversations on the screen, in a real terminal, with the real Claude Code CLI behind it."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.headless_run import PATIENCE, PROGRAM, named, until
from tests.real_cli import cli_environment
from tests.standin_api import StandinApi
from tests.standin_messages import ApiError, Block, Reply, Say, UseTool
from tests.terminal import Terminal

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


def answer(*blocks: Block | str) -> Reply:
    return Reply([Say(block) if isinstance(block, str) else block for block in blocks])


def touch(path: Path) -> UseTool:
    return UseTool("Bash", {"command": f"touch {path}", "description": "Touch a file"})


def screen(
    home: Path, api: StandinApi, claude: Path, *arguments: str, options: tuple[str, ...] = ()
) -> Terminal:
    command = [str(PROGRAM), "--device", "none", *options, "--", "claude", *arguments]
    return Terminal(home, command, cli_environment(api.url, home, claude))


def agents(home: Path, claude: Path) -> list[psutil.Process]:
    return named(home, claude.name)


def program(home: Path, claude: Path) -> psutil.Process:
    [agent] = agents(home, claude)
    parent = agent.parent()
    assert parent is not None
    return parent


def settle(terminal: Terminal, key: str) -> None:
    """Answer a request by a key. Its window takes none until the hands have rested a moment."""
    terminal.wait_for(shows("y allow"), "the request")
    rest = threading.Event()

    def pressed() -> bool:
        rest.wait(1.0)
        terminal.press(key)
        for _ in range(50):  # pressed again too soon, the key would become a message
            rest.wait(0.2)
            if "y allow" not in terminal.screen():
                return True
        return False

    until(pressed, "the answer")


def shows(text: str) -> Callable[[str], bool]:
    return lambda screen: text in screen


def test_a_message_is_written_and_answered_and_quitting_ends_claude(
    claude: Path, home: Path
) -> None:
    with (
        StandinApi([answer("Hello there."), answer("Nothing more.")]) as api,
        screen(home, api, claude, "Hi") as terminal,
    ):
        terminal.wait_for(shows("Hello there."), "the first answer")
        terminal.press("W", "h", "a", "t", "?", "Enter")
        terminal.wait_for(shows("Nothing more."), "the second answer")
        terminal.press("C-c")
        terminal.wait_for(shows("ctrl+c again quits"), "the question whether to quit")
        terminal.press("C-c")
        terminal.exit_code()
        assert "Traceback" not in terminal.screen()
        assert "voicestream-tui -- claude --resume " in terminal.screen()
        until(lambda: not agents(home, claude), "the end of the CLI")
    assert api.prompts == ["Hi", "What?"]


def test_a_permission_is_allowed_by_a_key(claude: Path, home: Path) -> None:
    target = home / "project" / "file"
    with (
        StandinApi([answer(touch(target)), answer("The file is there.")]) as api,
        screen(home, api, claude, "Make a file") as terminal,
    ):
        terminal.wait_for(shows("y allow"), "the request")
        assert not target.exists()
        settle(terminal, "y")
        terminal.wait_for(shows("The file is there."), "the answer")
        assert target.exists()
        terminal.press("C-c", "C-c")
        terminal.exit_code()


def test_one_answer_with_permissions_ends_as_print_does(claude: Path, home: Path) -> None:
    target = home / "project" / "file"
    with (
        StandinApi([answer(touch(target)), answer("The file is not there.")]) as api,
        screen(home, api, claude, "-p", "Make", options=("--ask-permissions",)) as terminal,
    ):
        settle(terminal, "n")
        terminal.press("Enter")
        terminal.wait_for(shows("The file is not there."), "the answer")
        until(lambda: not agents(home, claude), "the end of the CLI by itself")
        terminal.wait_for(shows("q quits"), "the end")
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert not target.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", ["starting", "writing", "tool", "permission", "idle"])
def test_a_signal_in_every_phase_leaves_no_orphan(
    claude: Path, home: Path, phase: str, number: signal.Signals
) -> None:
    started = home / "started"
    wait = UseTool("Bash", {"command": f"touch {started}; sleep 3600", "description": "Wait"})
    replies: dict[str, list[Reply | ApiError]] = {
        "starting": [],
        "writing": [Reply([Say("The first one is said. " + "Never. " * 20)], hold_after=8)],
        "tool": [answer("I wait.", wait)],
        "permission": [answer(touch(home / "file"))],
        "idle": [answer("That is all.")],
    }
    ready: dict[str, Callable[[str], bool]] = {
        "starting": lambda screen: bool(agents(home, claude)),
        "writing": shows("The first one is said."),
        "tool": lambda screen: started.exists(),
        "permission": shows("y allow"),
        "idle": shows("That is all."),
    }
    arguments = ["Hi"] if phase != "tool" else ["--allowedTools", "Bash", "--", "Hi"]
    with StandinApi(replies[phase]) as api, screen(home, api, claude, *arguments) as terminal:
        terminal.wait_for(ready[phase], phase)
        ours = [*agents(home, claude), *named(home, "sleep")]
        os.kill(program(home, claude).pid, number)
        assert terminal.exit_code() == 128 + number
        _, alive = psutil.wait_procs(ours, timeout=PATIENCE)
        assert not alive, f"left over: {alive}"
        assert not terminal.in_alternate_screen
        assert "Traceback" not in terminal.screen()
    assert not (home / "file").exists()


def test_closing_the_terminal_ends_everything_quietly(claude: Path, home: Path) -> None:
    replies = [Reply([Say("The first one is said. " + "Another one follows. " * 50)], pace=0.01)]
    with StandinApi(replies) as api:
        with screen(home, api, claude, "Hi") as terminal:
            terminal.wait_for(shows("Another one follows."), "the answer")
            ours = [program(home, claude), *agents(home, claude)]
        _, alive = psutil.wait_procs(ours, timeout=PATIENCE)
        assert not alive, f"left over: {alive}"
    logs = [log.read_text() for log in home.rglob("voicestream-tui.log")]
    assert logs
    assert not any("Traceback" in log or "OSError" in log for log in logs)


def test_a_second_signal_does_not_wait_for_a_deaf_claude(claude: Path, home: Path) -> None:
    with (
        StandinApi([answer("That is all.")]) as api,
        screen(home, api, claude, "Hi") as terminal,
    ):
        terminal.wait_for(shows("That is all."), "the answer")
        ours = program(home, claude).pid
        [agent] = agents(home, claude)
        agent.suspend()  # deaf to everything but SIGKILL
        os.kill(ours, signal.SIGINT)
        terminal.wait_for(shows("stopping"), "the beginning of the end")
        os.kill(ours, signal.SIGINT)
        assert terminal.exit_code() == 128 + signal.SIGINT
        until(lambda: not agents(home, claude), "the end of the CLI")
