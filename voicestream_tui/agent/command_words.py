"""Which program a command runs, and the options it is given."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import PurePath

_RUNNERS = {"npx", "npx.cmd", "bunx"}
_RUNNER_VALUES = {"-p", "--package", "-w", "--workspace", "--cache", "--registry"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_ENV_VALUES = {"-u", "--unset", "-C", "--chdir"}


def program_index(argv: Sequence[str], program: str, package: str) -> int | None:
    """Return the index of the word that stands for a program; None if another one is run.

    Args:
        argv: The command, which may run the program by way of `env` or `npx`.
        program: Its name, such as "codex".
        package: The npm package that offers it, such as "@openai/codex".
    """
    packages = re.compile(rf"(?:{re.escape(package)}|{re.escape(program)})(?:@[^/]*)?")
    at = 0
    while at < len(argv):
        name = PurePath(argv[at].replace("\\", "/")).name.lower()
        if name in (program, f"{program}.exe", f"{program}.cmd"):
            return at
        if name in _RUNNERS:
            at = _after_options(argv, at + 1, _RUNNER_VALUES)
            return at if at < len(argv) and packages.fullmatch(argv[at]) else None
        if name != "env":
            return None
        at = _after_options(argv, at + 1, _ENV_VALUES)
        while at < len(argv) and _ASSIGNMENT.fullmatch(argv[at]):
            at += 1
    return None


def first_word(arguments: Sequence[str], with_value: Collection[str]) -> int:
    """Return the index of the first argument that belongs to no option; may be the length."""
    return _after_options(arguments, 0, with_value)


def is_given(arguments: Sequence[str], *options: str) -> bool:
    """Whether one of these options stands before a `--`; a short one may have its value on it."""
    for argument in arguments:
        if argument == "--":
            return False
        for option in options:
            short = len(option) == 2 and argument.startswith(option)
            if short or argument == option or argument.startswith(f"{option}="):
                return True
    return False


def _after_options(argv: Sequence[str], at: int, with_value: Collection[str]) -> int:
    while at < len(argv) and argv[at].startswith("-"):
        if argv[at] == "--":
            return at + 1
        at += 2 if argv[at] in with_value else 1
    return at
