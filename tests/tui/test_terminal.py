"""The real terminal: a child process on a pseudo-terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from voicestream_tui.errors import VoicestreamError
from voicestream_tui.tui.terminal import _give_python_the_screen, screen_terminal

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0

SESSION = """
import os, sys
from pathlib import Path
from tests.tui.fake_pipeline import FakePipeline
from tests.tui.scene import coding_session
from voicestream_tui.errors import VoicestreamError
from voicestream_tui.tui.app import UiOptions, VoicestreamApp, run_screen
from voicestream_tui.tui.terminal import screen_terminal

class Pipeline(FakePipeline):
    def start(self):
        os.write(1, b"noise on stdout\\n")
        os.write(2, b"noise on stderr\\n")
        for event in coding_session():
            self.emit(event)
        {start}

with screen_terminal(Path(sys.argv[1])) as stdin:
    received = os.read(stdin, 100) if stdin is not None else None
    app = VoicestreamApp(Pipeline, settings=UiOptions())
    try:
        code = run_screen(app)
    except VoicestreamError as error:
        code = error.message
print("code", code, "received", received, "closed", app._pipeline and app._pipeline.closed)
print("on stderr", file=sys.stderr)
"""


class Child:
    """A Python program whose terminal is a pseudo-terminal; `seen` is what came out of it."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.master = master
        self.seen = b""

    def wait_for(self, text: bytes, after: int = 0) -> None:
        """Read until `text` came, behind the first `after` bytes."""
        self._read(lambda: self.seen.find(text, after) >= 0, f"{text!r}")

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def finish(self) -> int:
        """Wait for the end."""
        self._read(lambda: False, "the end")
        return self.process.wait(PATIENCE)

    def _read(self, enough: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not enough():
            left = deadline - time.monotonic()
            assert left > 0, f"{what} did not come; on the screen: {self.seen[-2000:]!r}"
            if not select.select([self.master], [], [], left)[0]:
                continue
            try:
                part = os.read(self.master, 65536)
            except OSError:
                part = b""
            if not part:
                return
            self.seen += part


@contextmanager
def child(
    program: str,
    *arguments: str,
    stdin: int | None = None,
    size: tuple[int, int] = (100, 30),
    **environment: str,
) -> Iterator[Child]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    variables = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
    # The slave becomes the child's controlling terminal, whatever its standard input is.
    take = "import fcntl, termios; fcntl.ioctl(1, termios.TIOCSCTTY, 0)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", take + program, *arguments],
        stdin=slave if stdin is None else stdin,
        stdout=slave,
        stderr=slave,
        env={name: value for name, value in variables.items() if value},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Child(process, master)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        os.close(master)


def session(start: str = "pass") -> str:
    return SESSION.format(start=start)


def test_nothing_that_libraries_print_reaches_the_screen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with child(session(), str(log)) as c:
        c.wait_for(b"regression test")
        c.press(b"q")
        assert c.finish() == 0
    assert b"noise" not in c.seen
    assert b"code None received None closed True" in c.seen
    assert b"on stderr" in c.seen
    assert "noise on stdout" in log.read_text()
    assert "noise on stderr" in log.read_text()


def test_the_screen_is_left_as_it_was_found(tmp_path: Path) -> None:
    program = """
import termios
before = termios.tcgetattr(0)
""" + session().replace(
        'print("on stderr"', 'print("same", termios.tcgetattr(0) == before)\nprint("on stderr"'
    )
    with child(program, str(tmp_path / "log")) as c:
        c.wait_for(b"regression test")
        c.press(b"q")
        c.finish()
    assert b"same True" in c.seen
    assert c.seen.rindex(b"\x1b[?1049l") > c.seen.rindex(b"\x1b[?1049h")
    assert c.seen.rindex(b"\x1b[?25h") > c.seen.rindex(b"\x1b[?25l")


def test_the_stream_on_stdin_is_handed_over_and_the_keyboard_works(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, b"agent's stream")
    with child(session(), str(tmp_path / "log"), stdin=read) as c:
        os.close(read)
        c.wait_for(b"regression test")
        c.press(b"q")
        assert c.finish() == 0
    os.close(write)
    assert b'received b"agent\'s stream"' in c.seen


def test_a_file_on_stdin_is_handed_over_and_the_null_device_is_not(tmp_path: Path) -> None:
    file = tmp_path / "stream.jsonl"
    file.write_text("a recording")
    for path, expected in (
        (file, b"received b'a recording'"),
        (Path(os.devnull), b"received None"),
    ):
        with path.open("rb") as opened, child(session(), "/dev/null", stdin=opened.fileno()) as c:
            c.wait_for(b"regression test")
            c.press(b"q")
            c.finish()
        assert expected in c.seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_closes_the_pipeline_and_restores_the_terminal(
    tmp_path: Path, number: signal.Signals
) -> None:
    with child(session(), str(tmp_path / "log")) as c:
        c.wait_for(b"regression test")
        os.kill(c.process.pid, number)
        assert c.finish() == 0
    assert f"code {128 + number} received None closed True".encode() in c.seen
    assert b"\x1b[?1049l" in c.seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_the_screen_comes_up_restores_the_terminal(
    tmp_path: Path, number: signal.Signals
) -> None:
    app = "app = VoicestreamApp("
    early = f"VoicestreamApp._load_themes = lambda self: os.kill(os.getpid(), {int(number)})"
    with child(session().replace(app, f"{early}\n    {app}"), str(tmp_path / "log")) as c:
        assert c.finish() == 0
    assert f"code {128 + number} received None closed None".encode() in c.seen
    assert c.seen.rindex(b"\x1b[?1049l") > c.seen.rindex(b"\x1b[?1049h")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("when", ["stop_application_mode", "close"])
def test_a_signal_while_the_screen_goes_still_closes_all(
    tmp_path: Path, number: signal.Signals, when: str
) -> None:
    """Before the driver's last bytes, and when the application has told all that it is over."""
    late = f"""
    from textual.drivers.linux_driver import LinuxDriver
    usual = LinuxDriver.{when}
    def late(self):
        os.kill(os.getpid(), {int(number)})
        usual(self)
    LinuxDriver.{when} = late
"""
    app = "    app = VoicestreamApp("
    with child(session().replace(app, f"{late}{app}"), str(tmp_path / "log")) as c:
        c.wait_for(b"regression test")
        c.press(b"q")
        assert c.finish() == 0
    assert f"code {128 + number} received None closed True".encode() in c.seen
    assert c.seen.rindex(b"\x1b[?1049l") > c.seen.rindex(b"\x1b[?1049h")


@pytest.mark.parametrize("when", ["_start_pipeline", "close_pipeline"])
def test_a_signal_just_before_the_pipeline_starts_or_closes_is_obeyed(
    tmp_path: Path, when: str
) -> None:
    patch = f"""
    usual = VoicestreamApp.{when}
    def with_signal(self):
        os.kill(os.getpid(), {int(signal.SIGTERM)})
        usual(self)
    VoicestreamApp.{when} = with_signal
"""
    app = "    app = VoicestreamApp("
    with child(session().replace(app, f"{patch}{app}"), str(tmp_path / "log")) as c:
        if when == "close_pipeline":
            c.wait_for(b"regression test")
            c.press(b"q")
        assert c.finish() == 0
    closed = True if when == "close_pipeline" else None
    assert f"code {128 + signal.SIGTERM} received None closed {closed}".encode() in c.seen
    assert c.seen.rindex(b"\x1b[?1049l") > c.seen.rindex(b"\x1b[?1049h")


def test_a_screen_that_breaks_says_so_and_restores_the_terminal(tmp_path: Path) -> None:
    program = session("raise RuntimeError('no such thing')")
    with child(program, str(tmp_path / "log")) as c:
        assert c.finish() == 0
    assert b"code The screen broke: RuntimeError: no such thing" in c.seen
    assert b"on stderr" in c.seen
    assert c.seen.rindex(b"\x1b[?1049l") > c.seen.rindex(b"\x1b[?1049h")


def test_a_pipeline_that_cannot_start_is_reported_after_the_screen(tmp_path: Path) -> None:
    program = session("raise VoicestreamError('claude is not installed.', 'Install it.')")
    with child(program, str(tmp_path / "log")) as c:
        c.finish()
    assert b"code claude is not installed." in c.seen


def test_an_exception_outside_the_screen_restores_everything(tmp_path: Path) -> None:
    program = """
import sys, tty
from voicestream_tui.tui.terminal import _give_python_the_screen, screen_terminal
streams = sys.__stdout__, sys.__stderr__
try:
    with screen_terminal(None):
        tty.setraw(0)
        raise ValueError("broken")
except ValueError:
    print("caught", (sys.__stdout__, sys.__stderr__) == streams)
"""
    with child(program) as c:
        c.finish()
    assert b"caught True" in c.seen
    assert b"\x1b[?1049l" in c.seen


def test_a_tiny_terminal_shows_something(tmp_path: Path) -> None:
    with child(session(), str(tmp_path / "log"), size=(20, 5)) as c:
        c.wait_for(b"writing")
        c.press(b"q")
        assert c.finish() == 0
    assert b"code None" in c.seen


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_can_show_no_screen_is_refused(term: str) -> None:
    with pytest.raises(VoicestreamError) as caught, screen_terminal(None, {"TERM": term}):
        pass
    assert "TERM" in caught.value.message
    assert "--headless" in caught.value.hint


def test_without_a_controlling_terminal_it_is_refused(tmp_path: Path) -> None:
    program = """
import sys
from voicestream_tui.errors import VoicestreamError
from voicestream_tui.tui.terminal import _give_python_the_screen, screen_terminal
try:
    with screen_terminal(None):
        print("went on")
except VoicestreamError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT)},
    )
    assert "There is no terminal" in done.stdout
    assert "--headless" in done.stdout


def test_what_is_written_to_a_terminal_that_has_gone_breaks_nothing() -> None:
    master, terminal = os.openpty()
    with ExitStack() as undo:
        undo.callback(os.close, terminal)
        _give_python_the_screen(undo, terminal)
        os.close(master)
        for stream in (sys.__stdout__, sys.__stderr__):
            assert stream is not None
            for _ in range(50):
                stream.write("text " * 1000)
                stream.flush()


def test_a_closed_stdin_is_no_hindrance(tmp_path: Path) -> None:
    reopened: dict[str, Any] = {"program": session(), "log": str(tmp_path / "log")}
    program = (
        "import fcntl, os, sys, termios\n"
        "if len(sys.argv) > 2:\n"
        "    os.close(0)\n"
        "    os.execv(sys.executable, [sys.executable, '-c', sys.argv[2], sys.argv[1]])\n"
    )
    with child(program, reopened["log"], reopened["program"]) as c:
        c.wait_for(b"regression test")
        c.press(b"q")
        assert c.finish() == 0
    assert b"code None received None" in c.seen


def test_a_message_with_pasted_lines_and_every_kind_of_line_break_is_one(tmp_path: Path) -> None:
    """What terminals really send: bracketed paste, ctrl+j, shift+enter after kitty's protocol."""
    program = (
        session().replace(
            "app = VoicestreamApp(Pipeline,",
            "made = []\n    def make(emit):\n"
            "        made.append(Pipeline(emit, conversing=True))\n        return made[0]\n"
            "    app = VoicestreamApp(make,",
        )
        + "print('said', [c for c in made[0].commands if c[0] == 'send'])\n"
    )
    with child(program, str(tmp_path / "log")) as c:
        c.wait_for(b"enter sends")
        c.press(b"\x1b[200~first\rsecond\n\x1b[201~")
        c.press(b"a\nb\x1b[13;2uc\\\r")
        c.press("日本語、はい".encode())
        c.wait_for("はい".encode())
        before = len(c.seen)
        c.press(b"\r")
        c.wait_for(b"enter sends", after=before)
        c.press(b"\x03")
        c.press(b"\x03")
        assert c.finish() == 0
    assert "('send', 'first\\nsecond\\na\\nb\\nc\\n日本語、はい')".encode() in c.seen
