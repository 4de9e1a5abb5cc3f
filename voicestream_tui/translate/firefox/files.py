"""The files of a Firefox model: where they lie, and whether they belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.firefox.model import inspect_model, inspect_shortlist
from voicestream_tui.translate.model_folder import FIREFOX, damaged, find_folder
from voicestream_tui.translate.tokens.pieces import Pieces

T = TypeVar("T")
_PAIR = re.compile(r"\.([a-z]{2,3})([a-z]{2})\.")
_EXAMPLE = f'Fetch one: "voicestream-tui models pull {FIREFOX.example}".'


@dataclass(frozen=True, slots=True)
class FirefoxFiles:
    """Files that were looked through and fit each other."""

    folder: Path
    model: Path
    source: Path
    target: Path
    shortlist: Path | None
    source_pieces: Pieces
    target_pieces: Pieces


def open_firefox(named: str, models_dir: Path, *, shortlist: bool) -> FirefoxFiles:
    """Find a model and make sure that it can be run.

    Args:
        named: a folder, or the name of one in `models_dir`; "" looks for one.
        models_dir: where models lie.
        shortlist: with the file of what a word may become.

    Raises:
        EngineError: a file is missing, damaged, or for something else; the message names it.
    """
    folder = find_folder(FIREFOX, named, models_dir)
    model = _one(folder, "model.*.intgemm*.bin", "model.*.bin")
    pair = _PAIR.search(model.name)
    if pair is not None and pair[2] != "ja":
        raise EngineError(
            f"{model} translates from {pair[1]} into {pair[2]}, not into Japanese.", _EXAMPLE
        )
    source = _one(folder, "srcvocab.*.spm", "vocab.*.spm")
    target = _one(folder, "trgvocab.*.spm", "vocab.*.spm")
    words = _one(folder, "lex.*.bin") if shortlist else None
    shape = _whole(model, inspect_model)
    source_pieces, target_pieces = Pieces(source), Pieces(target)
    for file, pieces, rows in (
        (source, source_pieces, shape.source_rows),
        (target, target_pieces, shape.target_rows),
    ):
        if len(pieces) > rows:
            raise damaged(
                file, f"it has {len(pieces)} pieces, but {model.name} knows {rows} of them"
            )
    if words is not None:
        _whole(words, lambda file: inspect_shortlist(file, shape.target_rows))
    return FirefoxFiles(folder, model, source, target, words, source_pieces, target_pieces)


def _one(folder: Path, *patterns: str) -> Path:
    """The file that a pattern finds, of the first one that finds any."""
    for pattern in patterns:
        found = sorted(path for path in folder.glob(pattern) if path.is_file())
        if len(found) > 1:
            raise EngineError(
                f"The translation model {folder} has {len(found)} files {pattern}: "
                f"{_listed(found)}.",
                "Keep those of one model in a folder of their own.",
            )
        if found:
            return found[0]
    packed = sorted(path for pattern in patterns for path in folder.glob(pattern + ".*"))
    if packed:
        raise EngineError(
            f"{packed[0]} is still packed.", f"Unpack it (gzip -d or zstd -d). {_EXAMPLE}"
        )
    wanted = " or ".join(patterns)
    raise EngineError(f"The translation model {folder} has no file {wanted}.", _EXAMPLE)


def _listed(files: Sequence[Path]) -> str:
    return ", ".join(file.name for file in files)


def _whole(file: Path, inspect: Callable[[Path], T]) -> T:
    try:
        return inspect(file)
    except (OSError, ValueError) as error:
        raise damaged(file, str(error)) from error
