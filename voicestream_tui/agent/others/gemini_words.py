"""Names and messages of gemini's in the words of this program. Pure."""

from __future__ import annotations

import json
import re

from voicestream_tui.agent.claude.tool_argument import main_argument
from voicestream_tui.agent.json_fields import Json, code_of, map_of, text_of
from voicestream_tui.agent.others.error_codes import error_code

_TOOLS = {
    "read_file": "Read",
    "read_many_files": "Read",
    "write_file": "Write",
    "replace": "Edit",
    "edit": "Edit",
    "run_shell_command": "Bash",
    "list_directory": "LS",
    "glob": "Glob",
    "grep_search": "Grep",
    "search_file_content": "Grep",
    "google_web_search": "WebSearch",
    "web_fetch": "WebFetch",
    "write_todos": "TodoWrite",
    "enter_plan_mode": "EnterPlanMode",
    "exit_plan_mode": "ExitPlanMode",
    "ask_user": "AskUserQuestion",
    "activate_skill": "Skill",
    "codebase_investigator": "Agent",
    "cli_help": "Agent",
    "generalist": "Agent",
}
"""One action has one name on the screen: those of claude's tools."""

_ARGUMENTS = (
    "file_path",
    "absolute_path",
    "path",
    "dir_path",
    "command",
    "pattern",
    "query",
    "url",
    "prompt",
    "objective",
    "name",
)
"""What a tool's use is about, the first that is there."""

_MCP = re.compile(r"mcp_([^_]+)_(.+)")
_WRAPPED = re.compile(r"\[?\s*API Error:\s*(.*?)\]?\s*", re.DOTALL)
_UNKNOWN_ERROR = "Gemini stopped because of an error that it did not explain."


def tool_of(event: Json) -> tuple[str, str]:
    """Return the tool's name and its main argument."""
    name = text_of(event, "tool_name")
    parameters = map_of(event, "parameters")
    argument = next((found for key in _ARGUMENTS if (found := text_of(parameters, key))), "")
    if match := _MCP.fullmatch(name):
        name = f"mcp__{match[1]}__{match[2]}"
    return (
        _TOOLS.get(name, name),
        main_argument("Bash", {"command": argument})
        if argument.strip()
        else main_argument(name, parameters),
    )


def error_of(error: Json) -> tuple[str, str]:
    """Return an error's message for people and its short name."""
    message = text_of(error, "message")
    hints = [code_of(error, "type"), code_of(error, "code")]
    wrapped = _WRAPPED.fullmatch(message)
    text = wrapped[1] if wrapped else message
    if text.lstrip().startswith("{"):
        inner = _inner_error(text)
        hints += [code_of(inner, "status"), code_of(inner, "code")]
        text = text_of(inner, "message") or text
    return text.strip() or _UNKNOWN_ERROR, error_code(text, " ".join(filter(None, hints)))


def _inner_error(text: str) -> Json:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return map_of(value, "error") if isinstance(value, dict) else {}
