"""The one thing worth knowing about a tool's input: which file, which command, which question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicestream_tui.agent.surrogates import mend

_MAIN = {
    "Bash": "command",
    "Read": "file_path",
    "Edit": "file_path",
    "MultiEdit": "file_path",
    "Write": "file_path",
    "NotebookEdit": "notebook_path",
    "Grep": "pattern",
    "Glob": "pattern",
    "LS": "path",
    "Task": "description",
    "Agent": "description",
    "WebFetch": "url",
    "WebSearch": "query",
    "web_search": "query",
    "ExitPlanMode": "plan",
    "TaskCreate": "subject",
}
_LENGTH = 160


def main_argument(name: str, arguments: Mapping[str, Any]) -> str:
    """Return the main argument of a tool's use as one short line, "" if it has none.

    Args:
        name: The tool's name as the agent writes it.
        arguments: The tool's input, of any shape.
    """
    if name == "AskUserQuestion":
        return _line(_question(arguments))
    value = arguments.get(_MAIN.get(name, ""))
    if isinstance(value, str):
        return _line(value.lstrip("# \n") if name == "ExitPlanMode" else value)
    return next(
        (
            _line(other)
            for other in arguments.values()
            if isinstance(other, str) and 0 < len(other.strip()) <= _LENGTH
        ),
        "",
    )


def _question(arguments: Mapping[str, Any]) -> str:
    match arguments.get("questions"):
        case [{"question": str(question)}, *_]:
            return question
    return ""


def _line(text: str) -> str:
    """The first line that says something, without control characters, cut to a short length."""
    lines = [line for line in mend(text).splitlines() if line.strip()]
    if not lines:
        return ""
    words = "".join(char if char.isprintable() else " " for char in lines[0]).split()
    line = " ".join(words)
    if len(line) > _LENGTH:
        return line[: _LENGTH - 1].rstrip() + "…"
    return line + (" …" if len(lines) > 1 else "")
