"""A mistake of the user's is noticed before the agent has begun to work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import run


def working(folder: Path) -> tuple[str, ...]:
    """An agent that leaves a file behind as soon as it runs."""
    return ("--", "touch", str(folder / "begun"))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--translator", "nosuch"),
        ("--translator", "starter,nosuch"),
        ("--speaker", "nosuch"),
        ("--record", "/nowhere/a.wav"),
        ("--keep-raw", "/nowhere/raw.jsonl"),
    ],
)
def test_an_agent_is_not_started_for_options_that_are_wrong(
    option: str, value: str, tmp_path: Path
) -> None:
    result = run("--headless", option, value, *working(tmp_path))
    assert result.code == 2
    assert value.rpartition(",")[2] in result.err
    assert not (tmp_path / "begun").exists()


@pytest.mark.parametrize("name", ["glossary.toml", "lexicon.toml"])
def test_an_agent_is_not_started_for_words_that_can_not_be_read(
    name: str, tmp_path: Path, isolated_home: Path
) -> None:
    settings = isolated_home / ".config" / "voicestream-tui"
    settings.mkdir(parents=True)
    (settings / name).write_text("x = [")
    result = run("--headless", *working(tmp_path))
    assert result.code == 2
    assert name in result.err
    assert not (tmp_path / "begun").exists()


@pytest.mark.parametrize("option", ["--record", "--keep-raw"])
def test_an_agent_that_can_not_be_started_costs_no_earlier_file(
    option: str, tmp_path: Path
) -> None:
    earlier = tmp_path / "earlier"
    earlier.write_bytes(b"of yesterday")
    assert run("--headless", option, earlier, "--", "/nowhere/agent").code == 127
    assert earlier.read_bytes() == b"of yesterday"


def test_what_was_kept_earlier_is_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "raw"
    kept.write_bytes(b"of yesterday, and longer than today's")
    assert run("--headless", "--no-audio", "--keep-raw", kept, "--", "echo", "Hi.").code == 0
    assert kept.read_bytes() == b"Hi.\n"
