"""Every key does what the help says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.conftest import MakeStage
from tests.tui.rows import japanese, prose, sentences
from voicestream_tui.model import Ended, Failed, Kind, SpeakingStarted
from voicestream_tui.tui.dialogs import Picker, TextDialog
from voicestream_tui.tui.keys import KEYS


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("space", ("pause",)),
        ("m", ("mute",)),
        ("n", ("skip",)),
        ("right", ("skip",)),
        ("p", ("back", 1)),
        ("left", ("back", 1)),
        ("r", ("replay",)),
        ("l", ("live",)),
        ("plus", ("volume", 1.05)),
        ("equals_sign", ("volume", 1.05)),
        ("minus", ("volume", 0.95)),
        ("right_square_bracket", ("speed", 1.1)),
        ("left_square_bracket", ("speed", 0.9)),
        ("d", ("verbosity", "full")),
    ],
)
async def test_key_commands_the_pipeline(
    stage: MakeStage, key: str, command: tuple[object, ...]
) -> None:
    async with stage() as s:
        await s.show(*sentences(3))
        await s.press(key)
        assert s.pipeline.commands[1:] == [command]


async def test_several_steps_back_are_several_commands(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("p", "p", "left")
        assert s.pipeline.commands[1:] == [("back", 1)] * 3


async def test_volume_and_speed_stay_in_their_ranges(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.volume, s.pipeline.speed = 1.48, 0.55
        await s.press("plus", "plus", "left_square_bracket", "left_square_bracket")
        assert s.pipeline.volume == 1.5
        assert s.pipeline.speed == 0.5


async def test_paused_and_muted_are_words_on_the_screen(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("space", "m")
        await s.show()
        meter, keys = s.lines()[-3], s.lines()[-1]
        assert "paused" in meter
        assert "muted" in meter
        assert "space resume" in keys
        assert "m unmute" in keys


async def test_arrows_select_rows_and_enter_speaks_from_the_selected_one(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(5))
        await s.press("up", "k", "up", "j")
        assert s.transcript.selected == 3
        assert not s.transcript.following
        await s.press("enter")
        assert s.pipeline.commands[1:] == [("speak_from", 4)]
        assert s.transcript.selected is None
        assert s.transcript.following


async def test_selection_starts_at_the_spoken_row_and_stops_at_the_ends(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(5), SpeakingStarted(2, 3.0))
        await s.press("down")
        assert s.transcript.selected == 1
        await s.press("up", "up", "up")
        assert s.transcript.selected == 0
        await s.press(*["down"] * 9)
        assert s.transcript.selected == 4


@pytest.mark.parametrize(("key", "selected"), [("down", 0), ("up", None)])
async def test_selection_starts_in_sight_when_the_spoken_row_is_not(
    stage: MakeStage, key: str, selected: int | None
) -> None:
    async with stage() as s:
        await s.show(*sentences(60), SpeakingStarted(50, 3.0))
        await s.press("home")
        rows = s.transcript.book
        bottom = rows.find(s.transcript.size.height - 1)
        await s.press(key)
        assert bottom is not None
        assert s.transcript.selected == (bottom[0] if selected is None else selected)
        assert s.transcript.scroll_target_y == 0


async def test_enter_without_a_selected_row_does_nothing(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(2))
        await s.press("enter")
        assert s.pipeline.commands[1:] == []


async def test_escape_selects_nothing(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(2))
        await s.press("up", "escape")
        assert s.transcript.selected is None


async def test_c_copies_the_selected_row_in_both_languages(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(3))
        await s.press("up", "up", "c")
        assert s.app.clipboard == "Sentence number 2 of the agent.\nエージェントの2番目の文です。"


async def test_c_copies_the_spoken_row_when_none_is_selected(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(3), SpeakingStarted(1, 3.0))
        await s.press("c")
        assert s.app.clipboard.startswith("Sentence number 1")


async def test_x_unfolds_code_and_folds_it_again(stage: MakeStage) -> None:
    async with stage() as s:
        code = prose(1, "print('one')\nprint('two')", kind=Kind.CODE, label="Python code, 2 lines")
        await s.show(code, japanese(1, "Python のコード、2 行。"))
        assert "print('two')" not in s.text()
        await s.press("up", "x")
        assert "print('two')" in s.text()
        assert "fold" in s.lines()[-1]
        await s.press("x")
        assert "print('two')" not in s.text()


async def test_x_does_nothing_to_prose(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(1))
        before = s.lines()[:-3]
        await s.press("x")
        assert s.lines()[:-3] == before


async def test_v_lists_voices_with_licence_and_enter_takes_one(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("v")
        assert isinstance(s.app.screen, Picker)
        assert "Takumi" in s.text()
        assert "Licence: CC BY 3.0" in s.text()
        await s.press("down", "down")
        assert "Licence: public domain" in s.text()
        await s.press("enter")
        assert s.pipeline.commands[1:] == [("voice", "piper:aoi")]
        assert not isinstance(s.app.screen, Picker)


async def test_a_voice_that_has_to_be_loaded_first_is_told_and_shows_its_engine(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage() as s:
        monkeypatch.setattr(s.pipeline, "set_voice", lambda voice: False)
        await s.press("v")
        assert {"openjtalk", "piper"} <= set(s.text().split())
        await s.press("down", "down", "enter")
        assert [note.message for note in s.app._notifications] == [
            "Aoi (piper) is being loaded; the present voice speaks on."
        ]


async def test_escape_leaves_the_voice_as_it_was(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("v", "down", "escape")
        assert s.pipeline.commands[1:] == []


async def test_keys_of_the_session_are_dead_under_a_window(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("v", "space", "n", "escape")
        assert ("skip",) not in s.pipeline.commands


async def test_t_previews_themes_and_escape_takes_it_back(stage: MakeStage) -> None:
    async with stage() as s:
        assert s.app.theme == "voicestream-dark"
        await s.press("t", "down")
        previewed = s.app.theme
        assert previewed != "voicestream-dark"
        await s.press("escape")
        assert s.app.theme == "voicestream-dark"
        await s.press("t", "down", "enter")
        assert s.app.theme == previewed


async def test_help_names_every_key(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("question_mark")
        assert isinstance(s.app.screen, TextDialog)
        text = s.text()
        for entry in KEYS:
            assert entry.help in text, entry
        assert "~          may be wrong" in text
        await s.press("q")
        assert not isinstance(s.app.screen, TextDialog)
        assert s.app.is_running


async def test_e_shows_what_went_wrong_with_its_remedy(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("e")
        assert not isinstance(s.app.screen, TextDialog)
        await s.show(Failed("audio", "The device USB is gone.", "Plug it in again.", 1.0))
        assert "1 problem" in s.lines()[-2]
        await s.press("e")
        assert isinstance(s.app.screen, TextDialog)
        assert "The device USB is gone." in s.text()
        assert "Plug it in again." in s.text()


async def test_q_closes_the_pipeline_before_it_leaves(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.may_close.clear()
        await s.press("q")
        await s.show()
        assert s.app.is_running
        assert "stopping" in s.lines()[-2]
        s.pipeline.may_close.set()
        s.app.close_pipeline()
        await s.show()
        assert s.pipeline.closed
        assert not s.app.is_running


async def test_q_twice_leaves_at_once(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.may_close.clear()
        await s.press("q", "q")
        assert not s.app.is_running


async def test_ctrl_c_quits_too(stage: MakeStage) -> None:
    async with stage() as s:
        await s.press("ctrl+c")
        s.app.close_pipeline()
        await s.show()
        assert not s.app.is_running


async def test_after_the_end_the_screen_stays_and_can_replay(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show(*sentences(2), Ended(0, {}, 9.0))
        assert s.app.exit_code == 0
        assert "done, q quits" in s.lines()[-2]
        await s.press("r")
        assert ("replay",) in s.pipeline.commands


async def test_a_bad_exit_code_is_said(stage: MakeStage) -> None:
    async with stage() as s:
        assert s.app.exit_code is None
        await s.show(Ended(127, {}, 9.0))
        assert s.app.exit_code == 127
        assert "exit code 127" in s.lines()[-2]


async def test_the_palette_offers_commands_voices_and_themes(stage: MakeStage) -> None:
    async with stage() as s:
        titles = [command.title for command in s.app.get_system_commands(s.app.screen)]
        assert {"Pause or resume", "Voice: Takumi", "Theme: voicestream-light"} <= set(titles)
        commands = {c.title: c for c in s.app.get_system_commands(s.app.screen)}
        commands["Translator: opus-mt"].callback()
        assert ("translator", "opus-mt") in s.pipeline.commands
        await s.press("ctrl+p", *"Skip", "enter")
        assert ("skip",) in s.pipeline.commands


async def test_a_click_in_the_line_of_keys_is_the_key(stage: MakeStage) -> None:
    async with stage() as s:
        await s.show()
        x = s.lines()[-1].index("skip")
        await s.pilot.click("KeyBar", offset=(x, 0))
        await s.pilot.pause()
        assert s.pipeline.commands[1:] == [("skip",)]


async def test_no_key_does_harm_before_there_is_anything(stage: MakeStage) -> None:
    async with stage() as s:
        s.pipeline.player = replace(s.pipeline.player, segment_id=99)
        keys = [
            key for entry in KEYS for key in entry.keys.split(",") if key not in ("q", "ctrl+c")
        ]
        for key in keys:
            await s.press(key, "escape")
        await s.show()
        assert s.app.is_running
