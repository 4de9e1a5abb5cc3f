"""Lines of type "system": a JSON object → what it reports."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.json_fields import (
    Json,
    code_of,
    float_of,
    int_of,
    map_of,
    text_of,
)


def read_init(data: Json) -> m.Message:
    """A turn begins."""
    return m.Init(text_of(data, "model"), text_of(data, "session_id"))


def read_status(data: Json) -> m.Message:
    """A request to the API begins, or a compaction begins or ends."""
    return m.Status(
        text_of(data, "status"), text_of(data, "compact_result"), text_of(data, "compact_error")
    )


def read_thinking_tokens(data: Json) -> m.Message:
    """The model thinks."""
    return m.Thinking()


def read_api_retry(data: Json) -> m.Message:
    """A failed request will be tried again."""
    error = text_of(data, "error")
    if error in ("", "unknown"):
        error = code_of(data, "error_status") or error
    return m.ApiRetry(
        attempt=int_of(data, "attempt"),
        max_retries=int_of(data, "max_retries"),
        wait=max(0.0, float_of(data, "retry_delay_ms") / 1000),
        error=error,
    )


def read_task(data: Json) -> m.Message:
    """News of a sub-agent or a command."""
    patch = map_of(data, "patch")
    return m.Task(
        event=text_of(data, "subtype").removeprefix("task_"),
        task_id=text_of(data, "task_id"),
        tool_use_id=text_of(data, "tool_use_id"),
        description=text_of(data, "description"),
        kind=text_of(data, "task_type"),
        status=text_of(data, "status") or text_of(patch, "status"),
    )


def read_permission_denied(data: Json) -> m.Message:
    """A tool was refused without a question."""
    return m.PermissionDenied(
        text_of(data, "tool_name"), text_of(data, "message"), text_of(data, "tool_use_id")
    )


def read_compacted(data: Json) -> m.Message:
    """The conversation before this was replaced by a summary."""
    details = map_of(data, "compact_metadata")
    return m.Compacted(
        text_of(details, "trigger"), int_of(details, "pre_tokens"), int_of(details, "post_tokens")
    )


def read_model_fallback(data: Json) -> m.Message:
    """Another model took over."""
    return m.ModelFallback(
        text_of(data, "original_model"),
        text_of(data, "fallback_model"),
        text_of(data, "content"),
        text_of(data, "trigger") or ("refusal" if "refusal" in text_of(data, "subtype") else ""),
    )


def read_refusal(data: Json) -> m.Message:
    """A safeguard stopped the model."""
    return m.Refusal(text_of(data, "content"))


def read_informational(data: Json) -> m.Message:
    """A remark for the user."""
    return m.Notice(text_of(data, "content"), text_of(data, "level"))


def read_notification(data: Json) -> m.Message:
    """A remark for the user, with a priority."""
    return m.Notice(text_of(data, "text"), text_of(data, "priority") or "low")


def read_command_output(data: Json) -> m.Message:
    """What a slash command printed."""
    return m.CommandOutput(text_of(data, "content"))


def read_hook(data: Json) -> m.Message:
    """A hook of the user's runs or is over."""
    return m.Hook(
        name=text_of(data, "hook_name"),
        event=text_of(data, "hook_event"),
        finished=text_of(data, "subtype") == "hook_response",
        outcome=text_of(data, "outcome"),
        output=text_of(data, "stderr") or text_of(data, "output"),
    )


def read_session_state(data: Json) -> m.Message:
    """The session runs, rests, or waits for its user."""
    return m.SessionState(text_of(data, "state"))


def read_trouble(data: Json) -> m.Message:
    """Something befell the session as a whole."""
    detail = text_of(data, "error") or text_of(data, "reason") or text_of(data, "message")
    return m.Trouble(text_of(data, "subtype") or text_of(data, "type"), detail)
