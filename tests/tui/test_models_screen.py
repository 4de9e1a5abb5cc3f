"""The window of models and voices: each key does what it says, and nothing waits for anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.models.hub import running, stalled, status
from tests.tui.conftest import MakeStage, Stage
from tests.tui.models_scene import ANNA, BEN, DATA, FUGU, NLLB, SIZE, TERMS, Scene, until
from tests.tui.picture import compare
from tests.tui.test_pictures import set_scene
from voicestream_tui.errors import ConfigError, ModelError
from voicestream_tui.model_room import ModelRoom, RoomState
from voicestream_tui.models.catalog import Model
from voicestream_tui.models.downloads import Phase
from voicestream_tui.models.store import State

AT_80, AT_120 = (80, 24), (120, 40)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with running() as hub:
        yield Scene(tmp_path, hub)


def opened(
    stage: MakeStage, scene: Scene, size: tuple[int, int] = AT_120
) -> AbstractAsyncContextManager[Stage]:
    return stage(size, make_models=scene.make_room)


async def show(s: Stage) -> None:
    """Open the window and wait until everything is found."""
    await s.press("V")
    await until(s, lambda state: bool(state.items and state.memory.card) and not state.looking)


async def go_to(s: Stage, title: str) -> None:
    """Move down to a row."""
    for _ in range(12):
        if title in selected(s):
            return
        await s.press("down")
    raise AssertionError(f"no row {title!r}:\n{s.text()}")


def selected(s: Stage) -> str:
    current = s.app.screen._current  # type: ignore[attr-defined]
    return f"{current.title} {current.id}" if current is not None else ""


def line(s: Stage, words: str) -> str:
    return next(line for line in s.lines() if words in line)


def is_here(state: RoomState, model: Model) -> bool:
    return any(item.here for item in state.items if item.model == model)


def phase(state: RoomState, model: Model) -> Phase | None:
    download = state.downloads.get(model.name)
    return download.phase if download is not None else None


async def test_it_lists_what_is_here_and_what_could_be(stage: MakeStage, scene: Scene) -> None:
    scene.install(BEN)
    async with opened(stage, scene) as s:
        await show(s)
        await until(s, lambda state: state.memory.resident is not None)
        assert "247.0 MB of memory, 1.2 GB of the card's in use" in s.text()
        assert "in use, default" in line(s, "starter")
        assert "in use" in line(s, "Mei")
        assert "installed" in line(s, "Ben")
        assert "not here" in line(s, "FuguMT")
        await go_to(s, "nllb")
        assert TERMS in " ".join(s.text().split())
        assert "Credit: NLLB-200 by Meta AI" in s.text()
    assert scene.hub.asked == []


async def test_a_model_is_fetched_and_used(stage: MakeStage, scene: Scene) -> None:
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "fugumt")
        scene.hub.put(scene.path(FUGU), DATA, stalled(SIZE // 2))
        await s.press("enter")
        await until(s, lambda state: "fugumt" in state.downloads)
        await until(s, lambda state: state.downloads["fugumt"].have == SIZE // 2)
        assert "50 %" in line(s, "FuguMT")
        scene.hub.go_on.set()
        await until(s, lambda state: is_here(state, FUGU))
        assert "installed" in line(s, "FuguMT")
        await s.press("enter")
        await until(s, lambda state: True)
        assert s.pipeline.commands[-1] == ("translator", "opus-mt:fugumt")
        assert "in use" in line(s, "FuguMT")
    assert scene.store.state(FUGU) is State.INSTALLED


async def test_when_all_is_translated_the_choice_is_said_to_be_vain(
    stage: MakeStage, scene: Scene
) -> None:
    async with opened(stage, scene) as s:
        await show(s)
        s.pipeline.all_translated = True
        await go_to(s, "starter")
        await s.press("enter")
        await show(s)
        assert "Nothing is left to translate" in s.text()


async def test_restricting_terms_are_accepted_once_in_a_window(
    stage: MakeStage, scene: Scene
) -> None:
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "nllb")
        await s.press("enter")
        assert "Terms of NLLB-200" in s.text()
        await s.press("enter", "n")
        assert "Terms of" not in s.text()
        assert scene.hub.asked == []
        await s.press("f", "y")
        await until(s, lambda state: is_here(state, NLLB))
    assert scene.store.has_accepted(NLLB)


async def test_several_come_at_once_and_one_is_stopped(stage: MakeStage, scene: Scene) -> None:
    for model in (FUGU, BEN):
        scene.hub.put(scene.path(model), DATA, stalled(SIZE // 4))
    async with opened(stage, scene) as s:
        await show(s)
        for name in ("fugumt", "ben"):
            await go_to(s, name)
            await s.press("enter")
        await until(s, lambda state: len(state.downloads) == 2)
        await until(s, lambda state: all(d.have == SIZE // 4 for d in state.downloads.values()))
        await s.press("c")
        scene.hub.go_on.set()
        await until(s, lambda state: phase(state, BEN) is Phase.STOPPED)
        await until(s, lambda state: is_here(state, FUGU))
        assert "stopped at 25 %" in line(s, "HTS voice Ben")
        await s.press("enter")
        await until(s, lambda state: is_here(state, BEN))
    ranges = [asked.headers.get("range") for asked in scene.hub.asked if "ben" in asked.path]
    assert ranges == [None, f"bytes={SIZE // 4}-"]


async def test_a_failure_stands_in_the_row_with_what_to_do(stage: MakeStage, scene: Scene) -> None:
    scene.hub.put(scene.path(FUGU), DATA, status(404))
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "fugumt")
        await s.press("enter")
        await until(s, lambda state: phase(state, FUGU) is Phase.FAILED)
        assert "failed" in line(s, "FuguMT, English")
        assert "was moved or withdrawn" in " ".join(s.text().split())
        await s.press("enter")
        await until(s, lambda state: is_here(state, FUGU))


async def test_a_voice_is_heard_used_and_made_the_default(stage: MakeStage, scene: Scene) -> None:
    scene.install(BEN)
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "ben")
        await s.press("p")
        assert s.pipeline.commands[-1] == ("preview", "openjtalk:ben")
        await until(s, lambda state: True)
        assert "is being loaded" in line(s, "  Ben")
        s.pipeline.previewing = None
        await s.press("enter", "d")
        await until(s, lambda state: any(i.default and i.model == BEN for i in state.items))
        assert "default" in s.app._models.state().told  # type: ignore[union-attr]
        assert ("voice", "openjtalk:ben") in s.pipeline.commands
        assert "in use, default" in line(s, "Ben")
        assert "default" not in line(s, "Mei")
        await s.press("escape")
        assert s.pipeline.commands[-1] == ("preview", "")
    assert scene.written == [{"tts.engine": "openjtalk", "tts.voice": "ben"}]


@pytest.mark.parametrize("how", ["escape", "click"])
async def test_leaving_the_window_ends_the_preview(
    stage: MakeStage, scene: Scene, how: str
) -> None:
    scene.install(BEN)
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "Ben")
        await s.press("p")
        assert s.pipeline.previewing is not None
        if how == "click":
            await s.pilot.click(offset=(0, 0))
        else:
            await s.press("escape")
        await s.pilot.pause()
        assert len(s.app.screen_stack) == 1
        assert s.pipeline.previewing is None


async def test_a_model_is_removed_after_a_question(stage: MakeStage, scene: Scene) -> None:
    scene.install(BEN)
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "ben")
        await s.press("x", "n")
        assert scene.store.state(BEN) is State.INSTALLED
        await s.press("x")
        assert "Remove HTS voice Ben" in s.text()
        await s.press("y")
        await until(s, lambda state: "Removed ben: 400.0 kB are free again." in state.told)
        await until(s, lambda state: not is_here(state, BEN))
    assert scene.store.state(BEN) is State.ABSENT


async def test_what_is_in_use_is_not_removed(stage: MakeStage, scene: Scene) -> None:
    scene.install(BEN)
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "ben")
        await s.press("enter", "x")
        told = [notification.message for notification in s.app._notifications]
    assert told == ["Ben is in use: choose another one first."]
    assert scene.store.state(BEN) is State.INSTALLED


async def test_a_broken_voice_is_told_and_can_be_mended(stage: MakeStage, scene: Scene) -> None:
    scene.install(BEN)
    (scene.store.folder(BEN) / "model.bin").write_bytes(DATA[:100])
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "ben")
        assert "broken" in line(s, "  Ben")
        assert "model.bin is cut off" in s.text()
        await s.press("p", "enter", "d")
        assert [command[0] for command in s.pipeline.commands if command[0] != "list anew"] == [
            "start"
        ]
        s.app.clear_notifications()
        await s.press("f")
        await until(s, lambda state: phase(state, BEN) is Phase.DONE)
        await until(s, lambda state: not any(item.problem for item in state.items))
        assert "installed" in line(s, "  Ben")


async def test_what_can_not_be_written_is_told(stage: MakeStage, scene: Scene) -> None:
    scene.failure = ConfigError("config.toml can't be written: Read-only.", "Name another file.")
    async with opened(stage, scene) as s:
        await show(s)
        await s.press("d")
        await until(s, lambda state: state.failed)
        assert "config.toml can't be written: Read-only. Name another file." in s.text()


async def test_leaving_the_program_ends_a_download(stage: MakeStage, scene: Scene) -> None:
    scene.hub.put(scene.path(FUGU), DATA, status(503, Retry_After=300))
    async with opened(stage, scene) as s:
        await show(s)
        await go_to(s, "fugumt")
        await s.press("enter")
        await until(s, lambda state: phase(state, FUGU) is Phase.WAITING)
        assert "waits" in line(s, "FuguMT")
        await s.press("escape")
        assert "Models and voices" not in s.text()
        room = s.app._models
    assert room is not None
    assert room.state().downloads["fugumt"].phase is Phase.STOPPED


async def test_the_window_needs_no_models_and_tells_a_broken_catalogue(
    stage: MakeStage, scene: Scene
) -> None:
    async with stage() as s:
        await s.press("V")
        assert "Models and voices" not in s.text()

    def broken() -> ModelRoom:
        raise ModelError("Your catalogue models.toml is wrong.", "Correct it.")

    async with stage(make_models=broken) as s:
        await s.press("f6")
        assert "Your catalogue models.toml is wrong." in s.text()


@pytest.mark.parametrize("size", [(60, 15), (60, 18), (80, 20)])
async def test_the_keys_are_in_sight_on_a_small_terminal(
    stage: MakeStage, scene: Scene, size: tuple[int, int]
) -> None:
    async with opened(stage, scene, size) as s:
        await show(s)
        await go_to(s, "nllb")
        assert "Models and voices" in s.text()
        assert "NLLB-200" in s.text()
        assert "Non-commercial use only" in s.text()
        assert "enter fetch" in s.text()


async def busy_scene(s: Stage, scene: Scene) -> None:
    """Something of everything: in use, here, coming, failed, not here."""
    await set_scene(s)
    await show(s)
    scene.hub.put(scene.path(FUGU), DATA, stalled(SIZE * 5 // 8))
    scene.hub.put(scene.path(BEN), DATA, status(404))
    for name in ("fugumt", "ben"):
        await go_to(s, name)
        await s.press("enter")
    await until(s, lambda state: phase(state, BEN) is Phase.FAILED)
    await until(s, lambda state: state.downloads["fugumt"].have == SIZE * 5 // 8)


@pytest.mark.parametrize("size", [AT_80, AT_120])
async def test_picture_of_the_window(
    stage: MakeStage, scene: Scene, size: tuple[int, int], tmp_path: Path
) -> None:
    scene.install(ANNA)
    async with opened(stage, scene, size) as s:
        await busy_scene(s, scene)
        await s.press("up")
        assert "Anna" in selected(s)
        compare(s.app, f"models-{size[0]}x{size[1]}", tmp_path)
        scene.hub.go_on.set()


async def test_picture_of_the_terms(stage: MakeStage, scene: Scene, tmp_path: Path) -> None:
    async with opened(stage, scene, AT_80) as s:
        await set_scene(s)
        await show(s)
        await go_to(s, "nllb")
        await s.press("enter")
        compare(s.app, "models-terms-80x24", tmp_path)
