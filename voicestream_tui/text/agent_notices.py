"""Hand-written phrases for what concerns the user: requests, endings, silence, losses.

Each function returns an English label and a Japanese sentence that can be shown and spoken as
it is.
"""

from __future__ import annotations

_LONGEST_ARGUMENT = 60

_ALLOW = {
    "Write": "ファイルの書き込みを許可しますか。",
    "Edit": "ファイルの編集を許可しますか。",
    "MultiEdit": "ファイルの編集を許可しますか。",
    "NotebookEdit": "ノートブックの編集を許可しますか。",
    "Read": "ファイルの読み取りを許可しますか。",
    "NotebookRead": "ノートブックの読み取りを許可しますか。",
    "LS": "フォルダーの読み取りを許可しますか。",
    "Glob": "ファイルの検索を許可しますか。",
    "Grep": "コードの検索を許可しますか。",
    "Bash": "コマンドの実行を許可しますか。",
    "PowerShell": "コマンドの実行を許可しますか。",
    "KillBash": "コマンドの停止を許可しますか。",
    "KillShell": "コマンドの停止を許可しますか。",
    "TaskStop": "実行中の作業の停止を許可しますか。",
    "Task": "サブエージェントの起動を許可しますか。",
    "Agent": "サブエージェントの起動を許可しますか。",
    "WebFetch": "ウェブページの取得を許可しますか。",
    "WebSearch": "ウェブ検索を許可しますか。",
    "Skill": "スキルの使用を許可しますか。",
    "SlashCommand": "コマンドの呼び出しを許可しますか。",
    "EnterPlanMode": "計画モードに入ることを許可しますか。",
}


def permission_phrase(tool: str, argument: str) -> tuple[str, str]:
    """Ask for permission to use a tool.

    Args:
        tool: the tool's name as the agent writes it; `mcp__server__tool` is an outside tool.
        argument: its main argument, one short line; stands in the label alone.
    """
    if tool == "AskUserQuestion":
        return "The agent has a question.", "質問があります。"
    if tool == "ExitPlanMode":
        return "The plan waits for approval.", "計画の承認を待っています。"
    shown = tool.strip() or "tool"
    japanese = _ALLOW.get(tool, "")
    if tool.startswith("mcp__"):
        server, _, name = tool.removeprefix("mcp__").partition("__")
        shown = f"{server} {name}".strip() or shown
        japanese = f"外部ツール{name or server}の使用を許可しますか。"
    short = " ".join(argument.split())
    if len(short) > _LONGEST_ARGUMENT:
        short = short[: _LONGEST_ARGUMENT - 1].rstrip() + "…"
    label = f"Allow {shown} {short}".rstrip()
    return f"{label}?", japanese or f"{shown}の使用を許可しますか。"


def finished_phrase(seconds: float) -> tuple[str, str]:
    """Say that a turn is over, after so many seconds."""
    english, japanese = _duration(seconds)
    return f"Finished in {english}.", f"{japanese}で完了しました。"


def quiet_phrase(seconds: float) -> tuple[str, str]:
    """Say that nothing has come from the agent for so many seconds."""
    english, japanese = _duration(seconds)
    return (
        f"Nothing heard from the agent for {english}.",
        f"{japanese}間、エージェントから応答がありません。",
    )


def lost_phrase(name: str) -> tuple[str, str]:
    """Say that the agent's program of this name ended although nobody asked it to."""
    shown = name.strip() or "the agent"
    return (
        f"{shown[0].upper()}{shown[1:]} ended unexpectedly.",
        f"{name.strip() or 'エージェント'}が予期せず終了しました。再開できます。",
    )


def _duration(seconds: float) -> tuple[str, str]:
    """The two largest units that count; a round number of seconds is not made into minutes."""
    whole = max(1, round(seconds))
    if whole < 60 or whole in (60, 90):
        return f"{whole} s", f"{whole}秒"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return (
            (f"{minutes} min {rest} s", f"{minutes}分{rest}秒")
            if rest
            else (f"{minutes} min", f"{minutes}分")
        )
    hours, minutes = divmod(minutes, 60)
    if not minutes:
        return f"{hours} h", f"{hours}時間"
    return f"{hours} h {minutes} min", f"{hours}時間{minutes}分"
