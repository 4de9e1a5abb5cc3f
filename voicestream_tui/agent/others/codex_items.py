"""The items of codex that are no text: which tool they use, on what, and whether it went well.

One action has one name on the screen, whichever agent takes it: the names are those of claude's
tools, so that the phrases written for them serve here too.
"""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath

from voicestream_tui.agent.claude.tool_argument import main_argument
from voicestream_tui.agent.json_fields import Json, map_of, maps_of, text_of

_SHELL = re.compile(r"(?:\S*/)?(?:ba|da|k|z)?sh -l?c\s+(.+)", re.DOTALL)
_LONGEST_COMMAND = 4096
_FILES_NAMED = 3
_COLLABORATION = {
    "spawn_agent": "Agent",
    "resume_agent": "Agent",
    "send_input": "SendMessage",
    "wait": "TaskOutput",
    "wait_agent": "TaskOutput",
    "close_agent": "TaskStop",
}
_FAILED = ("failed", "declined")


def tool_of(item: Json) -> tuple[str, str] | None:
    """Return the tool's name and its main argument; None for an item that is no tool use."""
    match text_of(item, "type"):
        case "command_execution":
            return "Bash", _line(_command(text_of(item, "command")))
        case "file_change":
            return _file_change(item)
        case "mcp_tool_call":
            server, tool = text_of(item, "server"), text_of(item, "tool")
            return f"mcp__{server}__{tool}", main_argument(tool, map_of(item, "arguments"))
        case "web_search":
            action = map_of(item, "action")
            if url := text_of(action, "url"):
                return "WebFetch", _line(url)
            return "WebSearch", _line(text_of(item, "query") or text_of(action, "query"))
        case "collab_tool_call":
            tool = text_of(item, "tool")
            return _COLLABORATION.get(tool, tool), _line(text_of(item, "prompt"))
    return None


def went_well(item: Json) -> bool:
    """Whether a completed item did what it should."""
    if text_of(item, "status") in _FAILED or map_of(item, "error"):
        return False
    code = item.get("exit_code")
    return not isinstance(code, int) or code == 0


def todo_line(item: Json) -> str:
    """What is done of a to-do list and what comes next, as one short line."""
    tasks = list(maps_of(item, "items"))
    done = sum(task.get("completed") is True for task in tasks)
    following = next((task for task in tasks if task.get("completed") is not True), {})
    return f"{done}/{len(tasks)} {_line(text_of(following, 'text'))}".strip() if tasks else ""


def _command(command: str) -> str:
    """What the shell is told to do, without the shell."""
    if len(command) > _LONGEST_COMMAND or not (match := _SHELL.fullmatch(command)):
        return command
    try:
        words = shlex.split(match[1])
    except ValueError:
        return command
    return words[0] if len(words) == 1 else command


def _file_change(item: Json) -> tuple[str, str]:
    changes = list(maps_of(item, "changes"))
    paths = [path for change in changes if (path := text_of(change, "path"))]
    new = bool(changes) and all(text_of(change, "kind") == "add" for change in changes)
    if len(paths) <= 1:
        shown = "".join(paths)
    else:
        names = [PurePosixPath(path).name for path in paths[:_FILES_NAMED]]
        more = len(paths) - len(names)
        shown = ", ".join(names) + (f" and {more} more" if more else "")
    return "Write" if new else "Edit", _line(shown)


def _line(text: str) -> str:
    return main_argument("Bash", {"command": text})
