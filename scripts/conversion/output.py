"""A folder that is there as a whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ConversionError(Exception):
    """What can't be converted, and why; shown without a traceback."""


@contextmanager
def whole_folder(folder: Path, *, replace: bool) -> Iterator[Path]:
    """A scratch folder beside the one that is to be made, and takes its place at the end.

    Args:
        folder: The one to be made.
        replace: It may be there already.

    Raises:
        ConversionError: it is there.
    """
    if folder.exists() and not replace:
        raise ConversionError(f"{folder} is there already; --force replaces it.")
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
