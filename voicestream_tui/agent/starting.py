"""Starting the agent's command, and saying clearly why it can't be started."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from voicestream_tui.agent.claude_command import INSTALL, is_claude
from voicestream_tui.errors import AgentError, UsageError


def start(
    argv: tuple[str, ...], stdin: int | None, cwd: Path | None, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, its output and errors in unbuffered pipes.

    Raises:
        UsageError: there is no command, or it holds a NUL character.
        AgentError: the command can't be started; it says what to do.
    """
    if not argv or not argv[0]:
        raise UsageError(
            "There is no command to run.",
            'Put it after `--`, for example: voicestream-tui -- claude -p "Hello"',
        )
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=cwd,
            env=None if env is None else dict(env),
            start_new_session=True,
        )
    except ValueError as error:
        raise UsageError(f"The command {shlex.join(argv)!r} can't be run: {error}.") from error
    except OSError as error:
        raise _start_error(argv, error) from error


def _start_error(argv: tuple[str, ...], error: OSError) -> AgentError:
    command = argv[0]
    if isinstance(error, FileNotFoundError):
        if error.filename is not None and os.fspath(error.filename) != command:
            return AgentError(f"There is no folder {error.filename} to run {command} in.")
        if os.sep in command and Path(command).exists():
            return AgentError(
                f"{command} can't be run: its first line names a program that is not there.",
                "Correct its `#!` line, or install what it names.",
            )
        hint = "Check the spelling, and that its folder is in PATH."
        return AgentError(f"Command not found: {command}", INSTALL if is_claude(argv) else hint)
    if isinstance(error, PermissionError):
        what = "a folder" if Path(command).is_dir() else "not executable"
        failure = AgentError(
            f"{command} is {what}.",
            "Name the program itself; a script is made executable with `chmod +x`.",
        )
    elif error.errno == errno.ENOEXEC:
        failure = AgentError(
            f"{command} is no program that this computer can run.",
            "A script needs a first line such as `#!/bin/sh`.",
        )
    else:
        failure = AgentError(f"{command} can't be started: {error.strerror}.")
    failure.exit_code = 126
    return failure
