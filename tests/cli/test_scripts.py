"""scripts/run, test and check on a machine on which nothing is set up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bare_machine import FAKE_APT, FAKE_PYTHON, Machine, bare_machine

APT_WORDS = {"install", "update", "libportaudio2"}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return bare_machine(tmp_path)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A pipe at which the stand-in for uv waits until something is written into it.

    Reading from the pipe beside it (.reached) waits until the stand-in is there.
    """
    path = tmp_path / "gate"
    os.mkfifo(path)
    os.mkfifo(path.with_suffix(".reached"))
    return path


def test_the_first_start_makes_the_environment_and_the_second_only_starts(
    machine: Machine,
) -> None:
    first = machine.start("--", "two words", "", "*")
    second = machine.start("again")
    assert first.stdout == f"<--><two words><><*> in {machine.folder}\n"
    assert "making the environment" in first.stderr
    assert "the environment is ready" in first.stderr
    assert (second.stdout, second.stderr) == (f"<again> in {machine.folder}\n", "")
    assert machine.calls == [
        f"uv sync --frozen --quiet --no-dev --python {machine.folder}/bin/python3"
    ]


def test_it_starts_through_links_and_from_anywhere(machine: Machine) -> None:
    (machine.folder / "one").symlink_to(machine.checkout / "scripts" / "run")
    (machine.folder / "bin" / "two").symlink_to("../one")
    result = subprocess.run(
        ["two", "x"],
        cwd="/",
        env=machine.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        executable=str(machine.folder / "bin" / "two"),
    )
    assert result.stdout == "<x> in /\n"
    by_name = subprocess.run(
        ["sh", "run", "y"],
        cwd=machine.checkout / "scripts",
        env=machine.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert by_name.stdout == f"<y> in {machine.checkout / 'scripts'}\n"
    assert len(machine.calls) == 1


@pytest.mark.parametrize("name", ["pyproject.toml", "uv.lock", "requirements.lock"])
def test_a_changed_lock_brings_the_environment_up_to_date(machine: Machine, name: str) -> None:
    machine.start()
    (machine.checkout / name).write_text("changed\n")
    assert "making the environment" in machine.start().stderr
    assert machine.start().stderr == ""
    assert len(machine.calls) == 2


def test_a_moved_checkout_is_made_anew(machine: Machine) -> None:
    machine.start()
    (machine.checkout / ".venv" / "stale").touch()
    moved = machine.folder / "moved"
    machine.checkout.rename(moved)
    result = subprocess.run(
        [moved / "scripts/run"], env=machine.environ, capture_output=True, timeout=60, check=True
    )
    assert b"making the environment" in result.stderr
    assert not (moved / ".venv" / "stale").exists()


def test_a_lost_environment_is_made_again(machine: Machine) -> None:
    machine.start()
    shutil.rmtree(machine.checkout / ".venv")
    assert machine.start("x").stdout.startswith("<x>")


def test_an_environment_killed_half_way_is_made_anew(machine: Machine, gate: Path) -> None:
    with machine.popen(UV_GATE=str(gate)) as process:
        gate.with_suffix(".reached").read_text()
        (machine.checkout / ".venv" / "bin").mkdir(parents=True)
        (machine.checkout / ".venv" / "bin" / "half").touch()
        process.kill()
        gate.write_text("on")
    result = machine.start("x")
    assert result.stdout.startswith("<x>")
    assert not (machine.checkout / ".venv" / "bin" / "half").exists()


def test_starts_at_once_make_it_only_once(machine: Machine, gate: Path) -> None:
    with machine.popen(UV_GATE=str(gate)) as first:
        gate.with_suffix(".reached").read_text()
        with machine.popen() as second:
            assert second.stderr
            assert "waiting for it" in second.stderr.readline()
            gate.write_text("on")
            assert first.wait(60) == 0
            assert second.wait(60) == 0
    assert len(machine.calls) == 1


def test_an_environment_of_somebody_else_is_not_removed(machine: Machine) -> None:
    (machine.checkout / ".venv").mkdir()
    (machine.checkout / ".venv" / "theirs").touch()
    assert machine.start().returncode == 0
    assert (machine.checkout / ".venv" / "theirs").exists()


def test_the_environment_can_be_kept_elsewhere(machine: Machine) -> None:
    place = machine.folder / "cache" / "venv"
    result = machine.start("x", VOICESTREAM_VENV=str(place))
    assert result.stdout.startswith("<x>")
    assert (place / "bin" / "voicestream-tui").exists()
    assert not (machine.checkout / ".venv").exists()


def test_without_uv_pip_takes_the_locked_packages(machine: Machine) -> None:
    machine.lacks("uv")
    result = machine.start("x")
    venv, checkout = machine.checkout / ".venv", machine.checkout
    assert result.stdout.startswith("<x>")
    quiet = "venv-python -m pip install --quiet --progress-bar off"
    assert machine.calls == [
        f"python -m venv {venv}",
        f"{quiet} --require-hashes -r {checkout}/requirements.lock",
        f"{quiet} --no-deps --no-build-isolation -e {checkout}",
    ]


def test_a_shim_without_uv_behind_it_counts_as_no_uv(machine: Machine) -> None:
    machine.has("uv", "#!/bin/sh\necho 'uv: command not found' >&2\nexit 127\n")
    assert machine.start("x").stdout.startswith("<x>")
    assert machine.calls[0].startswith("python -m venv")


def test_pip_goes_on_where_uv_fails(machine: Machine) -> None:
    result = machine.start("x", UV_FAILS="error: dns error")
    assert result.stdout.startswith("<x>")
    assert "trying pip" in result.stderr


def test_without_a_network_it_says_so(machine: Machine) -> None:
    unreachable = "Failed to establish a new connection"
    result = machine.start(UV_FAILS="error: dns error", PIP_SAYS=unreachable)
    assert result.returncode == 1
    assert "The package registry can't be reached." in result.stderr
    assert machine.start("x").stdout.startswith("<x>")


def test_another_failure_shows_its_last_lines_without_addresses(machine: Machine) -> None:
    machine.lacks("uv")
    result = machine.start(PIP_SAYS="no hash at https://me:secret@registry.example/simple today")
    assert result.returncode == 1
    assert "no hash at <address> today" in result.stderr
    assert "secret" not in result.stderr
    assert result.stdout == ""


def test_no_python_is_named_with_what_to_do(machine: Machine) -> None:
    machine.lacks("uv")
    machine.lacks("python3")
    result = machine.start()
    assert result.returncode == 1
    assert "Python 3.11, 3.12, 3.13 or 3.14 is needed and was not found." in result.stderr


def test_an_old_python_is_passed_over_for_a_newer_one(machine: Machine) -> None:
    machine.lacks("uv")
    old = machine.start(PYTHON_VERSION="3.9")
    assert old.returncode == 1
    assert "python3 is 3.9." in old.stderr
    machine.has("python3.13", FAKE_PYTHON.replace("$PYTHON_VERSION", "3.13"))
    assert machine.start("x", PYTHON_VERSION="3.9").stdout.startswith("<x>")


def test_uv_without_any_python_brings_its_own(machine: Machine) -> None:
    machine.lacks("python3")
    assert machine.start("x").stdout.startswith("<x>")
    assert machine.calls == ["uv sync --frozen --quiet --no-dev --python 3.13"]


def test_a_missing_venv_module_is_named(machine: Machine) -> None:
    machine.lacks("uv")
    result = machine.start(NO_ENSUREPIP="1")
    assert result.returncode == 1
    assert "sudo apt-get install python3.12-venv" in result.stderr


def test_a_missing_venv_module_is_installed_by_root(machine: Machine) -> None:
    machine.lacks("uv")
    machine.has("apt-get", FAKE_APT)
    machine.has("id", "#!/bin/sh\necho 0\n")
    assert machine.start("x", NO_ENSUREPIP="1").stdout.startswith("<x>")
    assert any("install python3.12-venv" in call for call in machine.calls)


def test_a_pip_outside_fills_the_environment(machine: Machine) -> None:
    machine.lacks("uv")
    assert machine.start("x", NO_ENSUREPIP="1", OUTSIDE_PIP="1").stdout.startswith("<x>")
    venv = machine.checkout / ".venv"
    assert f"python -m venv --without-pip {venv}" in machine.calls
    assert machine.calls[-1].startswith(f"python -m pip --python {venv}/bin/python install")


@pytest.mark.skipif(sys.platform != "linux", reason="macOS wheels bring PortAudio")
class TestPortAudio:
    def test_root_installs_it(self, machine: Machine) -> None:
        machine.has("apt-get", FAKE_APT)
        machine.has("id", "#!/bin/sh\necho 0\n")
        result = machine.start("x", PORTAUDIO="")
        assert result.stdout.startswith("<x>")
        assert "is missing" not in result.stderr
        asked = [word for call in machine.calls for word in call.split() if word in APT_WORDS]
        assert asked == ["install", "libportaudio2", "update", "install", "libportaudio2"]

    def test_a_sudo_that_asks_nothing_installs_it(self, machine: Machine) -> None:
        machine.has("apt-get", FAKE_APT)
        machine.has("id", "#!/bin/sh\necho 1000\n")
        machine.has("sudo", '#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\nexec "$@"\n')
        assert "is missing" not in machine.start(PORTAUDIO="").stderr

    def test_without_the_right_the_command_is_said_once(self, machine: Machine) -> None:
        machine.has("apt-get", FAKE_APT)
        machine.has("id", "#!/bin/sh\necho 1000\n")
        machine.has("sudo", "#!/bin/sh\nexit 1\n")
        first, second = machine.start("x", PORTAUDIO=""), machine.start("x", PORTAUDIO="")
        assert "sudo apt-get install libportaudio2" in first.stderr
        assert first.stdout.startswith("<x>")
        assert second.stderr == ""
        assert not any("apt-get" in call for call in machine.calls)

    @pytest.mark.parametrize(
        ("manager", "command"), [("dnf", "dnf install"), ("pacman", "pacman -S")]
    )
    def test_other_systems_have_their_own_command(
        self, machine: Machine, manager: str, command: str
    ) -> None:
        machine.has(manager, "#!/bin/sh\nexit 1\n")
        machine.has("id", "#!/bin/sh\necho 1000\n")
        assert f"sudo {command} portaudio" in machine.start(PORTAUDIO="").stderr


def test_the_tests_bring_their_tools_and_run_needs_nothing_more(machine: Machine) -> None:
    machine.start()
    result = machine.start(script="scripts/test")
    together, alone = result.stdout.split(f"pytest in {machine.checkout}:\n")[1:]
    assert together.startswith("<-m><pytest><-m><not alone><--numprocesses>")
    assert "<--cov>" in together
    assert alone == "<-m><pytest><-m><alone><--cov><--cov-append><--cov-report=term>\n"
    assert machine.calls[-1].startswith("uv sync --frozen --quiet --python")
    assert machine.start().stderr == ""
    assert len(machine.calls) == 2


def test_development_tools_stay_when_the_lock_changes(machine: Machine) -> None:
    machine.start(script="scripts/test")
    (machine.checkout / "uv.lock").write_text("changed\n")
    machine.start()
    assert "--no-dev" not in machine.calls[-1]
    assert machine.start(script="scripts/test").stderr == ""


def test_arguments_go_to_pytest(machine: Machine) -> None:
    result = machine.start("-k", "two words", script="scripts/test")
    assert result.stdout.endswith("<-m><pytest><-k><two words>\n")


def test_check_runs_all_and_ends_with_the_tests(machine: Machine) -> None:
    result = machine.start(script="scripts/check")
    lines = [line for line in result.stdout.splitlines() if not line.startswith("==")]
    assert result.returncode == 0
    assert lines[:4] == ["ruff format --check .", "ruff check .", "mypy ", "lint-imports "]
    assert lines[-1].startswith("<-m><pytest>")


@pytest.mark.parametrize("failing", ["ruff", "mypy", "lint-imports"])
def test_check_fails_with_any_of_its_parts(machine: Machine, failing: str) -> None:
    result = machine.start(script="scripts/check", FAILING=failing)
    assert result.returncode == 1
    assert "== failed:" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("<-m><pytest>")


def test_check_ends_with_the_tests_own_status(machine: Machine) -> None:
    assert machine.start(script="scripts/check", PYTEST_EXIT="5").returncode == 5
    assert machine.start(script="scripts/check", PYTEST_EXIT="1", FAILING="mypy").returncode == 1


def test_check_fix_mends_first(machine: Machine) -> None:
    lines = machine.start("--fix", "-x", script="scripts/check").stdout.splitlines()
    assert lines[:2] == ["ruff check --quiet --fix-only .", "ruff format --quiet ."]
    assert lines[-1] == "<-m><pytest><-x>"
