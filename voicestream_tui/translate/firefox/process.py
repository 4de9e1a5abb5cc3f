"""A Firefox model in a process of its own.

The package that runs it keeps Python's lock while it translates, which in this process would stop
the sound; and it complains on the error output, which here is the user's screen.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.extras import how_to_install

_WORKER = "voicestream_tui.translate.firefox.worker"
_PATIENCE = 60.0
"""Seconds for an answer; loading takes one, the longest sentence less."""
_AGAIN = (
    "Fetch the model again (voicestream-tui models pull firefox-en-ja), or choose another "
    "translation.engine; the log has the details."
)


class FirefoxProcess:
    """Starts the process and asks it; used by one thread, except for `interrupt`.

    After an error it can only be closed: an answer that comes late would be taken for that of the
    next sentence.
    """

    def __init__(self, files: Sequence[Path | None], patience: float = _PATIENCE) -> None:
        """Start it and wait until the model is loaded.

        Args:
            files: model, vocabularies of the source and the target, shortlist or None.
            patience: seconds that an answer may take.

        Raises:
            EngineError: the package is missing, or it can't load the files.
        """
        self._model = files[0]
        self._patience = patience
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        named = [str(file or "") for file in files]
        # -P: a file in the folder that the user works in must not stand for a module.
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _WORKER, *named],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
            )
        except OSError as error:
            self._complaints.close()
            raise EngineError(
                f"The process that runs {self._model} could not be started: {error}.",
                "Python itself, or memory for one more process, may be missing.",
            ) from error
        try:
            self.backend = self._answer()["backend"]
        except BaseException:
            self.close()
            raise

    def translate(self, text: str, *, full: bool = False) -> str:
        """Translate one sentence.

        Args:
            text: in as many pieces as the model handles.
            full: weigh the whole vocabulary instead of the shortlist's.

        Raises:
            EngineError: the process has ended, or does not answer in time.
        """
        assert self._process.stdin is not None
        line = json.dumps({"text": text, "full": full}).encode() + b"\n"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError as error:
            raise self._ended() from error
        return self._answer()["text"]

    def interrupt(self) -> None:
        """End the process, so that whoever waits for it gets an error; from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        for pipe in (self._process.stdin, self._process.stdout):
            # What was written last may have found no reader.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.kill()
        self._process.wait()
        self._complaints.close()

    def _answer(self) -> dict[str, str]:
        assert self._process.stdout is not None
        # One line is asked for at a time, so nothing waits in Python's buffer.
        ready, _, _ = select.select([self._process.stdout], [], [], self._patience)
        if not ready:
            raise EngineError(
                f"The translation model {self._model} gave no answer within "
                f"{self._patience:.0f} s.",
                "The computer may be too busy; translation goes on with the next sentence.",
            )
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        answer: dict[str, str] = json.loads(line)
        if "missing" in answer:
            raise EngineError(
                f'The translation engine "firefox" needs the package fxtranslate: '
                f"{answer['error']}.",
                how_to_install("firefox"),
            )
        if "error" in answer:
            raise EngineError(
                f"The translation model {self._model} could not be used: {answer['error']}", _AGAIN
            )
        return answer

    def _ended(self) -> EngineError:
        status = self._process.wait(timeout=self._patience)
        self._complaints.seek(0)
        told = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return EngineError(
            f"The process that runs {self._model} has ended (status {status})"
            f"{': ' + told[-1] if told else ''}.",
            _AGAIN,
        )
