"""Whether text goes in and out as UTF-8."""

from __future__ import annotations

import codecs
import locale
import sys
from collections.abc import Mapping
from pathlib import Path

from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine

_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")


def encoding(machine: Machine) -> list[Finding]:
    """The locale, and what Python makes of it."""
    output = getattr(sys.stdout, "encoding", "") or "utf-8"
    return [judge_encoding(_given(machine.environ), locale.getencoding(), output)]


def _given(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The variables as this program was given them: Python puts UTF-8 in the place of "C"."""
    try:
        given = Path("/proc/self/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:  # not Linux
        return environ
    return dict(entry.split("=", 1) for entry in given if "=" in entry)


def judge_encoding(environ: Mapping[str, str], of_locale: str, of_output: str) -> Finding:
    """Whether Japanese can be written.

    Args:
        environ: The variables of the locale are looked at.
        of_locale: The encoding of the locale, as Python found it.
        of_output: The encoding of the standard output.
    """
    name = next((name for name in _VARIABLES if environ.get(name)), "")
    said = f"{name}={environ[name]}" if name else "neither LC_ALL nor LANG is set"
    details = {"locale": said, "encoding": of_locale, "output": of_output}
    remedy = "export LANG=C.UTF-8, or another locale that ends in UTF-8 (locale -a lists them)"
    if name == "LC_ALL":
        remedy = f"unset LC_ALL, then {remedy}"
    if not _is_utf8(of_output):
        message = f"{said}: what is printed is {of_output}, which has no Japanese."
        return fail("locale", message, remedy, **details)
    if not _is_utf8(of_locale) or not _names_utf8(environ.get(name, "")):
        message = f"{said}: this program writes UTF-8 all the same, others (tmux) may not."
        return warn("locale", message, remedy, **details)
    return ok("locale", f"{said}, UTF-8", **details)


def _is_utf8(name: str) -> bool:
    try:
        return codecs.lookup(name).name == "utf-8"
    except LookupError:
        return False


def _names_utf8(value: str) -> bool:
    codeset = value.partition("@")[0].rpartition(".")[2]
    return codeset.lower().replace("-", "") == "utf8"
