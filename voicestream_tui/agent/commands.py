"""Command lines of agents, given what makes them stream."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Sequence

from voicestream_tui.agent.claude_command import claude_arguments
from voicestream_tui.agent.command_words import first_word, is_given, program_index

_log = logging.getLogger(__name__)

_CODEX_VALUES = {
    "-c",
    "--config",
    "--enable",
    "--disable",
    "-i",
    "--image",
    "-m",
    "--model",
    "--local-provider",
    "-p",
    "--profile",
    "-s",
    "--sandbox",
    "-a",
    "--ask-for-approval",
    "-C",
    "--cd",
    "--add-dir",
    "--thread-source",
    "--cyber-access-program",
    "--remote",
    "--remote-auth-token-env",
}
_GEMINI_VALUES = {
    "-m",
    "--model",
    "-p",
    "--prompt",
    "-w",
    "--worktree",
    "--approval-mode",
    "--policy",
    "--admin-policy",
    "--allowed-mcp-server-names",
    "--allowed-tools",
    "-e",
    "--extensions",
    "-r",
    "--resume",
    "--session-file",
    "--session-id",
    "--include-directories",
}
"""Options whose next argument is their value; with one that is missing here, the command is
left alone."""
_GEMINI_COMMANDS = {"mcp", "extensions", "extension", "skills", "skill", "hooks", "hook", "gemma"}
_ONLY_TELLS = ("-h", "--help", "-V", "-v", "--version")


def streaming_arguments(argv: Sequence[str]) -> list[str]:
    """Add the options that make an agent write what this program reads best.

    That is done for `claude -p`, `codex exec` and `gemini -p`, and only where nobody asked for
    another output. What was added goes into the log.
    """
    streaming = _gemini(_codex(claude_arguments(argv)))
    added = [word for word in streaming if word not in argv]
    if added:
        _log.info("added to the command, so that it streams: %s", shlex.join(added))
    return streaming


def _codex(argv: list[str]) -> list[str]:
    program = program_index(argv, "codex", "@openai/codex")
    if program is None:
        return argv
    command = program + 1 + first_word(argv[program + 1 :], _CODEX_VALUES)
    if "--" in argv[program:command] or argv[command : command + 1] not in (["exec"], ["e"]):
        return argv
    rest = argv[command + 1 :]
    if rest[:1] == ["help"] or is_given(rest, "--json", "--experimental-json", *_ONLY_TELLS):
        return argv
    return [*argv[: command + 1], "--json", *rest]


def _gemini(argv: list[str]) -> list[str]:
    program = program_index(argv, "gemini", "@google/gemini-cli")
    if program is None:
        return argv
    rest = argv[program + 1 :]
    word = first_word(rest, _GEMINI_VALUES)
    if (
        not is_given(rest, "-p", "--prompt")
        or is_given(rest, "-o", "--output-format", "-i", "--prompt-interactive", *_ONLY_TELLS)
        or is_given(rest, "-l", "--list-extensions", "--list-sessions", "--delete-session")
        or (rest[word : word + 1] and rest[word] in _GEMINI_COMMANDS)
    ):
        return argv
    # In front of the user's own: after them they could become values of a list option.
    return [*argv[: program + 1], "--output-format", "stream-json", *rest]
