"""What agents other than claude write about errors → the short names that `notices` knows."""

from __future__ import annotations

import re

_CODES = (
    (r"turnlimited|session turns", "max_turns"),
    (r"context window|context_length|token count exceeds|prompt is too long", "prompt_too_long"),
    (r"insufficient_quota|billing details|credit balance|out of credits", "billing_error"),
    (r"\b429\b|rate.?limit|usage limit|resource_exhausted|your current quota|quota exceeded",
     "rate_limit"),
    (r"\b401\b|unauthenticated|authentication|api key|not logged in|log in again",
     "authentication_failed"),
    (r"\b403\b|permission_denied|forbidden", "permission"),
    (r"high demand|overloaded|unavailable|at capacity|\b503\b|\b529\b", "overloaded"),
    (r"model .*(?:does not exist|not found|not supported)|model_not_found|\b404\b",
     "model_not_found"),
    (r"stream (?:disconnected|closed|error)|ended unexpectedly|stream ended", "cut_off"),
    (r"error sending request|connection (?:failed|refused|reset)|econn|enotfound|timed out|"
     r"deadline_exceeded|fetch failed", "connection"),
    (r"\b50\d\b|internal", "server_error"),
    (r"safety|blocked by|content policy|usage policy", "refusal"),
    (r"invalid_argument|\b400\b|bad request|invalid_request", "invalid_request"),
)  # fmt: skip
_COMPILED = tuple((re.compile(words), code) for words, code in _CODES)
_LOOKED_AT = 2000


def error_code(message: str, hint: str = "") -> str:
    """Name an error by its words; "" if they say nothing known.

    Args:
        message: What the agent tells its user.
        hint: The agent's own name or number for it, such as `RESOURCE_EXHAUSTED`.
    """
    words = f"{hint} {message[:_LOOKED_AT]}".lower()
    return next((code for pattern, code in _COMPILED if pattern.search(words)), "")
