from __future__ import annotations

import logging

import pytest

from voicestream_tui.agent.commands import streaming_arguments

GEMINI = ["--output-format", "stream-json"]


@pytest.mark.parametrize(
    "program",
    [
        ["codex"],
        ["/usr/local/bin/codex"],
        ["npx", "@openai/codex"],
        ["npx", "-y", "@openai/codex@latest"],
        ["npx", "--package", "@openai/codex", "codex"],
        ["env", "-u", "X", "A=b", "codex"],
        ["env", "npx", "codex"],
    ],
)
def test_codex_exec_gets_what_streaming_needs(program: list[str]) -> None:
    assert streaming_arguments([*program, "exec", "hi"]) == [*program, "exec", "--json", "hi"]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (["e", "hi"], ["e", "--json", "hi"]),
        (
            ["-m", "gpt-5", "--search", "exec", "hi"],
            ["-m", "gpt-5", "--search", "exec", "--json", "hi"],
        ),
        (["exec", "resume", "--last"], ["exec", "--json", "resume", "--last"]),
        (["exec", "-o", "last.txt", "hi"], ["exec", "--json", "-o", "last.txt", "hi"]),
        (["exec", "--", "--json"], ["exec", "--json", "--", "--json"]),
    ],
)
def test_codex_with_options(given: list[str], made: list[str]) -> None:
    assert streaming_arguments(["codex", *given]) == ["codex", *made]


@pytest.mark.parametrize(
    "argv",
    [
        ["codex"],
        ["codex", "hi"],
        ["codex", "exec", "--json", "hi"],
        ["codex", "exec", "--experimental-json", "hi"],
        ["codex", "exec", "--help"],
        ["codex", "exec", "help"],
        ["codex", "login"],
        ["codex", "--unknown", "value", "exec", "hi"],
        ["codex", "--", "exec"],
        ["codexexec", "exec", "hi"],
        ["npx", "cowsay", "codex", "exec"],
        ["echo", "codex", "exec"],
        ["gemini"],
        ["gemini", "hi"],
        ["gemini", "-o", "json", "-p", "hi"],
        ["gemini", "-ojson", "-p", "hi"],
        ["gemini", "-p", "hi", "--output-format=text"],
        ["gemini", "-i", "hi", "-p", "x"],
        ["gemini", "mcp", "add", "-p", "x"],
        ["gemini", "-p", "hi", "--list-extensions"],
        ["gemini", "--", "-p", "hi"],
        ["env"],
        ["npx", "-y"],
        [],
    ],
)
def test_other_commands_stay_as_they_are(argv: list[str]) -> None:
    assert streaming_arguments(argv) == argv


@pytest.mark.parametrize(
    "rest",
    [
        ["-p", "hi"],
        ["--prompt", "hi"],
        ["--prompt=hi"],
        ["-m", "flash", "--allowed-tools", "a", "-p", "hi"],
    ],
)
@pytest.mark.parametrize("program", [["gemini"], ["npx", "-y", "@google/gemini-cli@0.61.0"]])
def test_gemini_with_a_prompt_gets_what_streaming_needs(
    program: list[str], rest: list[str]
) -> None:
    assert streaming_arguments([*program, *rest]) == [*program, *GEMINI, *rest]


def test_claude_gets_its_own() -> None:
    made = streaming_arguments(["claude", "-p", "hi"])
    assert made == ["claude", *GEMINI, "--verbose", "--include-partial-messages", "-p", "hi"]


def test_the_log_says_what_was_added(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        streaming_arguments(["echo", "hi"])
        assert not caplog.messages
        streaming_arguments(["codex", "exec", "hi"])
    assert caplog.messages == ["added to the command, so that it streams: --json"]
