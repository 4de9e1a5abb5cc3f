"""Keeps what native sound libraries print away from the user's screen.

They write to file descriptor 2, past Python: ALSA at every underrun, PortAudio and JACK
whenever devices are looked for.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

log = logging.getLogger(__name__)

_REDIRECTING = threading.RLock()
_kept: list[Any] = []


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send what anybody writes to descriptor 2 meanwhile to the log (level debug).

    The descriptor belongs to the whole process: another thread's messages of that time go to
    the log as well, so keep the time short. One thread at a time; nested use is fine.
    """
    with _REDIRECTING:
        try:
            kept = os.dup(2)
        except OSError:
            yield  # There is no descriptor 2: nothing can be printed either.
            return
        try:
            with _place_for_noise() as noise:
                os.dup2(noise.fileno(), 2)
                try:
                    yield
                finally:
                    # Whoever redirected the descriptor meanwhile (the screen does), keeps it.
                    if os.path.sameopenfile(noise.fileno(), 2):
                        os.dup2(kept, 2)
                    noise.seek(0)
                    for line in noise.read().decode(errors="replace").splitlines():
                        log.debug("native: %s", line)
        finally:
            os.close(kept)


def _place_for_noise() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except OSError as error:  # A full disk, say: no reason to be without sound.
        log.debug("what native libraries print is lost: %s", error)
        return Path(os.devnull).open("r+b")


def silence_alsa() -> None:
    """Stop ALSA printing its errors for the life of the process; PortAudio reports them anyway.

    Does nothing where there is no ALSA. May be called again.
    """
    if _kept or not sys.platform.startswith("linux"):
        return
    name = ctypes.util.find_library("asound")
    if name is None:
        return
    try:
        alsa = ctypes.CDLL(name)
        handler_type = ctypes.CFUNCTYPE(
            None,
            ctypes.c_char_p,
            ctypes.c_int,
            ctypes.c_char_p,
            ctypes.c_int,
            ctypes.c_char_p,
        )
        handler = handler_type(lambda file, line, function, error, text: None)
        alsa.snd_lib_error_set_handler(handler)
    except (OSError, AttributeError):
        return
    _kept.append(handler)  # ALSA holds only the address.
