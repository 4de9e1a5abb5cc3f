"""From options and settings to a conversation with claude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicestream_tui.agent.conversation import Conversation
from voicestream_tui.agent.conversation_command import (
    ConversationCommand,
    conversation_command,
    decided_by,
)
from voicestream_tui.agent.conversation_process import Manner
from voicestream_tui.agent.message_feed import MessageFeed
from voicestream_tui.agent.sources import StreamSource, TextSource
from voicestream_tui.config import Settings
from voicestream_tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for on the command line."""

    chat: bool
    """A conversation, and nothing else."""
    ask: bool
    """To be asked for permissions."""
    screen: bool
    """There is a screen, on which somebody can answer."""
    message: str = ""
    """What is said first, whatever it looks like: it never stands on claude's command line."""


def planned_conversation(
    agent: Sequence[str] | None, wish: Wish, settings: Settings, *, piped: bool
) -> ConversationCommand | None:
    """Decide whether the agent's command is run as a conversation.

    On a screen it is if it is claude without `-p`, or with `-p` if permissions are always asked
    for; without a screen only if the user says so.

    Args:
        agent: The command, None if none is run.
        piped: Something may come on standard input.

    Raises:
        UsageError: what the user asked for is not possible with this command, or here.
    """
    if wish.ask:
        _check_asking(agent, wish)
    if not (wish.screen or wish.chat):
        return None
    when = settings.agent.ask_permissions
    command = conversation_command(
        agent or (),
        chat=wish.chat,
        single=when == "always" and decided_by(agent or ()) is None,
        ask=wish.screen and when != "never",
    )
    if command is not None and command.single and not (command.message or piped):
        command = None  # claude explains best what is missing
    if wish.ask and command is None:
        raise UsageError(
            "--ask-permissions is for claude, and for its streaming output.",
            'For example: voicestream-tui --ask-permissions -- claude -p "Tidy up"',
        )
    if command is not None and wish.message:
        command = replace(command, message=wish.message)
    return command


def _check_asking(agent: Sequence[str] | None, wish: Wish) -> None:
    if not wish.screen:
        raise UsageError(
            "--ask-permissions needs the screen: without it nobody can answer.",
            "Leave it out, and allow what is needed by claude's own option --allowedTools.",
        )
    decided = decided_by(agent or ())
    if decided is not None:
        raise UsageError(
            f"--ask-permissions and claude's {decided} contradict each other.",
            "Leave one of them out.",
        )


def start_conversation(
    command: ConversationCommand, settings: Settings, *, screen: bool, stdin: int | None
) -> Conversation:
    """Start claude.

    Args:
        screen: Messages are written there, and a lost claude can be resumed. What is piped into
            the program belongs to the first message. Without a screen each line of standard
            input is a message, and its end is the end of the conversation.
        stdin: Standard input, None if there is none to read from.

    Raises:
        UsageError: the first message is too long.
        AgentError: claude can't be started.
    """
    longest = settings.agent.max_line_mib << 20
    feed: MessageFeed | None = None
    if not screen:
        source = TextSource("") if stdin is None else StreamSource(stdin, max_line=longest)
        feed = MessageFeed(source, whole=False)
    elif stdin is not None:
        source = StreamSource(stdin, max_line=longest)
        feed = MessageFeed(source, whole=True, before=command.message)
        command = replace(command, message="")
    return Conversation(
        command,
        feed=feed,
        resumable=screen,
        manner=Manner(
            interrupt_grace=settings.agent.interrupt_grace,
            terminate_grace=settings.agent.terminate_grace,
            max_line=longest,
        ),
    )
