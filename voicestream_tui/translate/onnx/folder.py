"""Folders with a translation model that Hugging Face Optimum exported: what lies where.

The graphs stand beside `config.json` or in its folder `onnx`: `encoder_model.onnx` with either
`decoder_model_merged.onnx`, or `decoder_model.onnx` and `decoder_with_past_model.onnx`. Often they
are there several times, in other precisions, told by what follows the name: `_fp16`, `_quantized`,
`_int8`, `_q4` and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicestream_tui.errors import EngineError
from voicestream_tui.onnx_file import fault_of
from voicestream_tui.translate.model_folder import ONNX_ENDINGS, ONNX_PLACES, damaged

_ENCODER, _FIRST, _LATER = "encoder_model", "decoder_model", "decoder_with_past_model"
_MERGED = "decoder_model_merged"
_EIGHT_BITS = ("_quantized", "_int8", "_uint8")
_FOUR_BITS = ("_q4", "_bnb4", "_q4f16")
_TYPES = {"float32": ("",), "float16": ("_fp16",), "int8": _EIGHT_BITS}


@dataclass(frozen=True, slots=True)
class Graphs:
    """The files of one precision."""

    encoder: Path
    decoders: tuple[Path, ...]
    """The merged one, or the one for the first step and the one for those after it."""
    ending: str
    """What their names have after the usual one, such as _quantized."""

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        return (self.encoder, *self.decoders)


def find_graphs(folder: Path, compute_type: str, *, on_gpu: bool) -> Graphs:
    """Choose the graphs to load.

    Args:
        folder: of the model.
        compute_type: float32, float16 or int8, what a name has after the usual one ("q4"), or
            "default": on the processor 8 bits where they are there, else the largest.
        on_gpu: they will run on a graphics card.

    Raises:
        EngineError: a file is missing or damaged, or there are none of this type.
    """
    found = [
        graphs
        for ending in _endings(compute_type, on_gpu=on_gpu)
        if (graphs := _of(folder, ending)) is not None
    ]
    if not found:
        raise _absent(folder, compute_type)
    for file in found[0].files:
        if fault := fault_of(file):
            raise damaged(file, fault)
    return found[0]


def _endings(compute_type: str, *, on_gpu: bool) -> Sequence[str]:
    if compute_type in ("default", "auto"):
        return ONNX_ENDINGS if on_gpu else (*_EIGHT_BITS, "", *_FOUR_BITS, "_fp16")
    return _TYPES.get(compute_type, (f"_{compute_type.lstrip('_')}",))


def _of(folder: Path, ending: str) -> Graphs | None:
    for place in ONNX_PLACES:

        def file(name: str, place: str = place) -> Path:
            return folder / f"{place}{name}{ending}.onnx"

        if not file(_ENCODER).is_file():
            continue
        for decoders in ((file(_MERGED),), (file(_FIRST), file(_LATER))):
            if all(decoder.is_file() for decoder in decoders):
                return Graphs(file(_ENCODER), decoders, ending)
    return None


def _absent(folder: Path, compute_type: str) -> EngineError:
    others = [ending for ending in ONNX_ENDINGS if _of(folder, ending) is not None]
    if others:
        names = ", ".join(_type_of(ending) for ending in others)
        return EngineError(
            f"The translation model {folder} has no files in {compute_type}, but in: {names}.",
            f"Set translation.compute_type to default or to one of: {names}.",
        )
    for place in ONNX_PLACES:
        for ending in ONNX_ENDINGS:
            encoder, first, later = (
                f"{place}{name}{ending}.onnx" for name in (_ENCODER, _FIRST, _LATER)
            )
            if (folder / encoder).is_file():
                has_first = (folder / first).is_file()
                return _incomplete(folder, later if has_first else first, past=has_first)
            if (folder / first).is_file() or (folder / f"{place}{_MERGED}{ending}.onnx").is_file():
                return _incomplete(folder, encoder)
    return _incomplete(folder, f"{_ENCODER}.onnx")


def _incomplete(folder: Path, name: str, *, past: bool = False) -> EngineError:
    hint = "Fetch the file from where the model came from, or name another folder in "
    hint += "translation.model."
    if past:
        hint = (
            "Export the model with its past: optimum-cli export onnx --task "
            "text2text-generation-with-past --model NAME FOLDER."
        )
    return EngineError(f"The translation model {folder} has no file {name}.", hint)


def _type_of(ending: str) -> str:
    for name, endings in _TYPES.items():
        if ending == endings[0]:
            return name
    return ending.lstrip("_")
