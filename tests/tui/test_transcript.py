"""The rows: what they show, where the view is, what the mouse does."""

from __future__ import annotations

from tests.tui.conftest import MakeStage, Stage
from tests.tui.rows import japanese, prose, sentences
from voicestream_tui.model import (
    AgentChanged,
    AgentState,
    Ended,
    Failed,
    Kind,
    PlayerState,
    Skipped,
    SpeakingStarted,
    Spoken,
    Withdrawn,
)
from voicestream_tui.tui.row_layout import Part
from voicestream_tui.tui.row_paint import PART_SHIFT


def visible(s: Stage, id: int) -> bool:
    return f"Sentence number {id} of" in s.text()


def background_at(s: Stage, text: str) -> str:
    """The background of the first cells that show `text`."""
    for strip in s.app.screen._compositor.render_strips():
        for cells in strip:
            if text in cells.text and cells.style and cells.style.bgcolor:
                return str(cells.style.bgcolor.get_truecolor())
    raise AssertionError(f"{text!r} is not on the screen")


async def test_english_and_japanese_stand_side_by_side(stage: MakeStage) -> None:
    async with stage((120, 40)) as s:
        await s.show(*sentences(1))
        line = s.lines()[0]
        assert "00:01" in line
        assert line.index("Sentence") < line.index("エージェント")


async def test_narrow_terminals_show_japanese_under_the_english(stage: MakeStage) -> None:
    async with stage((80, 24)) as s:
        await s.show(*sentences(1))
        first, second = s.lines()[:2]
        assert "Sentence" in first
        assert "エージェント" in second


async def test_the_columns_follow_a_resize(stage: MakeStage) -> None:
    async with stage((120, 40)) as s:
        await s.show(*sentences(1))
        await s.pilot.resize_terminal(80, 24)
        await s.show()
        assert "エージェント" not in s.lines()[0]
        await s.pilot.resize_terminal(100, 30)
        await s.show()
        assert "エージェント" in s.lines()[0]


async def test_a_mark_stands_until_the_translation_comes(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(prose(1))
        assert "⋯" in s.lines()[0]
        await s.show(japanese(1))
        assert "⋯" not in s.lines()[0]
        assert "エージェント" in s.lines()[0]


async def test_nothing_waits_for_a_translation_after_the_end(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(prose(1), Ended(0, {}, 2.0))
        assert "⋯" not in s.text()


async def test_a_failed_translation_shows_the_english_with_a_mark(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(prose(1, "Broken."), japanese(1, "Broken.", ok=False, problem="empty"))
        assert s.lines()[0].rstrip().endswith("EN Broken.")


async def test_states_follow_the_voice(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(4), SpeakingStarted(1, 1.0))
        assert s.states() == ["speaking", "waiting", "waiting", "waiting"]
        await s.show(
            Spoken(1, 2.0), SpeakingStarted(2, 2.0), Skipped(2, 2.1), Withdrawn(3, False, 3)
        )
        assert s.states() == ["spoken", "skipped", "withdrawn", "waiting"]
        await s.show(Skipped(3, 3.1))
        assert s.states()[2] == "withdrawn"


async def test_the_spoken_row_has_another_background_in_both_columns(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(2), SpeakingStarted(2, 1.0))
        assert background_at(s, "Sentence number 2") == background_at(s, "の2番目")
        assert background_at(s, "Sentence number 2") != background_at(s, "Sentence number 1")


async def test_the_phrase_that_sounds_stands_out(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(
            prose(1), japanese(1, "まず確認します。次に直します。"), SpeakingStarted(1, 1.0)
        )
        s.pipeline.player = PlayerState(1, 0.2, 4.0, (0.0, 0.4), 3.8)
        await s.show()
        assert background_at(s, "まず確認") != background_at(s, "次に直し")
        first = background_at(s, "まず確認")
        s.pipeline.player = PlayerState(1, 3.0, 4.0, (0.6, 1.0), 1.0)
        await s.show()
        assert background_at(s, "次に直し") == first


async def test_the_view_follows_the_newest_row_in_silence(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(100))
        assert visible(s, 100)
        await s.show(*sentences(5, first=101))
        assert visible(s, 105)


async def test_the_view_follows_the_spoken_row_also_between_sentences(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.behind = 40.0
        await s.show(*sentences(200), SpeakingStarted(20, 1.0))
        assert visible(s, 20)
        assert not visible(s, 200)
        await s.show(Spoken(20, 2.0))
        assert visible(s, 20)
        await s.show(SpeakingStarted(90, 3.0))
        assert visible(s, 90)
        assert not visible(s, 20)


async def test_the_view_turns_to_the_newest_row_when_all_is_said(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.behind = 5.0
        await s.show(*sentences(200), SpeakingStarted(20, 1.0), Spoken(20, 2.0))
        assert not visible(s, 200)
        s.pipeline.behind = 0.0
        await s.show(frames=16)
        assert visible(s, 200)


async def test_scrolling_stops_following_and_end_follows_again(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(100))
        await s.press("pageup")
        assert not s.transcript.following
        await s.show()
        assert "following off, end resumes" in s.lines()[-2]
        before = s.lines()[0]
        await s.show(*sentences(10, first=101))
        assert s.lines()[0] == before
        await s.press("end")
        assert s.transcript.following
        await s.show()
        assert "following off" not in s.text()
        assert visible(s, 110)


async def test_the_wheel_stops_following_and_its_return_to_the_end_follows(
    stage: MakeStage,
) -> None:
    async with stage() as s:
        await s.show(*sentences(100))
        await s.pilot._post_mouse_events([_wheel("up")], "Transcript", offset=(20, 10))
        await s.pilot.pause()
        assert not s.transcript.following
        for _ in range(4):
            await s.pilot._post_mouse_events([_wheel("down")], "Transcript", offset=(20, 10))
        await s.pilot.pause()
        assert s.transcript.following


def _wheel(way: str) -> type:
    from textual import events

    return events.MouseScrollUp if way == "up" else events.MouseScrollDown


async def test_a_late_translation_above_does_not_move_what_is_read(stage: MakeStage) -> None:
    async with stage((90, 24)) as s:
        await s.show(*(prose(id, t=float(id)) for id in range(1, 61)))
        await s.press("pageup")
        before = [line[:80].rstrip() for line in s.lines()[:-4]]
        long = "とても長い訳文です。" * 12
        await s.show(*(japanese(id, long) for id in range(1, 10)))
        await s.show(frames=30)
        assert [line[:80].rstrip() for line in s.lines()[:-4]] == before


async def test_a_click_selects_and_a_double_click_speaks_from_there(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(5))
        await s.pilot.click("Transcript", offset=(20, 2))
        await s.pilot.pause()
        assert s.transcript.selected == 2
        await s.pilot.click("Transcript", offset=(20, 3), times=2)
        await s.pilot.pause()
        assert s.pipeline.commands[1:] == [("speak_from", 4)]


async def test_a_click_on_a_code_row_unfolds_it(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(prose(1, "x = 1\ny = 2", kind=Kind.CODE, label="Python code, 2 lines"))
        await s.pilot.click("Transcript", offset=(20, 0))
        await s.pilot.pause()
        assert "y = 2" in s.text()


async def test_dragging_in_a_column_selects_that_column_alone(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(3))
        x = s.lines()[0].index("Sentence")
        await s.pilot.mouse_down("Transcript", offset=(x, 0))
        await s.pilot.hover("Transcript", offset=(x + 7, 1))
        await s.pilot.mouse_up("Transcript", offset=(x + 7, 1))
        await s.pilot.pause()
        assert s.app.screen.get_selected_text() == "Sentence number 1 of the agent.\nSentence"
        assert s.transcript.selected is None
        await s.press("c")
        assert s.app.clipboard == "Sentence number 1 of the agent.\nSentence"


async def test_dragging_in_the_japanese_column_selects_japanese(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(3))
        left = s.transcript.book.geometry.japanese_left
        await s.pilot.mouse_down("Transcript", offset=(left, 1))
        await s.pilot.hover("Transcript", offset=(left + 4, 2))
        await s.pilot.mouse_up("Transcript", offset=(left + 4, 2))
        await s.pilot.pause()
        assert s.app.screen.get_selected_text() == "エージェントの2番目の文です。\nエージ"


async def test_dragging_across_the_columns_selects_both(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(2))
        x = s.lines()[0].index("Sentence")
        left = s.transcript.book.geometry.japanese_left
        await s.pilot.mouse_down("Transcript", offset=(x, 0))
        await s.pilot.hover("Transcript", offset=(left + 50, 1))
        await s.pilot.mouse_up("Transcript", offset=(left + 50, 1))
        await s.pilot.pause()
        assert s.app.screen.get_selected_text() == (
            "Sentence number 1 of the agent.\nエージェントの1番目の文です。\n"
            "Sentence number 2 of the agent.\nエージェントの2番目の文です。"
        )


async def test_selected_text_survives_a_resize(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(3))
        x = s.lines()[0].index("Sentence")
        await s.pilot.mouse_down("Transcript", offset=(x, 0))
        await s.pilot.hover("Transcript", offset=(x + 7, 0))
        await s.pilot.mouse_up("Transcript", offset=(x + 7, 0))
        await s.pilot.resize_terminal(50, 20)
        await s.pilot.pause()
        assert s.app.screen.get_selected_text() == "Sentence"


async def test_every_cell_knows_its_text_position(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(1))
        cells = [c for c in s.transcript.render_line(0) if c.style and "offset" in c.style.meta]
        parts = {c.style.meta["offset"][0] >> PART_SHIFT for c in cells if c.style}
        assert parts == {Part.ENGLISH, Part.JAPANESE}


async def test_control_characters_cannot_reach_the_terminal(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(prose(1, "red \x1b[31mtext\x07\u202e."), japanese(1, "赤い\x1b[2Jです。"))
        await s.show(AgentChanged(AgentState.TOOL, "Bash\necho \x1b[2J", 1.0))
        await s.show(Failed("agent", "It said \x1b[2J.", "Look\x07.", 1.0))
        text = "".join(
            cells.text for strip in s.app.screen._compositor.render_strips() for cells in strip
        )
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "Bash echo" in text
        assert "\u202e" not in text


async def test_two_thousand_events_at_once_all_show(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(1000))
        assert len(s.transcript.book) == 1000
        assert visible(s, 1000)
        await s.press("home")
        assert visible(s, 1)


async def test_heights_are_exact_in_the_end(stage: MakeStage) -> None:
    async with stage((100, 30)) as s:
        await s.show(*sentences(600))
        await s.pilot.resize_terminal(57, 20)
        await s.show(frames=12)
        book = s.transcript.book
        assert book.total == sum(book.layout(index).height for index in range(len(book)))


async def test_a_tiny_terminal_works(stage: MakeStage) -> None:
    async with stage((20, 5)) as s:
        await s.show(*sentences(30), SpeakingStarted(30, 1.0))
        await s.press("up", "x", "question_mark", "escape", "v", "escape", "end")
        assert "30" in s.text()
        await s.pilot.resize_terminal(8, 2)
        await s.show()
        await s.pilot.resize_terminal(1, 1)
        await s.show()
        assert s.app.is_running
