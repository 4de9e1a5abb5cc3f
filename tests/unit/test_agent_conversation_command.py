"""Which command lines of claude are conversations, and what is run for them."""

from __future__ import annotations

import pytest

from voicestream_tui.agent.conversation_command import (
    ConversationCommand,
    conversation_command,
    decided_by,
)
from voicestream_tui.errors import UsageError

STREAM = [
    *["-p", "--input-format", "stream-json", "--output-format", "stream-json"],
    *["--verbose", "--include-partial-messages", "--replay-user-messages"],
]
ASK = ["--permission-prompt-tool", "stdio"]


def made(
    *argv: str, chat: bool = False, single: bool = False, ask: bool = True
) -> ConversationCommand:
    command = conversation_command(argv, chat=chat, single=single, ask=ask)
    assert command is not None
    return command


@pytest.mark.parametrize(
    "program", [["claude"], ["/bin/claude"], ["npx", "-y", "claude"], ["env", "A=b", "claude"]]
)
def test_claude_without_a_prompt_is_a_conversation(program: list[str]) -> None:
    assert made(*program) == ConversationCommand((*program, *STREAM, *ASK))


@pytest.mark.parametrize(
    ("arguments", "message", "kept"),
    [
        (["fix it"], "fix it", []),
        (["fix", "the", "bug"], "fix the bug", []),
        (["--model", "opus", "fix it"], "fix it", ["--model", "opus"]),
        (["fix it", "--add-dir", "a", "b"], "fix it", ["--add-dir", "a", "b"]),
        (["--allowed-tools", "A", "B", "--", "fix it"], "fix it", ["--allowed-tools", "A", "B"]),
        (["--mcp-config=a.json", "fix it"], "fix it", ["--mcp-config=a.json"]),
        (["--resume", "abc", "fix it"], "fix it", ["--resume", "abc"]),
        (["-c", "fix it"], "fix it", ["-c"]),
        (["-rabc", "fix it"], "fix it", ["--resume=abc"]),
        (["--debug", "--verbose", "fix it"], "fix it", ["--debug", "--verbose"]),
        (["--unheard-of", "value", "fix it"], "fix it", ["--unheard-of", "value"]),
        (["--append-system-prompt", "-x", "fix it"], "fix it", ["--append-system-prompt", "-x"]),
        (["--", "-p", "is no option"], "-p is no option", []),
        (["mcp, explained"], "mcp, explained", []),
    ],
)  # fmt: skip
def test_the_users_words_become_the_first_message_and_options_stay(
    arguments: list[str], message: str, kept: list[str]
) -> None:
    command = made("claude", *arguments)
    added = [word for word in STREAM if word != "--verbose" or "--verbose" not in kept]
    assert (command.message, list(command.argv)) == (message, ["claude", *added, *ASK, *kept])
    assert not command.single


@pytest.mark.parametrize(
    "arguments",
    [
        ["-p", "hi"],
        ["mcp", "list"],
        ["update"],
        ["--model", "opus", "doctor"],
        ["--version"],
        ["-h"],
        ["--bg", "fix it"],
        ["--output-format", "json"],
        ["--output-format=text"],
        ["--input-format", "stream-json", "--output-format", "stream-json"],
    ],
)
def test_what_is_no_conversation_stays_alone(arguments: list[str]) -> None:
    assert conversation_command(["claude", *arguments], chat=False) is None


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (["claude", "mcp", "list"], "mcp"),
        (["claude", "--version"], "--version"),
        (["claude", "-p", "--output-format", "text"], "--output-format text"),
        (["claude", "--input-format", "stream-json"], "--input-format"),
        (["codex"], "another"),
    ],
)
def test_asking_for_a_conversation_where_none_is_possible_is_a_mistake(
    argv: list[str], named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        conversation_command(argv, chat=True)


def test_resuming_needs_a_name() -> None:
    with pytest.raises(UsageError, match="--resume"):
        conversation_command(["claude", "--resume"], chat=False)


def test_chat_makes_a_conversation_of_print_too() -> None:
    command = made("claude", "-p", "hi", chat=True)
    assert command.argv == ("claude", *STREAM[1:], *ASK, "-p")
    assert (command.message, command.single) == ("hi", False)


def test_print_is_a_single_turn_where_permissions_are_asked_for() -> None:
    command = made("claude", "-cp", "hi", single=True)
    assert command.argv == ("claude", *STREAM[1:], *ASK, "-c", "-p")
    assert (command.message, command.single) == ("hi", True)
    assert not made("claude", "hi", single=True).single


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dangerously-skip-permissions"],
        ["--permission-mode", "bypassPermissions"],
        ["--permission-mode=dontAsk"],
        ["--permission-prompt-tool", "mcp__mine__ask"],
        ["--permission-prompts", "none"],
    ],
)
def test_the_users_own_word_on_permissions_stands(arguments: list[str]) -> None:
    command = made("claude", *arguments)
    assert command.argv == ("claude", *STREAM, *arguments)
    assert decided_by(command.argv) is not None


def test_permissions_are_asked_for_only_if_wanted() -> None:
    assert made("claude", ask=False).argv == ("claude", *STREAM)
    assert not made("claude", ask=False).asks
    assert made("claude", "--permission-mode", "plan").asks
    assert decided_by(["claude", "--permission-mode", "plan"]) is None
    assert decided_by(["codex"]) is None


@pytest.mark.parametrize(
    "session",
    [
        ["--continue"],
        ["-c"],
        ["--resume", "old", "--fork-session"],
        ["--session-id", "x"],
        ["-rold"],
    ],
)
def test_a_resumed_conversation_names_its_session_once(session: list[str]) -> None:
    command = made("env", "A=b", "claude", *session, "--model", "opus", "fix it")
    again = ("env", "A=b", "claude", "--resume", "new", *STREAM, *ASK, "--model", "opus")
    assert command.resumed("new") == again


def test_a_session_that_is_not_kept_can_not_be_resumed() -> None:
    command = made("claude", "--no-session-persistence")
    assert command.resumed("new") == command.argv
    assert command.later("new") == ()
