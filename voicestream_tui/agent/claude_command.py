"""Command lines of claude: told from others, and given what streaming needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from voicestream_tui.agent.claude_options import options, parse

INSTALL = "Install Claude Code with `npm install -g @anthropic-ai/claude-code`, then try again."

_PROGRAMS = {"claude", "claude.exe", "claude.cmd"}
_PACKAGE = re.compile(r"(?:@anthropic-ai/claude-code|claude)(?:@[^/]*)?")
_RUNNERS = {"npx", "npx.cmd", "bunx"}
_RUNNER_VALUES = {"-p", "--package", "-w", "--workspace", "--cache", "--registry"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_ENV_VALUES = {"-u", "--unset", "-C", "--chdir"}


def is_claude(argv: Sequence[str]) -> bool:
    """Whether a command runs Claude Code, directly or by way of `env` or `npx`."""
    return program_index(argv) is not None


def claude_arguments(argv: Sequence[str]) -> list[str]:
    """Add the options that make claude stream, where they are missing.

    Only a claude that runs with `-p`/`--print` is changed, and only if no other output
    format was asked for.
    """
    program = program_index(argv)
    if program is None:
        return list(argv)
    given = options(parse(argv[program + 1 :]))
    if "--print" not in given or given.get("--output-format") not in (None, "stream-json"):
        return list(argv)
    missing: list[str] = []
    if "--output-format" not in given:
        missing += ["--output-format", "stream-json"]
    missing += [flag for flag in ("--verbose", "--include-partial-messages") if flag not in given]
    # In front of the user's own: after them they could become values of a list option, or,
    # behind a `--`, words of the prompt.
    return [*argv[: program + 1], *missing, *argv[program + 1 :]]


def program_index(argv: Sequence[str]) -> int | None:
    """Index of the argument that stands for claude itself; None if the command is another."""
    return _program(argv, 0)


def _program(argv: Sequence[str], start: int) -> int | None:
    if start >= len(argv):
        return None
    name = PurePath(argv[start].replace("\\", "/")).name.lower()
    if name in _PROGRAMS:
        return start
    if name == "env":
        return _program(argv, _after_env(argv, start + 1))
    if name in _RUNNERS:
        position = _after_flags(argv, start + 1, _RUNNER_VALUES)
        if position < len(argv) and _PACKAGE.fullmatch(argv[position]):
            return position
    return None


def _after_env(argv: Sequence[str], position: int) -> int:
    position = _after_flags(argv, position, _ENV_VALUES)
    while position < len(argv) and _ASSIGNMENT.fullmatch(argv[position]):
        position += 1
    return position


def _after_flags(argv: Sequence[str], position: int, with_value: set[str]) -> int:
    while position < len(argv) and argv[position].startswith("-"):
        if argv[position] == "--":
            return position + 1
        position += 2 if argv[position] in with_value else 1
    return position
