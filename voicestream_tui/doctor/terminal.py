"""What the terminal can show."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from voicestream_tui.doctor.child import Ran
from voicestream_tui.doctor.cursor_report import measure
from voicestream_tui.doctor.finding import Finding, fail, ok, warn
from voicestream_tui.doctor.machine import Machine

_NO_SCREEN = ("", "dumb", "unknown")
_JAPANESE, _SIGNS = "日本", "─…"
_SMALL = (40, 10)
_LIMIT = 5.0


def terminal(machine: Machine) -> list[Finding]:
    """Whether there is one that can show the screen."""
    size = shutil.get_terminal_size()
    shown = sys.stdout is not None and sys.stdout.isatty()
    return [judge_terminal(machine.environ, shown, (size.columns, size.lines))]


def judge_terminal(environ: Mapping[str, str], shown: bool, size: tuple[int, int]) -> Finding:
    """Whether a terminal can show the screen, and in how many colours.

    Args:
        environ: TERM, COLORTERM and NO_COLOR are looked at.
        shown: Whether our output goes to a terminal.
        size: Columns and rows.
    """
    term = environ.get("TERM", "")
    details = {"TERM": term, "columns": size[0], "rows": size[1], "colours": colours(environ)}
    if term in _NO_SCREEN:
        what = f"TERM is {term!r}" if term else "TERM is not set"
        if not shown:
            return ok("terminal", f"none here ({what}): lines are printed, no screen", **details)
        return fail(
            "terminal",
            f"{what}, which can't show the screen.",
            "Use another terminal, or no screen: voicestream-tui --headless …",
            **details,
        )
    message = f"{term}, {colours(environ)}"
    if not shown:
        return ok("terminal", f"{message}; the output goes elsewhere now", **details)
    if size[0] < _SMALL[0] or size[1] < _SMALL[1]:
        message = f"{size[0]} × {size[1]} characters are little for two languages."
        return warn("terminal", message, "Make the window larger.", **details)
    if colours(environ) == "16 colours":
        remedy = "If it knows more: export COLORTERM=truecolor"
        if term.startswith("screen"):
            remedy = 'In tmux: set -g default-terminal "tmux-256color" in ~/.tmux.conf'
        return warn("terminal", f"{message}: themes look coarse.", remedy, **details)
    return ok("terminal", f"{message}, {size[0]} × {size[1]}", **details)


def colours(environ: Mapping[str, str]) -> str:
    """How many colours the screen will use, by the variables that the screen's library reads."""
    if environ.get("NO_COLOR"):
        return "no colours, as NO_COLOR asks"
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return "16 million colours"
    kind = environ.get("TERM", "").rpartition("-")[2].lower()
    return "256 colours" if kind in ("256color", "kitty", "direct") else "16 colours"


def japanese_width(machine: Machine) -> list[Finding]:
    """Whether the terminal draws Japanese two columns wide and box lines one."""
    if machine.environ.get("TERM", "") in _NO_SCREEN:
        return []
    if sys.stdout is not None:
        sys.stdout.flush()
    return [judge_widths(measure((_JAPANESE, _SIGNS)))]


def judge_widths(columns: list[int] | None) -> Finding:
    """What it means that two Japanese characters and two signs took so many columns."""
    if columns is None:
        return ok("width of Japanese", "not known: no terminal answered", columns=None)
    japanese, signs = columns
    details = {"columns": {_JAPANESE: japanese, _SIGNS: signs}}
    if japanese > 4:
        message = "The terminal does not read UTF-8: Japanese comes out as other signs."
        remedy = "Set its character encoding to UTF-8; in tmux, start it as: tmux -u"
        return fail("width of Japanese", message, remedy, **details)
    if japanese < 4:
        message = "Japanese characters are drawn one column wide, so that they overlap."
        remedy = "Choose another font or terminal, one made for East Asian text."
        return warn("width of Japanese", message, remedy, **details)
    if signs != 2:
        message = "Lines and dots are drawn two columns wide, so that the columns do not align."
        remedy = 'Set "ambiguous characters" to narrow in the terminal\'s settings.'
        return warn("width of Japanese", message, remedy, **details)
    return ok("width of Japanese", "two columns a character, as it should be", **details)


def tmux(machine: Machine) -> list[Finding]:
    """Whether tmux, if we are in it, lets Japanese through."""
    environ = machine.environ
    if environ.get("TMUX"):
        version = machine.run(["tmux", "-V"], _LIMIT)
        pane = environ.get("TMUX_PANE", "")
        target = ["-t", pane] if pane else []
        utf8 = machine.run(["tmux", "display-message", "-p", *target, "#{client_utf8}"], _LIMIT)
        return [judge_tmux(version, utf8)]
    if environ.get("STY"):
        message = "inside GNU screen; Japanese needs it started with: screen -U"
        return [ok("terminal in between", message)]
    return []


def judge_tmux(version: Ran, utf8: Ran) -> Finding:
    """What tmux says of itself and of the terminal around it."""
    named = version.out.strip() or f"tmux ({version.problem or 'of an unknown version'})"
    details = {"version": named, "utf8": utf8.out.strip()}
    if utf8.out.strip() == "0":
        message = f"{named} takes the terminal around it for one without UTF-8."
        return warn("tmux", message, "Start it as: tmux -u (or attach with it)", **details)
    return ok("tmux", f"inside {named}", **details)


def inside_ssh(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is on another computer than the sound."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY") or os.environ.get("MOSH"))
