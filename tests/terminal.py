"""A real terminal for tests: a tmux session of its own server."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.headless_run import PATIENCE, until


@contextmanager
def short_home() -> Iterator[Path]:
    """A home with a `project`, whose path is short: tmux's socket may have 100 characters."""
    # What was just killed there may still be making its last file.
    with tempfile.TemporaryDirectory(
        prefix="vs-", dir="/tmp", ignore_cleanup_errors=True
    ) as folder:
        home = Path(folder).resolve()
        (home / "project").mkdir()
        yield home


class Terminal:
    """A terminal of 160 × 45 that runs one command; what it left on the screen stays to be seen.

    Args:
        folder: A folder with a short path, for the socket; the command runs in its `project`.
        command: The program and its arguments.
        environment: All that the command sees of the environment (TERM is tmux's).
    """

    def __init__(
        self, folder: Path, command: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self._folder = folder
        self._command = command
        self._environment = environment
        self._code = folder / "code"

    def __enter__(self) -> Terminal:
        script = self._folder / "script.sh"
        # The exit code appears in one step.
        script.write_text(
            f"{shlex.join(self._command)}\necho $? > code.new; mv code.new {self._code}; exec cat\n"
        )
        self._tmux("new-session", "-d", "-x", "160", "-y", "45", shlex.join(["sh", str(script)]))
        return self

    def __exit__(self, *error: object) -> None:
        self._tmux("kill-server")

    def screen(self) -> str:
        """What can be read on it now."""
        return self._tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", *keys)

    @property
    def in_alternate_screen(self) -> bool:
        return self._tmux("display-message", "-p", "#{alternate_on}").strip() == "1"

    def wait_for(self, shown: Callable[[str], bool], what: str) -> str:
        """Wait until the screen fulfils a condition; give the screen."""
        until(lambda: shown(self.screen()), what, self.screen)
        return self.screen()

    def exit_code(self) -> int:
        """Wait for the command's end."""
        until(self._code.exists, "the end of the program", self.screen)
        return int(self._code.read_text())

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-f", "/dev/null", "-S", str(self._folder / "tmux"), *arguments],
            env=dict(self._environment),
            cwd=self._folder / "project",
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
