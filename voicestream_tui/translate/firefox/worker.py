"""The process that runs a Firefox model; started by `process.py`.

It reads a line of JSON, `{"text": …, "full": false}`, and answers with one, `{"text": …}` or
`{"error": …}`; the first line that it writes is `{"backend": …}`. It ends with its input.
`full`: weigh the whole vocabulary, not only what the shortlist allows.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

Answer = dict[str, str]


class Models:
    """The model with its shortlist, and without one as soon as that is wanted."""

    def __init__(self, model: str, source: str, target: str, shortlist: str) -> None:
        """Load the first one; `shortlist` may be empty.

        Raises:
            ImportError: fxtranslate is not installed.
            BaseException: fxtranslate can't load the files; its panics are no `Exception`.
        """
        self._files = [Path(model), Path(source), Path(target)]
        self._shortlist = Path(shortlist) if shortlist else None
        self._usual = self._load(self._shortlist)
        self._full: Any = self._usual if self._shortlist is None else None

    @property
    def backend(self) -> str:
        """In what the engine multiplies, such as avx2."""
        return str(self._usual.backend())

    def translate(self, text: str, *, full: bool) -> str:
        if full and self._full is None:
            self._full = self._load(None)
        return str((self._full if full else self._usual).translate(text))

    def _load(self, shortlist: Path | None) -> Any:
        from fxtranslate import Translator

        model, source, target = (file.read_bytes() for file in self._files)
        words = None if shortlist is None else shortlist.read_bytes()
        return Translator(model, source, target, words)


def serve(arguments: list[str]) -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this ends it
    answers = sys.stdout.buffer
    models: Models | None = None

    def answer(said: Answer) -> None:
        answers.write(json.dumps(said).encode() + b"\n")
        answers.flush()

    try:
        models = Models(*arguments)
        answer({"backend": models.backend})
        for line in sys.stdin.buffer:
            asked = json.loads(line)
            answer({"text": models.translate(asked["text"], full=asked["full"])})
    except ImportError as error:
        answer({"error": str(error), "missing": "fxtranslate"})
    except BrokenPipeError:
        sys.exit(0)
    except BaseException as error:
        answer({"error": str(error) or type(error).__name__})
        sys.exit(1)


if __name__ == "__main__":
    serve(sys.argv[1:])
