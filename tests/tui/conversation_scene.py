"""Scenes of a conversation: what the user wrote, thinking, tools, sub-agents, requests."""

from __future__ import annotations

from tests.tui.scene import Scene
from voicestream_tui.model import (
    AgentChanged,
    AgentState,
    Event,
    Kind,
    Option,
    PermissionRequest,
    Question,
    SegmentAdded,
    ToolFinished,
)


def user(s: Scene, t: float, text: str, turn: int = 1) -> int:
    return s.row(t, Kind.USER, text, "", turn=turn, block=0)


def think(s: Scene, t: float, *sentences: str, block: int, turn: int = 1, agent: str = "") -> int:
    """The sentences of a block of thinking; a line break ends a paragraph."""
    first = s.count + 1
    for sentence in sentences:
        ending = "\n\n" if sentence.endswith("\n") else " "
        text = sentence.rstrip("\n")
        s.row(
            t,
            Kind.THINKING,
            text,
            "",
            block=block,
            turn=turn,
            agent=agent,
            source=text + ending,
            speakable=False,
        )
    return first


def tool(
    s: Scene,
    t: float,
    label: str,
    japanese: str,
    *,
    took: float | None = None,
    ok: bool = True,
    agent: str = "",
    turn: int = 1,
) -> int:
    id = s.row(
        t, Kind.TOOL, label, japanese, label=label, agent=agent, turn=turn, block=0, speakable=False
    )
    if took is not None:
        s.events.append(ToolFinished(id, ok, took, t + took))
    return id


def working_session() -> list[Event]:
    """A request, thinking, tools with their results, an answer."""
    s = Scene()
    user(s, 0.4, "The nightly build fails since Friday.\nFind out why, but change nothing yet.")
    think(
        s,
        1.6,
        "The build fails since Friday, so I should look at what was merged then.",
        "The log of the last run is the place to start.\n",
        "If it is the lock file, the checksum line will say so.",
        "If it is a test, I need its name and the commit that changed it.",
        block=1,
    )
    s.row(
        4.0,
        Kind.PROSE,
        "I'll look at the log of the last run first.",
        "まず、最後の実行のログを見ます。",
        block=2,
    )
    tool(s, 4.6, "Bash gh run view --log-failed", "コマンドを実行しています。", took=3.4)
    tool(s, 8.1, "Read requirements.lock", "ファイルを読んでいます。", took=0.2)
    tool(s, 8.6, "Bash pytest -x", "コマンドを実行しています。", took=74.0, ok=False)
    think(
        s,
        83.0,
        "So the checksum of one package has changed.",
        "That is the reason.",
        block=3,
    )
    text = "The build fails because urllib3 was uploaded again with another checksum."
    s.row(
        85.0,
        Kind.PROSE,
        text,
        "urllib3 が別のチェックサムで再アップロードされたため、ビルドが失敗しています。",
        code=("urllib3",),
        block=4,
    )
    s.row(
        87.0,
        Kind.PROSE,
        "Shall I pin the version before it?",
        "その前のバージョンに固定しましょうか。",
        block=4,
    )
    s.row(
        88.0,
        Kind.NOTICE,
        "Finished in 1 minute 28 seconds.",
        "1分28秒で完了しました。",
        block=0,
    )
    s.events.append(AgentChanged(AgentState.DONE, "", 88.0))
    return s.events


def subagents_session() -> list[Event]:
    """Three sub-agents at once, their rows interleaved."""
    s = Scene()
    user(s, 0.4, "Where do we read the configuration?")
    s.row(
        2.0,
        Kind.PROSE,
        "I'll let three helpers look at the loader, the tests and the docs.",
        "三つのサブエージェントに、ローダー、テスト、文書を調べさせます。",
        block=1,
    )
    loader, tests, docs = "Explore the loader", "Find the tests", "Read the docs"
    for t, label in ((3.0, loader), (3.1, tests), (3.2, docs)):
        tool(s, t, f"Task {label}", "サブエージェントに任せています。")
    tool(s, 4.0, "Read src/loader.py", "ファイルを読んでいます。", agent=loader, took=0.3)
    tool(s, 4.1, "Grep load_settings", "コードを検索しています。", agent=tests, took=1.2)

    def says(t: float, agent: str, english: str, japanese: str, block: int) -> None:
        s.row(t, Kind.SUBAGENT, english, japanese, agent=agent, label=agent, block=block)

    says(
        6.0,
        loader,
        "The loader reads three files in this order: defaults, preset, user.",
        "ローダーは、既定値、プリセット、ユーザーの順に三つのファイルを読みます。",
        2,
    )
    says(
        7.0,
        loader,
        "Later files win over earlier ones.",
        "後のファイルが前のファイルより優先されます。",
        2,
    )
    says(
        7.5,
        tests,
        "There are 14 tests, none of them covers an empty file.",
        "テストは14個ありますが、空のファイルを扱うものはありません。",
        3,
    )
    says(
        8.0,
        docs,
        "The order is documented in docs/settings.md.",
        "順序は docs/settings.md に記されています。",
        4,
    )
    tool(s, 8.4, "Read docs/settings.md", "ファイルを読んでいます。", agent=docs, took=0.1)
    says(9.0, loader, "An unreadable file is skipped.", "読めないファイルは飛ばされます。", 2)
    s.row(
        12.0,
        Kind.PROSE,
        "The configuration is read in one place, and the order is documented.",
        "設定は一か所で読み込まれ、順序は文書に記されています。",
        block=5,
    )
    s.events.append(AgentChanged(AgentState.WRITING, "", 12.0))
    return s.events


def thinking_ids(events: list[Event]) -> list[int]:
    return [
        event.segment.id
        for event in events
        if isinstance(event, SegmentAdded) and event.segment.kind is Kind.THINKING
    ]


OLD_LOADER = """def load(path):
    text = path.read_text()
    return parse(text)
"""
NEW_LOADER = '''def load(path: Path) -> Settings:
    """Read a settings file; an empty one gives the defaults."""
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return Settings()
    return parse(text)
'''


def write_request(path: str = "src/settings/loader.py") -> PermissionRequest:
    return PermissionRequest(
        "write-1",
        "Write",
        {"file_path": path, "content": NEW_LOADER},
        argument=path,
        description="Give the loader a default for empty files",
        reason="the file is outside the folders that may be written",
        suggestions=(
            {
                "type": "addRules",
                "rules": [{"toolName": "Write", "ruleContent": "src/settings/**"}],
                "behavior": "allow",
                "destination": "session",
            },
        ),
    )


def bash_request(id: str = "bash-1") -> PermissionRequest:
    command = (
        "for f in $(git ls-files '*.py'); do\n  sed -i 's/load_config/load_settings/' \"$f\"\ndone"
    )
    return PermissionRequest(
        id,
        "Bash",
        {"command": command, "description": "Rename the function everywhere", "timeout": 60000},
        argument="for f in $(git ls-files '*.py'); do",
        description="Rename the function everywhere",
        agent="Explore the loader",
    )


def question_request() -> PermissionRequest:
    port = Question(
        "Which default port should the service use?",
        "Port",
        (
            Option("8080", "The usual choice for development."),
            Option("80", "Needs extra privileges, so it only makes sense in a container."),
            Option("0", "The system picks a free one, and the log says which."),
        ),
    )
    where = Question(
        "Where should the port be configurable?",
        "Sources",
        (
            Option("Environment", "APP_PORT, as the other settings have it."),
            Option("File", "A key in settings.toml."),
            Option("Command line", "--port, for a single run."),
        ),
        multiple=True,
    )
    return PermissionRequest("ask-1", "AskUserQuestion", {}, questions=(port, where))


PLAN = """# Plan: make the port configurable

1. Read `APP_PORT` once, at import time.
2. Reject anything outside 1-65535 with a **clear message** that names the variable.
3. Add a test for the empty string:

```python
def test_empty_port(monkeypatch):
    monkeypatch.setenv("APP_PORT", "")
    assert Settings().port == 8080
```

## Not touched

- the order in which settings are read
- the documentation of the old variable"""


def plan_request() -> PermissionRequest:
    return PermissionRequest("plan-1", "ExitPlanMode", {"plan": PLAN}, plan=PLAN)
