"""What the user has beside the settings file is found beside the file that --config names."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.machines import machine
from voicestream_tui import cli, launch
from voicestream_tui.assembly import make_spoken_form, user_glossary
from voicestream_tui.config import Settings, beside_settings, config_path, load_settings
from voicestream_tui.doctor import command, models, preferences
from voicestream_tui.doctor.finding import Finding, Status
from voicestream_tui.doctor.folders import folders
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.model import Kind, Segment, Translation
from voicestream_tui.stages.playlist import Entry
from voicestream_tui.stock import make_shelf

MODEL = """
[far]
title = "My model"
kind = "translator"
engine = "opus-mt"
licence = "MIT"
repository = "me/far"
files = [{ path = "model.bin" }]
"""
THEME = 'extends = "voicestream-dark"\n[colors]\naccent = "#aa0000"\n'


def furnish(folder: Path, name: str) -> None:
    """Put all that a user may have beside a settings file into a folder, each with this name."""
    (folder / "themes").mkdir(parents=True)
    (folder / "themes" / f"{name}.toml").write_text(THEME)
    (folder / "glossary.toml").write_text(f'[terms]\n"{name}" = "鳥"\n')
    (folder / "lexicon.toml").write_text(f'[words]\n{name} = "トリ"\n')
    (folder / "models.toml").write_text(MODEL.replace("far", name))


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """A settings file far from the usual one, each with files of its own beside it."""
    furnish(config_path({}).parent, "usual")
    furnish(tmp_path / "far", "far")
    path = tmp_path / "far" / "settings.toml"
    path.write_text("")
    return path


def spoken(settings: Settings, word: str) -> str:
    entry = Entry(Segment(1, 1, Kind.PROSE, "x"), Translation(f"{word}です。"))
    return str(make_spoken_form(settings)(entry))


def test_terms_readings_and_models_are_those_beside_the_named_file(named: Path) -> None:
    for settings, own, other in (
        (load_settings(named, environ={}), "far", "usual"),
        (load_settings(environ={"VOICESTREAM_CONFIG": str(named)}), "far", "usual"),
        (load_settings(environ={}), "usual", "far"),
        (Settings(), "usual", "far"),
    ):
        assert [term.written for term in user_glossary(settings).terms] == [own]
        assert "トリ" in spoken(settings, own)
        assert "トリ" not in spoken(settings, other)
        catalog = make_shelf(settings).catalog.models
        assert (own in catalog, other in catalog) == (True, False)


def test_a_home_in_the_name_is_taken_for_the_users() -> None:
    (Path.home() / "mine.toml").write_text("")
    settings = load_settings(Path("~/mine.toml"), environ={})
    assert beside_settings(settings, "themes") == Path.home() / "themes"


def test_a_change_for_one_run_does_not_lead_elsewhere(named: Path) -> None:
    settings = load_settings(named, environ={}).model_copy(update={"engines": {}})
    assert settings.file == named


def test_the_screen_has_the_themes_beside_the_named_file(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []

    class Shown:
        def __init__(self, make_pipeline: object, *, settings: Any, **more: object) -> None:
            shown.append(settings)

        def note_signal(self, number: int) -> None: ...

    monkeypatch.setattr("voicestream_tui.tui.app.VoicestreamApp", Shown)
    monkeypatch.setattr("voicestream_tui.tui.app.run_screen", lambda app: 0)
    monkeypatch.setattr(
        "voicestream_tui.tui.terminal.screen_terminal", lambda log: nullcontext(None)
    )
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    options = cli.build_parser().parse_args(["demo", "--config", str(named)])
    assert launch.run(options, None, load_settings(named, environ={}), start=0.0) == 0
    assert shown[0].user_themes_dir == named.parent / "themes"


# --- the doctor ---------------------------------------------------------------------------------


def examined(config: Path | None) -> Machine:
    return machine(load=command._loader(config, None, {}))


def only(findings: list[Finding], name: str) -> Finding:
    (found,) = [finding for finding in findings if finding.name == name]
    return found


def test_the_doctor_looks_beside_the_named_file_and_names_it(named: Path) -> None:
    ill = examined(named)
    assert f"all defaults ({named})" in only(preferences.settings(ill), "settings").message
    themes = str(only(preferences.theme(ill), "theme").details["themes"])
    assert ("'far'" in themes, "'usual'" in themes) == (True, False)
    assert "'far'" in str(only(models.models(ill), "models").details["catalog"])
    assert only(folders(ill), "folders").details["settings"] == str(named.parent)
    (named.parent / "lexicon.toml").write_text("[")
    assert str(named.parent) in only(preferences.terms(ill), "lexicon").message
    (named.parent / "glossary.toml").write_text("[")
    assert str(named.parent) in only(preferences.terms(ill), "glossary").message


def test_the_doctor_names_a_file_that_sets_some_once(named: Path) -> None:
    named.write_text("[tts]\nspeed = 1.2\n")
    assert only(preferences.settings(examined(named)), "settings").message == f"1 from {named}"


def test_the_doctor_names_the_file_that_the_environment_outdoes(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICESTREAM_TTS_SPEED", "1.2")
    message = only(preferences.settings(examined(named)), "settings").message
    assert message == f"1 from the environment ({named})"


def test_the_doctor_looks_beside_a_named_file_that_is_wrong(named: Path) -> None:
    named.write_text("[tts]\nspeed = 99\n")
    ill = examined(named)
    wrong = only(preferences.settings(ill), "settings")
    assert wrong.status is Status.FAIL
    assert str(named) in wrong.message
    assert only(folders(ill), "folders").details["settings"] == str(named.parent)


def test_the_doctor_names_the_usual_file_where_none_is_named() -> None:
    message = only(preferences.settings(examined(None)), "settings").message
    assert message == f"all defaults ({config_path({})} is not there, which is fine)"
