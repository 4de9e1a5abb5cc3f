"""Theme files: ours can be read by everybody, a broken one of the user's says what is wrong."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES

from tests.tui.conftest import MakeStage
from tests.tui.conversation_scene import question_request, write_request
from tests.tui.scene import coding_session
from voicestream_tui.errors import ConfigError
from voicestream_tui.model import PermissionAsked
from voicestream_tui.tui.borrowed import borrowed_variables
from voicestream_tui.tui.palette import PALETTE_KEYS, Palette
from voicestream_tui.tui.themes import VoiceTheme, load_theme, load_themes, shipped_folder

OURS = load_themes(None)[0]
BACKGROUNDS = ("background", "selected", "spoken")
TEXTS = (
    *("text", "muted", "japanese", "accent", "heading", "code", "link", "quote", "tool"),
    *("subagent", "subagent_2", "subagent_3", "subagent_4", "error", "warning", "success"),
)
ON_PANEL = ("text", "muted", "user", "accent", "heading", "error", "warning", "success")


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weak_pairs(palette: Palette, least: float) -> list[str]:
    pairs = [(text, ground) for text in TEXTS for ground in BACKGROUNDS]
    pairs += [(text, "panel") for text in ON_PANEL]
    pairs += [("phrase_text", "phrase"), ("text", "content"), ("text", "track")]
    pairs += [("background", "warning"), ("background", "error")]
    return [
        f"{text} on {ground}: {ratio:.2f}"
        for text, ground in pairs
        if (ratio := contrast(getattr(palette, text), getattr(palette, ground))) < least
    ]


@pytest.mark.parametrize("name", OURS)
def test_every_text_can_be_read_on_every_background(name: str) -> None:
    least = 7.0 if name == "voicestream-high-contrast" else 4.5
    assert weak_pairs(OURS[name].palette, least) == []


@pytest.mark.parametrize("name", OURS)
def test_marks_and_highlights_can_be_told_apart(name: str) -> None:
    palette = OURS[name].palette
    for one, other in [("bar", "background"), ("peak", "track"), ("level_low", "track")]:
        assert contrast(getattr(palette, one), getattr(palette, other)) > 1.6, (one, other)
    assert len({palette.background, palette.selected, palette.spoken, palette.phrase}) == 4


def test_the_promised_themes_are_there_the_default_first() -> None:
    assert next(iter(OURS)) == "voicestream-dark"
    assert {"voicestream-light", "voicestream-high-contrast"} <= set(OURS)
    assert not OURS["voicestream-light"].dark
    assert len(list(shipped_folder().glob("*.toml"))) == len(OURS)


def test_palette_keys_are_the_fields() -> None:
    assert [field.name for field in fields(Palette)] == list(PALETTE_KEYS)


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_theme_of_the_users_own_takes_the_rest_from_ours(tmp_path: Path) -> None:
    write(tmp_path, 'extends = "voicestream-light"\n[colors]\naccent = "#AA0000"\n')
    themes, problems = load_themes(tmp_path)
    assert problems == []
    mine = themes["mine"]
    assert mine.palette.accent == "#aa0000"
    assert mine.palette.text == OURS["voicestream-light"].palette.text
    assert not mine.dark


def test_a_theme_without_the_newer_colours_takes_its_own_for_them(tmp_path: Path) -> None:
    colors = {
        key: value
        for key, value in asdict(OURS["voicestream-dark"].palette).items()
        if key != "user" and not key.startswith("subagent_")
    }
    lines = [f'{key} = "{value}"' for key, value in colors.items()]
    path = write(tmp_path, "[colors]\n" + "\n".join(lines))
    palette = load_theme(path, {}).palette
    assert palette.user == palette.accent
    assert palette.subagent_4 == palette.warning


def test_the_users_theme_wins_over_ours_of_the_same_name(tmp_path: Path) -> None:
    text = 'name = "voicestream-dark"\nextends = "voicestream-dark"\n[colors]\nbar = "#00ff00"\n'
    write(tmp_path, text)
    assert load_themes(tmp_path)[0]["voicestream-dark"].palette.bar == "#00ff00"


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ('extends = "voicestream-dark"\n[colors]\nacent = "#000000"', "colors.acent", "accent"),
        ('colours = "x"', "colours", "colors"),
        ('[colors]\ntext = "#ffffff"', "colors.background", "extends"),
        ('extends = "voicestream-dark"\n[colors]\ntext = "red"', "colors.text", "#1a2b3c"),
        ('extends = "voicestream-dark"\n[colors]\ntext = 5', "colors.text", "#1a2b3c"),
        ('extends = "voicestream-drak"', "extends", "voicestream-dark"),
        ('extends = "voicestream-dark"\nsyntax = "monokay"', "syntax", "monokai"),
        ('extends = "voicestream-dark"\ndark = "yes"', "dark", ""),
        ("name = 3", "name", ""),
        ('colors = "x"', "colors", "[colors]"),
        ("= broken", "TOML", ""),
    ],
)
def test_a_broken_theme_names_file_key_and_remedy(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_theme(path, OURS)
    assert str(path) in caught.value.message
    assert key in caught.value.message
    assert remedy in caught.value.hint


def test_a_theme_that_is_not_text_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    themes, problems = load_themes(tmp_path)
    assert set(themes) == set(OURS)
    assert "bad.toml" in problems[0].message


async def test_a_broken_theme_of_the_users_is_shown_on_the_screen(
    stage: MakeStage, tmp_path: Path
) -> None:
    write(tmp_path, 'colours = "x"')
    async with stage(user_themes_dir=tmp_path) as s:
        await s.show()
        assert "1 problem" in s.lines()[-2]
        await s.press("e")
        assert "colours is unknown" in s.text()


async def test_an_unknown_theme_falls_back_and_says_so(stage: MakeStage) -> None:
    async with stage(theme="no-such-theme") as s:
        await s.show()
        assert s.app.theme == "voicestream-dark"
        await s.press("e")
        assert "no-such-theme" in s.text()


async def test_every_theme_that_can_be_picked_works(stage: MakeStage) -> None:
    async with stage((100, 30), conversing=True) as s:
        await s.show(*coding_session())
        for number, name in enumerate(s.app.available_themes):
            s.app.theme = name
            await s.show()
            for request in (question_request(), write_request()):
                request_id = f"{request.id}-{number}"
                await s.show(PermissionAsked(replace(request, id=request_id), 1.0))
                s.clock.now += 1.0
                await s.press("escape")
        assert s.app.is_running
        assert len(s.app.available_themes) > 2 * len(OURS)


async def test_a_theme_that_leaves_its_colours_to_the_terminal_is_not_offered(
    stage: MakeStage,
) -> None:
    async with stage((100, 30)) as s:
        assert not [name for name in s.app.available_themes if "ansi" in name]


@pytest.mark.parametrize("name", [name for name in BUILTIN_THEMES if "ansi" not in name])
def test_every_text_of_a_borrowed_theme_can_be_read(name: str) -> None:
    borrowed = borrowed_variables(BUILTIN_THEMES[name])
    palette = Palette(**{key: borrowed[f"vs-{key.replace('_', '-')}"] for key in PALETTE_KEYS})
    assert weak_pairs(palette, 4.5) == []


def test_the_theme_reaches_textual_with_its_colours() -> None:
    theme: VoiceTheme = OURS["voicestream-dark"]
    textual = theme.to_textual()
    assert textual.variables["vs-spoken"] == theme.palette.spoken
    assert textual.background == theme.palette.background
