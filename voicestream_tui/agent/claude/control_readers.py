"""Requests, answers, limits and logins: a JSON object → a message, or None if it means nothing."""

from __future__ import annotations

from voicestream_tui.agent.claude import messages as m
from voicestream_tui.agent.json_fields import Json, flag_of, float_of, map_of, maps_of, text_of


def read_control_request(data: Json) -> m.Message | None:
    """Something that the agent wants to know from its user."""
    request = map_of(data, "request")
    match text_of(request, "subtype"):
        case "can_use_tool":
            return m.PermissionAsked(
                id=text_of(data, "request_id"),
                tool=text_of(request, "tool_name"),
                input=map_of(request, "input"),
                tool_use_id=text_of(request, "tool_use_id"),
                agent_id=text_of(request, "agent_id"),
                description=text_of(request, "description"),
                reason=_reason(request),
                blocked_path=text_of(request, "blocked_path"),
                suggestions=tuple(maps_of(request, "permission_suggestions")),
            )
        case "elicitation":
            server = text_of(request, "mcp_server_name") or text_of(request, "server_name")
            return m.Elicitation(server, text_of(request, "message"))
    return None


def _reason(request: Json) -> str:
    reason = map_of(request, "decision_reason")
    return (
        text_of(request, "decision_reason")
        or text_of(reason, "reason")
        or text_of(reason, "message")
    )


def read_control_cancel(data: Json) -> m.Message | None:
    """A request that needs no answer any more."""
    request = text_of(data, "request_id")
    return m.PermissionWithdrawn(request) if request else None


def read_control_response(data: Json) -> m.Message | None:
    """The answer to a control request of ours."""
    response = map_of(data, "response")
    request = text_of(response, "request_id")
    if not request:
        return None
    ok = text_of(response, "subtype") != "error"
    return m.ControlResponse(request, ok, text_of(response, "error"))


def read_rate_limit(data: Json) -> m.Message:
    """How much of a subscription's limit is used up."""
    info = map_of(data, "rate_limit_info")
    return m.RateLimit(
        status=text_of(info, "status"),
        kind=text_of(info, "rateLimitType"),
        utilization=float_of(info, "utilization"),
        resets_at=float_of(info, "resetsAt"),
        overage=flag_of(info, "isUsingOverage"),
    )


def read_tool_progress(data: Json) -> m.Message:
    """How long a tool has been running."""
    return m.ToolProgress(text_of(data, "tool_name"), float_of(data, "elapsed_time_seconds"))


def read_auth_status(data: Json) -> m.Message:
    """A login that runs or failed."""
    return m.AuthStatus(flag_of(data, "isAuthenticating"), text_of(data, "error"))
