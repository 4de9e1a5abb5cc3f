"""ONNX Runtime for voices: on which processor a model runs, as the session itself says."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType
from typing import Any

from voicestream_tui.extras import how_to_install
from voicestream_tui.onnx_runtime import (
    CPU,
    CUDA,
    Words,
    built_for_cuda,
    load_runtime,
    possible_processor,
    processor,
    start_session,
)

__all__ = [
    "CPU",
    "CUDA",
    "has_cuda",
    "note_processor",
    "open_session",
    "processor",
    "runtime",
    "would_run_on",
]

log = logging.getLogger(__name__)

_WORDS = Words(
    key="tts.device",
    file="voice file",
    install=how_to_install("piper"),
    remedy="Download the file again or remove it, or choose another voice.",
)


def runtime() -> ModuleType:
    """The package onnxruntime, quiet on the terminal.

    Raises:
        EngineError: it is not installed or broken.
    """
    return load_runtime(_WORDS)


def open_session(model: Path | bytes, device: str, *, of: Path) -> Any:
    """Load a model; see `onnx_runtime.start_session`.

    Args:
        model: Its file or its bytes.
        device: "auto", "cpu", "cuda" or "cuda:N".
        of: The file that messages name.

    Raises:
        EngineError: the model is broken, or the device asked for is not there.
    """
    return start_session(runtime(), model, device, of=of, words=_WORDS)


def would_run_on(device: str) -> str:
    """What a model would run on now, found out with the smallest one there is.

    Raises:
        EngineError: ONNX Runtime is not installed, or the device asked for is not there.
    """
    return possible_processor(runtime(), device, _WORDS)


def has_cuda() -> bool:
    """Whether the installed ONNX Runtime is built for CUDA; whether it works is another matter."""
    return built_for_cuda(runtime())


def note_processor(name: str, running: str, device: str, way: str = "") -> None:
    """Write to the log on which processor a voice runs, and warn where it should be another.

    Args:
        name: of the voice or its model.
        running: as its session names it.
        device: the one asked for.
        way: how it speaks, if there is more than one.
    """
    log.info("%s speaks on %s%s", name, running, f", {way}" if way else "")
    if device == "auto" and running == "CPU" and has_cuda():
        log.warning("CUDA is installed but could not be started: %s uses CPU", name)
