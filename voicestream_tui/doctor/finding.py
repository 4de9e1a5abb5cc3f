"""What a check says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How it stands with something."""

    OK = "ok"
    WARN = "warn"
    """It works, but worse than it could, or not for all that one might want."""
    FAIL = "fail"
    """What the settings ask for does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    name: str
    """What was looked at."""
    status: Status
    message: str
    """One sentence or two."""
    remedy: str = ""
    """What to do about it; empty where all is well."""
    details: Mapping[str, object] = field(default_factory=dict)
    """More for machines; values that JSON knows."""


def ok(name: str, message: str, **details: object) -> Finding:
    """All is well."""
    return Finding(name, Status.OK, message, "", details)


def warn(name: str, message: str, remedy: str, **details: object) -> Finding:
    """It could be better."""
    return Finding(name, Status.WARN, message, remedy, details)


def fail(name: str, message: str, remedy: str, **details: object) -> Finding:
    """Something that the settings ask for does not work."""
    return Finding(name, Status.FAIL, message, remedy, details)
