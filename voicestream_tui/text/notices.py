"""Hand-written phrases for what is not read out: code, tables, tools, errors.

Each function returns a short English label and its Japanese, a sentence or noun phrase that can
be shown and spoken as it is.
"""

from __future__ import annotations

import re

from voicestream_tui.text.diffs import read_diff
from voicestream_tui.text.languages import LANGUAGES

_LONGEST_ARGUMENT = 60


def code_notice(language: str, lines: int) -> tuple[str, str]:
    """Name a code block.

    Args:
        language: the info string of its fence as written; may be empty or unknown.
        lines: how many lines it has.
    """
    word = language.strip().lstrip("{.").split()[0:1]
    key = word[0].rstrip("}").split(",")[0].split("{")[0].split(":")[0].lower() if word else ""
    count = f"{lines} line" if lines == 1 else f"{lines} lines"
    names = LANGUAGES.get(key)
    if names is None:
        return f"Code, {count}", f"コード、{lines}行"
    return f"{names[0]}, {count}", f"{names[1]}、{lines}行"


def block_notice(language: str, content: str) -> tuple[str, str]:
    """Name a code block by what is in it: changes by their lines, all else as `code_notice`."""
    lines = content.count("\n") + 1
    label, japanese = code_notice(language, lines)
    if label == "Formula, 1 line":
        return "Formula", "数式"
    diff = read_diff(content, named=label.startswith("Diff,"))
    if diff is None:
        return label, japanese
    counts = [(diff.added, "added", "追加"), (diff.removed, "removed", "削除")]
    changed = [(f"{n} {english}", f"{n}行{word}") for n, english, word in counts if n]
    if not changed:
        return label, japanese
    return (
        f"Diff, {', '.join(english for english, _ in changed)}",
        f"差分、{'、'.join(word for _, word in changed)}",
    )


def table_notice(columns: int, rows: int) -> tuple[str, str]:
    """Name a table by its size; `rows` does not count its heading."""
    label = f"Table, {columns} column{'s' * (columns != 1)}, {rows} row{'s' * (rows != 1)}"
    return label, f"{columns}列{rows}行の表"


_TOOLS = {
    "Read": "ファイルを読んでいます",
    "NotebookRead": "ノートブックを読んでいます",
    "Edit": "ファイルを編集しています",
    "MultiEdit": "ファイルを編集しています",
    "NotebookEdit": "ノートブックを編集しています",
    "Write": "ファイルを書いています",
    "LS": "フォルダーの中を見ています",
    "Glob": "ファイルを探しています",
    "Grep": "コードを検索しています",
    "LSP": "コードの定義を調べています",
    "Bash": "コマンドを実行しています",
    "BashOutput": "コマンドの出力を確認しています",
    "TaskOutput": "実行中の作業の出力を確認しています",
    "KillBash": "コマンドを止めています",
    "KillShell": "コマンドを止めています",
    "TaskStop": "実行中の作業を止めています",
    "Monitor": "実行中の作業を見守っています",
    "Task": "サブエージェントに任せています",
    "Agent": "サブエージェントに任せています",
    "SendMessage": "サブエージェントに連絡しています",
    "WebFetch": "ウェブページを読んでいます",
    "WebSearch": "ウェブを検索しています",
    "web_fetch": "ウェブページを読んでいます",
    "web_search": "ウェブを検索しています",
    "TodoWrite": "作業リストを更新しています",
    "TodoRead": "作業リストを確認しています",
    "TaskCreate": "作業を書き出しています",
    "TaskUpdate": "作業の状態を更新しています",
    "TaskGet": "作業を確認しています",
    "TaskList": "作業リストを確認しています",
    "EnterPlanMode": "計画を立て始めます",
    "ExitPlanMode": "計画の承認を待っています",
    "AskUserQuestion": "質問があります",
    "Skill": "スキルを使っています",
    "SlashCommand": "コマンドを呼び出しています",
    "ToolSearch": "使えるツールを探しています",
    "ListMcpResources": "外部の資料を一覧しています",
    "ListMcpResourcesTool": "外部の資料を一覧しています",
    "ReadMcpResource": "外部の資料を読んでいます",
    "ReadMcpResourceTool": "外部の資料を読んでいます",
    "StructuredOutput": "結果をまとめています",
}


def tool_notice(name: str, argument: str) -> tuple[str, str]:
    """Say which tool the agent uses.

    Args:
        name: the tool's name as the agent writes it; `mcp__server__tool` is an outside tool.
        argument: its main argument, one short line; stands in the label alone.
    """
    shown = name.strip() or "Tool"
    japanese = _TOOLS.get(name, "")
    outside = outside_tool(name)
    if outside is not None:
        server, tool = outside
        shown = f"{server} {tool}".strip() or shown
        japanese = f"{server}のツールを使っています" if server else ""
    return f"{shown} {short_argument(argument)}".strip(), japanese or f"{shown}を使っています"


_GOES_ON = re.compile(
    "(?P<word>(?P<stem>.*?)(?P<form>待って|使って|って|んで|いて|て))います(?P<stop>。?)"
)
_STEMS = {"使って": "使い", "って": "り", "んで": "み", "いて": "き", "て": ""}
"""What stands before "ました" for each form before "います", of the verbs of tools."""


def ended_tool(japanese: str, ok: bool) -> str:
    """Say of a tool that has ended what `tool_notice` said while it was used.

    What does not tell of something going on stays as it is.
    """
    found = _GOES_ON.fullmatch(japanese)
    if found is None:
        return japanese
    word, form, stop = found["word"], found["form"], found["stop"]
    if form not in _STEMS:  # to have waited has no other end
        return f"{word}いました{stop}"
    if not ok:
        return f"{word}いましたが、失敗しました{stop}"
    return f"{found['stem']}{_STEMS[form]}ました{stop}"


def outside_tool(name: str) -> tuple[str, str] | None:
    """Server and tool in a name like `mcp__server__tool`; None for a tool of the agent's own."""
    if not name.startswith("mcp__"):
        return None
    server, _, tool = name.removeprefix("mcp__").partition("__")
    return server, tool


def short_argument(argument: str) -> str:
    """A tool's argument on one line that is not too long for a label."""
    short = " ".join(argument.split())
    if len(short) > _LONGEST_ARGUMENT:
        short = short[: _LONGEST_ARGUMENT - 1].rstrip() + "…"
    return short


_ERRORS = {
    "overloaded": ("The API is overloaded", "APIが混み合っています。"),
    "rate_limit": ("Rate limit reached", "利用回数の上限に達しました。"),
    "server_error": ("Server error", "APIのサーバーでエラーが起きました。"),
    "authentication_failed": (
        "Not authenticated",
        "認証に失敗しました。ログインを確認してください。",
    ),
    "permission": ("No permission", "この操作は許可されていません。"),
    "billing_error": ("Billing problem", "クレジットの残高が足りません。"),
    "invalid_request": ("Invalid request", "リクエストが正しくありません。"),
    "request_too_large": ("Request too large", "リクエストが大きすぎます。"),
    "prompt_too_long": ("Prompt too long", "プロンプトが長すぎます。"),
    "model_not_found": ("Model not found", "指定されたモデルが見つかりません。"),
    "connection": ("No connection to the API", "APIに接続できません。"),
    "refusal": ("The request was declined", "この依頼には応じられないとの返答です。"),
    "max_turns": ("Turn limit reached", "ターン数の上限に達しました。"),
    "budget": ("Budget used up", "予算の上限に達しました。"),
    "max_output_tokens": ("Reply too long", "返答が長さの上限に達しました。"),
    "interrupted": ("Interrupted", "中断されました。"),
    "cut_off": ("The answer was cut off", "接続が切れて、返答が途中で終わりました。"),
    "structured_output": (
        "No answer in the asked-for format",
        "指定された形式の返答を作れませんでした。",
    ),
    "image_error": ("Image not readable", "画像を読み込めませんでした。"),
}
_ERROR_ALIASES = {
    "overloaded_error": "overloaded",
    "rate_limit_error": "rate_limit",
    "api_error": "server_error",
    "authentication_error": "authentication_failed",
    "permission_error": "permission",
    "invalid_request_error": "invalid_request",
    "not_found_error": "model_not_found",
    "error_max_turns": "max_turns",
    "error_max_budget_usd": "budget",
    "max_budget_usd": "budget",
    "max_structured_output_retries": "structured_output",
    "budget_exhausted": "budget",
    "aborted_streaming": "interrupted",
    "aborted_tools": "interrupted",
}
_VAGUE = ("invalid_request", "server_error")
"""Codes that the agent gives to errors of several kinds; its words tell them apart."""
_ERROR_WORDS = (
    ("credit balance", "billing_error"),
    ("not logged in", "authentication_failed"),
    ("api key", "authentication_failed"),
    ("failed to authenticate", "authentication_failed"),
    ("overloaded", "overloaded"),
    ("rate limit", "rate_limit"),
    ("usage limit", "rate_limit"),
    ("unable to connect", "connection"),
    ("connection refused", "connection"),
    ("prompt is too long", "prompt_too_long"),
    ("request too large", "request_too_large"),
    ("usage policy", "refusal"),
    ("safeguards flagged", "refusal"),
    ("unable to respond", "refusal"),
    ("selected model", "model_not_found"),
    ("internal server error", "server_error"),
)


def error_notice(code: str, message: str) -> tuple[str, str]:
    """Say what went wrong.

    Args:
        code: the agent's own short name for it; may be empty or unknown.
        message: its message in English, which tells more when the code says little.
    """
    key = code.strip().lower()
    key = _ERROR_ALIASES.get(key, key)
    if key not in _ERRORS or key in _VAGUE:
        words = message.lower()
        key = next((found for word, found in _ERROR_WORDS if word in words), key)
    return _ERRORS.get(key, ("Error", "エラーが起きました。"))
