from __future__ import annotations

import io
import json

import pytest

from tests.doctor.machines import machine
from voicestream_tui.doctor.checks import CHECKS, Check, run_checks
from voicestream_tui.doctor.finding import Finding, Status, fail, ok, warn
from voicestream_tui.doctor.machine import Machine
from voicestream_tui.doctor.report import Report, as_json, columns, wrapped


def written(*findings: Finding, colour: bool = False, width: int = 0) -> list[str]:
    out = io.StringIO()
    report = Report(out, colour=colour, width=width)
    for finding in findings:
        report.add("Area", finding)
    report.end()
    return out.getvalue().splitlines()


def test_a_line_has_sign_word_name_and_message_and_the_remedy_below() -> None:
    lines = written(
        ok("one", "well"), warn("two", "so so", "do this\nthen that"), fail("3", "x", "y")
    )
    assert lines == [
        "Area",
        "  ✓ ok    one                well",
        "  ! warn  two                so so",
        "          → do this",
        "            then that",
        "  ✗ fail  3                  x",
        "          → y",
        "",
        "3 checks: 1 ok, 1 warning, 1 failure.",
    ]


def test_japanese_names_and_messages_stay_aligned() -> None:
    lines = written(ok("音声 one", "あ"), ok("plain", "b"))
    assert columns(lines[1].partition("あ")[0]) == columns(lines[2].partition("b")[0])


def test_lines_are_broken_at_the_terminal_s_width() -> None:
    lines = written(warn("n", "ながい 文章 " * 12, "word " * 40), width=60)
    assert len(lines) > 6
    assert max(map(columns, lines)) <= 60


def test_what_has_to_be_copied_is_not_broken() -> None:
    path = "/a" * 60
    assert wrapped(f"see {path} now", 40) == ["see", path, "now"]


def test_areas_are_headed_once() -> None:
    out = io.StringIO()
    report = Report(out)
    for area in ("A", "A", "B"):
        report.add(area, ok("x", "y"))
    assert [line for line in out.getvalue().splitlines() if not line.startswith(" ")] == [
        "A",
        "",
        "B",
    ]


def test_colours_are_an_addition() -> None:
    plain = written(fail("x", "y", "z"))
    coloured = written(fail("x", "y", "z"), colour=True)
    assert any("\x1b[1;31m✗ fail\x1b[0m" in line for line in coloured)
    assert not any("\x1b" in line for line in plain)


def test_what_is_looked_at_is_shown_on_a_terminal_until_its_line_comes() -> None:
    for colour in (True, False):
        out = io.StringIO()
        report = Report(out, colour=colour)
        report.expect("claude")
        assert out.getvalue() == ("  … claude" if colour else "")
        report.add("Agents", ok("claude", "there"))
        assert ("… claude\r\x1b[K" in out.getvalue()) is colour


def test_an_output_without_these_signs_gets_others() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    Report(out).add("Area", fail("x", "“あ”", "y"))
    text = raw.getvalue().decode("ascii")
    assert "  x fail  x" in text
    assert "-> y" in text


def test_the_object_has_what_the_readme_says() -> None:
    read = json.loads(as_json([("A", ok("x", "y", path="p")), ("B", fail("n", "m", "r"))]))
    assert read == {
        "ok": False,
        "checks": [
            {
                "name": "x",
                "area": "A",
                "status": "ok",
                "message": "y",
                "remedy": "",
                "details": {"path": "p"},
            },
            {
                "name": "n",
                "area": "B",
                "status": "fail",
                "message": "m",
                "remedy": "r",
                "details": {},
            },
        ],
    }
    assert json.loads(as_json([("A", warn("x", "y", "z"))]))["ok"] is True


def _look_and_break(machine: Machine) -> list[Finding]:
    raise ZeroDivisionError("too\nbad")


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setattr("voicestream_tui.doctor.sound.tone", _look_and_break)
    return Check("Sound", "tone", "sound:tone")


def test_a_check_that_breaks_is_a_line_and_the_next_one_follows(breaking: Check) -> None:
    missing = Check("Sound", "other", "not_there:look")
    found = list(run_checks(machine(), [breaking, missing]))
    assert [(area, finding.name, finding.status) for area, finding in found] == [
        ("Sound", "tone", Status.FAIL),
        ("Sound", "other", Status.FAIL),
    ]
    assert "ZeroDivisionError: too bad" in found[0][1].message
    assert "voicestream_tui.doctor.not_there" in found[1][1].message
    assert all(finding.remedy for _, finding in found)


def test_findings_come_one_by_one(breaking: Check) -> None:
    assert next(run_checks(machine(), [breaking, *CHECKS]))[1].name == "tone"


def test_every_check_can_be_found() -> None:
    from importlib import import_module

    for check in CHECKS:
        module, _, function = check.address.partition(":")
        assert callable(getattr(import_module(f"voicestream_tui.doctor.{module}"), function))
