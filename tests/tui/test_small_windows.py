"""Windows on small terminals: what is long wraps or scrolls, and the keys stay in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.conftest import MakeStage
from tests.tui.conversation_scene import bash_request, write_request
from tests.tui.test_requests import answers, ask
from voicestream_tui.model import Answer, Failed
from voicestream_tui.tui.keys import KEYS

SMALL, USUAL = (60, 15), (80, 24)
MESSAGE = "a long message of a commit " * 30
RULE = {
    "type": "addRules",
    "rules": [{"toolName": "Bash", "ruleContent": f"git commit -m '{MESSAGE}the end'"}],
    "behavior": "allow",
    "destination": "localSettings",
}


@pytest.mark.parametrize("size", [SMALL, USUAL])
async def test_a_long_problem_wraps(stage: MakeStage, size: tuple[int, int]) -> None:
    async with stage(size) as s:
        hint = "Fetch it: voicestream-tui models pull kokoro --accept-licence. " * 2
        await s.show(Failed("speech", "Kokoro needs a model that is not here. " * 2, hint, 1.0))
        s.app.clear_notifications()
        await s.press("e")
        shown = " ".join(s.text().split())
        assert hint.strip() in shown
        assert "escape goes back" in shown


@pytest.mark.parametrize("size", [SMALL, USUAL])
async def test_long_notes_leave_the_keys_and_the_line_in_sight(
    stage: MakeStage, size: tuple[int, int]
) -> None:
    async with stage(size, conversing=True) as s:
        request = replace(bash_request(), description="What it does. " * 40, suggestions=(RULE,))
        await ask(s, replace(request, reason="Because. " * 90))
        for shown in ("Allow Bash?", "for f in $(git", "a remembers: allow Bash(", "y allow"):
            assert shown in s.text()
        assert "the end') in this project, for you" not in s.text()
        await s.press("j", "end")
        assert "the end') in this project, for you" in " ".join(s.text().split())
        await s.press("n", *"not now")
        assert "not now" in s.text()
        assert "enter denies" in s.text()
        await s.press("enter")
        assert answers(s) == [("bash-1", Answer(False, "not now"))]


async def test_a_small_terminal_shows_a_whole_request(stage: MakeStage) -> None:
    async with stage(SMALL, conversing=True) as s:
        await ask(s, write_request())
        for shown in ("Allow Write?", "loader.py", "+ def load", "a remembers:", "y allow"):
            assert shown in s.text()
        await s.press("n", *"not now")
        for shown in ("Allow Write?", "loader.py", "+ def load", "not now", "enter denies"):
            assert shown in s.text()


async def test_notes_are_whole_again_when_there_is_room(stage: MakeStage) -> None:
    async with stage(SMALL, conversing=True) as s:
        await ask(s, replace(write_request(), description="Why it is done. " * 10))
        assert "scroll for all" in s.text()
        await s.pilot.resize_terminal(120, 40)
        await s.pilot.until(lambda: "scroll for all" not in s.text())
        assert " ".join(s.text().split()).count("Why it is done.") == 10


async def test_the_highlighted_theme_is_in_sight(stage: MakeStage) -> None:
    async with stage(SMALL) as s:
        await s.press("t", *["down"] * 12)
        assert s.app.theme in s.text()
        assert "enter chooses" in s.text()


async def test_the_highlighted_theme_stays_in_sight_when_the_terminal_shrinks(
    stage: MakeStage,
) -> None:
    async with stage((80, 40)) as s:
        await s.press("t", *["down"] * 12)
        await s.pilot.resize_terminal(*SMALL)
        await s.pilot.until(lambda: s.app.theme in s.text())


async def test_all_of_the_help_can_be_scrolled_to(stage: MakeStage) -> None:
    async with stage(SMALL) as s:
        await s.press("f1")
        seen = s.text()
        for _ in range(60):
            await s.press("j")
            seen += s.text()
        for entry in KEYS:
            assert entry.help in seen, entry
        assert "escape goes back" in s.text()
