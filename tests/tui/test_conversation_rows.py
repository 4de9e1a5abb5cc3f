"""Rows that a conversation adds: the user's own, thinking, results of tools, sub-agents."""

from __future__ import annotations

import pytest

from tests.tui.conftest import MakeStage
from tests.tui.conversation_scene import think, thinking_ids, working_session
from tests.tui.rows import japanese, prose, sentences
from tests.tui.scene import Scene
from voicestream_tui.model import (
    Kind,
    PlayerState,
    SegmentTranslated,
    SpeakingStarted,
    ToolFinished,
    Translation,
    Withdrawn,
)
from voicestream_tui.tui.columns import outcome_text
from voicestream_tui.tui.row_book import RowBook
from voicestream_tui.tui.row_layout import Geometry
from voicestream_tui.tui.rows import Outcome


async def test_what_the_user_wrote_keeps_its_lines_and_takes_the_whole_width(
    stage: MakeStage,
) -> None:
    async with stage((120, 30)) as s:
        long = "word " * 18 + "end"
        await s.show(prose(1, f"{long}\nsecond line", kind=Kind.USER))
        assert long in s.lines()[0]
        assert s.lines()[1].strip() == "second line"
        assert "⋯" not in s.text()


async def test_thinking_is_one_folded_row_however_many_sentences_come(stage: MakeStage) -> None:
    async with stage() as s:
        scene = Scene()
        think(scene, 1.0, *(f"Thought number {n}." for n in range(1, 51)), block=1)
        for event in scene.events:
            await s.show(event, frames=1)
        assert len(s.transcript.book) == 1
        assert "▸ Thinking, 50 sentences: Thought number 1." in s.text()
        assert "number 2" not in s.text()
        assert "⋯" not in s.text()


async def test_thinking_goes_on_in_its_row_after_others_came_between(stage: MakeStage) -> None:
    async with stage() as s:
        scene = Scene()
        think(scene, 1.0, "First.", block=1)
        scene.row(2.0, Kind.SUBAGENT, "Between.", "間。", agent="Ann", block=2)
        think(scene, 3.0, "Second.", block=1)
        think(scene, 4.0, "Another block.", block=3)
        await s.show(*scene.events)
        kinds = [row.segment.kind for row in s.transcript.book.rows]
        assert kinds == [Kind.THINKING, Kind.SUBAGENT, Kind.THINKING]
        assert "Thinking, 2 sentences" in s.text()


async def test_x_unfolds_thinking_and_more_of_it_joins(stage: MakeStage) -> None:
    async with stage() as s:
        scene = Scene()
        think(scene, 1.0, "First.", "Second.\n", "Third.", block=1)
        await s.show(*scene.events)
        await s.press("up", "x")
        lines = [line.strip() for line in s.lines()]
        assert "First. Second." in lines
        assert "Third." in lines
        scene.events.clear()
        think(scene, 2.0, "Fourth.", block=1)
        await s.show(*scene.events)
        assert "Third. Fourth." in s.text()
        await s.press("c")
        assert s.app.clipboard == "First. Second.\nThird. Fourth."
        await s.press("x")
        assert "Third." not in s.text()


async def test_thinking_that_is_spoken_shows_the_japanese_that_sounds(stage: MakeStage) -> None:
    async with stage() as s:
        for id, text in ((1, "One."), (2, "Two.")):
            await s.show(prose(id, text, kind=Kind.THINKING, block=4))
        assert "⋯" in s.text()
        await s.show(japanese(1, "最初の考えです。"), japanese(2, "次の考えです。"))
        assert "最初の考えです。" in s.lines()[0]
        s.pipeline.player = PlayerState(2, 0.5, 2.0, (0.0, 1.0), 1.0)
        await s.show(SpeakingStarted(2, 1.0))
        assert "次の考えです。" in s.lines()[0]
        await s.press("up", "x")
        await s.show()
        assert "最初の考えです。次の考えです。" in s.text()
        start, end = s.transcript._phrase
        assert "最初の考えです。次の考えです。"[start:end] == "次の考えです。"


async def test_thinking_has_marks_of_doubt_too(stage: MakeStage) -> None:
    async with stage() as s:
        scene = Scene()
        think(scene, 1.0, "First.", "Second.\n", "Third.", block=1)
        await s.show(*scene.events)
        await s.show(
            SegmentTranslated(1, Translation("一。", sure=False), 2.0),
            SegmentTranslated(2, Translation("二。"), 2.0),
            SegmentTranslated(3, Translation("三。"), 2.0),
        )
        assert "~ 一。" in s.lines()[0]
        await s.press("up", "x")
        assert "~ 一。二。" in s.text()
        assert "三。" in s.text()
        assert "~ 三。" not in s.text()


async def test_thinking_that_was_taken_back_is_struck_out(stage: MakeStage) -> None:
    async with stage() as s:
        scene = Scene()
        think(scene, 1.0, "First.", "Second.", block=1)
        await s.show(*scene.events, Withdrawn(1, False, 2.0), Withdrawn(2, False, 2.0))
        assert s.states() == ["withdrawn"]


async def test_a_long_message_shows_its_beginning_until_it_is_unfolded(stage: MakeStage) -> None:
    message = "\n".join(f"line {number} of the message" for number in range(40))
    async with stage() as s:
        await s.show(prose(1, message, kind=Kind.USER), *sentences(1, first=2))
        assert "> line 0 of" in s.lines()[0]
        assert "… 32 more lines, x shows them" in s.lines()[8]
        assert "line 8 of" not in s.text()
        await s.press("up", "up", "x")
        assert "more lines" not in s.text()
        assert "line 8 of" in s.lines()[8]
        await s.press("x")
        assert "line 8 of" not in s.text()
    async with stage() as s:
        await s.show(prose(1, "\n".join("ab" * 6), kind=Kind.USER))
        assert "more lines" not in s.text()


async def test_a_tool_row_gets_its_result(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(
            prose(1, "Bash npm test", kind=Kind.TOOL), japanese(1, "コマンドを実行しています。")
        )
        assert "✓" not in s.text()
        await s.show(ToolFinished(1, True, 1.23, 2.0), ToolFinished(99, True, 1.0, 2.0))
        assert "› Bash npm test  ✓\u00a01.2\u00a0s" in s.lines()[0]


async def test_a_notice_that_stands_for_a_tool_use_gets_its_result(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(
            prose(1, "A question", kind=Kind.NOTICE, urgent=True), japanese(1, "質問があります。")
        )
        await s.show(ToolFinished(1, False, 4.0, 2.0))
        assert "A question  ✗\u00a04.0\u00a0s" in s.lines()[0]


@pytest.mark.parametrize(
    ("ok", "seconds", "text"),
    [
        (True, 0.004, "✓ 0.1 s"),
        (False, 0.34, "✗ 0.3 s"),
        (True, 9.96, "✓ 10 s"),
        (True, 59.7, "✓ 1:00"),
        (False, 754.0, "✗ 12:34"),
    ],
)
def test_results_are_short(ok: bool, seconds: float, text: str) -> None:
    assert outcome_text(Outcome(ok, seconds)).replace("\u00a0", " ") == text


def test_sub_agents_keep_their_colours_and_say_their_names_once_in_a_row() -> None:
    book = RowBook(Geometry(120))
    for id, agent in enumerate(("Ann", "Bob", "Bob", "Ann", "", "Ann"), 1):
        book.append(prose(id, kind=Kind.SUBAGENT, agent=agent).segment, 0.0)
    assert [row.colour for row in book.rows] == [1, 2, 2, 1, 0, 1]
    assert [row.named for row in book.rows] == [True, True, False, True, True, True]


async def test_a_whole_turn_has_a_row_for_each_thing(stage: MakeStage) -> None:
    async with stage((120, 40)) as s:
        session = working_session()
        await s.show(*session)
        assert len(thinking_ids(session)) == 6
        assert [row.segment.kind.value for row in s.transcript.book.rows] == [
            *("user", "thinking", "prose", "tool", "tool", "tool"),
            *("thinking", "prose", "prose", "notice"),
        ]


async def test_code_of_a_sub_agent_folds_too(stage: MakeStage) -> None:
    async with stage() as s:
        code = prose(1, "x = 1\ny = 2", kind=Kind.SUBAGENT, agent="Ann", label="Code, 2 lines")
        await s.show(code, japanese(1, "コード、2行"))
        assert "Ann: Code, 2 lines" in s.text()
        assert "y = 2" not in s.text()
        await s.press("up", "x")
        assert "y = 2" in s.text()
