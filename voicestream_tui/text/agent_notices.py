"""Hand-written phrases for what concerns the user: requests, endings, silence, losses.

Each function returns an English label and a Japanese sentence that can be shown and spoken as
it is.
"""

from __future__ import annotations

from voicestream_tui.text.notices import outside_tool, short_argument

_DEEDS = {
    "Write": "ファイルの書き込み",
    "Edit": "ファイルの編集",
    "MultiEdit": "ファイルの編集",
    "NotebookEdit": "ノートブックの編集",
    "Read": "ファイルの読み取り",
    "NotebookRead": "ノートブックの読み取り",
    "LS": "フォルダーの読み取り",
    "Glob": "ファイルの検索",
    "Grep": "コードの検索",
    "Bash": "コマンドの実行",
    "PowerShell": "コマンドの実行",
    "KillBash": "コマンドの停止",
    "KillShell": "コマンドの停止",
    "TaskStop": "実行中の作業の停止",
    "Task": "サブエージェントの起動",
    "Agent": "サブエージェントの起動",
    "WebFetch": "ウェブページの取得",
    "WebSearch": "ウェブ検索",
    "Skill": "スキルの使用",
    "SlashCommand": "コマンドの呼び出し",
    "EnterPlanMode": "計画モードへの切り替え",
    "ExitPlanMode": "計画の承認",
    "AskUserQuestion": "質問",
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
    shown, deed = _deed(tool)
    label = f"Allow {shown} {short_argument(argument)}".rstrip()
    return f"{label}?", f"{deed}を許可しますか。"


def denied_phrase(tool: str) -> tuple[str, str]:
    """Say that a tool was refused without a question."""
    shown, deed = _deed(tool)
    return f"Permission denied: {shown}.", f"{deed}は許可されていません。"


def plan_phrase() -> tuple[str, str]:
    """Announce a plan; perhaps nobody is there who could approve it, so nothing waits yet."""
    return "A plan to review", "計画ができました。確認してください。"


def question_phrase(count: int, several: bool = False) -> tuple[str, str]:
    """Announce so many questions, of which some may have several answers."""
    if count == 1:
        added = (", several answers possible", "複数選べます。") if several else ("", "")
        return f"A question{added[0]}", f"質問があります。{added[1]}"
    added = (", some with several answers", "複数選べるものもあります。") if several else ("", "")
    return f"{count} questions{added[0]}", f"質問が{count}つあります。{added[1]}"


def finished_phrase(seconds: float) -> tuple[str, str]:
    """Say that a turn is over, after so many seconds."""
    english, japanese = _duration(seconds)
    return f"Finished in {english}.", f"{japanese}で完了しました。"


def interrupted_phrase() -> tuple[str, str]:
    """Say that somebody stopped a turn."""
    return "Interrupted.", "中断しました。"


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
        f"{name.strip() or 'エージェント'}が予期せず終了しました。画面を確認してください。",
    )


def _deed(tool: str) -> tuple[str, str]:
    """A tool's name as shown, and what it does as a Japanese noun phrase."""
    shown = tool.strip() or "tool"
    outside = outside_tool(tool)
    if outside is not None:
        server, name = outside
        return f"{server} {name}".strip() or shown, f"外部ツール{name or server}の使用"
    return shown, _DEEDS.get(tool) or f"{shown}の使用"


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
