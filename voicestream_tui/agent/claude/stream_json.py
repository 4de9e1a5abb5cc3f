"""One line of claude's stream-json → typed values. Pure, and tolerant of everything.

Unknown types and fields are ignored, a field of a wrong type counts as missing: no input
makes `parse` raise. Types are told by the JSON's content, never by its first characters,
because the order of keys changes from version to version.

docs/messages.md tells what becomes of each kind.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable

from voicestream_tui.agent.claude import control_readers as control
from voicestream_tui.agent.claude import line_readers as lines
from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.claude import news_readers as news
from voicestream_tui.agent.json_fields import Json, text_of
from voicestream_tui.agent.surrogates import mend

_GARBAGE_LENGTH = 2000
_LINES_KEPT = 4096

_Reader = Callable[[Json], m.Message | None]

LINES: dict[str, _Reader] = {
    "stream_event": lines.read_stream_event,
    "assistant": lines.read_assistant,
    "user": lines.read_user,
    "result": lines.read_result,
    "control_request": control.read_control_request,
    "control_cancel_request": control.read_control_cancel,
    "control_response": control.read_control_response,
    "rate_limit_event": control.read_rate_limit,
    "tool_progress": control.read_tool_progress,
    "auth_status": control.read_auth_status,
    "worker_shutting_down": news.read_trouble,
    "conversation_reset": news.read_trouble,
}
"""By type."""

SYSTEM: dict[str, _Reader] = {
    "init": news.read_init,
    "status": news.read_status,
    "thinking_tokens": news.read_thinking_tokens,
    "api_retry": news.read_api_retry,
    "task_started": news.read_task,
    "task_progress": news.read_task,
    "task_updated": news.read_task,
    "task_notification": news.read_task,
    "permission_denied": news.read_permission_denied,
    "compact_boundary": news.read_compacted,
    "model_fallback": news.read_model_fallback,
    "model_refusal_fallback": news.read_model_fallback,
    "model_refusal_no_fallback": news.read_refusal,
    "informational": news.read_informational,
    "notification": news.read_notification,
    "local_command_output": news.read_command_output,
    "hook_started": news.read_hook,
    "hook_progress": news.read_hook,
    "hook_response": news.read_hook,
    "session_state_changed": news.read_session_state,
    "session_writes_lost": news.read_trouble,
    "mirror_error": news.read_trouble,
    "worker_shutting_down": news.read_trouble,
    "conversation_reset": news.read_trouble,
}
"""By subtype, of the type "system"."""


class Seen:
    """Recognises lines that come again: every line has an id of its own."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def again(self, line_id: str) -> bool:
        """Whether this id came before, among the last few thousand."""
        if not line_id:
            return False
        if line_id in self._ids:
            return True
        self._ids[line_id] = None
        if len(self._ids) > _LINES_KEPT:
            self._ids.popitem(last=False)
        return False


def parse(line: bytes, seen: Seen | None = None) -> list[m.Message]:
    """Read one line (without its line feed).

    Args:
        line: The line.
        seen: Where to look whether the line came before; then it means nothing.

    Returns:
        One value for a JSON object, several for an array of them (`--output-format json
        --verbose`), none for a blank line or one that came before, `Garbage` for what is not
        of the format.
    """
    text = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    if not text:
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [_garbage(text)]
    match value:
        case dict():
            objects = [value]
        case [dict(), *_]:
            objects = [item for item in value if isinstance(item, dict)]
        case _:
            return [_garbage(text)]
    return [
        _message(data) for data in objects if seen is None or not seen.again(text_of(data, "uuid"))
    ]


def _garbage(text: str) -> m.Garbage:
    if len(text) > _GARBAGE_LENGTH:
        text = f"{text[:_GARBAGE_LENGTH]}… ({len(text):,} characters)"
    return m.Garbage(mend(text))


def _message(data: Json) -> m.Message:
    kind = text_of(data, "type")
    subtype = text_of(data, "subtype")
    reader = SYSTEM.get(subtype) if kind == "system" else LINES.get(kind)
    name = f"{kind}/{subtype}" if subtype else kind
    return (reader(data) if reader else None) or m.Other(name)
