"""The agent as a process of ours: started, drained, interrupted, stopped, never left behind."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from voicestream_tui.agent.claude_command import claude_arguments, is_claude
from voicestream_tui.agent.framing import LONGEST_LINE, Framer
from voicestream_tui.agent.sources import framed
from voicestream_tui.agent.starting import start
from voicestream_tui.agent.wakeable import WakeableReader

__all__ = ["ProcessSource", "claude_arguments", "is_claude"]

_log = logging.getLogger(__name__)

_TAIL = 64 * 1024
_LOGGED_LINES = 500
_LOGGED_LINE = 2000
_POLL = 0.02
_KILLED = 5.0
"""Seconds that a SIGKILL may take."""
_LAST_WORDS = 3.0
"""Seconds that a reader gets to take what lies ready after the process is gone."""


class ProcessSource:
    """The lines that a command writes to its standard output.

    The command starts with the object, in a session of its own: Ctrl-C at the terminal
    reaches it only by way of `interrupt` and `close`. Its standard error is drained always.
    When it ends, or is ended, whatever it started ends too.

    Args:
        argv: The command and its arguments.
        stdin: A descriptor to read from; nothing (`/dev/null`) if None. The descriptor may
            be closed by its owner as soon as the object exists.
        interrupt_grace: Seconds that a SIGINT may take. Half-way it is sent again, because
            a program that is still starting may swallow the first.
        terminate_grace: Seconds that a SIGTERM may take before SIGKILL follows.
        max_line: Bytes of a line that are kept.
        cwd: Folder to run in, the current one if None.
        env: Environment, the current one if None.

    Raises:
        UsageError: there is no command.
        AgentError: the command can't be started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        stdin: int | None = None,
        *,
        interrupt_grace: float = 3.0,
        terminate_grace: float = 2.0,
        max_line: int = LONGEST_LINE,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.argv = tuple(argv)
        self.name = PurePath(self.argv[0]).name if self.argv else ""
        self._interrupt_grace = interrupt_grace
        self._terminate_grace = terminate_grace
        self._max_line = max_line
        self._process = start(self.argv, stdin, cwd, env)
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdout = self._process.stdout
        self._stderr = self._process.stderr
        self._output = WakeableReader(self._stdout.fileno())
        self._errors = WakeableReader(self._stderr.fileno())
        self._tail = bytearray()
        self._logged = 0
        self._signal_lock = threading.Lock()
        self._exit_code: int | None = None
        self._exited = threading.Event()
        self._ended = threading.Event()
        """The process and all that it started are gone."""
        self._closing = threading.Lock()
        self._closed = False
        self._reading = threading.Lock()
        self._threads = [
            threading.Thread(target=self._drain, name=f"stderr of {self.name}", daemon=True),
            threading.Thread(target=self._reap, name=f"end of {self.name}", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    # --- what comes ---------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The command's exit code, 128 + n if signal n ended it; None while it runs."""
        return self._exit_code

    @property
    def stderr_tail(self) -> str:
        """The end of what came on standard error, at most 64 KiB."""
        return bytes(self._tail).decode("utf-8", "replace")

    def lines(self) -> Iterator[bytes]:
        """Yield lines until the output ends and the command is gone.

        After `interrupt` and `close` the last words still come.
        """
        with self._reading:
            try:
                yield from framed(self._output, self._max_line, self.name)
                self._ended.wait()
            finally:
                if self._closed:
                    self._stdout.close()

    # --- ending it ----------------------------------------------------------------------------

    def interrupt(self) -> bool:
        """Send SIGINT to the command and what it started, as Ctrl-C does.

        Returns:
            Whether the command was still running.
        """
        return self._signal(signal.SIGINT)

    def close(self) -> None:
        """Stop the command: SIGINT twice, SIGTERM, SIGKILL, each after a grace time.

        Returns when the command and all that it started are gone, `lines` has ended or been
        told to, and standard error is drained. Callable from any thread, any number of times.
        """
        with self._closing:
            half = self._interrupt_grace / 2
            for number, grace in (
                (signal.SIGINT, half),
                (signal.SIGINT, half),
                (signal.SIGTERM, self._terminate_grace),
                (signal.SIGKILL, _KILLED),
            ):
                if self._exited.is_set():
                    break
                _log.info("stopping %s: %s", self.name, number.name)
                self._signal(number)
                self._exited.wait(grace)
            if not self._exited.is_set():
                _log.error("%s (process %d) can't be stopped", self.name, self.pid)
                self._errors.stop()
                self._output.stop()
                self._ended.set()
                return
            for thread in self._threads:
                thread.join()
            self._closed = True
            # A reader has the last words before the pipe goes, but not for ever.
            reading = not self._reading.acquire(timeout=_LAST_WORDS)
            self._output.stop()
            if not reading:
                self._stdout.close()
                self._reading.release()

    def kill(self) -> None:
        """Send SIGKILL to the command and what it started; a `close` that waits is then done."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> bool:
        with self._signal_lock:
            if self._process.returncode is not None:
                return False
            _signal_group(self.pid, number)
            return True

    # --- threads ------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Keep the end of standard error, log its lines; never let the command wait for us."""
        framer = Framer(_TAIL)
        with self._stderr:
            for chunk in self._errors.chunks():
                self._tail += chunk
                del self._tail[:-_TAIL]
                for line in framer.feed(chunk):
                    self._log_line(line)
            for line in framer.close():
                self._log_line(line)

    def _log_line(self, line: bytes) -> None:
        # A flood must not push everything else out of the log; the tail is kept apart from it.
        self._logged += 1
        if self._logged <= _LOGGED_LINES:
            _log.info("%s: %s", self.name, line[:_LOGGED_LINE].decode("utf-8", "replace"))
        elif self._logged == _LOGGED_LINES + 1:
            _log.info("%s: more lines on its error output are not logged", self.name)

    def _reap(self) -> None:
        """Wait for the command's end, then end what it left running."""
        pid = self._process.pid
        if hasattr(os, "waitid"):
            # As long as it has not been reaped, nobody else's group can get its number.
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            _signal_group(pid, signal.SIGTERM)
        while (code := self._poll()) is None:
            time.sleep(_POLL)
        self._exit_code = code if code >= 0 else 128 - code
        self._exited.set()
        self._end_group(pid)
        # Somebody who left the group may hold the pipes open for ever.
        self._errors.stop(drain=True)
        self._output.stop(drain=True)
        # Why it ended stands at the end of its error output.
        self._threads[0].join(_LAST_WORDS)
        self._ended.set()

    def _poll(self) -> int | None:
        with self._signal_lock:
            return self._process.poll()

    def _end_group(self, pid: int) -> None:
        if not _signal_group(pid, signal.SIGTERM):
            return
        deadline = time.monotonic() + self._terminate_grace
        while _signal_group(pid, 0):
            if time.monotonic() >= deadline:
                _log.warning("%s left something running; it is killed", self.name)
                _signal_group(pid, signal.SIGKILL)
                return
            time.sleep(_POLL)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; tell whether there was anybody to get it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
