"""scripts/record-agent: what it writes is what `replay` reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "record-agent"


def record(folder: Path, *arguments: str, command: str = "") -> subprocess.CompletedProcess[bytes]:
    agent = ["--", "sh", "-c", command] if command else []
    return subprocess.run(
        [sys.executable, SCRIPT, folder / "new.recording", *arguments, *agent],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


def test_the_output_is_kept_byte_for_byte_with_a_time_a_line(tmp_path: Path) -> None:
    done = record(tmp_path, command=r"printf 'one\n\302\205two \377\n\nlast'")
    assert done.returncode == 0, done.stderr
    recorded = (tmp_path / "new.recording.jsonl").read_bytes()
    assert recorded == b"one\n\xc2\x85two \xff\n\nlast\n"
    times = [float(t) for t in (tmp_path / "new.recording.timing").read_text().split()]
    assert len(times) == 4
    assert times == sorted(times)
    assert times[0] > 0


def test_the_commands_exit_code_becomes_its_own(tmp_path: Path) -> None:
    assert record(tmp_path, command="exit 7").returncode == 7
    assert record(tmp_path, command="kill -TERM $$").returncode == 143


def test_tidy_takes_the_machine_out_of_the_lines(tmp_path: Path) -> None:
    init = '{"type":"system","subtype":"init","cwd":"%s","tools":["a","b","c","d"]}'
    done = record(tmp_path, "--tidy", command=f"echo '{init % tmp_path}'")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new.recording.jsonl").read_text() == (
        '{"type":"system","subtype":"init","cwd":"/home/user/project","tools":["a","b","c"]}\n'
    )
    assert (tmp_path / "new.recording.timing").read_text() == "0.3000\n"


def test_neither_a_command_nor_a_text_is_refused(tmp_path: Path) -> None:
    done = record(tmp_path)
    assert done.returncode == 2
    assert b"give either --standin TEXT.md or -- COMMAND" in done.stderr
