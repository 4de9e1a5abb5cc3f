"""One setting is changed in the user's file, and nothing else of it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicestream_tui import config
from voicestream_tui.config_edit import set_in_file
from voicestream_tui.errors import ConfigError

WANTED = {"tts.engine": "piper", "tts.voice": "aoi"}


def edited(tmp_path: Path, text: str, wanted: dict[str, object] | None = None) -> str:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode())
    set_in_file(path, wanted or WANTED)
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[tts]\nengine = "piper"\nvoice = "aoi"\n'),
        (
            "# mine\n[audio]\nvolume = 0.5",
            '# mine\n[audio]\nvolume = 0.5\n\n[tts]\nengine = "piper"\nvoice = "aoi"\n',
        ),
        (
            '[tts]  # speech\nvoice = "mei"   # she # is "good"\nspeed = 1.2\n\n[ui]\n',
            '[tts]  # speech\nvoice = "aoi"   # she # is "good"\nspeed = 1.2\nengine = "piper"\n\n'
            "[ui]\n",
        ),
        (
            '[tts]\n# The speech engine.\n#engine = "openjtalk"\n\n#voice = ""\n[ui]\n',
            '[tts]\n# The speech engine.\n#engine = "openjtalk"\nengine = "piper"\n\n#voice = ""\n'
            'voice = "aoi"\n[ui]\n',
        ),
        (
            '[tts]\nengine = [ # two\n  "kokoro",\n  "openjtalk"\n]\nvoice = """me\ni"""\n',
            '[tts]\nengine = "piper"\nvoice = "aoi"\n',
        ),
        (
            'tts.engine = "x"\ntts . voice = "y" # why\n[ui]\n',
            'tts.engine = "piper"\ntts . voice = "aoi" # why\n[ui]\n',
        ),
        (
            '[tts]\r\nvoice = "mei#1"\r\n[ui]\r\n',
            '[tts]\r\nvoice = "aoi"\r\nengine = "piper"\r\n[ui]\r\n',
        ),
        (
            "\ufeff[tts]\n'voice' = 'mei' # a\n",
            '\ufeff[tts]\n\'voice\' = "aoi" # a\nengine = "piper"\n',
        ),
        (
            "[other]\nvoice = 1\n[tts]\nvoice=''\n[ui]\nvoice = 2\n",
            '[other]\nvoice = 1\n[tts]\nvoice = "aoi"\nengine = "piper"\n[ui]\nvoice = 2\n',
        ),
    ],
)
def test_only_the_wanted_lines_change(tmp_path: Path, before: str, after: str) -> None:
    assert edited(tmp_path, before) == after
    assert edited(tmp_path, after) == after


@pytest.mark.parametrize(
    "text",
    [
        'tts = { voice = "mei" }\n',
        '[tts]\nlexicon = """\nvoice = "in a text"\n"""\n',
        "tts = 3\n",
    ],
)
def test_what_is_written_otherwise_is_left_with_a_hint(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="nothing was changed") as caught:
        edited(tmp_path, text)
    assert 'tts.voice = "aoi"' in caught.value.hint
    assert (tmp_path / "config.toml").read_text() == text


def test_a_file_that_is_no_toml_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not TOML"):
        edited(tmp_path, "[tts\n")
    assert (tmp_path / "config.toml").read_text() == "[tts\n"
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    with pytest.raises(ConfigError, match="not UTF-8"):
        set_in_file(tmp_path / "latin.toml", WANTED)
    with pytest.raises(ConfigError, match="can't be read"):
        set_in_file(tmp_path, WANTED)


def test_a_first_file_has_every_key_described(tmp_path: Path) -> None:
    path = tmp_path / "new/config.toml"
    set_in_file(path, WANTED)
    text = path.read_text(encoding="utf-8")
    assert "# The speech engine" in text
    assert tomllib.loads(text)["tts"] == {"engine": "piper", "voice": "aoi"}
    assert config.load_settings(path, environ={}).tts.voice == "aoi"
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_link_and_the_permissions_stay(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("[tts]\n")
    real.chmod(0o600)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    set_in_file(link, WANTED)
    assert link.is_symlink()
    assert tomllib.loads(real.read_text())["tts"]["voice"] == "aoi"
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[tts]\n")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"config\.toml can't be written: No space"):
        set_in_file(path, WANTED)
    assert path.read_text() == "[tts]\n"
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


_LINES = st.lists(
    st.sampled_from(
        [
            "[tts]",
            "[ui]",
            "[tts.more]",
            "[[lists]]",
            'voice = "mei"',
            "voice = '''",
            "'''",
            '"""',
            'engine = ["a", # b',
            "]",
            "#voice = 1",
            "speed = 1.0 # voice = 2",
            "tts.voice = 'x'",
            "",
        ]
    ),
    max_size=8,
)


@given(_LINES, st.text(max_size=8))
def test_whatever_the_file_says_only_the_wanted_changes(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], value: str
) -> None:
    path = tmp_path_factory.mktemp("edit") / "config.toml"
    text = "\n".join(lines)
    path.write_text(text)
    try:
        expected = tomllib.loads(text)
        expected.setdefault("tts", {})["voice"] = value
    except (tomllib.TOMLDecodeError, TypeError):
        expected = None
    try:
        set_in_file(path, {"tts.voice": value})
    except ConfigError:
        assert path.read_text() == text
    else:
        assert tomllib.loads(path.read_bytes().decode()) == expected
