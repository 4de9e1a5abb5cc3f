"""The program as a whole on what other agents write, and on plain text."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.command import RECORDINGS, Result, run


def fake_agent(folder: Path, name: str, recording: str) -> Path:
    """A program that notes its arguments and writes a recording."""
    script = folder / f"{name}.py"
    script.write_text(
        "import pathlib, sys\n"
        f"pathlib.Path({str(folder / 'arguments')!r}).write_text(repr(sys.argv[1:]))\n"
        f"sys.stdout.buffer.write(pathlib.Path({str(RECORDINGS / recording)!r}).read_bytes())\n"
    )
    program = folder / name
    # A first line may not name a folder with a blank.
    program.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(script)])} "$@"\n')
    program.chmod(0o755)
    return program


def rows(result: Result, *kinds: str) -> list[str]:
    return [row["english"] for row in result.of("segment") if row["kind"] in kinds]


def test_codex_is_asked_to_stream_and_read(tmp_path: Path) -> None:
    codex = fake_agent(tmp_path, "codex", "codex/a02_tools.jsonl")
    result = run("--json", "--no-audio", "--", codex, "exec", "Do it.")
    assert (tmp_path / "arguments").read_text() == "['exec', '--json', 'Do it.']"
    assert result.code == 0
    assert rows(result, "prose") == ["First I plan."]
    assert rows(result, "thinking") == ["Planning"]
    assert rows(result, "tool") == [
        "Bash cat missing.txt",
        "Edit a.txt, b.txt",
        "WebSearch python bisect",
    ]
    assert [tool["ok"] for tool in result.of("tool")] == [False, True, True]
    assert result.events[-1]["statistics"]["unreadable_lines"] == 0


def test_gemini_is_asked_to_stream_and_read(tmp_path: Path) -> None:
    gemini = fake_agent(tmp_path, "gemini", "gemini/b02_turn_limit.jsonl")
    result = run("--json", "--no-audio", "--", gemini, "-p", "Do it.")
    arguments = "['--output-format', 'stream-json', '-p', 'Do it.']"
    assert (tmp_path / "arguments").read_text() == arguments
    assert rows(result, "prose") == ["Two tools."]
    assert rows(result, "tool") == ["Read missing.txt", "LS ."]
    (error,) = (row for row in result.of("segment") if row["kind"] == "error")
    assert error["english"].startswith("Reached max session turns")
    said = {row["id"]: row["japanese"] for row in result.of("translated")}
    assert said[error["id"]] == "ターン数の上限に達しました。"


@pytest.mark.parametrize("name", ["codex/b02_unknown_model", "gemini/b01_no_key"])
def test_a_failure_of_another_agent_is_an_error_row(name: str) -> None:
    path = RECORDINGS / f"{name}.jsonl"
    result = run("--json", "--no-audio", "replay", path, "--speed", "0")
    assert len(rows(result, "error")) == 1
    assert result.of("agent")[-1]["state"] == "failed"


def test_a_stream_on_standard_input_is_recognised() -> None:
    stream = (RECORDINGS / "gemini/a01_text_and_tool.jsonl").read_bytes()
    result = run("--headless", "--no-audio", stdin=stream)
    assert "EN  It may take a moment.\n" in result.out
    assert "EN  Read a.txt\n" in result.out


def test_plain_text_has_no_marks() -> None:
    text = b"# not a heading\n\n* not an item\n```\nIt is done. And so on.\n"
    plain = run("--json", "--no-audio", "--format", "text", stdin=text)
    assert rows(plain, "prose") == [
        "# not a heading",
        "* not an item",
        "```",
        "It is done.",
        "And so on.",
    ]
    marked = run("--json", "--no-audio", stdin=text)
    assert rows(marked, "heading") == ["not a heading"]
    said = run("--json", "--no-audio", "--format", "text", "say", "- no item")
    assert rows(said, "prose") == ["- no item"]


def test_bytes_that_are_no_text_are_one_row() -> None:
    noise = bytes(range(256)) * 100
    result = run("--json", "--no-audio", stdin=b"Hello there.\n" + noise + b"\nGoodbye now.\n")
    assert rows(result, "prose") == ["Hello there.", "Goodbye now."]
    assert rows(result, "notice") == ["25,601 bytes that are not text in UTF-8"]
    assert result.events[-1]["statistics"]["unreadable_lines"] == 1


def test_an_unknown_format_ends_the_program_with_the_names() -> None:
    result = run("--format", "codecs", "say", "Hello.")
    assert result.code == 2
    assert 'There is no format named "codecs".' in result.err
    assert 'Did you mean "codex"' in result.err
    assert "auto, claude, text, markdown, codex, gemini" in result.err


def test_a_conversation_has_no_other_format() -> None:
    result = run("--chat", "--headless", "--format", "codex", "--", "claude")
    assert result.code == 2
    assert "a conversation is claude's" in result.err
