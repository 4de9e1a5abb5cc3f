"""Fetches one file into a partial file, which it goes on with after any interruption.

Beside the partial file "NAME.part" lies "NAME.part.json", which tells where its bytes came from:
with a strong validator (an ETag) a server is asked for the rest of the same file only. Without one
the rest is asked for if the catalogue's checksum will tell a mixture from the file.
"""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voicestream_tui.errors import ModelError
from voicestream_tui.models.partial import (
    Fetched,
    Wanted,
    append,
    measure,
    note,
    remove,
    resume_headers,
    size_of,
)
from voicestream_tui.models.problems import KEPT, PassingError, of_disk, of_network, refusal
from voicestream_tui.models.web import Answer, BadRedirectError, Web

_CHUNK = 1 << 18
_PROGRESS = 1 << 20
"""Bytes that make an attempt count as a success, so that trying goes on."""
_TRIES_ALONE = 2
"""Times that a file is tried where nothing has come and nobody has answered."""
_LONGEST_WAIT = 600.0
"""Seconds that a server may ask to wait; whoever asks for more is asked again by the user."""


class Stopped(Exception):  # noqa: N818 - it is no error
    """The user, or another file's error, has ended the transfer."""


@dataclass(frozen=True)
class Watcher:
    """Who is told how it goes; called by the transferring thread."""

    begins: Callable[[str, int, int | None], None] = lambda path, have, size: None
    """A file, the bytes that are there already, and all its bytes if they are known."""
    grows: Callable[[str, int], None] = lambda path, more: None
    """More bytes of a file have come; `begins` comes again if they were for nothing."""
    waits: Callable[[str, str, float], None] = lambda path, cause, seconds: None
    """A file is tried again after so many seconds, because of the cause."""


class Transfer:
    """Fetches files; may be used by several threads, each with files of its own.

    Args:
        web: Asks the servers.
        watcher: Is told how it goes.
        stop: Ends all transfers when set.
        wait: Waits so many seconds, less if `stop` is set.
        tries: Times that a file is tried without any progress.
    """

    def __init__(
        self,
        web: Web,
        watcher: Watcher | None = None,
        stop: threading.Event | None = None,
        wait: Callable[[float], object] | None = None,
        tries: int = 6,
    ) -> None:
        self._web = web
        self._watcher = watcher or Watcher()
        self._stop = stop or threading.Event()
        self._wait = wait or self._stop.wait
        self._tries = tries

    def fetch(self, wanted: Wanted, part: Path) -> Fetched:
        """Fetch a file into `part`, going on with what is there; its folder must exist.

        Raises:
            ModelError: it can't be had, or is not the file that the catalogue means. The partial
                file stays where going on with it makes sense.
            Stopped: `stop` was set; the partial file stays.
        """
        failures = 0
        moved = False
        from_anew = False
        while True:
            before = size_of(part)
            try:
                resumed, told = self._attempt(wanted, part)
            except PassingError as error:
                more = size_of(part) - before
                moved = moved or more > 0
                failures = 0 if more >= _PROGRESS else failures + 1
                hopeless = error.unreachable and not moved
                self._pause(wanted, error, failures, _TRIES_ALONE if hopeless else self._tries)
                continue
            found = self._check(wanted, part, wanted.sha256 or told)
            if found is not None:
                return found
            remove(part)
            if not resumed or from_anew:
                raise ModelError(
                    f"{wanted.path} is not the file that it should be: its checksum differs.",
                    "The publisher has changed it, or something on the way did. A newer "
                    "voicestream-tui may know the new file. Nothing of it was kept.",
                )
            # The rest of one file was put behind the beginning of another.
            from_anew = True

    def _pause(self, wanted: Wanted, error: PassingError, failures: int, tries: int) -> None:
        wait = error.wait
        too_long = wait is not None and wait > _LONGEST_WAIT
        if failures >= tries or too_long:
            asked = f"; it asks to wait {(wait or 0) / 60:.0f} minutes" if too_long else ""
            raise ModelError(
                f"{wanted.path} could not be fetched from {wanted.url}: {error.cause}{asked}.",
                f"{error.hint} {KEPT}".strip(),
            )
        if wait is None:
            wait = min(60.0, 2.0 ** max(0, failures - 1)) * random.uniform(0.75, 1.25)
        self._watcher.waits(wanted.path, error.cause, wait)
        self._wait(wait)
        self._look_up()

    def _attempt(self, wanted: Wanted, part: Path) -> tuple[bool, str]:
        """Ask once for the file or its rest.

        Returns:
            Whether what was there was gone on with, and the checksum that the hub told.
        """
        self._look_up()
        have = size_of(part)
        asked = resume_headers(wanted, part, have)
        if have and not asked:
            remove(part)
            have = 0
        if have and have == wanted.size and wanted.sha256:
            self._watcher.begins(wanted.path, have, have)
            return True, ""
        try:
            with self._web.ask(wanted.url, asked) as answer:
                resumed = self._take(wanted, part, have, answer, asked.get("If-Range", ""))
                return resumed, answer.sha256
        except BadRedirectError as error:
            raise ModelError(
                f"{wanted.path} is not fetched from {wanted.url}: {error}.",
                "Only https is followed. Check the setting models.hub.",
            ) from error
        except (OSError, http.client.HTTPException) as error:
            problem = of_network(error)
            if isinstance(problem, ModelError):
                problem = ModelError(f"{wanted.path}: {problem.message}", problem.hint)
            raise problem from error

    def _take(self, wanted: Wanted, part: Path, have: int, answer: Answer, validator: str) -> bool:
        start, whole = answer.span
        if answer.status == 416:
            if have and whole == have:
                self._watcher.begins(wanted.path, have, have)
                return True
            remove(part)
            raise PassingError("the file on the server has changed")
        if answer.status == 206 and (not have or start != have):
            remove(part)
            raise PassingError("the server sent another part than it was asked for")
        if answer.status == 206 and validator and answer.header("ETag") not in ("", validator):
            remove(part)
            raise PassingError("the file on the server has changed")
        if answer.status not in (200, 206):
            raise refusal(answer, self._web.hub, wanted.path, wanted.page)
        if answer.status == 200:
            remove(part)
            have, whole = 0, answer.length
        elif whole is None and answer.length is not None:
            whole = have + answer.length
        _must_be_the_file(wanted, answer, whole)
        size = whole if whole is not None else wanted.size
        self._watcher.begins(wanted.path, have, size)
        self._write(wanted, part, have, size, answer)
        return have > 0

    def _write(
        self, wanted: Wanted, part: Path, have: int, size: int | None, answer: Answer
    ) -> None:
        try:
            if not have:
                note(part, wanted, answer)
            # Not buffered, so that a killed program has written all that it has counted.
            file = part.open("ab" if have else "wb", buffering=0)
        except OSError as error:
            raise of_disk(error, str(part.parent)) from error
        with file:
            while chunk := answer.body.read1(_CHUNK):
                self._look_up()
                have += len(chunk)
                if size is not None and have > size:
                    break
                append(file, chunk, part)
                self._watcher.grows(wanted.path, len(chunk))
        if size is not None and have > size:
            remove(part)
            raise ModelError(
                f"{wanted.path} is longer than its {size} bytes: {answer.url}.",
                "Something between you and the server changes it; check the proxy and models.hub.",
            )
        if size is not None and have < size:
            raise PassingError(f"the connection broke after {have} of {size} bytes")

    def _check(self, wanted: Wanted, part: Path, sha256: str) -> Fetched | None:
        try:
            found = measure(part)
        except OSError as error:
            raise of_disk(error, str(part.parent)) from error
        if wanted.size is not None and found.size != wanted.size:
            return None
        return found if sha256 in ("", found.sha256) else None

    def _look_up(self) -> None:
        if self._stop.is_set():
            raise Stopped


def _must_be_the_file(wanted: Wanted, answer: Answer, whole: int | None) -> None:
    """Raise before a byte is written if this can't be the file.

    Raises:
        ModelError: it has another size, is packed, or is a page to be read by people.
    """
    kind = answer.header("Content-Type").partition(";")[0].strip().lower()
    if kind == "text/html" and not wanted.path.endswith((".html", ".htm")):
        raise ModelError(
            f"{wanted.path}: {answer.url} answered with a web page instead of the file.",
            "A network that wants you to sign in first does that; so does a wrong models.hub.",
        )
    if answer.header("Content-Encoding").lower() not in ("", "identity"):
        raise ModelError(
            f"{wanted.path}: {answer.url} sends it packed ({answer.header('Content-Encoding')}).",
            "Try another mirror (setting models.hub), or without a proxy.",
        )
    if wanted.size is not None and whole is not None and whole != wanted.size:
        raise ModelError(
            f"{wanted.path} has {whole} bytes at {answer.url}; it should have {wanted.size}.",
            "The publisher has changed it, or something on the way did. A newer voicestream-tui "
            "may know the new file.",
        )
