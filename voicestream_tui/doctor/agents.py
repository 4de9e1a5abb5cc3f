"""The agents that can be listened to."""

from __future__ import annotations

import re

from voicestream_tui.agent.claude_command import INSTALL
from voicestream_tui.doctor.child import Ran
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine

_LIMIT = 10.0
OLDEST = (2, 1, 197)
"""The oldest version whose stream was recorded and is read in the tests."""
_OTHERS = ("codex", "gemini")
_VERSION = re.compile(r"\b(\d+)\.(\d+)\.(\d+)\b")


def agents(machine: Machine) -> list[Finding]:
    """claude, and those besides it that are there."""
    path = machine.which("claude")
    others = [name for name in _OTHERS if machine.which(name)]
    ran = machine.run([path, "--version"], _LIMIT) if path else Ran()
    return [judge_claude(path, ran), *(ok(name, f"{machine.which(name)}") for name in others)]


def judge_claude(path: str | None, ran: Ran) -> Finding:
    """Whether claude is there, starts, and is not too old.

    Args:
        path: Where it is; None if it is not in PATH.
        ran: What became of `claude --version`.
    """
    if path is None:
        return warn("claude", "claude is not in PATH.", INSTALL)
    version = _VERSION.search(ran.out)
    details = {"path": path, "version": version[0] if version else ""}
    again = "Start it by itself to see more; else install it again: " + INSTALL
    if ran.problem:
        return fail("claude", f"{path} --version {ran.problem}.", again, **details)
    if ran.code != 0 or version is None:
        said = (ran.err.strip() or ran.out.strip()).splitlines()[-1:] or ["It said nothing."]
        message = f"{path} --version ended with {ran.code}: {said[0]}"
        return fail("claude", message, again, **details)
    if tuple(map(int, version.groups())) < OLDEST:
        tested = ".".join(map(str, OLDEST))
        message = f"{version[0]} ({path}) is older than {tested}, the oldest that was tested."
        return warn("claude", message, "claude update", **details)
    return ok("claude", f"{version[0]} ({path})", **details)
