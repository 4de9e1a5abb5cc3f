from __future__ import annotations

import base64
import hashlib
import shutil
import sys
from pathlib import Path

import pytest

from tests.doctor.machines import pip
from voicestream_tui.doctor.finding import Status
from voicestream_tui.doctor.onnxruntimes import (
    RuntimePackage,
    installed_runtimes,
    judge_runtimes,
)


class Site:
    """A folder of packages, filled as an installer does it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, name: str, version: str, **files: str) -> None:
        rows = []
        for path, text in {"__init__.py": name, "capi/core.so": "core of " + name, **files}.items():
            place = self.folder / "onnxruntime" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            rows.append(f"onnxruntime/{path},sha256={digest.decode().rstrip('=')},{len(text)}")
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "RECORD").write_text("\n".join([*rows, f"{info.name}/RECORD,,"]) + "\n")

    def remove(self, name: str) -> None:
        """As an installer removes a package: with all files it brought."""
        (info,) = self.folder.glob(f"{name.replace('-', '_')}-*.dist-info")
        shutil.rmtree(self.folder / "onnxruntime")
        shutil.rmtree(info)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return Site(tmp_path)


def judged(*, cuda: bool = False) -> tuple[Status, str, str]:
    found = judge_runtimes(list(installed_runtimes()), cuda, pip)
    return found.status, found.message, found.remedy


def test_without_the_package_all_is_well(site: Site) -> None:
    status, message, _ = judged()
    assert status is Status.OK
    assert "not installed" in message


def test_one_that_is_whole_is_ok(site: Site) -> None:
    site.install("onnxruntime", "1.20")
    assert judged()[:2] == (Status.OK, "onnxruntime 1.20, its files are whole")


def test_of_two_the_one_whose_files_lie_there_is_named(site: Site) -> None:
    site.install("onnxruntime", "1.20")
    site.install("onnxruntime-gpu", "1.21")
    status, message, remedy = judged()
    assert status is Status.WARN
    assert "onnxruntime 1.20" in message
    assert "onnxruntime-gpu 1.21" in message
    assert message.endswith("the files are those of onnxruntime-gpu.")
    assert "pip uninstall onnxruntime" in remedy


def test_of_two_the_wrong_one_fails_where_cuda_is_wished_for(site: Site) -> None:
    site.install("onnxruntime-gpu", "1.21")
    site.install("onnxruntime", "1.20")
    status, message, remedy = judged(cuda=True)
    assert status is Status.FAIL
    assert "no CUDA" in message
    assert "pip install onnxruntime-gpu" in remedy


def test_one_whose_files_another_took_away_fails(site: Site) -> None:
    site.install("onnxruntime", "1.20")
    site.install("onnxruntime-gpu", "1.21")
    site.remove("onnxruntime-gpu")
    status, message, remedy = judged()
    assert status is Status.FAIL
    assert "onnxruntime/__init__.py" in message
    assert "pip install onnxruntime" in remedy


def test_mixed_files_fail(site: Site) -> None:
    site.install("onnxruntime", "1.20", **{"only.py": "one"})
    site.install("onnxruntime-gpu", "1.21")
    (site.folder / "onnxruntime/capi/core.so").write_text("core of onnxruntime")
    status, message, _ = judged()
    assert status is Status.FAIL
    assert "mixed" in message


def test_packages_beside_it_are_not_taken_for_it(site: Site) -> None:
    site.install("onnxruntime", "1.20")
    info = site.folder / "onnxruntime_extensions-0.13.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: onnxruntime-extensions\nVersion: 0.13\n")
    (info / "RECORD").write_text("onnxruntime_extensions/__init__.py,,\n")
    assert list(installed_runtimes()) == [RuntimePackage("onnxruntime", "1.20")]
