"""Writing to the agent: keys, lines, history, pasting, focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.tui.conftest import MakeStage, Stage
from tests.tui.rows import sentences
from voicestream_tui.errors import ConfigError
from voicestream_tui.model import (
    AgentChanged,
    AgentState,
    Ended,
    Failed,
    MessageQueued,
    MessageTaken,
    PlayerState,
)
from voicestream_tui.model_room import ModelRoom
from voicestream_tui.tui.composer import MessageArea

BUSY = AgentChanged(AgentState.WRITING, "", 1.0)
IDLE = AgentChanged(AgentState.DONE, "", 1.0)


def area(s: Stage) -> MessageArea:
    found = s.app.area
    assert found is not None
    return found


def sent(s: Stage) -> list[str]:
    return [command[1] for command in s.pipeline.commands if command[0] == "send"]


async def test_without_a_conversation_there_is_no_composer(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(1))
        assert s.app.area is None
        assert s.app.focused is s.transcript
        await s.press("i", "tab", "escape", "ctrl+d", "ctrl+o")
        assert s.pipeline.commands == [("start",)]
        assert s.app.is_running


async def test_a_conversation_begins_in_the_composer_which_says_what_to_do(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await s.show()
        assert s.app.focused is area(s)
        assert "enter sends" in s.text()
        assert "waiting for you" in s.lines()[-2]
        assert "enter send" in s.lines()[-1]


async def test_letters_are_letters_and_enter_sends(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"npq mute", "space", "enter")
        assert s.pipeline.commands == [("start",), ("send", "npq mute")]
        assert area(s).text == ""
        await s.press("enter", "space", "enter")
        assert len(sent(s)) == 1


@pytest.mark.parametrize("key", ["ctrl+j", "shift+enter", "alt+enter", "ctrl+enter"])
async def test_a_new_line_is_made_by_each_key_that_terminals_have_for_it(
    stage: MakeStage, key: str
) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"one", key, *"two", "enter")
        assert sent(s) == ["one\ntwo"]


async def test_a_backslash_before_enter_is_a_new_line(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"one", "backslash", "enter", *"two", "enter")
        assert sent(s) == ["one\ntwo"]


async def test_a_pasted_text_of_many_lines_is_one_message(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        s.app.post_message(events.Paste("一行目\r二行目\n" + "x\n" * 30))
        await s.pilot.pause()
        assert sent(s) == []
        assert area(s).size.height == 8
        await s.press("enter")
        assert sent(s) == ["一行目\n二行目\n" + "x\n" * 29 + "x"]


async def test_the_composer_grows_with_its_text_and_shrinks_again(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        assert area(s).size.height == 1
        await s.press(*"a", "ctrl+j", *"b", "ctrl+j", *"c")
        assert area(s).size.height == 3
        await s.press("enter")
        await s.pilot.pause()
        assert area(s).size.height == 1


async def test_japanese_can_be_written_and_wraps(stage: MakeStage) -> None:
    async with stage((60, 24), conversing=True) as s:
        text = "設定の読み込み順を調べてから" * 4
        await s.press(*text)
        await s.pilot.pause()
        assert area(s).size.height == 3
        await s.press("enter")
        assert sent(s) == [text]


async def test_up_and_down_call_messages_back(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"one", "enter", *"two", "ctrl+j", *"lines", "enter", *"draft")
        await s.press("up")
        assert area(s).text == "two\nlines"
        await s.press("up")
        assert area(s).text == "two\nlines"
        await s.press("up")
        assert area(s).text == "one"
        await s.press("down", "down")
        assert area(s).text == "draft"


async def test_messages_of_an_earlier_conversation_are_there(
    stage: MakeStage, tmp_path: Path
) -> None:
    file = tmp_path / "history.jsonl"
    async with stage(conversing=True, history_file=file) as s:
        await s.press(*"run the tests", "enter")
    async with stage(conversing=True, history_file=file) as s:
        await s.press("up", "enter")
        assert sent(s) == ["run the tests"]


async def test_what_was_typed_can_be_undone(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"abc", "ctrl+c")
        assert area(s).text == ""
        await s.press("ctrl+z")
        assert area(s).text == "abc"


async def test_with_nothing_to_undo_ctrl_z_is_the_shells(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"abc", "ctrl+z", "ctrl+z")
        await s.show()
        assert area(s).text == ""
        assert "No shell waits here" not in s.text(), "one press too many is none for the shell"
        await s.press(*"sent", "enter", "ctrl+z")
        await s.show()
        assert "No shell waits here" in s.text()


async def test_tab_goes_to_the_rows_where_keys_work_and_i_comes_back(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(3))
        await s.press("tab")
        assert s.app.focused is s.transcript
        await s.show()
        assert "i write" in s.lines()[-1]
        await s.press("space", "n", "up")
        assert s.pipeline.commands[1:] == [("pause",), ("skip",)]
        assert s.transcript.selected is not None
        await s.press("i", *"hi")
        assert area(s).text == "hi"


async def test_a_click_brings_the_composer_back(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press("tab")
        await s.pilot.click("MessageArea")
        assert s.app.focused is area(s)


async def test_function_keys_work_while_writing(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"ab", "f2", "f3", "f4", "f5")
        assert s.pipeline.commands[1:] == [("pause",), ("skip",), ("replay",), ("mute",)]
        assert area(s).text == "ab"
        await s.show()
        assert "f2 resume" in s.lines()[-1]


async def test_page_keys_scroll_the_rows_while_writing(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(100))
        await s.press("pageup")
        assert not s.transcript.following
        assert s.app.focused is area(s)


async def test_escape_interrupts_a_busy_agent_and_keeps_the_text(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(BUSY)
        await s.press(*"but", "escape")
        assert s.pipeline.commands[1:] == [("interrupt",)]
        assert area(s).text == "but"
        assert s.app.focused is area(s)


async def test_escape_also_silences_speech_that_outlasts_the_turn(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        s.pipeline.player = PlayerState(1, 0.5, 2.0, (0, 1), 1.5)
        await s.show(IDLE)
        assert "escape stop" in s.lines()[-1]
        await s.press("escape")
        assert ("interrupt",) in s.pipeline.commands


async def test_escape_in_silence_goes_to_the_rows_if_nothing_is_written(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(IDLE)
        await s.press(*"a", "escape")
        assert area(s).has_focus
        await s.press("backspace", "escape")
        assert s.transcript.has_focus
        assert ("interrupt",) not in s.pipeline.commands


async def test_escape_among_the_rows_first_selects_nothing_then_interrupts(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(3), BUSY)
        await s.press("tab", "up", "escape")
        assert s.transcript.selected is None
        assert ("interrupt",) not in s.pipeline.commands
        await s.press("escape")
        assert ("interrupt",) in s.pipeline.commands


async def test_ctrl_c_clears_first_then_quits_when_pressed_twice(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(IDLE)
        await s.press(*"text", "ctrl+c")
        assert area(s).text == ""
        assert not s.app.leaving
        await s.press("ctrl+c")
        assert not s.app.leaving
        await s.press("ctrl+c")
        assert s.app.leaving


@pytest.mark.parametrize("command", ["/exit", "/quit"])
async def test_the_command_to_leave_is_obeyed_here(stage: MakeStage, command: str) -> None:
    async with stage(conversing=True) as s:
        await s.show(IDLE)
        await s.press(*command, "enter")
        assert s.app.leaving
        assert sent(s) == []


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+d"])
async def test_a_busy_agent_is_left_only_after_a_second_thought(stage: MakeStage, key: str) -> None:
    async with stage(conversing=True) as s:
        await s.show(BUSY)
        await s.press(key)
        await s.show()
        assert f"{key} again quits" in s.lines()[-2]
        s.clock.now += 2.5
        await s.show()
        assert "again quits" not in s.text()
        await s.press(key)
        assert not s.app.leaving
        await s.press(key)
        assert s.app.leaving


async def test_ctrl_d_deletes_while_there_is_text_and_quits_when_there_is_none(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await s.show(IDLE)
        await s.press(*"ab", "home", "ctrl+d")
        assert area(s).text == "b"
        await s.press("ctrl+d")
        assert not s.app.leaving
        await s.press("ctrl+d")
        assert s.app.leaving


async def test_a_letter_typed_among_the_rows_does_not_end_the_conversation(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await s.press("tab", *"q")
        assert not s.app.leaving
        await s.press("q")
        assert s.app.leaving


async def test_queued_messages_stand_above_the_composer_until_they_are_taken(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await s.show(
            MessageQueued(1, "first\nwith two lines", 1.0), MessageQueued(2, "二つ目", 2.0)
        )
        assert "queued  first with two lines" in s.text()
        assert "queued  二つ目" in s.text()
        await s.show(MessageTaken(1, 3.0))
        assert "first with two lines" not in s.text()
        await s.show(MessageTaken(2, 4.0), MessageTaken(9, 4.0))
        assert "queued" not in s.text()


async def test_many_queued_messages_take_little_room(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*(MessageQueued(n, f"message {n}", 1.0) for n in range(9)))
        assert "and 6 more" in s.text()
        assert s.text().count("queued") == 4


async def test_a_queued_message_that_was_dropped_is_told(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(MessageQueued(1, "lost words", 1.0), MessageTaken(1, 2.0, dropped=True))
        assert "was not sent. Up calls it back." in s.text()


async def test_a_message_that_was_dropped_and_is_not_kept_is_shown(stage: MakeStage) -> None:
    async with stage(conversing=True, history=0) as s:
        await s.show(MessageQueued(1, "[lost] words", 1.0), MessageTaken(1, 2.0, dropped=True))
        assert "was not sent. [lost] words" in s.text()


async def test_the_palette_stops_the_agent_also_while_a_row_is_selected(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(3), BUSY)
        await s.press("tab", "up")
        commands = s.app.get_system_commands(s.app.screen)
        next(c for c in commands if c.title == "Stop the agent and the speech").callback()
        await s.pilot.pause()
        assert ("interrupt",) in s.pipeline.commands


async def test_sending_follows_the_newest_row_again(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(100))
        await s.press("pageup", *"go", "enter")
        assert s.transcript.following


async def test_when_the_conversation_is_over_the_composer_goes(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(2), Ended(0, {}, 5.0))
        await s.pilot.pause()
        assert s.app.area is None
        assert s.app.focused is s.transcript
        assert "done, q quits" in s.lines()[-2]
        await s.press("r", "q")
        assert ("replay",) in s.pipeline.commands
        assert s.app.leaving


async def test_a_tiny_terminal_still_has_room_to_write(stage: MakeStage) -> None:
    async with stage((24, 7), conversing=True) as s:
        await s.show(*sentences(9))
        await s.press(*"hello", "ctrl+j", *"you")
        assert "you" in s.text()
        await s.press("enter")
        assert sent(s) == ["hello\nyou"]


@pytest.mark.parametrize("state", [AgentState.STARTING, AgentState.DONE])
async def test_an_agent_that_has_just_started_waits_for_the_first_message(
    stage: MakeStage, state: AgentState
) -> None:
    async with stage(conversing=True) as s:
        await s.show(AgentChanged(state, "claude", 0.0))
        assert s.lines()[-2].split("   ")[1].strip() == "waiting for you"
        await s.press("ctrl+d")
        assert s.app.leaving


async def test_the_window_of_models_opens_while_writing(stage: MakeStage) -> None:
    def no_room() -> ModelRoom:
        raise ConfigError("No room for models.")

    async with stage(conversing=True, make_models=no_room) as s:
        await s.press(*"hello", "f6")
        await s.show()
        assert "No room for models." in s.text()
        assert area(s).selection.is_empty


async def test_no_function_key_marks_what_is_written(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"hello", "f6", "f7", *"x")
        assert area(s).text == "hellox"


async def test_while_it_stops_the_key_that_is_named_leaves_at_once(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        s.pipeline.may_close.clear()
        await s.press("ctrl+d")
        await s.show()
        assert "stopping, ctrl+c again leaves at once" in s.lines()[-2]
        await s.press(*"quick", "shift+left")
        assert s.app.is_running
        await s.press("ctrl+c")
        assert ("kill_agent",) in s.pipeline.commands
        assert not s.app.is_running


async def test_the_status_names_keys_that_work_while_writing(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(*sentences(100), Failed("audio", "No sound.", "Plug it in.", 1.0))
        await s.press(*"hi", "pageup")
        await s.show()
        assert "following off, tab end resumes" in s.lines()[-2]
        assert "1 problem, tab e shows" in s.lines()[-2]
        await s.press("tab", "end")
        assert s.transcript.following
        await s.press("pageup")
        await s.show()
        assert "following off, end resumes" in s.lines()[-2]
