"""What a permission request is about, as text to be read before one decides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from rich.text import Text

from voicestream_tui.model import PermissionRequest
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
        before = _present(Path(path))
        return _diff(before, text, colours)
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


def _present(path: Path) -> str:
    """What a file holds now; empty if it is not there or cannot be compared."""
    try:
        if path.is_file() and path.stat().st_size <= _LARGEST_FILE:
            return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        pass
    return ""


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


def _diff(before: str, after: str, colours: Mapping[str, str]) -> Text:
    """What changes, a line each: "+" comes, "-" goes."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return Text("Nothing changes.", colours["vs-muted"])
    lines = list(unified_diff(old, new, n=_CONTEXT, lineterm=""))[2:]
    styles = {"+": colours["vs-success"], "-": colours["vs-error"], " ": colours["vs-text"]}
    shown: list[Text] = []
    for number, line in enumerate(lines[:_MOST_LINES]):
        if line.startswith("@@"):
            if number:
                shown.append(Text("\u22ee", colours["vs-muted"]))
            continue
        sign, text = line[:1], printable(line[1:].expandtabs(4))
        shown.append(Text(f"{sign} {text}".rstrip(), styles.get(sign, colours["vs-muted"])))
    return Text("\n").join([*shown, *_left_out(len(lines))])


def _left_out(count: int) -> list[Text]:
    if count <= _MOST_LINES:
        return []
    return [Text(f"({count - _MOST_LINES} more lines are not shown here)", "bold")]


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
