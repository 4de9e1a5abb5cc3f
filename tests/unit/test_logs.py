"""The log file takes what would otherwise be printed, and never gets in the way."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicestream_tui import logs


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    assert logs.start_logging("info", {"VOICESTREAM_LOG_DIR": str(tmp_path / "logs")}) == ""
    path = logs.log_path()
    assert path == tmp_path / "logs" / logs.FILE_NAME
    yield path
    logs.stop_logging()


def text(log: Path) -> str:
    return log.read_text(encoding="utf-8")


def test_the_level_is_that_of_our_own_modules(log: Path) -> None:
    logging.getLogger("voicestream_tui.audio").info("ours 声")
    logging.getLogger("voicestream_tui.audio").debug("too fine")
    logging.getLogger("somebody.else").info("not ours")
    logging.getLogger("somebody.else").warning("a warning of theirs")
    assert "ours 声" in text(log)
    assert "too fine" not in text(log)
    assert "not ours" not in text(log)
    assert "a warning of theirs" in text(log)


def test_the_folder_is_the_platforms_or_the_named_one(tmp_path: Path, isolated_home: Path) -> None:
    assert logs.log_folder({}).is_relative_to(isolated_home)
    assert logs.log_folder({"VOICESTREAM_LOG_DIR": str(tmp_path)}) == tmp_path


def test_a_thread_that_crashes_is_logged_and_not_printed(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash() -> None:
        raise ValueError("out of voice")

    thread = threading.Thread(target=crash, name="speak")
    thread.start()
    thread.join()
    assert "thread speak crashed" in text(log)
    assert "ValueError: out of voice" in text(log)
    assert "in crash" in text(log)
    assert capsys.readouterr() == ("", "")


def test_a_thread_that_exits_is_no_crash(log: Path) -> None:
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert "crashed" not in text(log)


def test_an_exception_in_a_finaliser_is_logged(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def __del__(self) -> None:
            raise RuntimeError("no end")

    Broken()
    assert "RuntimeError: no end" in text(log)
    assert capsys.readouterr() == ("", "")


def test_warnings_go_to_the_log(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old wood", stacklevel=1)
    assert "old wood" in text(log)
    assert capsys.readouterr() == ("", "")


def test_a_folder_that_cannot_be_written_is_noted_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "logs"
    note = logs.start_logging("info", {"VOICESTREAM_LOG_DIR": str(folder)})
    logging.getLogger("voicestream_tui.cli").error("lost")
    assert logs.log_path() is None
    logs.stop_logging()
    assert str(folder) in note
    assert capsys.readouterr() == ("", "")


def test_a_full_disk_is_not_printed(
    log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, record: logging.LogRecord) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logs._QuietFileHandler, "shouldRollover", full)
    logging.getLogger("voicestream_tui.cli").error("lost")
    assert capsys.readouterr() == ("", "")


def test_a_long_log_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 500)
    logs.start_logging("info", {"VOICESTREAM_LOG_DIR": str(tmp_path)})
    for number in range(100):
        logging.getLogger("voicestream_tui.cli").info("line %d", number)
    logs.stop_logging()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [logs.FILE_NAME, *(f"{logs.FILE_NAME}.{n}" for n in (1, 2, 3))]
    assert all(path.stat().st_size <= 500 for path in tmp_path.iterdir())


def test_closing_puts_everything_back(tmp_path: Path) -> None:
    before = (
        threading.excepthook,
        sys.unraisablehook,
        list(logging.getLogger().handlers),
        logging.getLogger().level,
        logging.getLogger("voicestream_tui").level,
    )
    logs.start_logging("debug", {"VOICESTREAM_LOG_DIR": str(tmp_path / "one")})
    logs.start_logging("info", {"VOICESTREAM_LOG_DIR": str(tmp_path / "two")})
    logs.stop_logging()
    logs.stop_logging()
    assert before == (
        threading.excepthook,
        sys.unraisablehook,
        list(logging.getLogger().handlers),
        logging.getLogger().level,
        logging.getLogger("voicestream_tui").level,
    )
