"""Loads a CTranslate2 model where it should run, and says where it really does."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2

from voicestream_tui.errors import EngineError

log = logging.getLogger(__name__)

_DEVICE = re.compile(r"(auto|cpu|cuda)(?::(\d+))?\Z")


@dataclass(frozen=True, slots=True)
class Placement:
    """What the user wants a model to run on."""

    device: str = "auto"
    """auto, cpu, cuda, or cuda:1 for the second one; auto takes CUDA where it works."""
    compute_type: str = "default"
    """CTranslate2's name, such as int8 or float16; default keeps what the file has."""
    threads: int = 0
    """Threads of one translation; 0 leaves it to CTranslate2."""


def load(engine: str, folder: Path, wanted: Placement) -> ctranslate2.Translator:
    """Load a translation model and write into the log what it runs on.

    Only "auto" may end on another device than the first one tried, and says so.

    Raises:
        EngineError: the device or the compute type is not there, or the model is damaged.
    """
    return _load(ctranslate2.Translator, engine, folder, wanted)


def load_generator(engine: str, folder: Path, wanted: Placement) -> ctranslate2.Generator:
    """Load a language model, otherwise as `load`.

    Raises:
        EngineError: the device or the compute type is not there, or the model is damaged.
    """
    return _load(ctranslate2.Generator, engine, folder, wanted)


def _load(kind: Any, engine: str, folder: Path, wanted: Placement) -> Any:
    device, index = check_device(wanted.device)
    model = None
    if device == "auto" and ctranslate2.get_cuda_device_count() > 0:
        try:
            model = _on(kind, engine, folder, "cuda", index, wanted)
        except EngineError as error:
            log.warning("%s: CUDA does not work, so the processor is used: %s", engine, error)
    if model is None:
        first = "cpu" if device == "auto" else device
        model = _on(kind, engine, folder, first, index, wanted)
    log.info(
        "%s: %s runs on %s, computes in %s (asked for %s, %s)",
        engine,
        folder,
        model.device,
        model.compute_type,
        wanted.device,
        wanted.compute_type,
    )
    return model


def check_device(wanted: str) -> tuple[str, int]:
    """The device (auto, cpu, cuda) that a setting names, and which one of several.

    Raises:
        EngineError: there is none of that name.
    """
    match = _DEVICE.match(wanted)
    if match is None:
        raise EngineError(
            f'There is no device "{wanted}" for translating.',
            "translation.device is auto, cpu, cuda, or cuda:1 for the second card.",
        )
    return match[1], int(match[2] or 0)


def _on(kind: Any, engine: str, folder: Path, device: str, index: int, wanted: Placement) -> Any:
    try:
        model = kind(
            str(folder),
            device=device,
            device_index=index,
            compute_type=wanted.compute_type,
            inter_threads=1,
            intra_threads=wanted.threads,
        )
        if device == "cuda":  # libraries of CUDA are only looked for when something is computed
            if kind is ctranslate2.Generator:
                model.generate_batch([["a"]], max_length=1)
            else:
                model.translate_batch([["a"]], max_decoding_length=1)
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        raise _explained(engine, folder, device, wanted, error) from error
    return model


def _explained(
    engine: str, folder: Path, device: str, wanted: Placement, error: Exception
) -> EngineError:
    told = str(error) or type(error).__name__
    if "compute type" in told:
        types = ", ".join(sorted(ctranslate2.get_supported_compute_types(device)))
        return EngineError(
            f'The translation engine "{engine}" can\'t compute in {wanted.compute_type} on '
            f"{device}: {told}",
            f"translation.compute_type can be default, auto or one of: {types}.",
        )
    if device == "cuda" and "out of memory" in told:
        return EngineError(
            f"The translation model {folder} does not fit the graphics card: {told}",
            "Free its memory, choose a smaller model or translation.compute_type "
            "(int8_float16), or translation.device = cpu.",
        )
    if device == "cuda":
        return EngineError(
            f'The translation engine "{engine}" can\'t use CUDA: {told}',
            "CTranslate2 needs an NVIDIA driver and cuBLAS 12 (pip install nvidia-cublas-cu12); "
            "translation.device = cpu needs nothing.",
        )
    return EngineError(
        f"The translation model {folder / 'model.bin'} could not be loaded: {told}",
        "The file is damaged or made for another version of CTranslate2; fetch it again.",
    )
