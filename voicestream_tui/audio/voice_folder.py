"""The folder in which programs of one user on one machine find each other."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_state_path

from voicestream_tui.file_lock import FileLock

_APP = "voicestream-tui"


def voice_folders() -> Sequence[Path]:
    """Where the voice of this user on this machine may be kept, best first.

    The same for all sessions of the user, with or without the variable that names the folder of
    a session; and no folder that several machines may share, as long as there is another.
    """
    usual = [Path(os.environ.get("XDG_RUNTIME_DIR", "")), Path(f"/run/user/{os.getuid()}")]
    return [
        *(folder / _APP for folder in usual if folder.is_absolute() and folder.is_dir()),
        Path(tempfile.gettempdir()) / f"{_APP}-{os.getuid()}",
        user_state_path(_APP, appauthor=False),
    ]


def first_usable(folders: Sequence[Path]) -> Path:
    """Make the first folder in which files can be locked; raises OSError if there is none."""
    problem: OSError | None = None
    for folder in folders:
        try:
            make_folder(folder)
            trial = FileLock(folder / f"trial-{os.getpid()}-{secrets.token_hex(4)}")
            trial.take()
            trial.give(remove=True)
        except OSError as error:
            problem = problem or error
            continue
        return folder
    raise problem or FileNotFoundError("no folder to keep the voice in")


def make_folder(folder: Path) -> None:
    """Make the user's own folder; PermissionError if somebody else made it before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat(follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(1, "not a folder of this user's own", str(folder))
