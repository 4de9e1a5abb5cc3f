"""Hand-written phrases for what agents other than claude report beside their text."""

from __future__ import annotations

_WARNINGS = (
    ("loop detected", "同じ動作を繰り返したため、エージェントが止まりました。"),
    ("session turns", "ターン数の上限に達しました。"),
    ("deprecat", "使っている機能について、エージェントから注意があります。"),
)


def warning_notice(message: str) -> tuple[str, str]:
    """Say that the agent warns of something and goes on."""
    words = message.lower()
    japanese = next((said for known, said in _WARNINGS if known in words), "")
    return message, japanese or "エージェントから警告があります。"


_RETRIES = {
    "overloaded": "APIが混み合っています。もう一度試しています。",
    "rate_limit": "利用回数の上限に達しました。もう一度試しています。",
    "server_error": "APIのサーバーでエラーが起きました。もう一度試しています。",
    "cut_off": "接続が切れました。つなぎ直しています。",
    "connection": "APIに接続できません。もう一度試しています。",
}


def retry_notice(reason: str, code: str) -> tuple[str, str]:
    """Say that the agent failed to reach its API and tries again.

    Args:
        reason: why, in the agent's words; may be empty.
        code: the short name of the error, as `notices.error_notice` knows it.
    """
    english = f"Trying again: {reason}" if reason else "Trying again"
    return english, _RETRIES.get(code, "うまくいかなかったので、もう一度試しています。")
