"""Command lines of claude: told from others, and given what streaming needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

INSTALL = "Install Claude Code with `npm install -g @anthropic-ai/claude-code`, then try again."

_PROGRAMS = {"claude", "claude.exe", "claude.cmd"}
_PACKAGE = re.compile(r"(?:@anthropic-ai/claude-code|claude)(?:@[^/]*)?")
_RUNNERS = {"npx", "npx.cmd", "bunx"}
_RUNNER_VALUES = {"-p", "--package", "-w", "--workspace", "--cache", "--registry"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_ENV_VALUES = {"-u", "--unset", "-C", "--chdir"}

_VALUES = {
    "--add-dir",
    "--agent",
    "--agents",
    "--allowed-tools",
    "--allowedTools",
    "--append-system-prompt",
    "--append-system-prompt-file",
    "--betas",
    "--debug-file",
    "--disallowed-tools",
    "--disallowedTools",
    "--effort",
    "--fallback-model",
    "--file",
    "--input-format",
    "--json-schema",
    "--max-budget-usd",
    "--max-turns",
    "--mcp-config",
    "--model",
    "--name",
    "-n",
    "--output-format",
    "--permission-mode",
    "--permission-prompt-tool",
    "--plugin-dir",
    "--session-id",
    "--setting-sources",
    "--settings",
    "--system-prompt",
    "--system-prompt-file",
    "--tools",
}
"""Options of claude whose next argument is their value, whatever it looks like."""

_CLUSTER_FLAGS = "cpvh"
"""Short options without a value, which may be written together (`-cp`)."""


def is_claude(argv: Sequence[str]) -> bool:
    """Whether a command runs Claude Code, directly or by way of `env` or `npx`."""
    return _program(argv) is not None


def claude_arguments(argv: Sequence[str]) -> list[str]:
    """Add the options that make claude stream, where they are missing.

    Only a claude that runs with `-p`/`--print` is changed, and only if no other output
    format was asked for.
    """
    program = _program(argv)
    if program is None:
        return list(argv)
    options = _options(argv[program + 1 :])
    if "--print" not in options or options.get("--output-format") not in (None, "stream-json"):
        return list(argv)
    missing: list[str] = []
    if "--output-format" not in options:
        missing += ["--output-format", "stream-json"]
    missing += [flag for flag in ("--verbose", "--include-partial-messages") if flag not in options]
    # In front of the user's own: after them they could become values of a list option, or,
    # behind a `--`, words of the prompt.
    return [*argv[: program + 1], *missing, *argv[program + 1 :]]


def _program(argv: Sequence[str], start: int = 0) -> int | None:
    """Index of the argument that stands for claude itself."""
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


def _options(arguments: Sequence[str]) -> dict[str, str | None]:
    """Claude's own options among these arguments, by long name; prompts are no options."""
    found: dict[str, str | None] = {}
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if argument in _VALUES:
            found[argument] = next(rest, None)
        elif name.startswith("--"):
            found[name] = value if equals else None
        elif argument.startswith("-") and "p" in _cluster(argument[1:]):
            found["--print"] = None
    return found


def _cluster(letters: str) -> str:
    """The short options written together in one argument, up to one that takes a value."""
    for position, letter in enumerate(letters):
        if letter not in _CLUSTER_FLAGS:
            return letters[:position]
    return letters
