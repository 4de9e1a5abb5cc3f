"""The hand-written phrases."""

from __future__ import annotations

import re

import pytest

from voicestream_tui.text import notices
from voicestream_tui.text.languages import LANGUAGES
from voicestream_tui.text.notices import (
    block_notice,
    code_notice,
    ended_tool,
    error_notice,
    table_notice,
    tool_notice,
)

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("language", "lines", "label", "japanese"),
    [
        ("python", 12, "Python code, 12 lines", "Pythonのコード、12行"),
        ("Py", 1, "Python code, 1 line", "Pythonのコード、1行"),
        ("", 12, "Code, 12 lines", "コード、12行"),
        ("brainfoo", 3, "Code, 3 lines", "コード、3行"),
        ("diff", 12, "Diff, 12 lines", "差分、12行"),
        ("bash", 1, "Shell commands, 1 line", "シェルのコマンド、1行"),
        ("c++", 2, "C++ code, 2 lines", "C++のコード、2行"),
        ("json5", 2, "JSON, 2 lines", "JSONデータ、2行"),
        ("sql", 2, "SQL, 2 lines", "SQL文、2行"),
        ("text", 5, "Text, 5 lines", "テキスト、5行"),
        ("mermaid", 5, "Diagram, 5 lines", "図、5行"),
        ('rust title="a.rs"', 2, "Rust code, 2 lines", "Rustのコード、2行"),
        ("rust,ignore", 2, "Rust code, 2 lines", "Rustのコード、2行"),
        ("js{1,3}", 2, "JavaScript code, 2 lines", "JavaScriptのコード、2行"),
        ("{r}", 2, "R code, 2 lines", "Rのコード、2行"),
        ("{.python .numberLines}", 2, "Python code, 2 lines", "Pythonのコード、2行"),
        ("go:src/main.go", 2, "Go code, 2 lines", "Goのコード、2行"),
        (" ", 0, "Code, 0 lines", "コード、0行"),
    ],
)
def test_code_is_named_by_language_and_lines(
    language: str, lines: int, label: str, japanese: str
) -> None:
    assert code_notice(language, lines) == (label, japanese)


@pytest.mark.parametrize(
    ("language", "content", "label", "japanese"),
    [
        ("diff", "-a\n+b\n+c\n+d", "Diff, 3 added, 1 removed", "差分、3行追加、1行削除"),
        ("patch", "+b\n c", "Diff, 1 added", "差分、1行追加"),
        ("", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a", "Diff, 1 removed", "差分、1行削除"),
        ("diff", " a\n b", "Diff, 2 lines", "差分、2行"),
        ("python", "-a\n+b", "Python code, 2 lines", "Pythonのコード、2行"),
    ],
)
def test_a_diff_is_named_by_its_changes(
    language: str, content: str, label: str, japanese: str
) -> None:
    assert block_notice(language, content) == (label, japanese)


@pytest.mark.parametrize(
    ("columns", "rows", "label", "japanese"),
    [
        (4, 6, "Table, 4 columns, 6 rows", "4列6行の表"),
        (1, 1, "Table, 1 column, 1 row", "1列1行の表"),
        (2, 0, "Table, 2 columns, 0 rows", "2列0行の表"),
    ],
)
def test_tables_are_named_by_size(columns: int, rows: int, label: str, japanese: str) -> None:
    assert table_notice(columns, rows) == (label, japanese)


@pytest.mark.parametrize(
    ("name", "argument", "label", "japanese"),
    [
        ("Read", "src/app.py", "Read src/app.py", "ファイルを読んでいます"),
        ("Edit", "src/app.py", "Edit src/app.py", "ファイルを編集しています"),
        ("Write", "a.md", "Write a.md", "ファイルを書いています"),
        ("Bash", "ls -la", "Bash ls -la", "コマンドを実行しています"),
        ("Grep", "TODO", "Grep TODO", "コードを検索しています"),
        ("Glob", "*.py", "Glob *.py", "ファイルを探しています"),
        ("Task", "Survey", "Task Survey", "サブエージェントに任せています"),
        ("Agent", "Survey", "Agent Survey", "サブエージェントに任せています"),
        ("WebFetch", "https://a.b", "WebFetch https://a.b", "ウェブページを読んでいます"),
        ("WebSearch", "x", "WebSearch x", "ウェブを検索しています"),
        ("TodoWrite", "", "TodoWrite", "作業リストを更新しています"),
        ("mcp__github__get_issue", "5", "github get_issue 5", "githubのツールを使っています"),
        ("Frobnicate", "", "Frobnicate", "Frobnicateを使っています"),
        ("", "", "Tool", "Toolを使っています"),
        ("Bash", "a\n b\tc", "Bash a b c", "コマンドを実行しています"),
    ],
)
def test_tools_are_named(name: str, argument: str, label: str, japanese: str) -> None:
    assert tool_notice(name, argument) == (label, japanese)


def test_a_long_argument_is_cut() -> None:
    label, _ = tool_notice("Bash", "x" * 500)
    assert len(label) < 80
    assert label.endswith("…")


@pytest.mark.parametrize(
    ("code", "message", "japanese"),
    [
        ("overloaded", "", "APIが混み合っています。"),
        ("rate_limit", "", "利用回数の上限に達しました。"),
        ("server_error", "", "APIのサーバーでエラーが起きました。"),
        ("server_error", "Repeated 529 Overloaded errors.", "APIが混み合っています。"),
        ("max_budget_usd", "Reached maximum budget ($0.001)", "予算の上限に達しました。"),
        ("cut_off", "", "接続が切れて、返答が途中で終わりました。"),
        ("authentication_failed", "", "認証に失敗しました。ログインを確認してください。"),
        ("billing_error", "", "クレジットの残高が足りません。"),
        ("model_not_found", "", "指定されたモデルが見つかりません。"),
        ("invalid_request", "API Error: 400 messages.0", "リクエストが正しくありません。"),
        ("invalid_request", "Prompt is too long · …", "プロンプトが長すぎます。"),
        ("overloaded_error", "", "APIが混み合っています。"),
        (
            "unknown",
            "Not logged in · Please run /login",
            "認証に失敗しました。ログインを確認してください。",
        ),
        ("", "Credit balance is too low", "クレジットの残高が足りません。"),
        ("", "API Error: Unable to connect to API (ConnectionRefused)", "APIに接続できません。"),
        ("", "API Error: Repeated 529 Overloaded errors.", "APIが混み合っています。"),
        ("error_max_turns", "", "ターン数の上限に達しました。"),
        ("unknown", "Something odd", "エラーが起きました。"),
        ("", "", "エラーが起きました。"),
    ],
)
def test_errors_have_a_sentence(code: str, message: str, japanese: str) -> None:
    label, sentence = error_notice(code, message)
    assert sentence == japanese
    assert label


def test_every_phrase_is_japanese_and_every_error_a_sentence() -> None:
    tools = [tool_notice(name, "")[1] for name in notices._TOOLS]
    errors = [error_notice(code, "")[1] for code in notices._ERRORS]
    named = [code_notice(word, 2)[1] for word in LANGUAGES]
    assert all(JAPANESE.search(phrase) for phrase in [*tools, *errors, *named])
    assert all(phrase.endswith("。") for phrase in errors)
    assert not any(phrase.endswith("。") for phrase in [*tools, *named])


@pytest.mark.parametrize(
    ("goes_on", "ended", "failed"),
    [
        (
            "ファイルを読んでいます",
            "ファイルを読みました",
            "ファイルを読んでいましたが、失敗しました",
        ),
        (
            "ファイルを書いています。",
            "ファイルを書きました。",
            "ファイルを書いていましたが、失敗しました。",
        ),
        (
            "コマンドを実行しています",
            "コマンドを実行しました",
            "コマンドを実行していましたが、失敗しました",
        ),
        ("スキルを使っています", "スキルを使いました", "スキルを使っていましたが、失敗しました"),
        (
            "実行中の作業を見守っています",
            "実行中の作業を見守りました",
            "実行中の作業を見守っていましたが、失敗しました",
        ),
        (
            "フォルダーの中を見ています",
            "フォルダーの中を見ました",
            "フォルダーの中を見ていましたが、失敗しました",
        ),
        ("計画の承認を待っています", "計画の承認を待っていました", "計画の承認を待っていました"),
        ("質問があります", "質問があります", "質問があります"),
    ],
)
def test_a_tool_that_has_ended_is_told_as_ended(goes_on: str, ended: str, failed: str) -> None:
    assert ended_tool(goes_on, ok=True) == ended
    assert ended_tool(goes_on, ok=False) == failed
