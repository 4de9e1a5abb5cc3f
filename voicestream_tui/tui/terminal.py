"""The terminal before and after the screen.

While the screen is up nothing but the screen may write to the terminal: the process's standard
output and error go into the log, and the screen gets copies of the real ones. Agent's text
that comes in on standard input is handed over as another descriptor, so that descriptor 0 can
be the keyboard.
"""

from __future__ import annotations

import fcntl
import io
import os
import stat
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

from voicestream_tui.errors import VoicestreamError

_TTY = "/dev/tty"
_HINT = "Start it in a terminal, or without a screen: --headless."
_LEAVE_SCREEN = b"\x1b[?1049l"
_RESET_MODES = b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1004l\x1b[?2004l"
_RESET_LOOK = b"\x1b[?2048l\x1b[<u\x1b[?7h\x1b[?25h\x1b[0m"
_STDIN, _STDOUT, _STDERR = 0, 1, 2


@contextmanager
def screen_terminal(
    log: Path | None, environ: Mapping[str, str] = os.environ
) -> Iterator[int | None]:
    """Make the terminal ready for the screen; put everything back afterwards, come what may.

    Args:
        log: The file that takes what libraries print meanwhile; None throws it away.
        environ: Where TERM is looked for.

    Yields:
        A descriptor with what stood on standard input, if that was a pipe, a socket or a
        file; None if it was the keyboard or nothing. It is closed at the end.

    Raises:
        VoicestreamError: There is no terminal that could show a screen.
    """
    kind = environ.get("TERM", "")
    if kind in ("", "dumb", "unknown"):
        what = f"TERM is {kind!r}" if kind else "TERM is not set"
        raise VoicestreamError(f"This terminal cannot show a screen: {what}.", _HINT)
    with ExitStack() as undo:
        screen = _screen_descriptor(undo)
        stdin = _take_stdin(undo)
        _keyboard_on_stdin(undo)
        undo.callback(_restore_modes, screen, termios.tcgetattr(_STDIN))
        sink = _open_sink(log)
        undo.callback(os.close, sink)
        _give_python_the_screen(undo, screen)
        for descriptor in (_STDOUT, _STDERR):
            if _is_terminal(descriptor):
                _redirect(undo, sink, descriptor)
        yield stdin


def _screen_descriptor(undo: ExitStack) -> int:
    """A descriptor of the terminal, of our own."""
    for candidate in (_STDOUT, _STDERR):
        if _is_terminal(candidate):
            screen = _copy(candidate)
            break
    else:
        screen = _open_terminal()
    undo.callback(os.close, screen)
    return screen


def _open_terminal() -> int:
    try:
        return os.open(_TTY, os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        raise VoicestreamError(f"There is no terminal: {error.strerror}.", _HINT) from error


def _take_stdin(undo: ExitStack) -> int | None:
    """A copy of standard input if text can come from it."""
    try:
        mode = os.fstat(_STDIN).st_mode
    except OSError:
        return None
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode)):
        return None
    copy = _copy(_STDIN)
    undo.callback(_close_quietly, copy)
    return copy


def _keyboard_on_stdin(undo: ExitStack) -> None:
    if not _is_terminal(_STDIN):
        keyboard = _open_terminal()
        undo.callback(_close_quietly, keyboard)
        _redirect(undo, keyboard, _STDIN)
    if sys.__stdin__ is None or sys.__stdin__.closed:
        reader = open(_STDIN, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        undo.callback(reader.close)
        undo.callback(setattr, sys, "__stdin__", sys.__stdin__)
        sys.__stdin__ = reader  # type: ignore[misc]


def _open_sink(log: Path | None) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    if log is not None:
        with suppress(OSError):
            return os.open(log, flags, 0o600)
    return os.open(os.devnull, os.O_WRONLY)


def _give_python_the_screen(undo: ExitStack, screen: int) -> None:
    """Point the streams that Textual writes to, and asks for the size, at the terminal."""
    for name in ("__stdout__", "__stderr__"):
        raw = open(screen, "wb", closefd=False)  # noqa: SIM115
        stream: TextIO = _ScreenStream(raw, encoding="utf-8", errors="replace")
        undo.callback(_close_stream, stream)
        undo.callback(setattr, sys, name, getattr(sys, name))
        setattr(sys, name, stream)


class _ScreenStream(io.TextIOWrapper):
    """Takes text even when the terminal has gone.

    The thread that writes the screen would end at an error, and who hands it more text then
    waits for ever: the program would outlive its terminal.
    """

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def _redirect(undo: ExitStack, source: int, target: int) -> None:
    """Make `target` mean what `source` means, until the end."""
    _flush_python()
    try:
        before: int | None = _copy(target)
    except OSError:
        before = None
    os.dup2(source, target)

    def put_back() -> None:
        _flush_python()
        if before is None:
            os.close(target)
        else:
            os.dup2(before, target)
            os.close(before)

    undo.callback(put_back)


def _restore_modes(screen: int, attributes: list[object]) -> None:
    """Undo what a screen that broke left behind; harmless after one that did not."""
    with suppress(OSError, termios.error):
        broken = termios.tcgetattr(_STDIN)[3] != attributes[3]
        termios.tcsetattr(_STDIN, termios.TCSANOW, attributes)  # type: ignore[arg-type]
        if broken:
            os.write(screen, _RESET_MODES + _LEAVE_SCREEN + _RESET_LOOK)


def _flush_python() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()


def _copy(descriptor: int) -> int:
    """A copy that is none of the three standard descriptors, even if one of them is closed."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _close_quietly(descriptor: int) -> None:
    with suppress(OSError):
        os.close(descriptor)


def _close_stream(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        stream.close()
