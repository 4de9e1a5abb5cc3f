"""docs/messages.md tells of every kind of line, and of tests that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from voicestream_tui.agent.claude.stream_json import LINES, SYSTEM
from voicestream_tui.config_model import SpeechSettings

TESTS = Path(__file__).resolve().parents[1]
TEXT = (TESTS.parent / "docs" / "messages.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| kind")
]
NAMED = set(re.findall(r"`([a-z_/]+)`", TEXT))
CONTROLLED = {"stream_event", "control_request", "result"}
"""Types whose subtypes are told apart in the documentation."""


def kinds_read() -> set[str]:
    """The kinds that the program reads."""
    types = {kind for kind in LINES if kind not in CONTROLLED}
    return types | {f"system/{kind}" for kind in SYSTEM}


@pytest.mark.parametrize("kind", sorted(kinds_read()))
def test_every_kind_that_is_read_is_documented(kind: str) -> None:
    assert any(kind in re.findall(r"`([a-z_/]+)`", row[0]) for row in ROWS)


def test_every_documented_kind_of_report_is_read_or_says_nothing() -> None:
    silent = TEXT.partition("## What says nothing")[2]
    for kind in NAMED:
        if kind.startswith("system/"):
            is_read = kind.removeprefix("system/") in SYSTEM
            assert is_read != (f"`{kind}`" in silent), kind


def test_every_kind_in_the_recordings_is_documented() -> None:
    for path in sorted((TESTS / "recordings").glob("2.*/*.jsonl")):
        for line in path.read_bytes().split(b"\n"):
            if not line.strip():
                continue
            data = json.loads(line)
            kind, subtype = data["type"], data.get("subtype")
            if kind == "stream_event":
                subtype = data["event"]["type"]
            elif kind == "control_request":
                subtype = data["request"]["subtype"]
            name = f"{kind}/{subtype}" if subtype else kind
            assert name in NAMED, f"{name} of {path.name}"


def test_every_row_names_what_is_shown_what_is_spoken_and_a_test() -> None:
    assert len(ROWS) > 50
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py::test_\w+)`", TEXT))))
def test_every_test_that_is_named_exists(named: str) -> None:
    file, _, name = named.partition("::")
    code = (TESTS / "unit" / file).read_text(encoding="utf-8")
    assert re.search(rf"^(?: {{4}})?def {name}\(", code, re.MULTILINE), named


def test_every_row_names_a_test_that_was_looked_for() -> None:
    for row in ROWS:
        assert re.search(r"`test_\w+\.py::test_\w+`", row[3]), row


def test_every_setting_that_is_named_exists() -> None:
    named = re.findall(r"`tts\.(\w+)`", TEXT)
    assert named
    assert set(named) <= set(SpeechSettings.model_fields)
