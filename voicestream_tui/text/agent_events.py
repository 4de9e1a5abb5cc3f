"""Hand-written phrases for hooks, tasks in the background, replies taken up again, and troubles.

Each function returns an English sentence and a Japanese one that can be shown and spoken as it is.
"""

from __future__ import annotations

import re

from voicestream_tui.text.agent_reports import because, model_name


def hook_failed_phrase(event: str, name: str, output: str) -> tuple[str, str]:
    """Say that a hook of the user's failed, with the first line of what it wrote."""
    japanese = f"{event}フックが失敗しました。" if event else "フックが失敗しました。"
    return because(f"The hook {name or event} failed".replace("  ", " "), output), japanese


_TASKS = {"local_bash": ("command", "コマンド"), "local_agent": ("sub-agent", "サブエージェント")}
_ENDS = {
    "failed": ("failed", "が失敗しました。"),
    "stopped": ("was stopped", "が止められました。"),
    "killed": ("was stopped", "が止められました。"),
}


def task_started_phrase(kind: str, description: str) -> tuple[str, str]:
    """Say that a command or sub-agent goes on in the background."""
    name, namae = _TASKS.get(kind, ("task", "作業"))
    return (
        f"Started a {name} in the background{_named(description)}.",
        f"バックグラウンドで{namae}を始めました。",
    )


def task_ended_phrase(kind: str, description: str, status: str) -> tuple[str, str]:
    """Say what became of it."""
    name, namae = _TASKS.get(kind, ("task", "作業"))
    end, owari = _ENDS.get(status, ("finished", "が終わりました。"))
    title = f"「{description}」" if description else ""
    return (
        f"The {name} in the background {end}{_named(description)}.",
        f"バックグラウンドの{namae}{title}{owari}",
    )


_NOTES = {
    "cut": ("The reply was cut off; the agent goes on.", "返答が途切れたため、続きを書きます。"),
    "limit": (
        "The reply reached its length limit; the agent goes on.",
        "返答が長さの上限に達したため、続きを書きます。",
    ),
    "empty": ("The reply was empty; the agent tries again.", "返答が空だったため、やり直します。"),
    "refused": (
        "A safeguard stopped the reply; the agent tries again.",
        "安全対策により返答が止められたため、やり直します。",
    ),
}


def note_phrase(note: str) -> tuple[str, str]:
    """Say why a reply is taken up again: cut, limit, empty or refused."""
    return _NOTES[note]


_TROUBLES = {
    "session_writes_lost": (
        "The session is not being saved",
        "会話を保存できていません。",
    ),
    "mirror_error": ("The copy of the session is not being saved", "会話の写しを保存できません。"),
    "conversation_reset": ("The conversation begins anew", "会話が最初からになりました。"),
    "worker_shutting_down": ("The agent shuts down", "エージェントが終了します。"),
}


def trouble_phrase(kind: str, detail: str) -> tuple[str, str]:
    """Say what befell the session as a whole."""
    english, japanese = _TROUBLES.get(kind, (kind.replace("_", " ") or "Trouble", ""))
    return because(english, detail), japanese


def login_failed_phrase(error: str) -> tuple[str, str]:
    """Say that a login failed."""
    return because("The login failed", error), "ログインに失敗しました。"


def elicitation_phrase(server: str, message: str) -> tuple[str, str]:
    """Say that an outside tool wants to know something that this program can't ask."""
    who = server or "An outside tool"
    return because(f"{who} asks something that cannot be answered here", message), (
        f"外部ツール{server}から質問がありますが、ここでは答えられません。"
    )


def command_phrase(text: str) -> tuple[str, str]:
    """Say what a slash command printed."""
    changed = re.match(r"Set model to ([^()\n]+)", text)
    if changed:
        model = model_name(changed[1].strip())
        return text, f"モデルを{model}に切り替えました。"
    return text, "コマンドの結果が表示されました。"


def _named(description: str) -> str:
    return f": {description}" if description else ""
