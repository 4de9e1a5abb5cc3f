from __future__ import annotations

from importlib import metadata

from tests.doctor.machines import machine, pip
from voicestream_tui.doctor.finding import Finding, Status
from voicestream_tui.doctor.packages import judge_packages, judge_python, packages, python
from voicestream_tui.doctor.requirement import parse_requirement

NEEDED = ["numpy>=2.0", "soxr>=1.0", "piper-tts>=1.7; extra == 'piper'"]
WHOLE = {"numpy": "2.4", "soxr": "1.1"}


def judged(installed: dict[str, str], gone: str = "") -> list[Finding]:
    required = [parse_requirement(line) for line in NEEDED]
    return judge_packages(
        "1.0", required, installed.get, pip, lambda name: gone if name == "numpy" else ""
    )


def test_a_complete_environment_is_ok_and_tells_its_extras() -> None:
    (found,) = judged(WHOLE)
    assert found.status is Status.OK
    assert "extra piper not installed" in found.message
    assert found.details["versions"] == WHOLE
    assert "extra piper installed" in judged({**WHOLE, "piper-tts": "1.8"})[0].message


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    (found,) = judged({"soxr": "1.1"})
    assert found.status is Status.FAIL
    assert "numpy is missing" in found.message
    assert found.remedy == "pip install 'numpy>=2.0'"


def test_an_old_package_is_named_with_what_is_required() -> None:
    (found,) = judged({**WHOLE, "soxr": "0.9"})
    assert found.status is Status.FAIL
    assert "soxr 0.9" in found.message
    assert "soxr>=1.0" in found.message


def test_an_old_package_of_an_extra_counts_although_the_extra_is_optional() -> None:
    (found,) = judged({**WHOLE, "piper-tts": "1.6"})
    assert found.status is Status.FAIL
    assert "for the extra piper" in found.message


def test_a_package_that_has_lost_a_file_is_damaged() -> None:
    (found,) = judged(WHOLE, gone="numpy/__init__.py")
    assert found.status is Status.FAIL
    assert "numpy/__init__.py" in found.message
    assert "numpy==2.4" in found.remedy


def test_an_old_python_fails() -> None:
    assert judge_python("3.11.2", ">=3.11", "p", "v").status is Status.OK
    found = judge_python("3.10.14", ">=3.11", "p", "v")
    assert found.status is Status.FAIL
    assert ">=3.11" in found.message
    assert found.remedy


def test_the_environment_of_the_tests_is_in_order() -> None:
    assert [finding.status for finding in packages(machine())] == [Status.OK]
    assert [finding.status for finding in python(machine())] == [Status.OK]
    assert metadata.version("numpy") in str(packages(machine())[0].details)
