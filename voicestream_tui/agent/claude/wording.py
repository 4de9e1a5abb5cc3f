"""Short English phrases for the status line and for errors."""

from __future__ import annotations

import re

from voicestream_tui.agent.claude import messages as m

_ERROR_RESULTS = {
    "max_turns": "The agent stopped: it reached its maximum number of turns.",
    "max_budget_usd": "The agent stopped: it reached its budget.",
    "max_structured_output_retries": "The agent stopped: it could not write the asked-for format.",
}
_UNKNOWN_ERROR = "The agent stopped because of an error that it did not explain."
_NUMBERS = re.compile(r"^(?:Request|Message) ID: .*$", re.MULTILINE)
CUT_OFF = "The connection broke, and the agent's answer is unfinished."


def retry(message: m.ApiRetry) -> str:
    """Say which attempt it is, how long the wait, and why."""
    reason = message.error.replace("_", " ")
    if reason in ("", "unknown"):
        reason = "connection problem"
    attempts = f"{message.attempt}/{message.max_retries}" if message.max_retries else "again"
    return f"{attempts} in {message.wait:.1f} s: {reason}"


def rate_limit(message: m.RateLimit) -> str:
    """Say which limit is near or reached; "" if none is."""
    if message.status in ("", "allowed"):
        return ""
    kind = message.kind.replace("_", " ")
    limit = f"{kind} limit" if kind else "rate limit"
    if message.status == "rejected":
        return f"{limit} reached"
    return f"{limit}: {message.utilization:.0%} used" if message.utilization else f"{limit} is near"


def fallback(message: m.ModelFallback) -> str:
    """Say which model took over."""
    return message.text or f"switched from {message.original} to {message.fallback}"


def failure(text: str) -> str:
    """An error's text for people: without the numbers that only its maker can use."""
    return re.sub(r"\n{3,}", "\n\n", _NUMBERS.sub("", text)).strip()


def error_result(message: m.Result) -> str:
    """Explain a turn that ended in an error, for people: never with internal diagnostics."""
    code = message.subtype.removeprefix("error_")
    told = [text for text in message.errors if text and not text.startswith("[ede_diagnostic]")]
    if message.text:
        return message.text
    if told:
        return told[0]
    return _ERROR_RESULTS.get(code, _UNKNOWN_ERROR)


def is_interrupted(message: m.Result) -> bool:
    """Whether somebody stopped the turn, which is no error."""
    return message.terminal_reason.startswith("aborted")
