"""What the screen looks like, as pictures that a person has looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from tests.tui.conftest import MakeStage, Stage
from tests.tui.conversation_scene import (
    OLD_LOADER,
    plan_request,
    question_request,
    subagents_session,
    thinking_ids,
    working_session,
    write_request,
)
from tests.tui.picture import compare
from tests.tui.scene import coding_session, hard_session, sounding
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Ended,
    Event,
    Failed,
    MessageQueued,
    PermissionAsked,
    PlayerState,
    SpeakingStarted,
)
from voicestream_tui.tui.key_bar import KeyBar

DARK, LIGHT = "voicestream-dark", "voicestream-light"
CONTRAST, DUSK = "voicestream-high-contrast", "voicestream-dusk"


async def set_scene(s: Stage) -> None:
    s.pipeline.player = sounding()
    s.pipeline.behind = 34.2
    s.pipeline.figures.update(latency_last_ms=142.0, latency_p50_ms=128.0, underflows=0)
    await s.show(*coding_session(), frames=16)


@pytest.mark.parametrize(
    ("theme", "size"),
    [
        (DARK, (80, 24)),
        (LIGHT, (80, 24)),
        (DARK, (120, 40)),
        (LIGHT, (120, 40)),
        (DARK, (160, 45)),
        (LIGHT, (160, 45)),
        (CONTRAST, (120, 40)),
        (DUSK, (120, 40)),
        (DARK, (112, 34)),
        (DARK, (40, 12)),
    ],
)
async def test_session(stage: MakeStage, theme: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with stage(size, theme=theme, title="claude -p") as s:
        await set_scene(s)
        name = f"{theme.removeprefix('voicestream-')}-{size[0]}x{size[1]}"
        compare(s.app, name, tmp_path)


async def test_help(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 40)) as s:
        await set_scene(s)
        await s.press("question_mark")
        compare(s.app, "help-120x40", tmp_path)


async def test_help_in_a_small_terminal(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((80, 24), theme=LIGHT) as s:
        await set_scene(s)
        await s.press("question_mark")
        compare(s.app, "help-80x24", tmp_path)


async def test_voice_picker(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 40)) as s:
        await set_scene(s)
        await s.press("v", "down")
        compare(s.app, "voices-120x40", tmp_path)


async def test_theme_picker(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 40)) as s:
        await set_scene(s)
        await s.press("t", "down", "down")
        compare(s.app, "themes-120x40", tmp_path)


async def test_unfolded_code_selected_row_and_following_off(
    stage: MakeStage, tmp_path: Path
) -> None:
    async with stage((120, 40)) as s:
        await set_scene(s)
        await s.press("up", "up", "up", "x")
        await s.show()
        compare(s.app, "unfolded-120x40", tmp_path)


async def test_unfolded_code_in_the_light(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((80, 24), theme=LIGHT) as s:
        await set_scene(s)
        await s.press("up", "up", "up", "x")
        await s.show()
        compare(s.app, "unfolded-80x24", tmp_path)


async def test_troubles(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 40)) as s:
        s.pipeline.figures.update(latency_last_ms=431.0, latency_p50_ms=128.0, underflows=3)
        s.pipeline.player = replace(sounding(), segment_id=None, paused=True, muted=True)
        await s.show(*hard_session(), frames=16)
        hint = "Plug it in again; until then the text goes on in silence."
        await s.show(Failed("audio", "The sound device USB Audio is gone.", hint, 3.0))
        compare(s.app, "troubles-120x40", tmp_path)


async def test_done(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((80, 24)) as s:
        await s.show(*hard_session(), Ended(1, {}, 60.0), frames=16)
        compare(s.app, "ended-80x24", tmp_path)


async def test_the_palette(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 40)) as s:
        await set_scene(s)
        await s.press("ctrl+p")
        palette = s.app.screen
        assert isinstance(palette, CommandPalette)
        palette.query_one(Input).cursor_blink = False
        searches = [worker for worker in s.app.workers if worker.node is palette]
        await s.app.workers.wait_for_complete(searches)
        await s.pilot.pause()
        compare(s.app, "palette-120x40", tmp_path)


async def test_a_turn_with_thinking_and_tools(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 34)) as s:
        await s.show(*working_session(), frames=16)
        compare(s.app, "working-120x34", tmp_path)


async def test_thinking_unfolded(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((120, 34)) as s:
        session = working_session()
        await s.show(*session, frames=16)
        first = s.transcript.book.index_of(thinking_ids(session)[0])
        assert first is not None
        s.transcript.select(first)
        await s.press("x")
        await s.show()
        compare(s.app, "thinking-120x34", tmp_path)


@pytest.mark.parametrize(("theme", "size"), [(DARK, (120, 30)), (LIGHT, (80, 30))])
async def test_sub_agents(
    stage: MakeStage, theme: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with stage(size, theme=theme) as s:
        await s.show(*subagents_session(), frames=16)
        compare(s.app, f"sub-agents-{size[0]}x{size[1]}", tmp_path)


@pytest.mark.parametrize(("theme", "size"), [(DARK, (120, 36)), (LIGHT, (80, 24))])
async def test_conversation(
    stage: MakeStage, theme: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with stage(size, theme=theme, conversing=True, title="claude") as s:
        s.pipeline.player = PlayerState(12, 1.2, 3.4, (0.0, 0.4), 3.1, 0.12, 0.3)
        await s.show(*working_session(), SpeakingStarted(12, 89.0))
        queued = "Then run the tests again,\nand tell me how long they take."
        await s.show(
            MessageQueued(1, queued, 90.0),
            MessageQueued(2, "短い要約もください。", 90.0),
            AgentChanged(AgentState.WRITING, "", 90.0),
            frames=16,
        )
        await s.press(*"Pin it to 2.2.1 and", "ctrl+j", *"say why in the commit.")
        await s.show()
        compare(s.app, f"conversation-{size[0]}x{size[1]}", tmp_path)


async def test_conversation_that_waits(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((80, 24), conversing=True) as s:
        await s.show(*working_session(), frames=16)
        compare(s.app, "composer-80x24", tmp_path)


async def shown_over(s: Stage, event: Event) -> None:
    """Show a window over a conversation, its keys ready."""
    await s.show(*working_session(), event, frames=16)
    s.clock.now += 1.0
    await s.pilot.until(lambda: not s.app.screen.query_one(KeyBar).has_class("-resting"))
    await s.show()


@pytest.mark.parametrize(("theme", "size"), [(DARK, (120, 36)), (LIGHT, (80, 24))])
async def test_permission(
    stage: MakeStage,
    theme: str,
    size: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "src" / "settings" / "loader.py"
    file.parent.mkdir(parents=True)
    file.write_text(OLD_LOADER)
    async with stage(size, theme=theme, conversing=True) as s:
        await shown_over(s, PermissionAsked(write_request(), 90.0))
        compare(s.app, f"permission-{size[0]}x{size[1]}", tmp_path)


async def test_permission_denied_with_a_reason(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((80, 24), conversing=True) as s:
        await shown_over(s, PermissionAsked(write_request("new.py"), 90.0))
        await s.press("n", *"write a test first")
        await s.pilot.pause()
        compare(s.app, "permission-reason-80x24", tmp_path)


@pytest.mark.parametrize(("theme", "size"), [(DARK, (120, 36)), (LIGHT, (80, 24))])
async def test_question(
    stage: MakeStage, theme: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with stage(size, theme=theme, conversing=True) as s:
        await shown_over(s, PermissionAsked(question_request(), 90.0))
        await s.press("2", "1", "3")
        await s.pilot.pause()
        compare(s.app, f"question-{size[0]}x{size[1]}", tmp_path)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_plan(stage: MakeStage, size: tuple[int, int], tmp_path: Path) -> None:
    async with stage(size, conversing=True) as s:
        await shown_over(s, PermissionAsked(plan_request(), 90.0))
        compare(s.app, f"plan-{size[0]}x{size[1]}", tmp_path)


async def test_put_aside(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((80, 24), conversing=True) as s:
        await shown_over(s, PermissionAsked(write_request(), 90.0))
        await s.press("escape")
        await s.show()
        compare(s.app, "aside-80x24", tmp_path)


async def test_agent_lost(stage: MakeStage, tmp_path: Path) -> None:
    async with stage((100, 30), conversing=True) as s:
        hint = "Its last words: API connection closed unexpectedly"
        await shown_over(s, AgentLost(1, "claude ended in the middle of a turn.", hint, 90.0))
        compare(s.app, "lost-100x30", tmp_path)
