"""Terminal, encoding, agents, folders and network, told of computers that are not this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.machines import machine, settings
from voicestream_tui.doctor.agents import agents, judge_claude
from voicestream_tui.doctor.child import Ran
from voicestream_tui.doctor.encoding import judge_encoding
from voicestream_tui.doctor.finding import Finding, Status
from voicestream_tui.doctor.folders import judge_folders, judge_space
from voicestream_tui.doctor.network import network
from voicestream_tui.doctor.terminal import (
    colours,
    japanese_width,
    judge_terminal,
    judge_tmux,
    judge_widths,
    tmux,
)

SIZE = (120, 40)


def test_a_terminal_that_can_t_show_a_screen_fails_only_if_it_is_one() -> None:
    for environ in ({"TERM": "dumb"}, {}):
        assert judge_terminal(environ, False, SIZE).status is Status.OK
        found = judge_terminal(environ, True, SIZE)
        assert found.status is Status.FAIL
        assert "--headless" in found.remedy


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, "256 colours"),
        ({"TERM": "xterm-kitty"}, "256 colours"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "16 million colours"),
        ({"TERM": "xterm"}, "16 colours"),
        ({"TERM": "xterm", "COLORTERM": "24bit", "NO_COLOR": "1"}, "no colours, as NO_COLOR asks"),
    ],
)
def test_colours_are_those_that_the_variables_tell(environ: dict[str, str], expected: str) -> None:
    assert colours(environ) == expected


def test_few_colours_and_a_small_window_are_warned_of() -> None:
    found = judge_terminal({"TERM": "screen"}, True, SIZE)
    assert found.status is Status.WARN
    assert "tmux-256color" in found.remedy
    assert "COLORTERM" in judge_terminal({"TERM": "xterm"}, True, SIZE).remedy
    assert judge_terminal({"TERM": "xterm-256color"}, True, (30, 40)).status is Status.WARN
    assert judge_terminal({"TERM": "xterm-256color"}, True, SIZE).status is Status.OK


@pytest.mark.parametrize(
    ("columns", "status", "word"),
    [
        ([4, 2], Status.OK, "two columns"),
        ([2, 2], Status.WARN, "one column wide"),
        ([4, 4], Status.WARN, "Lines and dots"),
        ([6, 6], Status.FAIL, "UTF-8"),
        (None, Status.OK, "not known"),
    ],
)
def test_the_width_of_japanese_is_judged(
    columns: list[int] | None, status: Status, word: str
) -> None:
    found = judge_widths(columns)
    assert found.status is status
    assert word in found.message
    assert bool(found.remedy) is (status is not Status.OK)


def test_a_dumb_terminal_is_not_asked() -> None:
    assert japanese_width(machine(environ={"TERM": "dumb"})) == []


def test_tmux_is_asked_only_inside_it() -> None:
    assert tmux(machine()) == []
    inside = machine(
        environ={"TMUX": "/tmp/x,1,0", "TMUX_PANE": "%3"}, programs={"tmux": Ran(0, "tmux 3.3a\n")}
    )
    assert tmux(inside)[0].message == "inside tmux 3.3a"
    assert tmux(machine(environ={"STY": "1.pts"}))[0].status is Status.OK


def test_tmux_around_a_terminal_without_utf8_is_warned_of() -> None:
    found = judge_tmux(Ran(0, "tmux 3.3a\n"), Ran(0, "0\n"))
    assert found.status is Status.WARN
    assert "tmux -u" in found.remedy
    assert judge_tmux(Ran(0, "tmux 3.3a\n"), Ran(0, "1\n")).status is Status.OK
    assert judge_tmux(Ran(problem="did not end"), Ran()).status is Status.OK


@pytest.mark.parametrize(
    ("environ", "of_locale", "of_output", "status"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "UTF-8", "utf-8", Status.OK),
        ({"LC_ALL": "C.utf8", "LANG": "C"}, "utf-8", "utf-8", Status.OK),
        ({"LANG": "C"}, "utf-8", "utf-8", Status.WARN),
        ({}, "utf-8", "utf-8", Status.WARN),
        ({"LANG": "de_DE.ISO-8859-1"}, "ISO-8859-1", "utf-8", Status.WARN),
        ({"LANG": "de_DE.ISO-8859-1"}, "ISO-8859-1", "iso8859-1", Status.FAIL),
        ({"LANG": "C.UTF-8"}, "UTF-8", "no-such-encoding", Status.FAIL),
    ],
)
def test_an_encoding_without_japanese_is_told(
    environ: dict[str, str], of_locale: str, of_output: str, status: Status
) -> None:
    found = judge_encoding(environ, of_locale, of_output)
    assert found.status is status
    assert bool(found.remedy) is (status is not Status.OK)


def test_lc_all_is_named_where_it_is_to_blame() -> None:
    assert judge_encoding({"LC_ALL": "C"}, "utf-8", "utf-8").remedy.startswith("unset LC_ALL")


def test_claude_is_looked_for_and_started() -> None:
    (found,) = agents(machine())
    assert found.status is Status.WARN
    assert "npm install -g @anthropic-ai/claude-code" in found.remedy
    programs = {"claude": Ran(0, "2.1.330 (Claude Code)\n"), "codex": Ran(0, "codex 1.0\n")}
    found, codex = agents(machine(programs=programs))
    assert found.message.startswith("2.1.330")
    assert codex.name == "codex"


@pytest.mark.parametrize(
    ("ran", "status", "word"),
    [
        (Ran(0, "2.1.197 (Claude Code)"), Status.OK, "2.1.197"),
        (Ran(0, "1.0.71 (Claude Code)"), Status.WARN, "older than 2.1.197"),
        (Ran(problem="did not end within 10 s"), Status.FAIL, "did not end within 10 s"),
        (Ran(1, "", "Error\nNode.js 16 is too old\n"), Status.FAIL, "Node.js 16 is too old"),
        (Ran(0, "hello"), Status.FAIL, "hello"),
        (Ran(0), Status.FAIL, "It said nothing."),
    ],
)
def test_what_claude_says_of_its_version_is_judged(ran: Ran, status: Status, word: str) -> None:
    found = judge_claude("/bin/claude", ran)
    assert found.status is status
    assert word in found.message


def test_folders_that_can_t_be_written_are_told_together(tmp_path: Path) -> None:
    places = {"models": tmp_path / "a/b", "log": tmp_path / "c"}
    assert [found.status for found in judge_folders(places)] == [Status.OK]
    (found,) = judge_folders(places, may=lambda path, mode: False)
    assert found.status is Status.WARN
    assert f"{tmp_path} can't be written" in found.message
    assert "models, log" in found.message


def test_a_file_in_the_place_of_a_folder_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (found,) = judge_folders({"models": tmp_path / "file/models"})
    assert found.status is Status.FAIL
    assert f"{tmp_path}/file is no folder" in found.message


def test_looking_at_folders_makes_none(tmp_path: Path) -> None:
    judge_folders({"models": tmp_path / "a/b"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("free", "status", "shown"),
    [(70e9, Status.OK, "70.0 GB"), (1e9, Status.WARN, "1.0 GB"), (2e6, Status.FAIL, "2 MB")],
)
def test_free_space_is_judged(free: float, status: Status, shown: str) -> None:
    found = judge_space(int(free), Path("/m"))
    assert found.status is status
    assert shown in found.message


def networked(hub: str = "", **environ: str) -> list[Finding]:
    return network(machine(settings(models__hub=hub), environ=environ))


def test_secrets_are_not_shown() -> None:
    found = networked(HF_TOKEN="hf_secret", HTTPS_PROXY="http://me:password@proxy:3128")
    assert [finding.status for finding in found] == [Status.OK]
    assert "HF_TOKEN is set" in found[0].message
    assert "http://proxy:3128" in found[0].message
    for secret in ("hf_secret", "me:", "password"):
        assert secret not in repr(found)


def test_what_forbids_or_spoils_fetching_is_told() -> None:
    assert "forbids fetching" in networked(HF_HUB_OFFLINE="1")[0].message
    assert networked("not an address")[0].status is Status.FAIL
    assert networked(HF_ENDPOINT="ftp://x")[0].status is Status.FAIL
    assert networked(HF_TOKEN="”t”")[0].status is Status.FAIL
    assert networked(https_proxy="http://")[1].status is Status.WARN
    assert networked("http://mirror.lan", HF_TOKEN="t")[1].status is Status.WARN
    assert networked(SSL_CERT_FILE="/not/there.pem")[1].status is Status.FAIL


def test_nothing_set_is_the_public_hub() -> None:
    (found,) = networked()
    assert (found.status, found.message) == (Status.OK, "https://huggingface.co")
