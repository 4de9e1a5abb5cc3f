"""Calls a user who looks elsewhere: the terminal's bell, a notification of the desktop."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Callable, Mapping

from voicestream_tui.tui.rows import one_line

log = logging.getLogger(__name__)

_OSC_9_PROGRAMS = ("iTerm.app", "WezTerm", "ghostty")
_OSC_9_TERMS = ("xterm-kitty", "xterm-ghostty", "wezterm")
_OSC_777_TERMS = ("rxvt", "foot")
_TITLE = "voicestream-tui"
_LONGEST = 200
_PATIENCE = 1.0
"""Seconds that a helper has at the end before it is killed."""


def notification(text: str, environ: Mapping[str, str]) -> str:
    """What makes this terminal show a notification; empty if none is known that does.

    Inside tmux and screen it is empty: they swallow or show such sequences.
    """
    if "TMUX" in environ or "STY" in environ:
        return ""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    body = _clean(text)
    if program in _OSC_9_PROGRAMS or term.startswith(_OSC_9_TERMS):
        return f"\x1b]9;{body}\x07"
    if term.startswith(_OSC_777_TERMS):
        return f"\x1b]777;notify;{_TITLE};{body}\x07"
    return ""


def _clean(text: str) -> str:
    return one_line(text).replace(";", ",")[:_LONGEST]


class Notifier:
    """Shows notifications; never waits for one."""

    def __init__(self, write: Callable[[str], None], environ: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            write: Writes to the terminal.
            environ: Tells which terminal it is.
        """
        self._write = write
        self._environ = environ
        self._helpers: list[subprocess.Popen[bytes]] = []

    def show(self, text: str) -> None:
        """Show a notification where the terminal or the system can."""
        sequence = notification(text, self._environ)
        if sequence:
            self._write(sequence)
            return
        helper = shutil.which("notify-send", path=self._environ.get("PATH"))
        if helper is None:
            return
        try:
            process = subprocess.Popen(
                [helper, "--app-name", _TITLE, "--", _TITLE, _clean(text)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            log.warning("%s: %s", helper, error)
            return
        self._helpers.append(process)

    def reap(self) -> None:
        """Forget the helpers that have ended; cheap, to be called now and then."""
        self._helpers = [helper for helper in self._helpers if helper.poll() is None]

    def close(self) -> None:
        """Leave no helper behind."""
        for helper in self._helpers:
            try:
                helper.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                helper.kill()
                helper.wait()
        self._helpers.clear()
