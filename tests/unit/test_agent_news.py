"""What happens around the agent becomes notices, each worth hearing once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.agent.lines import (
    CUT_OFF,
    Line,
    assistant,
    block,
    delta,
    init,
    notices,
    reason,
    result,
    say,
    spoken,
    start,
    stop,
    synthetic,
    system,
    told,
    tool,
    tool_result,
    user,
    whole,
)
from voicestream_tui.agent.said import Activity, AgentFailure, BlockEnd, Notice, Text, TurnEnd
from voicestream_tui.model import AgentState


def texts(*lines: Line, close: bool = True) -> list[str]:
    """The Japanese of the notices."""
    return [notice.japanese for notice in notices(*lines, close=close)]


# --- retries ------------------------------------------------------------------------------------


def retry(attempt: int, wait: float, error: str | None = "overloaded", **fields: Any) -> Line:
    delay = {"retry_delay_ms": wait * 1000, "max_retries": 10}
    return system("api_retry", attempt=attempt, error=error, **delay, **fields)


def test_the_first_retry_of_a_series_and_long_waits_are_told() -> None:
    lines = [retry(1, 0.5), retry(2, 4), retry(3, 9.9), retry(4, 30)]
    assert notices(init(), *lines) == [
        Notice(
            "The API is overloaded; trying again at once (attempt 1 of 10).",
            "APIが混雑しています。すぐに再試行します。",
        ),
        Notice(
            "The API is overloaded; trying again in 30 s (attempt 4 of 10).",
            "APIが混雑しています。30秒後に再試行します。",
        ),
    ]


def test_an_answer_ends_a_series_of_retries() -> None:
    lines = [retry(1, 2), *whole("m", "Yes."), retry(1, 2), assistant("n", "No."), retry(1, 2)]
    assert len(notices(init(), *lines)) == 3


@pytest.mark.parametrize(
    ("error", "status", "begins"),
    [
        ("rate_limit", 429, "APIの利用制限に達しました。"),
        ("server_error", 500, "APIのサーバーでエラーが起きました。"),
        ("authentication_failed", 401, "APIの認証に失敗しました。"),
        ("billing_error", 402, "支払いに問題があります。"),
        ("unknown", None, "APIとの接続に失敗しました。"),
        (None, None, "APIとの接続に失敗しました。"),
        ("unknown", 529, "APIが混雑しています。"),
        ("unknown", 503, "APIのサーバーでエラーが起きました。"),
        ("something_else", 418, "APIへの要求に失敗しました。"),
    ],
)
def test_a_retry_names_its_cause(error: str | None, status: int | None, begins: str) -> None:
    (japanese,) = texts(init(), retry(1, 120, error, error_status=status))
    assert japanese == f"{begins}2分後に再試行します。"


# --- limits -------------------------------------------------------------------------------------


def limit(status: str, **info: Any) -> Line:
    return {"type": "rate_limit_event", "rate_limit_info": {"status": status, **info}}


def test_a_limit_that_is_near_is_told_once() -> None:
    at = datetime(2026, 11, 22, 14, 5)
    info = {"rateLimitType": "five_hour", "resetsAt": at.timestamp()}
    lines = [limit("allowed_warning", utilization=used, **info) for used in (0.92, 0.95)]
    assert notices(init(), *lines) == [
        Notice(
            "92% of the 5-hour limit is used; it resets at 14:05.",
            "5時間の利用枠を92パーセント使いました。14時5分に回復します。",
        )
    ]


def test_a_limit_that_is_reached_is_told_with_its_day() -> None:
    at = datetime(2026, 11, 28, 14, 0)
    lines = [
        limit("allowed_warning", rateLimitType="seven_day"),
        limit("rejected", rateLimitType="seven_day", resetsAt=at.timestamp() * 1000),
    ]
    assert notices(init(), *lines) == [
        Notice("The weekly limit is near.", "1週間の利用枠が残り少なくなりました。"),
        Notice(
            "The weekly limit is reached; it resets on 2026-11-28 at 14:00.",
            "1週間の利用枠を使い切りました。11月28日14時に回復します。",
        ),
    ]


def test_use_that_is_paid_for_apart_is_told_once() -> None:
    lines = [limit("allowed", isUsingOverage=True)] * 2
    assert texts(init(), *lines) == ["追加の利用枠を使っています。"]
    assert texts(init(), limit("allowed")) == []


@pytest.mark.parametrize("when", [-1e30, 1e30, "soon", None, True])
def test_a_time_that_is_no_time_is_left_out(when: object) -> None:
    (notice,) = notices(init(), limit("rejected", rateLimitType="x_y", resetsAt=when))
    assert notice == Notice("The x y limit is reached.", "利用枠を使い切りました。")


# --- compaction, models, refusals ---------------------------------------------------------------


def test_a_compaction_is_told_when_it_begins_and_when_it_is_done() -> None:
    said = told(
        system("status", status="compacting"),
        system("status", status=None, compact_result="success"),
        init(),
        system("compact_boundary", compact_metadata={"pre_tokens": 15500, "post_tokens": 2000}),
        user("A summary. " * 200 + "The reply was cut off mid-stream.", isSynthetic=True),
        user("<local-command-stdout>Compacted (ctrl+o)</local-command-stdout>", isReplay=True),
        result(),
    )
    assert [one for one in said if isinstance(one, Notice | Text)] == [
        Notice("The conversation is being compacted.", "会話を要約しています。"),
        Notice("The conversation was compacted.", "会話を要約しました。"),
    ]


def test_a_compaction_by_itself_is_told_with_its_size() -> None:
    metadata = {"trigger": "auto", "pre_tokens": 155000, "post_tokens": 20000}
    assert notices(init(), system("compact_boundary", compact_metadata=metadata)) == [
        Notice("The conversation was compacted: 155,000 → 20,000 tokens.", "会話を要約しました。")
    ]


def test_a_compaction_that_failed_says_why() -> None:
    said = notices(
        system("status", status="compacting"),
        system("status", status=None, compact_result="failed", compact_error="Too short"),
        user("<local-command-stderr>Error: Too short</local-command-stderr>", isReplay=True),
    )
    assert said[1:] == [
        Notice("The conversation could not be compacted: Too short.", "会話の要約に失敗しました。")
    ]


def test_a_change_of_mode_is_no_compaction() -> None:
    assert notices(init(), system("status", status=None, permissionMode="plan")) == []


@pytest.mark.parametrize(
    ("line", "english", "japanese"),
    [
        (
            system("model_fallback", fallback_model="claude-sonnet-5", trigger="overloaded"),
            "Switched to Sonnet 5.",
            "混雑しているため、モデルをSonnet 5に切り替えました。",
        ),
        (
            system("model_refusal_fallback", fallback_model="claude-opus-4-8[1m]", content="Now."),
            "Now.",
            "返答が止められたため、モデルをOpus 4.8に切り替えました。",
        ),
    ],
)
def test_another_model_is_told_by_name(line: Line, english: str, japanese: str) -> None:
    assert notices(init(), line) == [Notice(english, japanese)]


def test_a_refusal_is_told_unless_the_error_after_it_tells_it() -> None:
    refusal = system("model_refusal_no_fallback", content="")
    assert texts(init(), refusal, result()) == ["安全対策により、返答が止められました。"]
    error = synthetic("API Error: It was declined.", "invalid_request")
    said = say(init(), refusal, error, result("API Error", is_error=True))
    assert not any(isinstance(one, Notice) for one in said)
    assert sum(isinstance(one, AgentFailure) for one in said) == 1


# --- permissions --------------------------------------------------------------------------------


def test_a_denied_tool_is_told_once_although_two_lines_tell_it() -> None:
    use = assistant("m", tool("t", "Write", file_path="x"))
    now = system("permission_denied", tool_name="Write", tool_use_id="t")
    end = result(permission_denials=[{"tool_name": "Write", "tool_use_id": "t"}])
    expected = [Notice("Permission denied: Write.", "ファイルの書き込みは許可されていません。")]
    assert notices(init(), use, now, end) == expected
    said = told(init(), use, end)
    assert [one for one in said if isinstance(one, Notice)] == expected
    assert isinstance(said[-1], TurnEnd)


def test_what_the_user_denied_need_not_be_told_to_the_user() -> None:
    ask = {"subtype": "can_use_tool", "tool_name": "Write", "tool_use_id": "t", "input": {}}
    lines = [
        assistant("m", tool("t", "Write", file_path="x")),
        {"type": "control_request", "request_id": "r", "request": ask},
        tool_result("t"),
        result(permission_denials=[{"tool_name": "Write", "tool_use_id": "t"}]),
    ]
    assert notices(init(), *lines) == []


def test_many_denials_of_one_tool_are_one_notice() -> None:
    denials = [{"tool_name": "Bash", "tool_use_id": str(number)} for number in range(5)]
    assert texts(init(), result(permission_denials=denials)) == [
        "コマンドの実行は許可されていません。"
    ]


# --- remarks, hooks, commands -------------------------------------------------------------------


def test_a_remark_is_told_once_and_left_to_the_translator() -> None:
    line = system("informational", content="Something new.", level="notice")
    assert notices(init(), line, line) == [Notice("Something new.", "")]
    known = system("informational", content="Opus's safeguards stopped the response above")
    assert texts(init(), known) == ["安全対策により返答が止められたため、やり直します。"]


def test_a_notification_is_told_by_its_priority() -> None:
    def line(priority: str) -> Line:
        return system("notification", key="k", text="Update ready.", priority=priority)

    assert notices(init(), line("low"), line("medium")) == []
    assert notices(init(), line("high")) == [Notice("Update ready.", "")]
    assert notices(init(), line("immediate")) == [Notice("Update ready.", "", urgent=True)]
    assert Activity(AgentState.REQUESTING, "Update ready.") in say(init(), line("low"))


def hook(subtype: str, **fields: Any) -> Line:
    return system(subtype, hook_name="PreToolUse:Bash", hook_event="PreToolUse", **fields)


def test_a_failing_hook_is_told_until_it_works_again() -> None:
    bad = hook("hook_response", outcome="error", stderr="\nno such file\nmore", exit_code=2)
    good = hook("hook_response", outcome="success")
    failed = Notice(
        "The hook PreToolUse:Bash failed: no such file.", "PreToolUseフックが失敗しました。"
    )
    assert notices(init(), bad, bad) == [failed]
    assert notices(init(), bad, good, bad) == [failed, failed]
    assert notices(init(), good, hook("hook_response", outcome="cancelled")) == []


def test_a_running_hook_is_shown_in_the_status_line_for_as_long_as_it_runs() -> None:
    use = assistant("m", tool("t", "Bash", command="ls"))
    lines = [init(), use, hook("hook_started"), hook("hook_progress"), hook("hook_response")]
    shown = [one for one in say(*lines, close=False) if isinstance(one, Activity)]
    assert shown[-3:] == [
        Activity(AgentState.TOOL, "Bash ls"),
        Activity(AgentState.TOOL, "hook PreToolUse:Bash"),
        Activity(AgentState.TOOL, "Bash ls"),
    ]


def test_what_a_slash_command_printed_is_told_once() -> None:
    output = "<local-command-stdout>\x1b[1mSet model to\x1b[22m sonnet (x)</local-command-stdout>"
    assert notices(user(output, isReplay=True)) == [
        Notice("Set model to sonnet (x)", "モデルをSonnetに切り替えました。")
    ]
    other = "<local-command-stdout>Total cost: $0</local-command-stdout>"
    line = user(other, isReplay=True)
    assert texts(line, line) == ["コマンドの結果が表示されました。"]
    assert texts(init(), synthetic("Total cost: $0"), line) == []


def test_the_output_of_a_local_command_is_a_text() -> None:
    line = system("local_command_output", content="## Cost\n\n$0")
    assert spoken(init(), line, line) == [Text(1, "## Cost\n\n$0"), BlockEnd(1)]


def test_lines_that_a_slash_command_printed_stay_lines() -> None:
    cost = "Total cost:            $0.01\nUsage by model:\n    opus:  200 input"
    assert spoken(init(), synthetic(cost)) == [Text(1, cost, plain=True), BlockEnd(1)]
    marked = "## Context\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert spoken(init(), synthetic(marked)) == [Text(1, marked), BlockEnd(1)]


def test_a_slash_command_that_printed_nothing_says_nothing() -> None:
    said = told(init(), synthetic("(no content)"), result("(no content)"))
    assert not [one for one in said if isinstance(one, Text | Notice)]


# --- notes to the model -------------------------------------------------------------------------


def test_a_reply_that_goes_on_after_a_cut_is_told() -> None:
    said = told(init(), start("m"), block(), delta("The port is"), CUT_OFF, close=False)
    assert said[-1] == Notice(
        "The reply was cut off; the agent goes on.", "返答が途切れたため、続きを書きます。"
    )


def test_a_reply_that_goes_on_after_its_limit_is_told_once_in_every_version() -> None:
    cut = [start("m"), block(), delta("The po"), assistant("m", "The po"), reason("max_tokens")]
    more = [stop(), *whole("n", "rt.")]
    note = user("Output token limit hit. Resume directly.", isSynthetic=True)
    for lines in ([*cut, *more], [*cut, stop(), note, *more[1:]]):
        said = told(init(), *lines, result("rt."))
        (notice,) = [one for one in said if isinstance(one, Notice)]
        assert notice.japanese == "返答が長さの上限に達したため、続きを書きます。"
    assert texts(init(), *cut, stop(), result("The po")) == []


def test_an_empty_reply_that_is_asked_for_again_is_told() -> None:
    note = "[Your previous response had no visible output. Please continue.]"
    assert texts(init(), user(note, isSynthetic=True)) == ["返答が空だったため、やり直します。"]


# --- tasks in the background --------------------------------------------------------------------


def begun(kind: str = "local_bash", **fields: Any) -> Line:
    return system(
        "task_started",
        task_id="k",
        tool_use_id="t",
        description="Start it",
        task_type=kind,
        **fields,
    )


def over(status: str = "completed") -> Line:
    return system("task_notification", task_id="k", tool_use_id="t", status=status, summary="S")


USE = assistant("m", tool("t", "Bash", command="sleep 9"))


@pytest.mark.parametrize(
    ("status", "english", "japanese"),
    [
        ("completed", "finished", "が終わりました。"),
        ("failed", "failed", "が失敗しました。"),
        ("stopped", "was stopped", "が止められました。"),
    ],
)
def test_a_task_in_the_background_is_told_when_it_starts_and_when_it_ends(
    status: str, english: str, japanese: str
) -> None:
    lines = [USE, begun(), tool_result("t"), result(), over(status), over(status)]
    assert notices(init(), *lines) == [
        Notice(
            "Started a command in the background: Start it.",
            "バックグラウンドでコマンドを始めました。",
        ),
        Notice(
            f"The command in the background {english}: Start it.",
            f"バックグラウンドのコマンド「Start it」{japanese}",
        ),
    ]


def test_a_sub_agent_in_the_background_is_called_one() -> None:
    started, ended = texts(init(), USE, begun("local_agent"), tool_result("t"), over())
    assert started == "バックグラウンドでサブエージェントを始めました。"
    assert ended == "バックグラウンドのサブエージェント「Start it」が終わりました。"


def test_a_task_in_the_foreground_is_a_tool_and_no_more() -> None:
    assert notices(init(), USE, begun(), over(), tool_result("t"), result()) == []
    failed = tool_result("t")
    failed["message"]["content"][0]["is_error"] = True
    assert notices(init(), USE, begun(), failed, over("stopped"), result()) == []


# --- the session --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        (
            system("session_writes_lost", error="disk full"),
            Notice(
                "The session is not being saved: disk full.",
                "会話を保存できていません。",
                urgent=True,
            ),
        ),
        (
            system("mirror_error"),
            Notice("The copy of the session is not being saved.", "会話の写しを保存できません。"),
        ),
        (
            {"type": "conversation_reset"},
            Notice("The conversation begins anew.", "会話が最初からになりました。"),
        ),
        (
            system("worker_shutting_down", reason="update"),
            Notice("The agent shuts down: update.", "エージェントが終了します。"),
        ),
        (
            {"type": "auth_status", "isAuthenticating": False, "error": "Expired."},
            Notice("The login failed: Expired.", "ログインに失敗しました。", urgent=True),
        ),
        (
            {
                "type": "control_request",
                "request_id": "r",
                "request": {
                    "subtype": "elicitation",
                    "mcp_server_name": "db",
                    "message": "Password?",
                },
            },
            Notice(
                "db asks something that cannot be answered here: Password?",
                "外部ツールdbから質問がありますが、ここでは答えられません。",
                urgent=True,
            ),
        ),
    ],
)
def test_what_befalls_the_session_is_told(line: Line, notice: Notice) -> None:
    assert notices(init(), line) == [notice]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            {"type": "auth_status", "isAuthenticating": True},
            Activity(AgentState.WAITING, "login"),
        ),
        (
            system("session_state_changed", state="requires_action"),
            Activity(AgentState.WAITING),
        ),
        (
            {"type": "tool_progress", "tool_name": "Bash", "elapsed_time_seconds": 12.4},
            Activity(AgentState.TOOL, "Bash 12 s"),
        ),
    ],
)
def test_what_only_the_status_line_shows(line: Line, shown: Activity) -> None:
    said = say(init(), USE, line, close=False)
    assert said[-1] == shown
    assert not any(isinstance(one, Notice) for one in said)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "keep_alive"},
        {"type": "tool_use_summary", "summary": "Read 3 files"},
        {"type": "prompt_suggestion", "suggestion": "Run the tests"},
        {"type": "command_lifecycle", "command_uuid": "u", "state": "queued"},
        system("background_tasks_changed", tasks=[]),
        system("ui_invalidate"),
        system("session_state_changed", state="idle"),
        {"type": "control_request", "request_id": "r", "request": {"subtype": "hook_callback"}},
    ],
)
def test_what_concerns_no_listener_says_nothing(line: Line) -> None:
    assert say(init(), line) == say(init())
