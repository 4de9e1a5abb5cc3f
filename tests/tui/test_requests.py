"""Permission, plans and questions: what the windows show, and that nothing answers by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from tests.tui.conftest import MakeStage, Stage
from tests.tui.conversation_scene import (
    NEW_LOADER,
    OLD_LOADER,
    bash_request,
    plan_request,
    question_request,
    write_request,
)
from voicestream_tui.model import (
    AgentLost,
    Answer,
    Ended,
    PermissionAsked,
    PermissionRequest,
    PermissionSettled,
)
from voicestream_tui.tui.lost_dialog import LostDialog
from voicestream_tui.tui.question_dialog import QuestionDialog
from voicestream_tui.tui.request_dialog import PermissionDialog


async def ask(s: Stage, *requests: PermissionRequest, ready: bool = True) -> None:
    await s.show(*(PermissionAsked(request, 1.0) for request in requests))
    await s.pilot.pause()
    if ready:
        s.clock.now += 1.0


def answers(s: Stage) -> list[tuple[str, Answer]]:
    return [command[1:] for command in s.pipeline.commands if command[0] == "answer"]


async def test_the_window_says_who_wants_what_and_why(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, replace(write_request(), agent="Explore the loader"))
        text = s.text()
        for words in (
            "Allow Write?",
            "asked by Explore the loader",
            "ファイルの書き込みを許可しますか。",
            "src/settings/loader.py",
            "Give the loader a default for empty files",
            "outside the folders that may be written",
            "+ def load(path: Path) -> Settings:",
            "a remembers: allow Write(src/settings/**) for this session",
        ):
            assert words in text


async def test_a_file_that_exists_is_shown_as_a_difference(
    stage: MakeStage, tmp_path: Path
) -> None:
    path = tmp_path / "loader.py"
    path.write_text(OLD_LOADER)
    async with stage(conversing=True) as s:
        await ask(s, write_request(str(path)))
        assert "- def load(path):" in s.text()
        assert "+ def load(path: Path) -> Settings:" in s.text()
        assert "+     return parse(text)" not in s.text()
        assert "      return parse(text)" in s.text()


@pytest.mark.parametrize(
    ("key", "expected"),
    [("y", Answer(True)), ("a", Answer(True, always=True))],
)
async def test_a_key_answers(stage: MakeStage, key: str, expected: Answer) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.press(key)
        assert answers(s) == [("write-1", expected)]
        assert not isinstance(s.app.screen, PermissionDialog)


@pytest.mark.parametrize("reason", ["", "run the tests first"])
async def test_n_asks_for_a_reason_that_may_be_empty(stage: MakeStage, reason: str) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.press("n", *reason)
        assert answers(s) == []
        await s.press("enter")
        assert answers(s) == [("write-1", Answer(False, reason))]


@pytest.mark.parametrize("leave", ["tab", "click"])
async def test_no_letter_of_a_reason_is_an_answer(stage: MakeStage, leave: str) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.press("n", *"no ")
        if leave == "tab":
            await s.press("tab")
        else:
            await s.pilot.click(".ask-body", offset=(5, 1))
        await s.press(*"any way", "enter")
        assert answers(s) == [("write-1", Answer(False, "no any way"))]


async def test_no_figure_of_a_reason_is_an_answer(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, question_request())
        await s.press("n", *"see ", "tab", *"2 ports", "enter")
        assert answers(s) == [("ask-1", Answer(False, "see 2 ports"))]


async def test_escape_leaves_the_reason_before_it_leaves_the_window(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.press("n", *"ya", "escape")
        assert isinstance(s.app.screen, PermissionDialog)
        await s.press("escape")
        assert not isinstance(s.app.screen, PermissionDialog)
        assert answers(s) == []


async def test_always_is_not_offered_without_something_to_remember(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, bash_request())
        assert "always" not in s.text()
        await s.press("a", "enter", "space", "q", "tab")
        assert answers(s) == []
        assert isinstance(s.app.screen, PermissionDialog)


async def test_a_key_typed_as_the_window_appears_goes_to_the_composer(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"certainl")
        await ask(s, write_request(), ready=False)
        await s.press("y", "enter")
        assert answers(s) == []
        assert isinstance(s.app.screen, PermissionDialog)
        assert s.app.area is not None
        assert s.app.area.text == "certainly"


async def test_somebody_who_goes_on_typing_answers_nothing(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request(), ready=False)
        for key in "many yes any way ":
            s.clock.now += 0.25
            await s.press("space" if key == " " else key)
        s.app.post_message(events.Paste("yay"))
        await s.pilot.pause()
        assert answers(s) == []
        assert s.app.area is not None
        assert s.app.area.text == "many yes any way yay"
        s.clock.now += 0.5
        await s.press("y")
        assert answers(s) == [("write-1", Answer(True))]


async def test_keys_meant_for_another_window_are_no_part_of_a_message(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.press(*"hello", "f1")
        await ask(s, write_request(), ready=False)
        await s.press(*"jjq")
        s.app.post_message(events.Paste("pasted"))
        await s.pilot.pause()
        assert answers(s) == []
        assert s.app.area is not None
        assert s.app.area.text == "hello"


async def test_the_next_window_is_guarded_too(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request(), bash_request())
        await s.press("y", "y")
        assert [id for id, _ in answers(s)] == ["write-1"]
        s.clock.now += 1.0
        await s.press("y")
        assert [id for id, _ in answers(s)] == ["write-1", "bash-1"]


async def test_putting_aside_answers_nothing_and_ctrl_o_opens_again(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.press("escape")
        await s.show()
        assert "Write src/settings/loader.py waits for your answer, ctrl+o opens" in s.text()
        assert "waiting for your answer" in s.lines()[-2]
        await s.press(*"a y", "ctrl+o")
        assert answers(s) == []
        assert isinstance(s.app.screen, PermissionDialog)
        s.clock.now += 1.0
        await s.press("y")
        await s.show()
        assert answers(s) == [("write-1", Answer(True))]
        assert "waits for your answer" not in s.text()


async def test_a_click_on_the_line_opens_what_was_put_aside(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request(), bash_request())
        await s.press("escape")
        await s.pilot.pause()
        s.clock.now += 1.0
        await s.press("escape")
        await s.show()
        assert "2 requests wait for your answer" in s.text()
        await s.pilot.click("WaitingLines")
        await s.pilot.pause()
        assert isinstance(s.app.screen, PermissionDialog)
        assert s.app.screen.request.id == "write-1"


async def test_a_request_that_is_settled_elsewhere_closes_its_window(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request(), bash_request())
        await s.show(PermissionSettled("bash-1", None, 2.0))
        assert isinstance(s.app.screen, PermissionDialog)
        await s.show(PermissionSettled("write-1", None, 2.0), PermissionSettled("unknown", True, 2))
        await s.pilot.pause()
        assert not isinstance(s.app.screen, PermissionDialog)
        assert answers(s) == []


async def test_a_window_settled_behind_another_one_closes_when_that_is_gone(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        s.app.action_help()
        await s.pilot.pause()
        await s.show(PermissionSettled("write-1", None, 2.0))
        await s.press("escape")
        await s.pilot.pause()
        assert len(s.app.screen_stack) == 1
        assert answers(s) == []


async def test_speech_can_be_paused_while_a_window_is_open(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.press("f2", "f5")
        assert s.pipeline.commands[1:] == [("pause",), ("mute",)]


async def test_a_plan_is_approved_or_planned_on(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, plan_request())
        for words in ("Plan: make the port configurable", "1. Read APP_PORT once", "approve"):
            assert words in s.text()
        await s.press("n", *"smaller", "enter")
        await ask(s, replace(plan_request(), id="plan-2"))
        await s.press("y")
        assert answers(s) == [("plan-1", Answer(False, "smaller")), ("plan-2", Answer(True))]


async def test_long_input_scrolls_and_the_keys_stay_in_sight(stage: MakeStage) -> None:
    async with stage((80, 24), conversing=True) as s:
        long = {"file_path": "a.py", "content": NEW_LOADER * 9 + "last = 1\n"}
        await ask(s, replace(write_request(), input=long))
        await s.pilot.pause()
        assert "y allow" in s.text()
        assert "last = 1" not in s.text()
        await s.press("j", *["pagedown"] * 9)
        await s.pilot.pause()
        assert "last = 1" in s.text()


async def test_a_number_answers_and_goes_to_the_next_question(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, question_request())
        assert "1 of 2  Port" in s.text()
        assert "Which default port" in s.text()
        await s.press("2")
        assert "2 of 2  Sources" in s.text()
        await s.press("3", "1", "j", "enter")
        assert answers(s) == [
            (
                "ask-1",
                Answer(
                    True,
                    answers={
                        "Which default port should the service use?": "80",
                        "Where should the port be configurable?": "Environment, Command line",
                    },
                ),
            )
        ]


async def test_options_are_chosen_with_arrows_and_marks_can_be_taken_back(
    stage: MakeStage,
) -> None:
    async with stage(conversing=True) as s:
        await ask(s, question_request())
        await s.press("j", "down", "k", "enter")
        await s.press("space", "space", "down", "space", "enter")
        assert list(answers(s)[0][1].answers.values()) == ["80", "File"]


async def test_an_answer_of_ones_own_and_the_way_back(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, question_request())
        await s.press("1", "left", "4", *"1 or 2", "enter")
        assert "2 of 2" in s.text()
        await s.press("1", "4", *"the moon", "enter")
        assert "Something else: the moon" in s.text()
        await s.press("enter")
        assert list(answers(s)[0][1].answers.values()) == ["1 or 2", "Environment, the moon"]


async def test_an_answer_of_ones_own_stays_if_nothing_else_is_chosen(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, question_request())
        await s.press("4", *"8081", "enter", "left", "enter")
        assert "2 of 2" not in s.text()
        await s.press("enter", "1", "enter")
        assert next(iter(answers(s)[0][1].answers.values())) == "8081"


async def test_a_question_can_be_declined_or_put_aside(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, question_request())
        await s.press("escape")
        await s.show()
        assert "A question waits for your answer" in s.text()
        await s.press("ctrl+o")
        s.clock.now += 1.0
        assert isinstance(s.app.screen, QuestionDialog)
        await s.press("n", *"you decide", "enter")
        assert answers(s) == [("ask-1", Answer(False, "you decide"))]


async def test_one_question_needs_no_counting(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        request = question_request()
        await ask(s, replace(request, questions=request.questions[:1]))
        assert "of 1" not in s.text()
        await s.press("enter")
        assert list(answers(s)[0][1].answers.values()) == ["8080"]


@pytest.mark.parametrize("key", ["r", "enter"])
async def test_a_lost_agent_can_be_resumed(stage: MakeStage, key: str) -> None:
    async with stage(conversing=True) as s:
        await s.show(AgentLost(137, "claude was killed.", "Out of memory?", 1.0))
        await s.pilot.pause()
        for words in ("has ended (exit code 137)", "claude was killed.", "Out of memory?"):
            assert words in s.text()
        await s.press(key)
        assert s.pipeline.commands[1:] == []
        s.clock.now += 1.0
        await s.press(key)
        assert s.pipeline.commands[1:] == [("resume",)]


async def test_a_lost_agent_put_aside_comes_back_with_the_next_message(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.show(AgentLost(1, "claude ended.", "", 1.0))
        await s.pilot.pause()
        s.clock.now += 1.0
        assert isinstance(s.app.screen, LostDialog)
        await s.press("escape")
        await s.show()
        assert "The agent has ended, ctrl+o opens" in s.text()
        await s.press(*"go on", "enter")
        assert s.pipeline.commands[1:] == [("resume",), ("send", "go on")]
        await s.show()
        assert "has ended" not in s.text()


async def test_q_leaves_when_the_agent_is_lost(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await s.show(AgentLost(1, "claude ended.", "", 1.0))
        await s.pilot.pause()
        s.clock.now += 1.0
        await s.press("q")
        assert s.app.leaving


async def test_the_end_closes_every_window(stage: MakeStage) -> None:
    async with stage(conversing=True) as s:
        await ask(s, write_request())
        await s.show(Ended(0, {}, 2.0))
        await s.pilot.pause()
        assert len(s.app.screen_stack) == 1
        assert answers(s) == []
