"""The log file: rotating, in the platform's log folder, and never a word on the screen.

Native libraries, warnings and crashed threads would tear the screen; what they say through
Python's own channels goes into the file.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

APP_NAME = "voicestream-tui"
FILE_NAME = "voicestream-tui.log"
MAX_BYTES = 2 * 1024 * 1024
BACKUPS = 3
FORMAT = "%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [%(threadName)s] %(message)s"

_log = logging.getLogger(__name__)


class _QuietFileHandler(RotatingFileHandler):
    """A rotating file whose own troubles (a full disk) are not printed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        return


class _Log:
    """Logging that has been set up; `close()` puts everything back.

    Attributes:
        path: The file; None when no file could be opened.
        note: What to tell the user about it, one sentence; empty when all is well.
    """

    def __init__(self, level: str, folder: Path) -> None:
        self.path: Path | None = folder / FILE_NAME
        self.note = ""
        self._handler: logging.Handler
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handler = _QuietFileHandler(
                self.path,
                maxBytes=MAX_BYTES,
                backupCount=BACKUPS,
                encoding="utf-8",
                errors="backslashreplace",
            )
        except OSError as error:
            self.note = f"No log is kept: {self.path} can't be written ({error.strerror})."
            self.path = None
            # Keeps the root logger from falling back to standard error.
            self._handler = logging.NullHandler()
        self._handler.setFormatter(logging.Formatter(FORMAT, "%Y-%m-%dT%H:%M:%S"))
        self._root = logging.getLogger()
        self._ours = logging.getLogger("voicestream_tui")
        self._levels = (self._root.level, self._ours.level)
        self._root.addHandler(self._handler)
        self._root.setLevel(logging.WARNING)
        self._ours.setLevel(level.upper())
        logging.captureWarnings(True)
        self._thread_hook = threading.excepthook
        self._unraisable_hook = sys.unraisablehook
        threading.excepthook = _log_thread_crash
        sys.unraisablehook = _log_unraisable

    def close(self) -> None:
        """Take the file and the hooks away again."""
        threading.excepthook = self._thread_hook
        sys.unraisablehook = self._unraisable_hook
        logging.captureWarnings(False)
        self._root.removeHandler(self._handler)
        self._handler.close()
        self._root.setLevel(self._levels[0])
        self._ours.setLevel(self._levels[1])


def log_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the log: VOICESTREAM_LOG_DIR, or the platform's own."""
    named = environ.get("VOICESTREAM_LOG_DIR", "")
    return Path(named) if named else user_log_path(APP_NAME, appauthor=False)


_current: _Log | None = None


def start_logging(level: str = "info", environ: Mapping[str, str] = os.environ) -> str:
    """Log to the file from now on, also what other libraries warn of and how threads crash.

    Args:
        level: "debug", "info", "warning" or "error", for our own modules; others' from warning.
        environ: Where VOICESTREAM_LOG_DIR is looked for.

    Returns:
        A sentence to show when no file could be opened, else "". Never raises for that.
    """
    global _current
    stop_logging()
    _current = _Log(level, log_folder(environ))
    return _current.note


def stop_logging() -> None:
    """Close the file and put everything back as it was; idempotent."""
    global _current
    if _current is not None:
        _current.close()
        _current = None


def log_path() -> Path | None:
    """The file that is written now; None if there is none."""
    return _current.path if _current is not None else None


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_type is SystemExit:
        return
    name = crash.thread.name if crash.thread else "unknown"
    trace = crash.exc_value.with_traceback(crash.exc_traceback) if crash.exc_value else None
    _log.critical("thread %s crashed", name, exc_info=trace or True)


def _log_unraisable(problem: sys.UnraisableHookArgs) -> None:
    what = problem.err_msg or "Exception ignored in"
    _log.error("%s: %r", what, problem.object, exc_info=problem.exc_value)
