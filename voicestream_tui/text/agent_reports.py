"""Hand-written phrases for what happens around the agent: retries, limits, hooks, tasks.

Each function returns an English sentence and a Japanese one that can be shown and spoken as it is.
"""

from __future__ import annotations

import re
from datetime import datetime

_CAUSES = {
    "overloaded": ("The API is overloaded", "APIが混雑しています。"),
    "rate_limit": ("The API's rate limit is reached", "APIの利用制限に達しました。"),
    "server_error": ("The API's server failed", "APIのサーバーでエラーが起きました。"),
    "authentication_failed": ("The API does not accept the login", "APIの認証に失敗しました。"),
    "billing_error": ("There is a billing problem", "支払いに問題があります。"),
    "connection": ("The connection to the API failed", "APIとの接続に失敗しました。"),
    "": ("The request to the API failed", "APIへの要求に失敗しました。"),
}
_STATUS = {
    "401": "authentication_failed",
    "403": "authentication_failed",
    "402": "billing_error",
    "429": "rate_limit",
    "529": "overloaded",
    "overloaded_error": "overloaded",
    "rate_limit_error": "rate_limit",
    "unknown": "connection",
    "timeout": "connection",
}
_AT_ONCE = 1.5
"""Seconds of waiting that are not worth a number."""


def retry_phrase(cause: str, wait: float, attempt: int, attempts: int) -> tuple[str, str]:
    """Say why a request failed and when it is tried again.

    Args:
        cause: the agent's short name for the error or an HTTP status; "" means no connection.
        wait: seconds.
        attempt: which attempt that will be.
        attempts: how many there will be at most; 0 if unknown.
    """
    code = _STATUS.get(cause, cause) or "connection"
    if re.fullmatch(r"5\d\d", code):
        code = "server_error"
    why, naze = _CAUSES.get(code, _CAUSES[""])
    if wait < _AT_ONCE:
        when, itsu = "at once", "すぐに"
    elif wait < 100:
        when, itsu = f"in {wait:.0f} s", f"{wait:.0f}秒後に"
    else:
        when, itsu = f"in {wait / 60:.0f} min", f"{wait / 60:.0f}分後に"
    count = f" (attempt {attempt} of {attempts})" if attempts else ""
    return f"{why}; trying again {when}{count}.", f"{naze}{itsu}再試行します。"


_LIMITS = {
    "five_hour": ("5-hour limit", "5時間の利用枠"),
    "seven_day": ("weekly limit", "1週間の利用枠"),
    "seven_day_opus": ("weekly Opus limit", "Opusの1週間の利用枠"),
    "seven_day_sonnet": ("weekly Sonnet limit", "Sonnetの1週間の利用枠"),
    "overage": ("limit of extra usage", "追加の利用枠"),
}
_MILLISECONDS = 1e11
"""No time in seconds is as large as this."""


def limit_phrase(kind: str, used: float, resets_at: float, reached: bool) -> tuple[str, str]:
    """Say that a subscription's limit is near, or reached.

    Args:
        kind: the agent's short name for the limit; may be empty or unknown.
        used: fraction of it that is used up; 0 if unknown.
        resets_at: when it begins anew, in seconds since 1970; 0 if unknown.
        reached: whether nothing is left.
    """
    name, namae = _LIMITS.get(kind, (f"{kind.replace('_', ' ')} limit".strip(), "利用枠"))
    if reached:
        english, japanese = f"The {name} is reached", f"{namae}を使い切りました。"
    elif used:
        english = f"{used:.0%} of the {name} is used"
        japanese = f"{namae}を{used * 100:.0f}パーセント使いました。"
    else:
        english, japanese = f"The {name} is near", f"{namae}が残り少なくなりました。"
    when, itsu = _moment(resets_at, with_day=kind != "five_hour")
    return f"{english}{when}.", f"{japanese}{itsu}"


def overage_phrase() -> tuple[str, str]:
    """Say that what is used now is paid for apart."""
    return "Extra usage is being charged.", "追加の利用枠を使っています。"


def _moment(seconds: float, with_day: bool) -> tuple[str, str]:
    """A point in time as the end of a sentence: local time, "" if it is none."""
    if seconds > _MILLISECONDS:
        seconds /= 1000
    try:
        moment = datetime.fromtimestamp(seconds) if seconds > 0 else None
    except (OverflowError, OSError, ValueError):
        moment = None
    if moment is None:
        return "", ""
    minutes = f"{moment.minute}分" if moment.minute else ""
    day, hi = f"on {moment:%Y-%m-%d} at", f"{moment.month}月{moment.day}日"
    if not with_day:
        day, hi = "at", ""
    return (
        f"; it resets {day} {moment:%H:%M}",
        f"{hi}{moment.hour}時{minutes}に回復します。",
    )


def compacting_phrase() -> tuple[str, str]:
    """Say that the conversation is being replaced by a summary."""
    return "The conversation is being compacted.", "会話を要約しています。"


def compacted_phrase(before: int, after: int) -> tuple[str, str]:
    """Say that it is done; numbers of tokens, 0 if unknown."""
    size = f": {before:,} → {after:,} tokens" if before and after else ""
    return f"The conversation was compacted{size}.", "会話を要約しました。"


def compaction_failed_phrase(error: str) -> tuple[str, str]:
    """Say that it did not work, and why if that is known."""
    return because("The conversation could not be compacted", error), "会話の要約に失敗しました。"


def fallback_phrase(model: str, trigger: str, text: str) -> tuple[str, str]:
    """Say that another model took over.

    Args:
        model: the model's id.
        trigger: why, in the agent's short name; may be unknown.
        text: the agent's own sentence; may be empty.
    """
    name = model_name(model)
    why = {"overloaded": "混雑しているため、", "refusal": "返答が止められたため、"}.get(trigger, "")
    return text or f"Switched to {name}.", f"{why}モデルを{name}に切り替えました。"


def model_name(model: str) -> str:
    """A model's id as a name: "claude-opus-4-8[1m]" is "Opus 4.8"."""
    bare = re.sub(r"\[.*", "", model).removeprefix("claude-")
    bare = re.sub(r"-20\d{6}$", "", bare)
    name = re.sub(r"(?<=\d)-(?=\d)", ".", bare).replace("-", " ").strip()
    return name[:1].upper() + name[1:] or "another model"


def refusal_phrase(text: str) -> tuple[str, str]:
    """Say that a safeguard stopped the model."""
    return text or "A safeguard stopped the reply.", "安全対策により、返答が止められました。"


def because(sentence: str, reason: str) -> str:
    """A sentence, and the first line of the reason if there is one."""
    first = next((line.strip() for line in reason.splitlines() if line.strip()), "")
    if len(first) > 200:
        first = first[:199].rstrip() + "…"
    if not first:
        return f"{sentence}."
    return f"{sentence}: {first}" + ("" if first[-1] in ".!?…。" else ".")
