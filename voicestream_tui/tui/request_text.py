"""What a permission request is about, as text to be read before one decides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from voicestream_tui.model import PermissionRequest
from voicestream_tui.tui.line_changes import changed_lines
from voicestream_tui.tui.rows import one_line, printable
from voicestream_tui.tui.syntax import syntax_runs

_MOST_LINES, _MOST_CHARACTERS = 1000, 60_000
"""What is shown of a request: more would hold up the screen whenever its width changes."""
_LARGEST_FILE = 1 << 20
"""Bytes up to which the present content of a file is compared with the new one."""


class _Room:
    """Counts what still fits, and what is left out."""

    def __init__(self) -> None:
        self._lines, self._characters = _MOST_LINES, _MOST_CHARACTERS
        self.left = 0
        """Lines that are not shown."""

    @property
    def full(self) -> bool:
        return self._lines <= 0 or self._characters <= 0

    def take(self, line: str) -> str:
        """A line as it is shown; only while there is room."""
        more = len(line) - self._characters
        shown = line[: self._characters]
        self._lines -= 1
        self._characters -= len(line) + 1
        return f"{shown} ({more} more characters are not shown here)" if more > 0 else shown

    def cut(self, text: str) -> str:
        """The lines of a text that fit."""
        lines = text.split("\n")
        shown = [self.take(line) for line in lines if not self.full]
        self.left += len(lines) - len(shown)
        return "\n".join(shown)


def request_body(request: PermissionRequest, colours: Mapping[str, str], syntax: str) -> Text:
    """The input of a tool: a difference, a command, or its fields.

    Args:
        request: What the agent asks.
        colours: The theme's variables, `vs-success` and so on.
        syntax: A Pygments style.
    """
    room = _Room()
    body = _body(request, colours, syntax, room)
    if room.left:
        body.append(f"\n({room.left} more lines are not shown here)", "bold")
    return body


def _body(request: PermissionRequest, colours: Mapping[str, str], syntax: str, room: _Room) -> Text:
    given = request.input
    path, text = given.get("file_path"), given.get("content")
    if request.tool == "Write" and isinstance(path, str) and isinstance(text, str):
        before, note = _present(Path(path))
        return _diff(before, text, colours, room, note)
    edits = _edits(given)
    if edits:
        separator = Text("\n\u22ee\n", colours["vs-muted"])
        parts = (_diff(before, after, colours, room) for before, after in edits)
        return separator.join(part for part in parts if part)
    command = given.get("command")
    if isinstance(command, str):
        rest = {key: value for key, value in given.items() if key not in ("command", "description")}
        shown = room.cut(command)
        body = Text(printable(shown))
        for start, end, style in syntax_runs(shown, "bash", syntax):
            body.stylize(style, start, end)
        return Text("\n\n").join([body, _fields(rest, colours, room)]) if rest else body
    return _fields(given, colours, room)


def names_a_file(request: PermissionRequest) -> bool:
    """The body is the change of a file whose path stands elsewhere."""
    given = request.input
    return "file_path" in given and ("content" in given or bool(_edits(given)))


def _present(path: Path) -> tuple[str, str]:
    """What a file holds now, or "" and why it is not compared; "" twice if it is not there."""
    try:
        if not path.exists():
            return "", ""
        if not path.is_file():
            return "", "Something that is no ordinary file is there now."
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            now = f"The file is there already, with {size / 1e6:.1f} MB too large to compare."
            return "", f"{now} This replaces all of it:"
        # No universal newlines, and no two bytes that look alike: both are changes.
        return path.read_bytes().decode("utf-8", "backslashreplace"), ""
    except (OSError, ValueError):
        return "", "What is there now can not be read."


def _edits(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The replacements of an Edit or a MultiEdit."""
    several = given.get("edits")
    found: list[tuple[str, str]] = []
    for edit in several if isinstance(several, list) else [given]:
        if isinstance(edit, Mapping):
            before, after = edit.get("old_string"), edit.get("new_string")
            if isinstance(before, str) and isinstance(after, str):
                found.append((before, after))
    return found


def _diff(before: str, after: str, colours: Mapping[str, str], room: _Room, note: str = "") -> Text:
    """What changes, a line each: "+" comes, "-" goes."""
    if before == after and not note:
        return Text("Nothing changes.", colours["vs-muted"])
    old, new = _lines(before), _lines(after)
    styles = {"+": colours["vs-success"], "-": colours["vs-error"], " ": colours["vs-text"]}
    shown: list[Text] = []
    seen: dict[str, list[str]] = {sign: [] for sign in "+- @"}
    left = 0
    for sign, line in changed_lines(old, new):
        if room.full:
            left += sign in "+-"
            continue
        text = f"{sign} {printable(room.take(line.expandtabs(4)))}".rstrip()
        seen[sign].append("".join(text[1:].split()))
        gap = sign == "@"
        shown.append(Text("\u22ee" if gap else text, colours["vs-muted"] if gap else styles[sign]))
    room.left += left
    notes = [note] if note else line_ends(before, after)
    if not notes and not left and seen["+"] == seen["-"]:
        notes = ["Only blanks, tabs or characters that can not be shown change."]
    warning = colours["vs-warning"]
    return Text("\n").join([*(Text(words, warning) for words in notes), *shown])


def _lines(text: str) -> list[str]:
    """The lines without their ends; `str.splitlines` would also part at other characters."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]


def line_ends(before: str, after: str) -> list[str]:
    """In words, what a difference of lines does not show: how they end."""
    found: list[str] = []
    if not before or not after:
        return found
    old, new = _ending(before), _ending(after)
    if old and new and old != new:
        found.append(f"The ends of lines change from {old} to {new}.")
    if before.endswith("\n") != after.endswith("\n"):
        does = "gets" if after.endswith("\n") else "loses"
        found.append(f"The last line {does} its line end.")
    return found


def _ending(text: str) -> str:
    crlf = text.count("\r\n")
    lf = text.count("\n") - crlf
    if crlf and lf:
        return f"a mixture ({crlf} CRLF, {lf} LF)"
    return "CRLF" if crlf else "LF" if lf else ""


def _fields(given: Mapping[str, Any], colours: Mapping[str, str], room: _Room) -> Text:
    """Names and values; what is long or nested stands under its name."""
    lines: list[Text] = []
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        label = Text(f"{one_line(str(name))}:", colours["vs-muted"])
        if room.full:
            room.left += text.count("\n") + 1
            continue
        text = printable(room.cut(text))
        if "\n" in text:
            indented = "\n".join(f"  {line}" for line in text.split("\n"))
            lines.append(Text.assemble(label, "\n", indented))
        else:
            lines.append(Text.assemble(label, " ", text))
    return Text("\n").join(lines)


def remembered(suggestions: Sequence[Mapping[str, Any]]) -> str:
    """What "always" would make the agent remember, in words."""
    return "; ".join(_suggestion(suggestion) for suggestion in suggestions)


_WHERE = {
    "session": "for this session",
    "localSettings": "in this project, for you",
    "projectSettings": "in this project, for everybody",
    "userSettings": "everywhere",
}


def _suggestion(suggestion: Mapping[str, Any]) -> str:
    where = _WHERE.get(str(suggestion.get("destination")), "")
    match suggestion:
        case {"type": "addRules", "rules": [*rules]}:
            named = ", ".join(_rule(rule) for rule in rules)
            words = f"{suggestion.get('behavior', 'allow')} {named}"
        case {"type": "setMode", "mode": mode}:
            words = f"permission mode {mode}"
        case {"type": "addDirectories", "directories": [*folders]}:
            words = "allow the folder " + ", ".join(str(folder) for folder in folders)
        case _:
            words = json.dumps(dict(suggestion), ensure_ascii=False)
            where = ""
    return one_line(f"{words} {where}".strip())


def _rule(rule: object) -> str:
    match rule:
        case {"toolName": str(tool), "ruleContent": str(content)} if content:
            return f"{tool}({content})"
        case {"toolName": str(tool)}:
            return tool
        case _:
            return str(rule)
