"""README.md says what the program does: keys, options, settings and events are compared."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

import pytest

from tests.cli.command import run
from voicestream_tui import config
from voicestream_tui.cli import build_parser
from voicestream_tui.config_model import KEYS as SETTINGS
from voicestream_tui.config_model import TABLES
from voicestream_tui.config_toml import literal
from voicestream_tui.extras import PACKAGES, how_to_install
from voicestream_tui.headless import SCHEMA_VERSION, as_json
from voicestream_tui.model import (
    AgentChanged,
    AgentLost,
    AgentState,
    Alert,
    AlertReason,
    Ended,
    Event,
    Failed,
    Kind,
    MessageQueued,
    MessageTaken,
    PermissionAsked,
    PermissionRequest,
    PermissionSettled,
    Segment,
    SegmentAdded,
    SegmentTranslated,
    Skipped,
    SpeakingStarted,
    Spoken,
    ToolFinished,
    Translation,
    Voice,
    VoiceChanged,
    VoiceHeld,
    Withdrawn,
)
from voicestream_tui.tui.keys import KEYS as KEY_ENTRIES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "scripts/*/*.md")
    for path in ROOT.glob(pattern)
)


def section(title: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row but the headings."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if "`" in row[0]]


def coded(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_keys_are_those_of_the_screen() -> None:
    described = [" ".join(coded(row[0])) for row in rows(section("Keys"))]
    assert described == [" ".join(entry.shown.split()) for entry in KEY_ENTRIES]


def actions(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    return {
        f"{action.option_strings[-1]} {action.metavar or ''}".strip(): action
        for action in parser._actions
        if action.option_strings and action.dest != "help"
    }


def subparsers() -> dict[str, argparse.ArgumentParser]:
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


def test_the_options_are_those_of_the_help() -> None:
    table = {coded(row[0])[0]: row[1] for row in rows(section("Options")) if "`--" in row[0]}
    known = actions(build_parser())
    assert list(table) == list(known)
    for option, meaning in table.items():
        if option != "--version":
            assert meaning == known[option].help


def test_every_command_is_described_with_its_own_options() -> None:
    general = actions(build_parser())
    ways, options = section("Ways to use it"), section("Options")
    for name, parser in subparsers().items():
        assert re.search(rf"voicestream-tui {name}\b|`{name}\b", ways + options), name
        for option in actions(parser).keys() - general.keys():
            assert f"`{option}`" in options, f"{name} {option}"


def test_every_option_that_is_a_setting_has_a_setting() -> None:
    from voicestream_tui.cli import _OVERRIDES

    assert set(_OVERRIDES.values()) <= set(SETTINGS)
    for name in _OVERRIDES:
        assert any(action.dest == name for action in build_parser()._actions), name


def test_the_settings_are_those_of_the_program() -> None:
    expected = [
        [f"`{table}.{key}`", f"`{literal(field.default)}`", field.description]
        for table, model in TABLES.items()
        for key, field in model.model_fields.items()
    ]
    assert rows(section("Settings")) == expected


def test_the_presets_are_named() -> None:
    for name in config.presets():
        assert f"`--preset {name}`" in section("Settings")


def test_the_files_shown_are_valid_settings(tmp_path: Path) -> None:
    shown = re.findall(r"(?:^    .*\n|^\n(?=    ))+", section("Settings"), re.MULTILINE)
    assert shown
    path = tmp_path / "config.toml"
    path.write_text("\n".join(line[4:] for line in shown[0].splitlines()))
    assert config.load_settings(path, environ={}) != config.Settings()


EVENTS: dict[str, tuple[Event, Event]] = {
    "segment": (
        SegmentAdded(Segment(1, 1, Kind.PROSE, "Hi."), 0.0),
        SegmentAdded(
            Segment(1, 1, Kind.ITEM, "Hi.", "- Hi.", (), "-", 1, "a label", "", 3, agent="a"), 0.0
        ),
    ),
    "translated": (
        SegmentTranslated(1, Translation("はい。", engine="starter"), 0.0),
        SegmentTranslated(1, Translation("Hi.", ok=False, problem="empty", sure=False), 0.0),
    ),
    "speaking": (SpeakingStarted(1, 0.0), SpeakingStarted(1, 0.0)),
    "spoken": (Spoken(1, 0.0), Spoken(1, 0.0)),
    "skipped": (Skipped(1, 0.0), Skipped(1, 0.0)),
    "withdrawn": (Withdrawn(1, True, 0.0), Withdrawn(1, False, 0.0)),
    "agent": (
        AgentChanged(AgentState.WRITING, "", 0.0),
        AgentChanged(AgentState.TOOL, "Bash", 0.0),
    ),
    "tool": (ToolFinished(1, True, 0.5, 0.0), ToolFinished(1, False, 0.5, 0.0)),
    "queued": (MessageQueued(1, "Go on.", 0.0), MessageQueued(1, "Go on.", 0.0)),
    "taken": (MessageTaken(1, 0.0), MessageTaken(1, 0.0, True)),
    "permission": (
        PermissionAsked(PermissionRequest("r", "Write", {}), 0.0),
        PermissionAsked(
            PermissionRequest("r", "Write", {"a": 1}, "a.py", "Writes a file.", "blocked", "scout"),
            0.0,
        ),
    ),
    "settled": (PermissionSettled("r", True, 0.0), PermissionSettled("r", None, 0.0)),
    "lost": (AgentLost(1, "It ended.", "", 0.0), AgentLost(1, "It ended.", "Resume.", 0.0)),
    "alert": (
        Alert(AlertReason.FINISHED, "Finished.", "完了しました。", 0.0),
        Alert(AlertReason.NEEDS_YOU, "Asked.", "質問があります。", 0.0),
    ),
    "waiting": (VoiceHeld("", 0.0), VoiceHeld("claude", 0.0)),
    "voice": (
        VoiceChanged(Voice("openjtalk", "mei", "Mei"), 0.0),
        VoiceChanged(Voice("openjtalk", "mei", "Mei", Path("mei.htsvoice")), 0.0),
    ),
    "failed": (Failed("speech", "Broken.", "", 0.0), Failed("speech", "Broken.", "Mend.", 0.0)),
    "end": (Ended(0, {}, 0.0), Ended(1, {"segments": 1}, 0.0)),
}
"""Each event at its emptiest and at its fullest."""


def test_the_events_are_those_of_the_program() -> None:
    table = {
        coded(row[0])[0]: (set(coded(row[1])), set(coded(row[2])))
        for row in rows(section("Without a screen"))
    }
    expected = {}
    for name, (least, most) in EVENTS.items():
        always = as_json(least, 0.0).keys()
        assert as_json(least, 0.0)["event"] == name
        expected[name] = (always - {"event", "t"}, as_json(most, 0.0).keys() - always)
    assert table == expected


def test_no_event_is_left_out() -> None:
    made = {type(event) for event, _ in EVENTS.values()}
    assert made == set(Event.__args__)
    assert SCHEMA_VERSION == 1


def test_the_statistics_are_those_of_a_run() -> None:
    described = re.search(r"`statistics` counts.*?\n\n", section("Without a screen"), re.DOTALL)
    assert described
    end = run("say", "The tests pass.", "--json", "--no-audio").events[-1]
    assert coded(described[0])[1:] == list(end["statistics"])


def test_the_kinds_are_named() -> None:
    named = re.search(r"`kind` is one of (.*?)\.", section("Without a screen"), re.DOTALL)
    assert named
    assert coded(named[1]) == [str(kind) for kind in Kind]


def anchors(document: Path) -> set[str]:
    """What links to a document's headings are called: small letters, hyphens, no punctuation."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+?)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_what_the_documents_point_to_exists(document: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text):
        if "://" in target:
            continue
        path = (ROOT / document).parent / target if target else ROOT / document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"
    for named in re.findall(r"`((?:voicestream_tui|scripts|tests|themes|docs)/[^`*… ]+)`", text):
        assert (ROOT / named).exists(), named


def test_every_package_of_the_base_install_is_credited() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^dependencies = \[(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
    assert found
    credited = section("Licences").lower()
    for requirement in re.findall(r'"([\w-]+)', found[1]):
        assert requirement.lower() in credited, requirement


def test_hints_name_the_packages_of_the_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = {coded(row[0])[0]: row[1] for row in rows(section("Extras"))}
    assert set(table) == set(project["optional-dependencies"])
    for name, packages in PACKAGES.items():
        asked = project["optional-dependencies"][name]
        assert {re.split("[<>=]", one)[0] for one in asked} == set(packages)
        assert set(table[name].split(", ")) == set(packages)
        assert f"--extra {name} " in how_to_install(name)
