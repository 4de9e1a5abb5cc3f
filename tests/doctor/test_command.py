"""`voicestream-tui doctor` as a user types it, on computers that lack this and that."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Result, program, run
from tests.terminal import Terminal

pytestmark = pytest.mark.slow


def checks(result: Result) -> dict[str, dict[str, Any]]:
    """The checks of `--json` by their names."""
    assert "Traceback" not in result.err, result.err
    read = json.loads(result.out)
    assert read["ok"] is (result.code == 0)
    assert result.code == int(any(check["status"] == "fail" for check in read["checks"]))
    return {check["name"]: check for check in read["checks"]}


def doctor(*options: str, **environ: str) -> dict[str, dict[str, Any]]:
    return checks(run("doctor", "--json", "--device", "none", *options, variables=environ))


WATCH = """\
import socket, sys

def watch(event, arguments):
    asks = event in ("socket.getaddrinfo", "socket.gethostbyname")
    if asks or event == "socket.connect" and arguments[0].family != socket.AF_UNIX:
        with open({told!r}, "a") as file:
            print(event, arguments, file=file)

sys.addaudithook(watch)
"""


def test_a_clean_machine_has_all_that_is_needed_and_is_left_as_it_is(
    isolated_home: Path, tmp_path: Path
) -> None:
    """Nothing is written, and neither the program nor its children ask the network."""
    before = sorted(isolated_home.rglob("*"))
    told = tmp_path / "told"
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(told=str(told)))
    found = doctor(PYTHONPATH=str(tmp_path), PATH="/usr/bin:/bin")
    assert not told.exists(), told.read_text()
    assert {name for name, check in found.items() if check["status"] == "fail"} == set()
    assert found["starter"]["details"]["japanese"]
    assert found["openjtalk"]["details"]["sound"] > 1
    assert found["claude"]["status"] == "warn"
    assert {check["area"] for check in found.values()} == {
        "Program",
        "Settings",
        "Terminal",
        "Agents",
        "Processors",
        "Models",
        "Translation",
        "Speech",
        "Sound",
    }
    left = [path for path in isolated_home.rglob("*") if "pulse" not in str(path)]
    assert sorted(left) == before


def test_broken_settings_are_told_and_the_rest_is_looked_at(isolated_home: Path) -> None:
    folder = isolated_home / ".config/voicestream-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[tts]\nspede = 1.2\nvoice = "mei"\n')
    found = doctor()
    assert found["settings"]["status"] == "fail"
    assert f"{folder}/config.toml, line 2" in found["settings"]["message"]
    assert "did you mean tts.speed?" in found["settings"]["remedy"]
    assert found["openjtalk"]["status"] == "ok"


def test_what_the_settings_name_and_is_not_there_fails(isolated_home: Path) -> None:
    folder = isolated_home / ".config/voicestream-tui"
    folder.mkdir(parents=True)
    (folder / "glossary.toml").write_text("[terms\n")
    wanted = ("--theme", "nocturne", "--voice", "nobody")
    found = doctor(*wanted, VOICESTREAM_TRANSLATION_DEVICE="cuda", CUDA_VISIBLE_DEVICES="")
    for name in ("theme", "glossary", "tts.voice", "graphics card", "CTranslate2"):
        assert found[name]["status"] == "fail", name
        assert found[name]["remedy"], name
    assert "voicestream-dark" in found["theme"]["remedy"]


def test_a_package_that_all_else_needs_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "pydantic.py").write_text("raise ImportError('broken', name='pydantic')\n")
    result = run("doctor", PYTHONPATH=str(tmp_path))
    assert result.code == 1
    assert "Traceback" not in result.out + result.err
    assert "Can't be checked" in result.out
    assert result.out.splitlines()[-1].endswith("failures.")
    other = run("demo", PYTHONPATH=str(tmp_path))
    assert other.code == 1
    assert other.err.splitlines()[1:] == ["voicestream-tui doctor tells which, and what helps."]


def test_a_locale_without_japanese_gets_a_report_all_the_same() -> None:
    result = run("doctor", "--device", "none", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert result.out.isascii()
    assert "  x fail  locale" in result.out
    assert "\x1b" not in result.out
    assert result.out.splitlines()[-1].endswith("1 failure.")


def test_a_report_that_can_t_be_written_is_told_in_a_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            program("doctor", "--device", "none"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "can't be written" in done.stderr


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vs-", dir="/tmp") as made:
        (Path(made) / "project").mkdir()
        yield Path(made).resolve()


def in_terminal(folder: Path, *options: str, **environ: str) -> str:
    command = program("doctor", "--device", "none", *options)
    with Terminal(folder, command, {**os.environ, **environ}) as terminal:
        terminal.exit_code()
        return terminal.screen()


def test_inside_tmux_the_width_of_japanese_is_measured(folder: Path) -> None:
    screen = in_terminal(folder, LANG="C.UTF-8")
    assert "✓ ok    width of Japanese  two columns a character" in screen
    assert "✓ ok    tmux               inside tmux" in screen
    assert "日本" not in screen  # what was measured is erased
    assert "…" not in screen  # and so is what was looked at
    assert "0 failures." in screen
