"""A request's input as text: nothing hidden, nothing that moves the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from voicestream_tui.model import PermissionRequest
from voicestream_tui.tui.palette import palette_variables
from voicestream_tui.tui.plan_text import plan_text
from voicestream_tui.tui.request_text import remembered, request_body
from voicestream_tui.tui.themes import load_themes

COLOURS = palette_variables(load_themes(None)[0]["voicestream-dark"].palette)


def body(tool: str, given: Mapping[str, Any]) -> str:
    return request_body(PermissionRequest("r", tool, given), COLOURS, "github-dark").plain


def test_an_edit_is_a_difference_with_its_surroundings() -> None:
    before = "\n".join(f"line {n}" for n in range(20))
    after = before.replace("line 2\n", "LINE 2\n").replace("line 17", "LINE 17")
    lines = body("Edit", {"file_path": "a", "old_string": before, "new_string": after}).split("\n")
    assert "- line 2" in lines
    assert "+ LINE 2" in lines
    assert "  line 3" in lines
    assert "⋮" in lines
    assert "  line 9" not in lines


def test_several_edits_stand_one_under_the_other() -> None:
    edits = [
        {"old_string": "a", "new_string": "b"},
        {"old_string": "c", "new_string": ""},
        "broken",
    ]
    assert body("MultiEdit", {"file_path": "x", "edits": edits}) == "- a\n+ b\n⋮\n- c"


def test_a_write_that_changes_nothing_says_so() -> None:
    assert body("Edit", {"old_string": "a", "new_string": "a"}) == "Nothing changes."


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("one\r\ntwo\r\n", "one\ntwo\n", "The ends of lines change from CRLF to LF."),
        ("one\ntwo\n", "one\r\ntwo\r\n", "The ends of lines change from LF to CRLF."),
        (
            "one\r\ntwo\n",
            "one\ntwo\n",
            "The ends of lines change from a mixture (1 CRLF, 1 LF) to LF.",
        ),
        ("one\ntwo", "one\ntwo\n", "The last line gets its line end."),
        ("one\ntwo\n", "one\ntwo", "The last line loses its line end."),
        (
            "one\r\ntwo\r\n",
            "one\nTWO\n",
            "The ends of lines change from CRLF to LF.\n  one\n- two\n+ TWO",
        ),
        ("one\n", "one\n", "Nothing changes."),
        (
            "one\n",
            "one  \n",
            "Only blanks, tabs or characters that can not be shown change.\n- one\n+ one",
        ),
        ("one\x0ctwo\n", "one\ntwo\n", "- one\ufffdtwo\n+ one\n+ two"),
    ],
)
def test_a_write_says_what_no_line_shows(
    tmp_path: Path, before: str, after: str, shown: str
) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(before.encode())
    assert body("Write", {"file_path": str(path), "content": after}) == shown


def test_bytes_that_are_no_text_are_a_change(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"caf\xe9\n")
    shown = body("Write", {"file_path": str(path), "content": "caf\ufffd\n"})
    assert shown.startswith("- caf\\xe9\n+ caf")


def test_a_large_file_that_is_overwritten_does_not_look_new(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("x\n" * 600_000)
    shown = body("Write", {"file_path": str(path), "content": "one\n"})
    assert shown.startswith("The file is there already, with 1.2 MB too large to compare.")
    assert shown.endswith("\n+ one")
    assert body("Write", {"file_path": str(tmp_path), "content": ""}).startswith("Something that")
    assert body("Write", {"file_path": str(tmp_path / "new"), "content": "one\n"}) == "+ one"


def test_a_command_stands_as_it_will_run() -> None:
    command = "rm -rf build && \\\n  make"
    assert body("Bash", {"command": command, "description": "x"}) == command
    assert body("Bash", {"command": "ls", "timeout": 5}) == "ls\n\ntimeout: 5"


def test_other_inputs_are_names_and_values() -> None:
    shown = body("mcp__db__query", {"sql": "SELECT 1\nFROM t", "limit": 3, "tags": ["あ"]})
    assert shown == 'sql:\n  SELECT 1\n  FROM t\nlimit: 3\ntags:\n  [\n    "あ"\n  ]'


@pytest.mark.parametrize("tool", ["Bash", "Write", "Edit", "Other"])
def test_control_characters_are_shown_not_sent(tool: str) -> None:
    evil = "safe\x1b[2K\x1b[1Aevil\u202e\x07"
    given: dict[str, dict[str, object]] = {
        "Bash": {"command": evil},
        "Write": {"file_path": "/nonexistent/x", "content": evil},
        "Edit": {"old_string": "a", "new_string": evil},
        "Other": {"value": evil, evil: 1},
    }
    shown = body(tool, given[tool])
    assert not set("\x1b\x07\u202e") & set(shown)
    assert "evil" in shown


def test_very_long_input_says_how_much_is_left_out() -> None:
    long = "\n".join(str(n) for n in range(6000))
    edit = {"old_string": "a", "new_string": long}
    for shown in (
        body("Bash", {"command": long}),
        body("Write", {"file_path": "/nonexistent/x", "content": long}),
        body("Other", {"value": long}),
        body("MultiEdit", {"edits": [edit, edit]}),
    ):
        assert "more lines are not shown here" in shown.split("\n")[-1]
        assert "5999" not in shown
        assert 1000 <= shown.count("\n") <= 1002
    assert "(5000 more lines" in body("Write", {"file_path": "/nonexistent/x", "content": long})
    assert "(11002 more lines" in body("MultiEdit", {"edits": [edit, edit]})


def test_very_long_lines_say_how_much_is_left_out() -> None:
    long = "word " * 100_000
    for shown in (
        body("Bash", {"command": long}),
        body("Write", {"file_path": "/nonexistent/x", "content": long}),
        body("Other", {"value": long, "more": "x"}),
    ):
        assert "(440000 more characters are not shown here)" in shown
        assert len(shown) < 61_000


@pytest.mark.parametrize("given", [{}, {"command": 5}, {"content": "x"}, {"edits": 3}])
def test_odd_inputs_are_no_error(given: dict[str, Any]) -> None:
    for tool in ("Write", "Edit", "MultiEdit", "Bash"):
        body(tool, given)


def test_what_always_remembers_is_said_in_words() -> None:
    rules = [{"toolName": "Bash", "ruleContent": "npm test:*"}, {"toolName": "Read"}]
    add = {"type": "addRules", "rules": rules, "behavior": "allow", "destination": "localSettings"}
    assert remembered([add]) == "allow Bash(npm test:*), Read in this project, for you"
    mode = {"type": "setMode", "mode": "acceptEdits", "destination": "session"}
    assert remembered([mode]) == "permission mode acceptEdits for this session"
    folder = {"type": "addDirectories", "directories": ["/tmp/x"], "destination": "session"}
    assert remembered([folder]) == "allow the folder /tmp/x for this session"
    assert remembered([{"type": "new", "x": 1}, mode]).startswith('{"type": "new", "x": 1}; perm')


def test_a_plan_loses_its_marks_and_keeps_its_shape() -> None:
    plan = "# Title #\n\n- one `a*b`\n  1) two **bold**\n\n```py\n# not a heading\n```\nend\x1b"
    assert plan_text(plan, COLOURS).plain == (
        "Title\n\n∙ one a*b\n  1) two bold\n\n  # not a heading\nend\ufffd"
    )
