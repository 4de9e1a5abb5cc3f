"""Folders with models in CTranslate2 format: where they lie, and whether they are whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicestream_tui.errors import EngineError

UNCONVERTED = ("pytorch_model.bin", "model.safetensors", "tf_model.h5")
"""Files that tell a model which is not in CTranslate2's format."""
_VOCABULARIES = (
    ("shared_vocabulary.json",),
    ("shared_vocabulary.txt",),
    ("source_vocabulary.json", "target_vocabulary.json"),
    ("source_vocabulary.txt", "target_vocabulary.txt"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies in the folder of an engine's models."""

    engine: str
    pieces: tuple[tuple[str, ...], ...]
    """Files that tell it, * for any part of a name: of each group one must be there."""
    source: str
    """From where the SentencePiece files can be had, for messages."""
    example: str
    """A model of this kind that "models pull" knows; "" if it knows none."""
    unless: tuple[str, ...] = ()
    """Files that tell another engine's model, where there is no model.bin."""

    def is_in(self, folder: Path) -> bool:
        """True if a folder looks as if it were made for this engine."""
        if not all(_has(folder, group) for group in self.pieces):
            return False
        return (folder / "model.bin").is_file() or not _has(folder, self.unless)


def _has(folder: Path, names: Sequence[str]) -> bool:
    return any(path.is_file() for name in names for path in folder.glob(name))


ONNX_PLACES = ("", "onnx/")
"""Where the graphs of an exported model lie in its folder."""
ONNX_ENDINGS = ("", "_fp16", "_quantized", "_int8", "_uint8", "_q4", "_bnb4", "_q4f16")
"""What follows the name of a graph, by the precision it is in."""
_ENCODERS = tuple(f"{place}encoder_model{e}.onnx" for place in ONNX_PLACES for e in ONNX_ENDINGS)

MARIAN = Layout(
    "opus-mt",
    (("source.spm",), ("target.spm",)),
    "the published Marian model",
    "fugumt-en-ja",
    unless=_ENCODERS,
)
NLLB = Layout(
    "nllb",
    (
        (
            "sentencepiece.bpe.model",
            "sentencepiece.model",
            "flores200_sacrebleu_tokenizer_spm.model",
        ),
    ),
    "facebook/nllb-200-distilled-600M",
    "nllb-200-600m",
    unless=_ENCODERS,
)
ONNX = Layout(
    "onnx",
    (_ENCODERS, ("source.spm", "sentencepiece.bpe.model", "tokenizer.json")),
    "the model's repository",
    "",
)
FIREFOX = Layout(
    "firefox",
    (("model.*.intgemm*.bin",), ("srcvocab.*.spm", "vocab.*.spm")),
    "Mozilla",
    "firefox-en-ja",
)
LLM = Layout(
    "llm",
    (("model.bin",), ("tokenizer.json",), ("vocabulary.json", "vocabulary.txt")),
    "the repository of the model that was converted",
    "qwen3-1700m",
)
LAYOUTS: dict[str, Layout] = {
    layout.engine: layout for layout in (MARIAN, NLLB, ONNX, FIREFOX, LLM)
}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder in which every file was found."""

    path: Path
    pieces: tuple[Path, ...]
    """The SentencePiece files, in the layout's order."""
    source_vocabulary: tuple[str, ...]
    target_vocabulary: tuple[str, ...]
    config: dict[str, Any]
    """What `config.json` says; empty where an old converter wrote none."""


def find_folder(layout: Layout, named: str, models_dir: Path) -> Path:
    """Return the folder of an engine's model.

    Args:
        named: a folder, or the name of one in `models_dir`; "" takes the one named like the
            engine, else the first one that looks as if it were made for it.
        models_dir: where models lie; it need not exist.

    Raises:
        EngineError: there is none.
    """
    if named:
        folder = named_folder(named, models_dir)
        if not folder.is_dir():
            raise EngineError(
                f"The translation model {folder} is not there.",
                "translation.model (--translator-model) names a folder, or one in "
                f"{models_dir}; empty looks there by itself.",
            )
        return folder
    usual = models_dir / layout.engine
    if usual.is_dir():
        return usual
    others = sorted(models_dir.iterdir()) if models_dir.is_dir() else []
    for folder in others:
        # What is hidden has not come whole yet.
        if not folder.name.startswith(".") and folder.is_dir() and layout.is_in(folder):
            return folder
    how = "Export one, as docs/engines.md says"
    if layout.example:
        how = f'Fetch one, such as "voicestream-tui models pull {layout.example}"'
    raise EngineError(
        f'There is no model for the translation engine "{layout.engine}" in {models_dir}.',
        f"{how}, or name its folder in translation.model.",
    )


def named_folder(named: str, models_dir: Path) -> Path:
    """The folder that a setting names; it need not be there."""
    folder = Path(named)
    inside = models_dir / folder.name
    return inside if inside.is_dir() and not folder.is_dir() else folder


def is_foreign(engine: str, named: str, models_dir: Path) -> bool:
    """True if the folder that a setting names was made for another engine than this one."""
    if not named or engine not in LAYOUTS:
        return False
    folder = named_folder(named, models_dir)
    return not LAYOUTS[engine].is_in(folder) and any(x.is_in(folder) for x in LAYOUTS.values())


def open_folder(layout: Layout, folder: Path) -> ModelFolder:
    """Look for every file that an engine needs and read the small ones.

    Raises:
        EngineError: a file is missing or damaged.
    """
    if not (folder / "model.bin").is_file():
        unconverted = next((name for name in UNCONVERTED if (folder / name).is_file()), None)
        if unconverted:
            raise EngineError(
                f"The translation model {folder} is not in CTranslate2 format ({unconverted}).",
                f"Convert it: ct2-transformers-converter --model {folder} --output_dir NEW.",
            )
        raise _missing(folder, "model.bin", layout)
    pieces = []
    for group in layout.pieces:
        found = next((folder / name for name in group if (folder / name).is_file()), None)
        if found is None:
            raise _missing(folder, group[0], layout)
        pieces.append(found)
    names = next((n for n in _VOCABULARIES if all((folder / x).is_file() for x in n)), None)
    if names is None:
        raise _missing(folder, _VOCABULARIES[0][0], layout)
    vocabularies = [_vocabulary(folder / name) for name in names]
    config = folder / "config.json"
    return ModelFolder(
        folder,
        tuple(pieces),
        vocabularies[0],
        vocabularies[-1],
        read_table(config) if config.is_file() else {},
    )


def damaged(file: Path, error: object) -> EngineError:
    """The error for a file that can't be read as what it should be."""
    return EngineError(
        f"{file} is damaged: {error}.", "Fetch the model again, or name another in its place."
    )


def read_table(file: Path) -> dict[str, Any]:
    """Read a JSON file with a table.

    Raises:
        EngineError: it is damaged.
    """
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise damaged(file, error) from error
    if not isinstance(table, dict):
        raise damaged(file, "it is no table")
    return table


def _missing(folder: Path, name: str, layout: Layout) -> EngineError:
    other = next((x for x in LAYOUTS.values() if x is not layout and x.is_in(folder)), None)
    if other is not None and not layout.is_in(folder):
        return EngineError(
            f'The translation model {folder} is none of the engine "{layout.engine}": '
            f"it has no file {name}.",
            f'It looks like one of "{other.engine}": choose that as translation.engine.',
        )
    where = layout.source if name.endswith((".spm", ".model")) else "where the model came from"
    return EngineError(
        f"The translation model {folder} has no file {name}.",
        f"Fetch the file from {where}, or name another folder in translation.model.",
    )


def _vocabulary(file: Path) -> tuple[str, ...]:
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".txt":
            return tuple(text.split("\n")[:-1] if text.endswith("\n") else text.split("\n"))
        tokens = json.loads(text)
    except (OSError, ValueError) as error:
        raise damaged(file, error) from error
    if not isinstance(tokens, Sequence) or not all(isinstance(token, str) for token in tokens):
        raise damaged(file, "it is no list of tokens")
    return tuple(tokens)
