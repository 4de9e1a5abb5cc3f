"""What a permission request is about, as text to be read before one decides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rich.text import Text

from voicestream_tui.model import PermissionRequest
from voicestream_tui.tui.line_changes import changed_lines
from voicestream_tui.tui.rows import one_line, printable
from voicestream_tui.tui.syntax import syntax_runs

_MOST_LINES = 5000
_LARGEST_FILE = 1 << 20
"""Bytes up to which the present content of a file is compared with the new one."""
_CONTEXT = 3


def request_body(request: PermissionRequest, colours: Mapping[str, str], syntax: str) -> Text:
    """The input of a tool: a difference, a command, or its fields.

    Args:
        request: What the agent asks.
        colours: The theme's variables, `vs-success` and so on.
        syntax: A Pygments style.
    """
    given = request.input
    path, text = given.get("file_path"), given.get("content")
    if request.tool == "Write" and isinstance(path, str) and isinstance(text, str):
        before, note = _present(Path(path))
        return _diff(before, text, colours, note)
    edits = _edits(given)
    if edits:
        separator = Text("\n\u22ee\n", colours["vs-muted"])
        return separator.join(_diff(before, after, colours) for before, after in edits)
    command = given.get("command")
    if isinstance(command, str):
        rest = {key: value for key, value in given.items() if key not in ("command", "description")}
        shown = _cut(command)
        body = Text(printable(shown))
        for start, end, style in syntax_runs(shown, "bash", syntax):
            body.stylize(style, start, end)
        return Text("\n\n").join([body, _fields(rest, colours)]) if rest else body
    return _fields(given, colours)


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


def _diff(before: str, after: str, colours: Mapping[str, str], note: str = "") -> Text:
    """What changes, a line each: "+" comes, "-" goes."""
    if before == after and not note:
        return Text("Nothing changes.", colours["vs-muted"])
    old, new = _lines(before), _lines(after)
    styles = {"+": colours["vs-success"], "-": colours["vs-error"], " ": colours["vs-text"]}
    shown: list[Text] = []
    seen: dict[str, list[str]] = {sign: [] for sign in "+- @"}
    rows = changed_lines(old, new)
    for sign, line in islice(rows, _MOST_LINES):
        text = f"{sign} {printable(line.expandtabs(4))}".rstrip()
        seen[sign].append("".join(text[1:].split()))
        gap = sign == "@"
        shown.append(Text("\u22ee" if gap else text, colours["vs-muted"] if gap else styles[sign]))
    left = sum(sign in "+-" for sign, _ in rows)
    notes = [note] if note else line_ends(before, after)
    if not notes and not left and seen["+"] == seen["-"]:
        notes = ["Only blanks, tabs or characters that can not be shown change."]
    warning = colours["vs-warning"]
    return Text("\n").join([*(Text(words, warning) for words in notes), *shown, *_left_out(left)])


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


def _left_out(count: int) -> list[Text]:
    return [Text(f"({count} more lines are not shown here)", "bold")] if count else []


def _cut(text: str) -> str:
    lines = text.split("\n")
    left = len(lines) - _MOST_LINES
    return (
        "\n".join([*lines[:_MOST_LINES], f"({left} more lines are not shown here)"])
        if left > 0
        else text
    )


def _fields(given: Mapping[str, Any], colours: Mapping[str, str]) -> Text:
    """Names and values; what is long or nested stands under its name."""
    lines: list[Text] = []
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        label = Text(f"{one_line(str(name))}:", colours["vs-muted"])
        text = printable(_cut(text))
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
