"""Claude's command line taken apart as claude itself does it: options, their values, a prompt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_VALUE = {
    "--agent",
    "--agents",
    "--append-system-prompt",
    "--append-system-prompt-file",
    "--autocompact",
    "--debug-file",
    "--effort",
    "--environment",
    "--fallback-model",
    "--input-format",
    "--json-schema",
    "--max-budget-usd",
    "--max-thinking-tokens",
    "--max-turns",
    "--model",
    "--name",
    "--output-format",
    "--permission-mode",
    "--permission-prompt-tool",
    "--permission-prompts",
    "--plugin-dir",
    "--plugin-url",
    "--remote-control-session-name-prefix",
    "--session-id",
    "--setting-sources",
    "--settings",
    "--system-prompt",
    "--system-prompt-file",
    "--system-prompt-snapshot",
}
"""The next word is the value, whatever it looks like."""

_MAYBE = {
    "--cloud",
    "--debug",
    "--from-pr",
    "--prompt-suggestions",
    "--remote-control",
    "--resume",
    "--teleport",
    "--worktree",
}
"""The next word is the value unless it looks like an option."""

_LIST = {
    "--add-dir",
    "--allowedTools",
    "--betas",
    "--disallowedTools",
    "--file",
    "--mcp-config",
    "--tools",
}
"""The next word is a value, and so are those after it up to the next option."""

_FLAGS = {
    "--allow-dangerously-skip-permissions",
    "--ax-screen-reader",
    "--bare",
    "--bg",
    "--brief",
    "--chrome",
    "--continue",
    "--dangerously-skip-permissions",
    "--desktop",
    "--disable-slash-commands",
    "--exclude-dynamic-system-prompt-sections",
    "--fork-session",
    "--forward-subagent-text",
    "--help",
    "--ide",
    "--include-hook-events",
    "--include-partial-messages",
    "--no-chrome",
    "--no-session-persistence",
    "--print",
    "--replay-user-messages",
    "--restricted",
    "--safe-mode",
    "--strict-mcp-config",
    "--tmux",
    "--verbose",
    "--version",
}

_ALIASES = {
    "-c": "--continue",
    "-d": "--debug",
    "-h": "--help",
    "-n": "--name",
    "-p": "--print",
    "-r": "--resume",
    "-v": "--version",
    "-w": "--worktree",
    "--allowed-tools": "--allowedTools",
    "--background": "--bg",
    "--disallowed-tools": "--disallowedTools",
}


@dataclass(frozen=True, slots=True)
class Part:
    """An option with its values, or one word that belongs to no option."""

    words: tuple[str, ...]
    """As they were given; letters written together (`-cp`) are taken apart."""
    option: str = ""
    """Its long name; empty for a word, and for `--`."""
    value: str | None = None
    """The first value."""

    @property
    def is_word(self) -> bool:
        return not self.option and self.words != ("--",)


def parse(arguments: Iterable[str]) -> list[Part]:
    """Take apart what stands behind `claude`.

    What follows an option that is not known is left with it: it may be its value.
    """
    rest = list(arguments)
    parts: list[Part] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*parts, Part((word,)), *(Part((one,)) for one in rest)]
        if not _looks_like_option(word):
            parts.append(Part((word,)))
            continue
        name, equals, value = word.partition("=")
        if equals and name.startswith("--"):
            parts.append(Part((word,), _ALIASES.get(name, name), value))
        elif (long := _ALIASES.get(word, word)).startswith("--"):
            values = tuple(_values(long, rest))
            parts.append(Part((word, *values), long, values[0] if values else None))
        else:
            rest[:0] = _apart(word)
            if rest[0] == word:
                rest.pop(0)
                parts.append(Part((word, *_values(word, rest)), word))
    return parts


def joined(parts: Iterable[Part]) -> list[str]:
    """The command line that these parts make."""
    return [word for part in parts for word in part.words]


def options(parts: Sequence[Part]) -> dict[str, str | None]:
    """Every option by its long name, with its first value."""
    return {part.option: part.value for part in parts if part.option}


def _values(option: str, rest: list[str]) -> Iterator[str]:
    """Take an option's values off what follows it."""
    if option in _FLAGS or not rest:
        return
    if option in _VALUE or option in _LIST or not _looks_like_option(rest[0]):
        yield rest.pop(0)
    while option in _LIST and rest and not _looks_like_option(rest[0]):
        yield rest.pop(0)


def _apart(word: str) -> list[str]:
    """Short options that are written together: the first of them, and the rest.

    A letter that takes a value has the rest of the word for it.
    """
    long = _ALIASES.get(word[:2])
    if long is None:
        return [word]
    if long in _VALUE or long in _MAYBE:
        return [f"{long}={word[2:]}"]
    return [word[:2], f"-{word[2:]}"]


def _looks_like_option(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")
