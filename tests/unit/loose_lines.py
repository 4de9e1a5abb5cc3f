"""Lines of claude's known types in any order, about few messages, tools, requests and agents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.unit.claude_streams import written

Values = st.SearchStrategy[Any]


def loose_lines() -> st.SearchStrategy[list[bytes]]:
    """Up to forty lines; what they tell need not make sense together."""
    return st.lists(_LINES.map(written), max_size=40)


def _any(*values: object) -> Values:
    return st.sampled_from(values)


def _map(kind: str, sometimes: dict[str, Values] | None = None, **always: Values) -> Values:
    """Maps of a type with these fields, and some of those."""
    fields: dict[str, Values] = {"type": st.just(kind), **always}
    return st.fixed_dictionaries(fields, optional=sometimes or {})


_MESSAGES = _any("", "m1", "m2", "m3", None)
_TOOLS = _any("t1", "t2", "", None)
_PARENTS = _any(None, None, None, "t1", "")
_REQUESTS = _any("r1", "r2", "")
_UUIDS = _any("u1", "u2", "", None)
_WORDS = _any(
    "", " ", "One. ", "One. Two", " two.", "\n\n```py\n", "\n```\n", "\ud83d", "\ude42", "API Error"
)
_INDEXES = _any(0, 0, 0, 1, 2, -1, 10**30)
_NAMES = _any("Bash", "Task", "Agent", "AskUserQuestion", "ExitPlanMode", "", None)
_INPUTS = _any(
    {},
    {"command": "ls"},
    {"plan": "# Plan\n\n1. One."},
    {"plan": 5},
    {"questions": [{"question": "Which?", "header": "H", "options": [{"label": "A"}]}]},
    {"questions": [{"question": None, "options": [None, {"label": 5}]}, None]},
    {"description": "Look", "prompt": "p", "subagent_type": "general"},
    None,
)
_NOTES = _any(
    "[Request interrupted by user]",
    "Your response above was cut off mid-stream. Resume directly.",
    "Output token limit hit. Resume directly.",
    "<local-command-stdout>Done</local-command-stdout>",
    "Hello",
)
_SUBTYPES = _any(
    *("init", "init", "status", "thinking_tokens", "api_retry", "task_started", "task_progress"),
    *("task_updated", "task_notification", "permission_denied", "compact_boundary"),
    *("model_fallback", "model_refusal_no_fallback", "informational", "hook_started"),
    *("hook_response", "background_tasks_changed", "ui_invalidate", "session_state_changed"),
)
_CONTENTS = st.one_of(
    _map("text", text=_WORDS),
    _map("thinking", thinking=_WORDS),
    _map("redacted_thinking"),
    _map("tool_use", id=_TOOLS, name=_NAMES, input=_INPUTS),
    _map("server_tool_use", id=_TOOLS, name=_NAMES),
    _map("tool_result", tool_use_id=_TOOLS, is_error=st.booleans(), content=_WORDS),
)
_DELTAS = st.one_of(
    _map("text_delta", text=_WORDS),
    _map("text_delta", text=_WORDS),
    _map("thinking_delta", thinking=_WORDS),
    _map("input_json_delta", partial_json=_WORDS),
)
_EVENTS = st.one_of(
    _map("message_start", message=st.fixed_dictionaries({"id": _MESSAGES})),
    _map("content_block_start", index=_INDEXES, content_block=_CONTENTS),
    _map("content_block_delta", index=_INDEXES, delta=_DELTAS),
    _map("content_block_delta", index=_INDEXES, delta=_DELTAS),
    _map("content_block_stop", index=_INDEXES),
    _map(
        "message_delta",
        delta=st.fixed_dictionaries(
            {"stop_reason": _any("end_turn", "max_tokens", "tool_use", None)}
        ),
    ),
    _map("message_stop"),
)
_ASSISTANTS = _map(
    "assistant",
    message=st.fixed_dictionaries(
        {
            "id": _MESSAGES,
            "content": st.lists(_CONTENTS, max_size=3),
            "model": _any("opus", "opus", "<synthetic>"),
        }
    ),
    sometimes={
        "parent_tool_use_id": _PARENTS,
        "uuid": _UUIDS,
        "aborted": st.booleans(),
        "error": _any("overloaded", "unknown", None),
        "task_description": _any("Look", None),
    },
)
_USERS = _map(
    "user",
    message=st.fixed_dictionaries(
        {"content": st.one_of(_NOTES, st.lists(_CONTENTS, max_size=2)), "role": st.just("user")}
    ),
    sometimes={
        "parent_tool_use_id": _PARENTS,
        "uuid": _UUIDS,
        "isSynthetic": st.booleans(),
        "isReplay": st.booleans(),
        "refused_message_id": _MESSAGES,
    },
)
_RESULTS = _map(
    "result",
    is_error=st.booleans(),
    sometimes={
        "result": _WORDS,
        "errors": st.lists(_WORDS, max_size=2),
        "terminal_reason": _any("completed", "aborted_streaming", "max_turns"),
        "subtype": _any("success", "error_max_turns", "error_during_execution"),
        "stop_reason": _any(None, "end_turn", "refusal"),
        "num_turns": st.just(1),
        "structured_output": _INPUTS,
        "origin": st.just({"kind": "task-notification"}),
    },
)
_NEWS = _map(
    "system",
    subtype=_SUBTYPES,
    sometimes={
        "session_id": _any("s1", "s1", "s2"),
        "uuid": _UUIDS,
        "content": _WORDS,
        "message": _WORDS,
        "tool_use_id": _TOOLS,
        "task_id": _TOOLS,
        "description": _WORDS,
        "summary": _WORDS,
        "task_type": _any("local_agent", "local_bash"),
        "status": _any("requesting", "compacting", "completed", "failed", None),
        "tool_name": _NAMES,
        "hook_name": _WORDS,
        "attempt": _INDEXES,
        "max_retries": _INDEXES,
        "retry_delay_ms": _any(512.5, 0, -1, 10**400, "soon"),
        "error_status": _any(529, "529", None),
    },
)
_CONTROLS = st.one_of(
    _map(
        "control_request",
        request_id=_REQUESTS,
        request=st.fixed_dictionaries(
            {"subtype": st.just("can_use_tool"), "tool_name": _NAMES, "input": _INPUTS},
            optional={"tool_use_id": _TOOLS, "permission_suggestions": _any([], [None], [{}], 5)},
        ),
    ),
    _map("control_cancel_request", request_id=_REQUESTS),
    _map(
        "control_response",
        response=st.fixed_dictionaries(
            {"subtype": _any("success", "error"), "request_id": _REQUESTS},
            optional={"error": _WORDS},
        ),
    ),
    _map("command_lifecycle", command_uuid=_UUIDS, state=_any("queued", "started", "completed")),
    _map(
        "rate_limit_event",
        rate_limit_info=st.fixed_dictionaries({"status": _any("rejected", "allowed_warning")}),
    ),
)
_STREAM_EVENTS = _map(
    "stream_event",
    event=_EVENTS,
    sometimes={
        "api_message_id": _MESSAGES,
        "parent_tool_use_id": _PARENTS,
        "abandoned_blocks": st.just({"from_block_index": 0}),
    },
)
_LINES = st.one_of(
    *(_STREAM_EVENTS, _STREAM_EVENTS, _STREAM_EVENTS),
    *(_ASSISTANTS, _USERS, _RESULTS, _NEWS, _CONTROLS),
)
