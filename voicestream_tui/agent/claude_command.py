"""Command lines of claude: told from others, and given what streaming needs."""

from __future__ import annotations

from collections.abc import Sequence

from voicestream_tui.agent import command_words
from voicestream_tui.agent.claude_options import options, parse

INSTALL = "Install Claude Code with `npm install -g @anthropic-ai/claude-code`, then try again."


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
    return command_words.program_index(argv, "claude", "@anthropic-ai/claude-code")
