"""An engine of another package: the example of the documentation, built, installed and used."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import wave
import zipfile
from pathlib import Path

import pytest

from tests.cli.command import Result, run

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/example-engine"
SETTINGS = """
[engines.phrasebook]
phrases = { "The tests pass." = "テストは通りました。" }
[engines.telegraph]
pitch = 800
"""


def build(source: Path, to: Path) -> None:
    """Make a package's wheel by its build backend and unpack it, which is what installing is."""
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(to)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(to / done.stdout.split()[-1]) as wheel:
        wheel.extractall(to)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with the example; the documentation's own folder stays clean."""
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(EXAMPLE, source)
    to = tmp_path_factory.mktemp("packages")
    build(source, to)
    return to


def with_package(installed: Path, *words: object, settings: str = SETTINGS) -> Result:
    config = installed.parent / "config.toml"
    config.write_text(settings)
    return run(*words, "--config", config, PYTHONPATH=str(installed))


def test_the_example_is_as_small_as_it_claims() -> None:
    files = [path for path in EXAMPLE.rglob("*") if path.is_file() and "cache" not in str(path)]
    assert {path.name for path in files} == {"pyproject.toml", "example_engine.py"}
    assert sum(len(path.read_text().splitlines()) for path in files) < 60


def test_its_engines_translate_and_speak_with_their_settings(
    installed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.wav"
    done = with_package(
        installed,
        *("say", "The tests pass.", "--json", "--device", "none", "--record", out),
        *("--translator", "phrasebook", "--speaker", "telegraph"),
    )
    assert done.code == 0, done.err
    (translated,) = done.of("translated")
    assert (translated["japanese"], translated["engine"]) == ("テストは通りました。", "phrasebook")
    assert done.of("voice")[0]["voice"] == "key"
    assert done.of("spoken")
    assert done.of("failed") == []
    assert pitch(out) == pytest.approx(800, abs=20)


def pitch(path: Path) -> float:
    """Hz, from how often the loudest tenth of a second crosses zero."""
    with wave.open(str(path)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        data = memoryview(file.readframes(file.getnframes())).cast("h")[::channels]
    first = next(n for n in range(len(data)) if abs(data[n]) > 3000)
    part = data[first : first + rate // 20]
    crossings = sum((part[n] < 0) != (part[n + 1] < 0) for n in range(len(part) - 1))
    return float(crossings / 2 / (len(part) / rate))


def test_its_voice_is_listed_and_can_be_heard(installed: Path, tmp_path: Path) -> None:
    listed = json.loads(with_package(installed, "voices", "--json").out)["voices"]
    (voice,) = [voice for voice in listed if voice["engine"] == "telegraph"]
    assert (voice["id"], voice["title"], voice["licence"]) == ("key", "Telegraph key", "CC0")
    out = tmp_path / "key.wav"
    heard = with_package(installed, "voices", "preview", "telegraph:key", "--record", out)
    assert heard.code == 0, heard.err
    assert pitch(out) == pytest.approx(800, abs=20)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("[engines.telegraph]\npich = 800\n", ['has the key "pich"', 'Did you mean "pitch"?']),
        ('[engines.telegraph]\npitch = "high"\n', ['"telegraph" can\'t be made', "TypeError"]),
    ],
)
def test_a_mistake_in_its_table_is_told(installed: Path, settings: str, told: list[str]) -> None:
    done = with_package(
        installed,
        *("say", "Yes.", "--json", "--device", "none", "--speaker", "telegraph"),
        settings=settings,
    )
    (failed,) = done.of("failed")
    for words in told:
        assert words in f"{failed['message']} {failed['hint']}"


def test_a_broken_package_is_told_and_harms_no_other_engine(
    installed: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "packages"
    shutil.copytree(installed, broken)
    (broken / "example_engine.py").write_text("import nothing_of_that_name\n")
    spoken = with_package(broken, "say", "Yes.", "--json", "--device", "none")
    assert spoken.of("spoken")
    failed = with_package(
        broken, "say", "Yes.", "--json", "--no-audio", "--translator", "phrasebook"
    ).of("failed")
    assert 'the package "nothing_of_that_name" is missing' in failed[0]["message"]
    (broken / "example_engine.py").write_text("1 / 0\n")
    listed = with_package(broken, "voices")
    assert "openjtalk:mei" in listed.out
    assert "telegraph: The speech engine" in listed.out
    assert "example_engine is broken (ZeroDivisionError" in listed.out
