"""Real processes: the fake agent with its habits, and commands that can't be started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from voicestream_tui.agent.process import ProcessSource
from voicestream_tui.errors import AgentError, UsageError

TESTS = Path(__file__).parent.parent
FAKE_AGENT = TESTS / "fake_agent.py"
RECORDING = TESTS / "recordings" / "2.1.330" / "b17_two_text_blocks.jsonl"
PATIENCE = 20.0
"""Seconds after which a test gives up; nothing here should need more than a few."""

Launch = Callable[..., ProcessSource]


@pytest.fixture
def launch() -> Iterator[Launch]:
    sources: list[ProcessSource] = []

    def start(*options: str, **settings: object) -> ProcessSource:
        command = [sys.executable, str(FAKE_AGENT), *options]
        source = ProcessSource(command, **settings)  # type: ignore[arg-type]
        sources.append(source)
        return source

    yield start
    for source in sources:
        source.close()


class Collector:
    """Reads a source's lines in a thread of its own, as the program does."""

    def __init__(self, source: ProcessSource) -> None:
        self.lines: list[bytes] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(source,))
        self._thread.start()

    def _run(self, source: ProcessSource) -> None:
        for line in source.lines():
            with self._changed:
                self.lines.append(line)
                self._changed.notify()

    def wait_for(self, kind: str) -> dict[str, object]:
        """Wait for a line of this type."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._find(kind), PATIENCE), self.lines[-3:]
            return self._find(kind) or {}

    def _find(self, kind: str) -> dict[str, object] | None:
        for line in self.lines:
            value = json.loads(line)
            if value.get("type") == kind:
                return dict(value)
        return None

    def join(self) -> list[bytes]:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self.lines


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_gives_every_line_and_the_exit_code(launch: Launch) -> None:
    source = launch(str(RECORDING), "--exit-code", "7")
    assert source.exit_code is None or source.exit_code == 7
    assert list(source.lines()) == RECORDING.read_bytes().removesuffix(b"\n").split(b"\n")
    assert source.exit_code == 7


def test_lines_come_while_the_agent_still_writes(launch: Launch) -> None:
    source = launch(str(RECORDING), "--stay")
    collector = Collector(source)
    collector.wait_for("staying")
    assert source.exit_code is None
    source.close()
    collector.join()


def test_output_of_a_command_that_is_gone_before_anybody_reads_is_kept(launch: Launch) -> None:
    threads = threading.active_count()
    source = launch(str(RECORDING))
    assert wait_until(lambda: source.exit_code == 0)
    assert wait_until(lambda: threading.active_count() == threads)
    assert len(list(source.lines())) == RECORDING.read_bytes().count(b"\n")


def test_a_last_line_without_a_line_feed_counts() -> None:
    source = ProcessSource(["/bin/sh", "-c", "printf 'one\\ntwo'"])
    assert list(source.lines()) == [b"one", b"two"]
    source.close()


def test_a_flood_of_errors_blocks_nothing(launch: Launch) -> None:
    source = launch(str(RECORDING), "--stderr-flood", str(1 << 20))
    assert len(list(source.lines())) == RECORDING.read_bytes().count(b"\n")
    source.close()
    assert 0 < len(source.stderr_tail) <= 64 * 1024
    assert source.stderr_tail.endswith(f"warning {(1 << 20) // 64 - 1:054d}\n")


def test_errors_are_kept_and_logged(launch: Launch, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        source = launch("--stderr", "first\nno line feed")
        list(source.lines())
        source.close()
    assert source.stderr_tail == "first\nno line feed"
    assert any(record.getMessage().endswith(": no line feed") for record in caplog.records)


def test_an_interrupt_ends_the_agent_after_its_last_words(launch: Launch) -> None:
    source = launch(str(RECORDING), "--stay")
    collector = Collector(source)
    collector.wait_for("staying")
    assert source.interrupt()
    assert json.loads(collector.join()[-1]) == {"type": "interrupted"}
    assert source.exit_code == 0
    assert not source.interrupt()


def test_closing_sends_a_second_interrupt_when_the_first_is_swallowed(launch: Launch) -> None:
    source = launch("--stay", "--ignore-sigint", "1", interrupt_grace=6.0)
    collector = Collector(source)
    collector.wait_for("staying")
    source.close()
    assert json.loads(collector.join()[-1]) == {"type": "interrupted"}
    assert source.exit_code == 0
    assert source.stderr_tail == "ignored an interrupt\n"


def test_killing_ends_a_close_that_waits(launch: Launch) -> None:
    source = launch("--stay", "--ignore-sigint", "9", "--ignore-term", interrupt_grace=PATIENCE)
    collector = Collector(source)
    collector.wait_for("staying")
    closing = threading.Thread(target=source.close)
    closing.start()
    source.kill()
    closing.join(PATIENCE / 2)
    assert not closing.is_alive()
    collector.join()
    assert source.exit_code == 128 + 9
    source.kill()  # nobody there any more


def test_closing_goes_on_to_terminate(launch: Launch) -> None:
    source = launch("--stay", "--ignore-sigint", "9", interrupt_grace=0.2, terminate_grace=PATIENCE)
    collector = Collector(source)
    collector.wait_for("staying")
    source.close()
    collector.join()
    assert source.exit_code == 128 + 15


def test_closing_goes_on_to_kill(launch: Launch) -> None:
    source = launch(
        "--stay", "--ignore-sigint", "9", "--ignore-term", interrupt_grace=0.2, terminate_grace=0.2
    )
    collector = Collector(source)
    collector.wait_for("staying")
    source.close()
    collector.join()
    assert source.exit_code == 128 + 9


def test_closing_twice_and_from_two_threads_is_fine(launch: Launch) -> None:
    source = launch("--stay", interrupt_grace=2 * PATIENCE)
    collector = Collector(source)
    collector.wait_for("staying")
    closers = [threading.Thread(target=source.close) for _ in range(3)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(PATIENCE)
        assert not closer.is_alive()
    source.close()
    collector.join()
    assert source.exit_code == 0
    assert list(source.lines()) == []


def test_closing_without_having_read_anything_ends_it(launch: Launch) -> None:
    source = launch(str(RECORDING), "--stay", interrupt_grace=0.4)
    source.close()
    assert source.exit_code is not None
    assert list(source.lines()) == []


def test_closing_in_the_middle_of_reading_leaves_no_pipe_open(launch: Launch) -> None:
    source = launch(str(RECORDING), "--stay")
    lines = source.lines()
    next(lines)
    source.close()
    assert source.exit_code is not None
    del lines  # a pipe left open would be a ResourceWarning, and warnings are errors


@pytest.mark.parametrize("temper", ["meek", "stubborn"])
def test_a_child_left_running_ends_with_the_agent(launch: Launch, temper: str) -> None:
    source = launch(str(RECORDING), "--child", temper, terminate_grace=0.3)
    lines = list(source.lines())  # ends, although the child holds the output open
    child = json.loads(lines[0])["pid"]
    assert len(lines) == RECORDING.read_bytes().count(b"\n") + 1
    assert source.exit_code == 0
    assert wait_until(lambda: gone(child))


def test_closing_ends_the_children_too(launch: Launch) -> None:
    source = launch(
        "--stay",
        "--child",
        "stubborn",
        "--ignore-sigint",
        "9",
        interrupt_grace=0.2,
        terminate_grace=0.2,
    )
    collector = Collector(source)
    child = collector.wait_for("child")["pid"]
    assert isinstance(child, int)
    source.close()
    collector.join()
    assert wait_until(lambda: gone(child))


def test_a_child_that_left_the_group_does_not_keep_the_reader(launch: Launch) -> None:
    source = launch("--child", "meek", "--escape", terminate_grace=0.2)
    (line,) = source.lines()
    child = psutil.Process(json.loads(line)["pid"])
    assert source.exit_code == 0
    source.close()
    child.kill()


def test_output_that_an_escaped_child_holds_open_can_be_read_late(launch: Launch) -> None:
    threads = threading.active_count()
    source = launch(str(RECORDING), "--child", "meek", "--escape")
    assert wait_until(lambda: source.exit_code == 0 and threading.active_count() == threads)
    lines = list(source.lines())
    assert len(lines) == RECORDING.read_bytes().count(b"\n") + 1
    psutil.Process(json.loads(lines[0])["pid"]).kill()


def test_the_agent_runs_in_a_group_of_its_own(launch: Launch) -> None:
    source = launch("--stay")
    collector = Collector(source)
    collector.wait_for("staying")
    assert os.getpgid(source.pid) == source.pid != os.getpgid(0)
    assert os.getsid(source.pid) != os.getsid(0)
    source.close()
    collector.join()


def test_standard_input_is_empty_unless_a_pipe_is_given() -> None:
    source = ProcessSource(["cat"])
    assert list(source.lines()) == []
    source.close()
    ours, theirs = os.pipe()
    source = ProcessSource(["cat"], stdin=ours)
    os.close(ours)
    os.write(theirs, b"hello\n")
    os.close(theirs)
    assert list(source.lines()) == [b"hello"]
    source.close()


def test_a_signal_from_elsewhere_shows_in_the_exit_code(launch: Launch) -> None:
    source = launch("--stay")
    collector = Collector(source)
    collector.wait_for("staying")
    os.kill(source.pid, 9)
    collector.join()
    assert source.exit_code == 137


def test_the_command_gets_its_folder_and_environment(tmp_path: Path) -> None:
    source = ProcessSource(
        ["/bin/sh", "-c", "pwd; echo $NAME"], cwd=tmp_path, env={"NAME": "value"}
    )
    assert list(source.lines()) == [os.fsencode(tmp_path.resolve()), b"value"]
    source.close()


def test_no_command() -> None:
    with pytest.raises(UsageError) as caught:
        ProcessSource([])
    assert "--" in caught.value.hint


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (["claude", "-p", "hi"], "npm install -g @anthropic-ai/claude-code"),
        (["no-such-command-anywhere"], "PATH"),
    ],
)
def test_a_command_that_is_not_there(
    argv: list[str], hint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AgentError) as caught:
        ProcessSource(argv)
    assert argv[0] in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 127


def test_a_file_that_is_not_executable(tmp_path: Path) -> None:
    script = tmp_path / "agent.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o644)
    with pytest.raises(AgentError) as caught:
        ProcessSource([str(script)])
    assert "chmod +x" in caught.value.hint
    assert caught.value.exit_code == 126


def test_a_folder_is_no_command(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="is a folder"):
        ProcessSource([str(tmp_path)])


def test_a_script_without_its_interpreter(tmp_path: Path) -> None:
    script = tmp_path / "agent"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    with pytest.raises(AgentError) as caught:
        ProcessSource([str(script)])
    assert "#!" in caught.value.hint


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    program = tmp_path / "agent"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)
    with pytest.raises(AgentError) as caught:
        ProcessSource([str(program)])
    assert caught.value.exit_code == 126


def test_a_folder_to_run_in_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="nowhere"):
        ProcessSource(["true"], cwd=tmp_path / "nowhere")


def test_a_nul_in_the_command() -> None:
    with pytest.raises(UsageError):
        ProcessSource(["echo", "a\0b"])


def test_ctrl_c_at_the_terminal_reaches_the_agent_only_through_us() -> None:
    """A SIGINT to our own group leaves the agent alone."""
    program = (
        "import os, signal, sys\n"
        "from voicestream_tui.agent.process import ProcessSource\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "source = ProcessSource([sys.executable, sys.argv[1], '--stay'])\n"
        "lines = source.lines()\n"
        "next(lines)\n"
        "os.killpg(0, signal.SIGINT)\n"
        "print(source.exit_code, flush=True)\n"
        "source.interrupt()\n"
        "print(*lines, source.exit_code)\n"
        "source.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(FAKE_AGENT)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        start_new_session=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["None", 'b\'{"type":"interrupted"}\' 0']
