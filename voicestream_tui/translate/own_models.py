"""Which engine a model's folder of one's own is for, by what is in it. Loads no model."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.translate.model_folder import LAYOUTS, UNCONVERTED

ENGINES = tuple(LAYOUTS)
"""The engines whose models are folders."""


def model_folders(models_dir: Path) -> list[tuple[Path, str]]:
    """The folders that hold a model, with its engine; others are passed over."""
    found: list[tuple[Path, str]] = []
    try:
        folders = sorted(path for path in models_dir.iterdir() if path.is_dir())
    except OSError:
        return []
    for folder in folders:
        if not folder.name.startswith("."):
            with suppress(EngineError):
                found.append((folder, engine_of(folder)))
    return found


def engine_of(folder: Path) -> str:
    """The engine that a folder was made for.

    Raises:
        EngineError: the folder is not there, or has the files of no engine; the message names
            what is missing.
    """
    if not folder.is_dir():
        raise EngineError(
            f"The translation model {folder} is not there, or is no folder.",
            "Name the folder with the model's files, or a model in the models folder.",
        )
    for engine, layout in LAYOUTS.items():
        if layout.is_in(folder):
            return engine
    raise EngineError(
        f"The folder {folder} has no translation model that is known here: {_lacking(folder)}.",
        "docs/engines.md tells which files each engine takes; --translator names the engine.",
    )


def _lacking(folder: Path) -> str:
    raw = next((name for name in UNCONVERTED if (folder / name).is_file()), "")
    if raw:
        return f"{raw} is not in CTranslate2's format, and has to be converted"
    if any(folder.glob("*.gguf")):
        return "a .gguf file is for a server, such as llama.cpp's, that the engine llm can ask"
    if (folder / "model.bin").is_file():
        return (
            "beside model.bin there are neither source.spm and target.spm (opus-mt) nor "
            "sentencepiece.bpe.model (nllb)"
        )
    return "there is no model.bin, no encoder and decoder in .onnx, and no .intgemm.bin"
