"""What `user` lines say that is neither a prompt nor a tool's output: notes of the program."""

from __future__ import annotations

import re
from enum import Enum, auto

_LONGEST = 1000
INTERRUPTED = "[Request interrupted by user"
_CUT = re.compile(r"\bcut off mid-stream\b", re.IGNORECASE)
_TOKEN_LIMIT = re.compile(r"\btoken limit\b", re.IGNORECASE)
_EMPTY = re.compile(r"\bno visible output\b", re.IGNORECASE)
_OUTPUT = re.compile(r"<local-command-std(?:out|err)>(.*?)(?:</local-command-std|\Z)", re.DOTALL)
_COMMAND = re.compile(r"<command-name>(.*?)</command-name>", re.DOTALL)
_ARGUMENTS = re.compile(r"<command-args>(.*?)</command-args>", re.DOTALL)
_TAGGED = re.compile(r"<(?:local-command|command|bash|system|task)-[a-z-]+>")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_MARKDOWN = re.compile(r"^\s*(?:#{1,6} |[-*+] |\d+[.)] |\||>|```|~~~)|\*\*|\n\s*\n", re.MULTILINE)
NOTHING = "(no content)"
"""What the program says for a slash command that printed nothing."""


class Note(Enum):
    """What the program around the model tells the model in its user's name."""

    CUT = auto()
    """The message before was cut off; go on."""
    TOKEN_LIMIT = auto()
    """The message before hit its limit; go on."""
    EMPTY = auto()
    """The message before said nothing; try again."""
    OTHER = auto()


def read_note(text: str) -> Note:
    """Tell what a synthetic line means. A long one is a summary, whatever its words."""
    if len(text) > _LONGEST:
        return Note.OTHER
    if _CUT.search(text):
        return Note.CUT
    if _TOKEN_LIMIT.search(text):
        return Note.TOKEN_LIMIT
    return Note.EMPTY if _EMPTY.search(text) else Note.OTHER


def read_prompt(text: str) -> str:
    """Return what the user wrote, of an echoed line; "" if it is not the user's.

    A slash command comes in tags of the program's own.
    """
    if command := _COMMAND.search(text):
        arguments = _ARGUMENTS.search(text)
        given = f"{command[1].strip()} {arguments[1].strip() if arguments else ''}".strip()
        return given if given.startswith("/") else f"/{given}"
    if _TAGGED.match(text.lstrip()) or text.startswith(INTERRUPTED):
        return ""
    return text


def read_command_output(text: str) -> str:
    """Return what a slash command printed, of a line that says so; "" of any other."""
    found = [_COLOURS.sub("", output).strip() for output in _OUTPUT.findall(text)]
    return "\n".join(output for output in found if output)


def is_listing(text: str) -> bool:
    """Whether a slash command's answer is lines of their own, which no Markdown holds apart."""
    return "\n" in text.strip() and not _MARKDOWN.search(text.strip())
