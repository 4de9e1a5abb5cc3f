"""Runs the checks and writes what they found."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from voicestream_tui.doctor.checks import run_checks
from voicestream_tui.doctor.child import Answer, probe
from voicestream_tui.doctor.finding import Status
from voicestream_tui.doctor.machine import Machine, Probe, SettingsFound
from voicestream_tui.doctor.report import Report, as_json
from voicestream_tui.errors import UsageError


def run(
    config: Path | None,
    preset: str | None,
    overrides: Mapping[str, Any],
    *,
    as_one_object: bool,
    sound: bool,
) -> int:
    """Check everything; gives the exit code: 0, or 1 if something does not work.

    Args:
        config, preset, overrides: As for `load_settings`.
        as_one_object: Print JSON in place of lines.
        sound: Play a tone.

    Raises:
        UsageError: The report can't be written.
    """
    if sys.stdout is None:
        raise UsageError("The doctor prints, and there is no standard output.")
    quiet = logging.NullHandler()  # else warnings of libraries would come between the lines
    logging.getLogger().addHandler(quiet)
    scratch = _scratch()
    # What engines keep for the next time is thrown away: nothing is changed here.
    environ = {**os.environ, **({"XDG_CACHE_HOME": scratch} if scratch else {})}
    machine = Machine(
        load=_loader(config, preset, overrides),
        probe=_once(environ),
        named=overrides.keys(),
        sound=sound,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _json(machine) if as_one_object else _lines(machine)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the last flush
        raise UsageError(f"The report can't be written: {error.strerror}.") from error
    finally:
        logging.getLogger().removeHandler(quiet)
        shutil.rmtree(scratch, ignore_errors=True)


def _once(environ: Mapping[str, str]) -> Probe:
    """Probes that are asked the same question once only."""
    answers: dict[str, Answer] = {}

    def ask(name: str, limit: float, /, **arguments: Any) -> Answer:
        question = json.dumps([name, arguments])
        if question not in answers:
            answers[question] = probe(name, limit, environ=environ, **arguments)
        return answers[question]

    return ask


def _scratch() -> str:
    """A folder that is removed at the end; empty where none can be made."""
    try:
        return tempfile.mkdtemp(prefix="vs-doctor-")
    except OSError:
        return ""


def _json(machine: Machine) -> int:
    found = list(run_checks(machine))
    print(as_json(found))
    return int(any(finding.status is Status.FAIL for _, finding in found))


def _lines(machine: Machine) -> int:
    out = sys.stdout
    shown = out.isatty()
    plain = not shown or os.environ.get("NO_COLOR") or os.environ.get("TERM") in (None, "dumb")
    report = Report(out, colour=not plain, width=shutil.get_terminal_size().columns if shown else 0)
    for area, finding in run_checks(machine, expect=report.expect):
        report.add(area, finding)
    report.end()
    return int(report.counts[Status.FAIL] > 0)


def _loader(config: Path | None, preset: str | None, overrides: Mapping[str, Any]) -> Any:
    @cache
    def load() -> SettingsFound:
        from voicestream_tui.config import Settings, config_path, load_settings
        from voicestream_tui.errors import ConfigError

        defaults = Settings().of_file(config_path(named=config))
        try:
            return SettingsFound(load_settings(config, preset, overrides=overrides))
        except ConfigError as error:
            return SettingsFound(defaults, error.message, error.hint)
        except OSError as error:  # the folder that we are in is gone
            problem = f"The current folder can't be read: {error.strerror}."
            return SettingsFound(defaults, problem, "Change to a folder that is there.")

    return load
