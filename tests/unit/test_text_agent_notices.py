"""Phrases about what concerns the user."""

from __future__ import annotations

import pytest

from voicestream_tui.text.agent_notices import (
    finished_phrase,
    lost_phrase,
    permission_phrase,
    quiet_phrase,
)


@pytest.mark.parametrize(
    ("tool", "argument", "english", "japanese"),
    [
        ("Write", "app.py", "Allow Write app.py?", "ファイルの書き込みを許可しますか。"),
        ("Bash", "", "Allow Bash?", "コマンドの実行を許可しますか。"),
        ("mcp__db__query", "x", "Allow db query x?", "外部ツールqueryの使用を許可しますか。"),
        ("mcp__db", "", "Allow db?", "外部ツールdbの使用を許可しますか。"),
        ("Juggle", "", "Allow Juggle?", "Juggleの使用を許可しますか。"),
        ("AskUserQuestion", "x", "The agent has a question.", "質問があります。"),
        ("ExitPlanMode", "", "The plan waits for approval.", "計画の承認を待っています。"),
    ],
)
def test_a_permission_is_asked_by_tool(
    tool: str, argument: str, english: str, japanese: str
) -> None:
    assert permission_phrase(tool, argument) == (english, japanese)


def test_a_long_argument_is_shortened() -> None:
    english, _ = permission_phrase("Bash", "echo " * 40)
    assert english.endswith("…?")
    assert len(english) < 80


@pytest.mark.parametrize(
    ("seconds", "english", "japanese"),
    [
        (0.2, "1 s", "1秒"),
        (59.4, "59 s", "59秒"),
        (60, "60 s", "60秒"),
        (72, "1 min 12 s", "1分12秒"),
        (120, "2 min", "2分"),
        (3600, "1 h", "1時間"),
        (3725, "1 h 2 min", "1時間2分"),
    ],
)
def test_durations_are_said_in_two_units_at_most(
    seconds: float, english: str, japanese: str
) -> None:
    assert finished_phrase(seconds) == (f"Finished in {english}.", f"{japanese}で完了しました。")
    assert quiet_phrase(seconds)[1] == f"{japanese}間、エージェントから応答がありません。"


def test_a_lost_agent_is_named() -> None:
    assert lost_phrase("claude") == (
        "Claude ended unexpectedly.",
        "claudeが予期せず終了しました。画面を確認してください。",
    )
    assert lost_phrase("")[1].startswith("エージェントが")
