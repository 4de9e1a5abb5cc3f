"""What a misspelt command line is answered."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from voicestream_tui.cli import build_parser, main


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("docter", 'There is no command "docter".', "Did you mean doctor? All of them: replay,"),
        ("xyzzy", 'There is no command "xyzzy".', "All of them: replay, demo,"),
        ("models pul", 'There is no "models pul".', "Did you mean pull? All of them: list,"),
        ("config shw", 'There is no "config shw".', "Did you mean show? All of them: path,"),
        ("--voce x", "There is no option --voce.", "Did you mean --voice"),
        ("--devise=none demo", "There is no option --devise.", "Did you mean --device"),
        ("say hi --hedless", "There is no option --hedless.", "Did you mean --headless"),
        (
            "models --acept-licence",
            "There is no option --acept-licence.",
            "Did you mean --accept-licence? voicestream-tui models --help",
        ),
    ],
)
def test_a_misspelt_command_line_is_answered_with_what_was_probably_meant(
    line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    told, helps = capsys.readouterr().err.splitlines()
    assert told == f"voicestream-tui: {message}"
    assert helps.startswith(hint)


def test_an_agent_without_the_dashes_is_told_where_it_belongs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Path(sys.executable)
    monkeypatch.setenv("PATH", str(program.parent))
    assert main([program.name, "script.py"]) == 2
    assert f"voicestream-tui -- {program.name}" in capsys.readouterr().err


def test_words_that_are_no_commands_stay_words() -> None:
    assert build_parser().parse_args(["say", "docter", "-5"]).text == ["docter", "-5"]
    assert build_parser().parse_args(["models"]).action == "list"


def test_a_settings_file_in_the_home_folder_is_read_and_written_in_the_same_place(
    isolated_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["config", "init", "--config=~/my.toml"]) == 0
    assert main(["voices", "default", "mei", "--config=~/my.toml"]) == 0
    assert 'voice = "mei"' in (isolated_home / "my.toml").read_text()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--record", "--keep-raw", "--follow"])
def test_every_file_that_an_option_names_may_be_in_the_home_folder(
    option: str, isolated_home: Path
) -> None:
    options = vars(build_parser().parse_args([f"{option}=~/a", "demo"]))
    assert options[option[2:].replace("-", "_")] == isolated_home / "a"


def test_a_home_folder_that_is_not_known_is_taken_for_a_name() -> None:
    options = build_parser().parse_args(["--config=~no-such-person/a", "demo"])
    assert options.config == Path("~no-such-person/a")
