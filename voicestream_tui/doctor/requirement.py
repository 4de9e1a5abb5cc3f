"""What a package requires, as its metadata says, and whether a version satisfies it.

The forms are those of the packaging standard (PEP 440 and PEP 508) as far as they occur in the
metadata of this program: names, comparisons and the marker `extra`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REQUIREMENT = re.compile(r"\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^;()]*)\)?\s*(?:;(.*))?")
_COMPARISON = re.compile(r"(===|~=|==|!=|<=|>=|<|>)\s*([\w.!+*-]+)")
_EXTRA = re.compile(r"""extra\s*==\s*["']([\w.-]+)["']""")
_VERSION = re.compile(
    r"v?(?:\d+!)?(\d+(?:\.\d+)*)[._-]?(?:(a|b|c|rc|alpha|beta|pre)[._-]?(\d*))?"
    r"[._-]?(?:post[._-]?(\d*))?[._-]?(?:dev(\d*))?",
    re.IGNORECASE,
)

Key = tuple[tuple[int, ...], int, int, int, int]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package that another one needs."""

    name: str
    versions: tuple[tuple[str, str], ...] = ()
    """Comparisons such as (">=", "2.0")."""
    extra: str = ""
    """The extra that asks for it; empty if it is always needed."""
    elsewhere: bool = False
    """It is needed on some computers only, by a marker that is not judged here."""

    def __str__(self) -> str:
        return self.name + ",".join(operator + version for operator, version in self.versions)


def parse_requirement(text: str) -> Requirement:
    """Read a line of `Requires-Dist`.

    Raises:
        ValueError: it is none.
    """
    found = _REQUIREMENT.fullmatch(text)
    if found is None:
        raise ValueError(f"no requirement: {text!r}")
    marker = found[3] or ""
    extra = _EXTRA.search(marker)
    return Requirement(
        found[1],
        tuple(_COMPARISON.findall(found[2])),
        extra[1] if extra else "",
        elsewhere=bool(_EXTRA.sub("", marker).strip(" ()")),
    )


def satisfies(version: str, requirement: Requirement) -> bool:
    """Whether a version is one of those required; what can't be compared counts as one."""
    return all(_holds(version, operator, other) for operator, other in requirement.versions)


def _holds(version: str, operator: str, wanted: str) -> bool:
    own, other = _key(version), _key(wanted.removesuffix(".*"))
    if own is None or other is None:
        return True
    prefix = _padded(own, len(other[0])) == other[0]
    match operator:
        case ">=":
            return own >= other
        case "<=":
            return own <= other
        case ">":
            return own > other
        case "<":
            return own < other
        case "!=":
            return not prefix if wanted.endswith(".*") else own != other
        case "~=":
            release = other[0][:-1]
            return own >= other and _padded(own, len(release)) == release
        case _:
            return prefix if wanted.endswith(".*") else own == other


def _key(version: str) -> Key | None:
    """What orders versions: 2.0.dev1 < 2.0rc1 < 2.0 < 2.0.post1."""
    found = _VERSION.fullmatch(version.partition("+")[0].strip())
    if found is None:
        return None
    release = tuple(map(int, found[1].split(".")))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    before = {"a": 0, "b": 1, "c": 2, "r": 2, "p": 2}.get((found[2] or "").lower()[:1], 3)
    after = -1 if found[4] is None else int(found[4] or 0)
    if found[5] is None:
        return release, before, int(found[3] or 0), after, 1
    # A version in the making comes before all that is like it without "dev".
    return release, before if found[2] or found[4] is not None else -1, int(found[3] or 0), after, 0


def _padded(key: Key, length: int) -> tuple[int, ...]:
    return (key[0] + (0,) * length)[:length]
