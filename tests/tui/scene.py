"""A session as a coding agent would have it, with fixed times: what the pictures show."""

from __future__ import annotations

from typing import Any

from voicestream_tui.model import (
    AgentChanged,
    AgentState,
    Event,
    Kind,
    PlayerState,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    Span,
    SpanStyle,
    SpeakingStarted,
    Spoken,
    Translation,
    Withdrawn,
)

CODE = '''def tokens(source: str) -> list[Token]:
    """Split a source into tokens."""
    found: list[Token] = []
    position = 0
    while position < len(source):  # not <=: the last token was lost
        token = next_token(source, position)
        found.append(token)
        position = token.end
    return found'''

TABLE = "Case\tBefore\tAfter\nempty input\tok\tok\none token\tlost\tok"


def span(text: str, part: str, style: SpanStyle = SpanStyle.CODE, target: str = "") -> Span:
    start = text.index(part)
    return Span(start, start + len(part), style, target)


class Scene:
    """Numbers segments and keeps their times."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.count = 0

    def row(
        self,
        t: float,
        kind: Kind,
        english: str,
        japanese: str,
        *,
        code: tuple[str, ...] = (),
        spans: tuple[Span, ...] = (),
        paragraph: bool = False,
        ok: bool = True,
        sure: bool = True,
        turn: int = 1,
        block: int = 1,
        **more: Any,
    ) -> int:
        self.count += 1
        in_english = (*spans, *(span(english, part) for part in code))
        in_japanese = tuple(span(japanese, part) for part in code if part in japanese)
        source = more.pop("source", english + ("\n\n" if paragraph else " "))
        segment = Segment(
            self.count, turn, kind, english, spans=in_english, block=block, source=source, **more
        )
        self.events.append(SegmentAdded(segment, t))
        if japanese:
            notice = kind in (Kind.CODE, Kind.TABLE, Kind.TOOL)
            translation = Translation(
                japanese,
                in_japanese,
                "notice" if notice else "starter",
                ok,
                "" if ok else "empty",
                sure,
            )
            self.events.append(SegmentTranslated(self.count, translation, t + 0.1))
        return self.count


def coding_session() -> list[Event]:
    """A bug is found, explained and mended; the fourteenth row sounds."""
    s = Scene()
    s.row(
        2.1,
        Kind.PROSE,
        "I'll start by running the failing test to see the actual error.",
        "まず失敗しているテストを実行して、実際のエラーを確認します。",
        paragraph=True,
    )
    s.row(
        4.0,
        Kind.TOOL,
        "Bash pytest tests/test_parser.py -x",
        "シェルでコマンドを実行しています。",
        label="Bash  pytest tests/test_parser.py -x",
    )
    s.row(
        7.4,
        Kind.TOOL,
        "Read src/parser.py",
        "ファイル src/parser.py を読んでいます。",
        label="Read  src/parser.py",
    )
    s.row(12.0, Kind.HEADING, "What goes wrong", "何が問題なのか", block=2)
    s.row(
        12.6,
        Kind.PROSE,
        "The parser drops the last token when the input does not end with a newline.",
        "入力が改行で終わらない場合、パーサは最後のトークンを落としてしまいます。",
        block=2,
    )
    s.row(
        15.2,
        Kind.PROSE,
        "The loop in tokens() compares with <= instead of <, so the final call to "
        "next_token() raises and is silently ignored.",
        "tokens() のループが < ではなく <= で比較しているため、最後の next_token() の"
        "呼び出しが例外を投げ、それが黙って無視されています。",
        code=("tokens()", "<=", "next_token()"),
        paragraph=True,
        block=2,
    )
    s.row(
        19.9,
        Kind.PROSE,
        "There are three ways to mend it:",
        "直し方は三つあります。",
        sure=False,
        block=2,
        paragraph=True,
    )
    text = "Fix the comparison: the smallest change, and the one I recommend."
    s.row(
        21.0,
        Kind.ITEM,
        text,
        "比較を直す。最小の変更で、これをお勧めします。",
        marker="1.",
        depth=1,
        block=2,
        spans=(span(text, "Fix the comparison", SpanStyle.STRONG),),
    )
    s.row(
        23.0,
        Kind.ITEM,
        "Append a newline to every source before parsing.",
        "解析の前に、すべてのソースの末尾に改行を加える。",
        marker="2.",
        depth=1,
        sure=False,
        block=2,
    )
    s.row(
        24.4,
        Kind.ITEM,
        "Rewrite the scanner with re.finditer.",
        "スキャナを re.finditer で書き直す。",
        marker="3.",
        depth=1,
        code=("re.finditer",),
        block=2,
    )
    s.row(
        25.0,
        Kind.ITEM,
        "slower on large files",
        "大きなファイルでは遅くなる",
        marker="•",
        depth=2,
        block=2,
    )
    s.row(
        28.8,
        Kind.CODE,
        CODE,
        "Python のコード、9 行。",
        label="Python code, 9 lines",
        source=f"```python\n{CODE}\n```\n",
        block=2,
    )
    text = "The tokenizer must accept any input, as the grammar says."
    s.row(
        31.0,
        Kind.QUOTE,
        text,
        "文法が定めるとおり、トークナイザはあらゆる入力を受け付けなければならない。",
        depth=1,
        block=2,
        spans=(span(text, "any", SpanStyle.EMPHASIS),),
    )
    spoken = s.row(
        33.0,
        Kind.PROSE,
        "I have changed the comparison, and all 42 tests in tests/test_parser.py pass now.",
        "比較を修正しました。これで、tests/test_parser.py の 42 個のテストがすべて通ります。",
        code=("tests/test_parser.py",),
        block=2,
        paragraph=True,
    )
    s.row(
        35.5,
        Kind.TABLE,
        TABLE,
        "表、3 列 2 行。",
        label="Table, 3 columns, 2 rows",
        block=2,
    )
    text = "See the changelog entry for details."
    s.row(
        37.0,
        Kind.PROSE,
        text,
        "詳細は変更履歴の項目をご覧ください。",
        block=2,
        spans=(span(text, "changelog entry", SpanStyle.LINK, "https://example.org/changes"),),
    )
    s.row(38.2, Kind.PROSE, "Shall I also add a regression test?", "", block=2)
    s.events += [
        *(Spoken(i, 30.0) for i in range(1, spoken)),
        SpeakingStarted(spoken, 40.0),
        AgentChanged(AgentState.WRITING, "", 38.0),
    ]
    return s.events


def sounding() -> PlayerState:
    """The player in the middle of the fourteenth row."""
    return PlayerState(
        segment_id=14,
        position=2.4,
        duration=6.3,
        fraction=(0.3, 0.55),
        queued=6.1,
        level=0.16,
        peak=0.4,
    )


def hard_session() -> list[Event]:
    """A session with tools, a sub-agent, a text taken back, a failed translation, an error."""
    s = Scene()
    first = s.row(
        1.0,
        Kind.PROSE,
        "Let me look at how the configuration is loaded before I change anything.",
        "変更を加える前に、設定がどのように読み込まれるかを確認します。",
        paragraph=True,
    )
    s.row(
        3.0,
        Kind.TOOL,
        "Task Explore the loader",
        "サブエージェントに作業を任せています。",
        label="Task  Explore the loader",
    )
    s.row(
        6.0,
        Kind.SUBAGENT,
        "The loader reads three files in this order: defaults, preset, user.",
        "ローダーは、既定値、プリセット、ユーザーの順に三つのファイルを読みます。",
        label="Explore the loader",
        block=2,
    )
    s.row(
        8.0,
        Kind.SUBAGENT,
        "Later files win over earlier ones.",
        "後のファイルが前のファイルより優先されます。",
        label="Explore the loader",
        block=2,
    )
    withdrawn = s.row(
        11.0,
        Kind.PROSE,
        "The precedence is documented in docs/settings.md, so I wi",
        "優先順位は docs/settings.md に記されているので、",
        code=("docs/settings.md",),
        block=3,
    )
    s.row(
        15.0,
        Kind.ERROR,
        "API error: Overloaded (529). Trying again.",
        "API エラーです。混み合っています。もう一度試します。",
        block=4,
    )
    failed = "Precedence is documented in docs/settings.md, so I will follow it to the letter."
    s.row(21.0, Kind.PROSE, failed, failed, ok=False, block=5)
    skipped = s.row(
        24.0,
        Kind.PROSE,
        "この行はもともと日本語なので、そのまま読み上げます。",
        "この行はもともと日本語なので、そのまま読み上げます。",
        block=5,
    )
    s.row(
        4000.0,
        Kind.PROSE,
        "More than an hour later, a URL that no line can hold: "
        "https://example.org/a/very/long/path/that/goes/on/and/on/until/it/ends.html",
        "一時間以上たってから、一行に収まらない URL です: "
        "https://example.org/a/very/long/path/that/goes/on/and/on/until/it/ends.html",
        block=6,
    )
    s.events += [
        Spoken(first, 5.0),
        Withdrawn(withdrawn, False, 14.0),
        Skipped(skipped, 30.0),
        AgentChanged(AgentState.TOOL, "Bash pytest -q tests/test_settings.py", 4001.0),
    ]
    return s.events
