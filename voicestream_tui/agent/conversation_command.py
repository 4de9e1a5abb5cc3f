"""Which of claude's command lines is a conversation, and what is run for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicestream_tui.agent.claude_command import program_index
from voicestream_tui.agent.claude_options import Part, joined, options, parse
from voicestream_tui.errors import UsageError

_COMMANDS = {
    "agents",
    "attach",
    "auth",
    "auto-mode",
    "config",
    "doctor",
    "gateway",
    "import",
    "install",
    "logs",
    "mcp",
    "migrate-installer",
    "plugin",
    "plugins",
    "project",
    "purge",
    "respawn",
    "rm",
    "setup-token",
    "stop",
    "kill",
    "ultrareview",
    "update",
    "upgrade",
}
"""Claude's own commands: they end by themselves and talk with nobody."""

_ELSEWHERE = {
    "--bg",
    "--cloud",
    "--desktop",
    "--help",
    "--remote-control",
    "--teleport",
    "--tmux",
    "--version",
}
"""Options with which claude does something else than talk here."""

_STREAMING = {
    "--input-format": "stream-json",
    "--output-format": "stream-json",
    "--verbose": "",
    "--include-partial-messages": "",
    "--replay-user-messages": "",
}

_SESSION = {"--continue", "--resume", "--session-id", "--fork-session", "--from-pr"}
"""Options that name the session, or how it begins; a resumed one names its own."""

_DECIDED = {"--dangerously-skip-permissions", "--permission-prompt-tool", "--permission-prompts"}
_DECIDED_MODES = {"bypassPermissions", "dontAsk"}


@dataclass(frozen=True, slots=True)
class ConversationCommand:
    """A claude that is talked with."""

    argv: tuple[str, ...]
    """What is run: the user's options, and what a conversation needs."""
    message: str = ""
    """What the user wrote on the command line, to be sent first."""
    single: bool = False
    """It ends after the answer, as with `-p`."""

    @property
    def asks(self) -> bool:
        """Permissions are asked for on the same way as everything else."""
        return "--permission-prompt-tool" in self.argv

    def later(self, session_id: str) -> tuple[str, ...]:
        """What the user can run another day to go on with a session; empty if nothing can."""
        program = program_index(self.argv)
        if program is None or self.single or self.resumed(session_id) == self.argv:
            return ()
        return (*self.argv[: program + 1], "--resume", session_id)

    def resumed(self, session_id: str) -> tuple[str, ...]:
        """What is run to go on with a session of this conversation."""
        program = program_index(self.argv)
        assert program is not None
        parts = parse(self.argv[program + 1 :])
        if "--no-session-persistence" in options(parts):
            return self.argv
        kept = [part for part in parts if part.option not in _SESSION]
        return (*self.argv[: program + 1], "--resume", session_id, *joined(kept))


def conversation_command(
    argv: Sequence[str], *, chat: bool, single: bool = False, ask: bool = False
) -> ConversationCommand | None:
    """Make a conversation of a command; None if it is none.

    Args:
        argv: The user's command.
        chat: The user asked for a conversation: nothing else will do.
        single: A command with `-p` is one too, of a single turn.
        ask: Permissions are asked for here, unless the user's own options decide on them.

    Raises:
        UsageError: `chat`, but this command can't be talked with; or claude would show a list
            to choose from.
    """
    program = program_index(argv)
    if program is None:
        if chat:
            raise UsageError(
                "--chat talks with claude, and this command is another one.",
                "For example: voicestream-tui --chat -- claude",
            )
        return None
    parts = parse(argv[program + 1 :])
    given = options(parts)
    once = "--print" in given and not chat
    hindrance = _hindrance(parts)
    if hindrance and chat:
        raise UsageError(f"With {hindrance} claude can't be talked with.", "Leave out --chat.")
    if hindrance or (once and not single):
        return None
    if given.get("--resume", "") is None:
        raise UsageError(
            "claude --resume without a session shows a list, which is not possible here.",
            "Name the session after --resume, or take the last one with --continue.",
        )
    words = [part for part in parts if part.is_word]
    kept = [part for part in parts if part.option or part.words != ("--",)]
    added = [] if "--print" in given else ["-p"]
    for option, value in _STREAMING.items():
        if option not in given:
            added += [option, value] if value else [option]
    if ask and decided_by(argv) is None:
        added += ["--permission-prompt-tool", "stdio"]
    # In front of the user's own: after them they could become values of a list option.
    command = (*argv[: program + 1], *added, *joined(part for part in kept if not part.is_word))
    return ConversationCommand(command, " ".join(word.words[0] for word in words), once)


def decided_by(argv: Sequence[str]) -> str | None:
    """The user's own option that settles who decides on permissions; None if there is none."""
    program = program_index(argv)
    given = options(parse(argv[program + 1 :])) if program is not None else {}
    for option in _DECIDED:
        if option in given:
            return option
    mode = given.get("--permission-mode")
    return f"--permission-mode {mode}" if mode in _DECIDED_MODES else None


def _hindrance(parts: Sequence[Part]) -> str:
    """What makes a command no conversation; "" if nothing does."""
    first = next((part.words[0] for part in parts if part.is_word), "")
    if first in _COMMANDS:
        return f"the command {first}"
    given = options(parts)
    for option in _ELSEWHERE:
        if option in given:
            return option
    if given.get("--output-format", "stream-json") != "stream-json":
        return f"--output-format {given['--output-format']}"
    if "--input-format" in given:
        return "an --input-format of your own"
    return ""
