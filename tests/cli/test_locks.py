"""The lock files: what uv installs and what pip installs are the same.

If one of these fails after a change of pyproject.toml: scripts/lock.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def uv_packages() -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return packages


def locked_by_uv() -> dict[tuple[str, str], set[str]]:
    """Hashes by name and version."""
    return {
        (package["name"], package["version"]): {
            file["hash"]
            for file in [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        }
        for package in uv_packages()
        if "version" in package
    }


def locked_for_pip(name: str) -> dict[tuple[str, str], set[str]]:
    packages: dict[tuple[str, str], set[str]] = {}
    hashes: set[str] = set()
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("    --hash="):
            hashes.add(line.strip(" \\").removeprefix("--hash="))
        elif not line.startswith("#"):
            package, _, version = line.rstrip(" \\").partition(" ;")[0].partition("==")
            hashes = packages.setdefault((package, version), set())
    return packages


def needed(groups: Sequence[str]) -> set[tuple[str, str]]:
    """Everything that uv.lock says the project and its groups lead to."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for package in uv_packages():
        by_name.setdefault(package["name"], []).append(package)
    (root,) = by_name["voicestream-tui"]
    waiting = list(root["dependencies"])
    for group in groups:
        waiting += root["dev-dependencies"][group]
    found: set[tuple[str, str]] = set()
    done: list[dict[str, Any]] = []
    while waiting:
        wanted = waiting.pop()
        if wanted in done:
            continue
        done.append(wanted)
        for package in by_name[wanted["name"]]:
            if wanted.get("version", package["version"]) == package["version"]:
                found.add((package["name"], package["version"]))
                waiting += package.get("dependencies", [])
                for extra in wanted.get("extra", []):
                    waiting += package["optional-dependencies"][extra]
    return found


@pytest.mark.parametrize(
    ("name", "groups"),
    [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])],
)
def test_pip_and_uv_install_the_same(name: str, groups: list[str]) -> None:
    for_pip, by_uv = locked_for_pip(name), locked_by_uv()
    assert set(for_pip) == needed(groups)
    assert all(hashes and hashes <= by_uv[package] for package, hashes in for_pip.items())


def test_the_locks_name_only_the_public_registry() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    addresses = {word.split("/")[2] for word in text.split('"') if "://" in word}
    assert addresses == {"files.pythonhosted.org", "pypi.org"}
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_lock_knows_the_dependencies_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (own,) = (package for package in uv_packages() if package["name"] == "voicestream-tui")
    written = {_name(entry) for entry in project["project"]["dependencies"]}
    assert written == {entry["name"] for entry in own["dependencies"]}
    for group, entries in project["dependency-groups"].items():
        written = {_name(entry) for entry in entries}
        assert written == {entry["name"] for entry in own["dev-dependencies"][group]}


def _name(requirement: str) -> str:
    end = next((i for i, c in enumerate(requirement) if c in "<>=!~[ ;"), len(requirement))
    return requirement[:end].lower()
