from __future__ import annotations

import pytest

from voicestream_tui.agent.claude_command import claude_arguments, is_claude

STREAM = ["--output-format", "stream-json", "--verbose", "--include-partial-messages"]


@pytest.mark.parametrize(
    "program",
    [
        ["claude"],
        ["/usr/local/bin/claude"],
        ["C:\\Programs\\claude.exe"],
        ["npx", "@anthropic-ai/claude-code"],
        ["npx", "-y", "@anthropic-ai/claude-code@latest"],
        ["npx", "--package", "@anthropic-ai/claude-code", "claude"],
        ["npx", "--", "@anthropic-ai/claude-code"],
        ["env", "X=Y", "A_B=c d", "claude"],
        ["/usr/bin/env", "-u", "NAME", "-i", "X=Y", "claude"],
        ["env", "npx", "@anthropic-ai/claude-code"],
    ],
)
def test_claude_gets_what_streaming_needs(program: list[str]) -> None:
    assert is_claude(program)
    assert claude_arguments([*program, "-p", "hi"]) == [*program, *STREAM, "-p", "hi"]


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["echo", "claude", "-p", "hi"],
        ["python", "agent.py", "-p"],
        ["claudette", "-p", "hi"],
        ["npx", "cowsay", "-p", "claude"],
        ["env", "X=Y"],
        ["npx", "-y"],
    ],
)
def test_other_commands_stay_as_they_are(argv: list[str]) -> None:
    assert not is_claude(argv)
    assert claude_arguments(argv) == argv


def test_claude_without_print_stays_as_it_is() -> None:
    assert claude_arguments(["claude", "hi"]) == ["claude", "hi"]
    assert claude_arguments(["claude", "mcp", "list"]) == ["claude", "mcp", "list"]


@pytest.mark.parametrize("flag", ["-p", "--print", "-cp"])
def test_print_is_recognised_in_every_form(flag: str) -> None:
    assert claude_arguments(["claude", flag, "hi"]) == ["claude", *STREAM, flag, "hi"]


def test_only_what_is_missing_is_added() -> None:
    argv = ["claude", "-p", "hi", "--output-format=stream-json", "--verbose"]
    assert claude_arguments(argv) == ["claude", "--include-partial-messages", *argv[1:]]
    whole = ["claude", *STREAM, "-p", "hi"]
    assert claude_arguments(whole) == whole


@pytest.mark.parametrize("choice", [["--output-format", "json"], ["--output-format=text"]])
def test_another_output_format_is_the_users_choice(choice: list[str]) -> None:
    argv = ["claude", "-p", "hi", *choice]
    assert claude_arguments(argv) == argv


def test_words_behind_two_dashes_are_no_options() -> None:
    argv = ["claude", "-p", "--", "--verbose --output-format json"]
    assert claude_arguments(argv) == ["claude", *STREAM, *argv[1:]]
    assert claude_arguments(["claude", "--", "-p"]) == ["claude", "--", "-p"]


def test_values_that_look_like_options_are_no_options() -> None:
    argv = ["claude", "--append-system-prompt", "-p", "hi"]
    assert claude_arguments(argv) == argv
    argv = ["claude", "-p", "hi", "--system-prompt", "--verbose"]
    assert claude_arguments(argv) == ["claude", *STREAM, *argv[1:]]


def test_options_that_take_a_list_do_not_swallow_ours() -> None:
    argv = ["claude", "-p", "hi", "--allowedTools", "Read", "Bash(ls:*)"]
    assert claude_arguments(argv) == ["claude", *STREAM, *argv[1:]]


def test_the_given_list_is_not_changed() -> None:
    argv = ["claude", "-p", "hi"]
    claude_arguments(argv)
    assert argv == ["claude", "-p", "hi"]
