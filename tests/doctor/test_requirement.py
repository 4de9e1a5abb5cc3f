from __future__ import annotations

from importlib import metadata

import pytest

from voicestream_tui.doctor.requirement import parse_requirement, satisfies


@pytest.mark.parametrize(
    ("text", "name", "versions", "extra", "elsewhere"),
    [
        ("numpy>=2.0", "numpy", ((">=", "2.0"),), "", False),
        ("numpy (>=2.0,<3)", "numpy", ((">=", "2.0"), ("<", "3")), "", False),
        ("typing-extensions", "typing-extensions", (), "", False),
        ("piper-tts >= 1.7 ; extra == 'piper'", "piper-tts", ((">=", "1.7"),), "piper", False),
        ('a[b]~=1.0; extra == "x" and python_version < "4"', "a", (("~=", "1.0"),), "x", True),
        ("a.b_c; sys_platform == 'darwin'", "a.b_c", (), "", True),
    ],
)
def test_a_requirement_is_read(
    text: str, name: str, versions: tuple[tuple[str, str], ...], extra: str, elsewhere: bool
) -> None:
    found = parse_requirement(text)
    assert (found.name, found.versions, found.extra, found.elsewhere) == (
        name,
        versions,
        extra,
        elsewhere,
    )


def test_what_is_no_requirement_is_refused() -> None:
    with pytest.raises(ValueError, match="no requirement"):
        parse_requirement(">=2")


def test_every_requirement_of_the_program_is_read() -> None:
    for line in metadata.requires("voicestream-tui") or []:
        assert parse_requirement(line).versions, line


@pytest.mark.parametrize(
    ("version", "required", "holds"),
    [
        ("2.0", ">=2.0", True),
        ("2", ">=2.0.0", True),
        ("1.9.9", ">=2.0", False),
        ("10.0", ">=9.1", True),
        ("0.4.1.post10", ">=0.4.1.post10", True),
        ("0.4.1.post9", ">=0.4.1.post10", False),
        ("0.4.1", ">=0.4.1.post10", False),
        ("2.0rc1", ">=2.0", False),
        ("2.0.dev3", ">=2.0", False),
        ("2.0.dev3", ">=2.0a1", False),
        ("2.0b2", ">2.0a3", True),
        ("3.0", ">=2.0,<3", False),
        ("2.9", ">=2.0,<3", True),
        ("1.4.5", "~=1.4.2", True),
        ("1.5.0", "~=1.4.2", False),
        ("1.4.1", "~=1.4.2", False),
        ("2.1.7", "==2.1.*", True),
        ("2.2", "==2.1.*", False),
        ("2.2", "!=2.1.*", True),
        ("2.1.0", "!=2.1", False),
        ("2.1", "==2.1.0", True),
        ("1.0+cpu", "<=1.0", True),
        ("of its own kind", ">=2.0", True),
    ],
)
def test_versions_are_compared_as_the_standard_says(
    version: str, required: str, holds: bool
) -> None:
    assert satisfies(version, parse_requirement(f"x{required}")) is holds
