"""The screen, in a real terminal, with the real Claude Code CLI behind it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.headless_run import PATIENCE, PROGRAM, family
from tests.real_cli import CliMissingError, cli_environment, find_cli
from tests.standin_api import StandinApi
from tests.standin_messages import Reply, Say
from tests.terminal import Terminal

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


@pytest.fixture(scope="session")
def claude() -> Path:
    try:
        return find_cli()
    except CliMissingError as error:
        pytest.skip(f"no real Claude Code CLI: {error}")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a short path: the name of tmux's socket may hold 100 characters."""
    with tempfile.TemporaryDirectory(prefix="vs-", dir="/tmp") as folder:
        home = Path(folder).resolve()
        (home / "project").mkdir()
        yield home


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
            before = terminal.screen()
            terminal.press("?")
            terminal.wait_for(lambda s: s != before, "the help")
            terminal.press("Escape")
            terminal.wait_for(lambda s: "The tests pass now." in s, "the transcript again")
            terminal.press("Space")
            terminal.press("Space")
            terminal.press("q")
            assert terminal.exit_code() == 0
            assert not terminal.in_alternate_screen
            assert "Traceback" not in terminal.screen()
    assert not family(home)
    assert api.prompts == ["How is it?"]


def test_quitting_the_screen_in_mid_stream_ends_the_cli(claude: Path, home: Path) -> None:
    text = "The first sentence is complete. " + "The rest never comes. " * 20
    command = [str(PROGRAM), "--device", "none", "--", "claude", "-p", "Hi"]
    with StandinApi([Reply([Say(text)], hold_after=8)]) as api:
        environment = cli_environment(api.url, home, claude)
        with Terminal(home, command, environment) as terminal:
            terminal.wait_for(lambda s: "The first sentence is complete." in s, "the text")
            agents = [p for p in family(home) if p.name() == claude.name]
            assert agents
            terminal.press("q")
            terminal.exit_code()
            _, alive = psutil.wait_procs(agents, timeout=PATIENCE)
            assert not alive, "the CLI outlived the screen"
            assert "Traceback" not in terminal.screen()
