"""When a command is run as a conversation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voicestream_tui.agent.conversation_command import ConversationCommand
from voicestream_tui.config import Settings
from voicestream_tui.conversing import Wish, planned_conversation
from voicestream_tui.errors import UsageError

ON_SCREEN = Wish(chat=False, ask=False, screen=True)
HEADLESS = Wish(chat=False, ask=False, screen=False)
CHAT = Wish(chat=True, ask=False, screen=False)
ASKING = Wish(chat=False, ask=True, screen=True)


def plan(
    agent: Sequence[str] | None, wish: Wish, when: str = "chat", *, piped: bool = False
) -> ConversationCommand | None:
    settings = Settings.model_validate({"agent": {"ask_permissions": when}})
    return planned_conversation(agent, wish, settings, piped=piped)


def asks(agent: Sequence[str], wish: Wish, when: str = "chat") -> bool:
    command = plan(agent, wish, when)
    assert command is not None
    return command.asks


def test_claude_on_the_screen_is_a_conversation_that_asks() -> None:
    assert asks(["claude"], ON_SCREEN)
    assert asks(["claude"], ON_SCREEN, "always")
    assert not asks(["claude"], ON_SCREEN, "never")
    assert not asks(["claude", "--dangerously-skip-permissions"], ON_SCREEN)


@pytest.mark.parametrize(
    "agent", [None, ["codex", "exec"], ["claude", "-p", "hi"], ["claude", "mcp"]]
)
def test_everything_else_is_run_as_it_is(agent: list[str] | None) -> None:
    assert plan(agent, ON_SCREEN) is None


@pytest.mark.parametrize("when", ["chat", "always", "never"])
@pytest.mark.parametrize("agent", [["claude"], ["claude", "hi"], ["claude", "-p", "hi"]])
def test_without_a_screen_nothing_changes(agent: list[str], when: str) -> None:
    assert plan(agent, HEADLESS, when) is None


@pytest.mark.parametrize("when", ["chat", "always"])
def test_a_chat_without_a_screen_asks_nobody(when: str) -> None:
    assert not asks(["claude"], CHAT, when)
    assert not asks(["claude", "-p", "hi"], CHAT, when)


def test_print_becomes_a_single_turn_where_permissions_are_always_asked_for() -> None:
    command = plan(["claude", "-p", "hi"], ON_SCREEN, "always")
    assert command is not None
    assert (command.single, command.asks, command.message) == (True, True, "hi")
    free = ["claude", "-p", "hi", "--permission-mode", "dontAsk"]
    assert plan(free, ON_SCREEN, "always") is None  # nothing to ask: as it is
    assert plan(["claude", "-p"], ON_SCREEN, "always") is None
    assert plan(["claude", "-p"], ON_SCREEN, "always", piped=True) is not None


@pytest.mark.parametrize(
    ("agent", "wish", "named"),
    [
        (["claude", "-p", "hi"], Wish(chat=False, ask=True, screen=False), "the screen"),
        (["claude"], Wish(chat=True, ask=True, screen=False), "the screen"),
        (["claude", "--dangerously-skip-permissions"], ASKING, "--dangerously-skip-permissions"),
        (["claude", "--permission-mode", "dontAsk"], ASKING, "dontAsk"),
        (["claude", "--permission-prompt-tool", "mine"], ASKING, "--permission-prompt-tool"),
        (["claude", "-p", "hi", "--output-format", "text"], ASKING, "streaming"),
        (["codex"], ASKING, "for claude"),
        (None, ASKING, "for claude"),
    ],
)
def test_asking_where_nobody_can_answer_or_the_user_decided_is_a_mistake(
    agent: list[str] | None, wish: Wish, named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        plan(agent, wish, "always")
