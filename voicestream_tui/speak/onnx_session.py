"""ONNX Runtime: on which processor a model runs, as the session itself says."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from voicestream_tui.errors import EngineError

log = logging.getLogger(__name__)

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
_NAMES = {CPU: "CPU", CUDA: "CUDA"}
_SMALLEST = bytes.fromhex(
    "08083a370a100a017812017922084964656e746974791201675a0f0a0178120a0a08080112040a02"
    "0801620f0a0179120a0a08080112040a02080142040a00100f"
)
"""A model that gives back the number it is given."""
_GPU_PACKAGE = (
    "Put onnxruntime-gpu in the place of onnxruntime (uv pip uninstall onnxruntime; "
    "uv pip install --reinstall onnxruntime-gpu), or set tts.device to auto or cpu."
)


def runtime() -> ModuleType:
    """The package onnxruntime, quiet on the terminal.

    Raises:
        EngineError: it is not installed or broken.
    """
    try:
        module = import_module("onnxruntime")
        # Its own messages would go over the screen; what matters of them is raised besides.
        module.set_default_logger_severity(4)
    except (ImportError, AttributeError) as error:
        raise EngineError(
            f"ONNX Runtime can't be loaded: {error}.",
            'Install the extra "piper" into this environment: uv sync --extra piper, or '
            "uv pip install piper-tts onnx.",
        ) from error
    return module


def open_session(model: Path | bytes, device: str, *, of: Path) -> Any:
    """Load a model.

    Args:
        model: Its file or its bytes.
        device: "auto", "cpu", "cuda" or "cuda:N".
        of: The file that messages name.

    Raises:
        EngineError: the model is broken, or the device asked for is not there.
    """
    onnxruntime = runtime()
    providers = _providers(onnxruntime, device)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Threads that wait by turning round take the processor from translation and sound.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = model if isinstance(model, bytes) else str(model)
    try:
        session = onnxruntime.InferenceSession(source, options, providers=providers)
    except Exception as error:
        raise EngineError(
            f"The voice file {of} can't be loaded: {_first_line(error)}",
            "Download the file again or remove it, or choose another voice.",
        ) from error
    if device.startswith("cuda") and CUDA not in session.get_providers():
        raise EngineError(
            f'tts.device is "{device}", but ONNX Runtime {onnxruntime.__version__} could not '
            "start CUDA.",
            "Its CUDA and cuDNN libraries must be installed and found, and the GPU be free; "
            "or set tts.device to auto or cpu.",
        )
    return session


def processor(session: Any) -> str:
    """What a session really runs on: "CPU", "CUDA", or the provider's own name."""
    provider = str(session.get_providers()[0])
    return _NAMES.get(provider, provider)


def would_run_on(device: str) -> str:
    """What a model would run on now, found out with the smallest one there is.

    Raises:
        EngineError: ONNX Runtime is not installed, or the device asked for is not there.
    """
    onnxruntime = runtime()
    named = processor(open_session(_SMALLEST, device, of=Path("(no file)")))
    failed = named == "CPU" and device == "auto" and has_cuda()
    why = "; CUDA is installed but could not be started" if failed else ""
    return f"{named} (ONNX Runtime {onnxruntime.__version__}{why})"


def has_cuda() -> bool:
    """Whether the installed ONNX Runtime is built for CUDA; whether it works is another matter."""
    return CUDA in runtime().get_available_providers()


def _providers(onnxruntime: ModuleType, device: str) -> list[Any]:
    there = onnxruntime.get_available_providers()
    if device == "cpu":
        return [CPU]
    if CUDA not in there:
        if device.startswith("cuda"):
            raise EngineError(
                f'tts.device is "{device}", but the installed ONNX Runtime '
                f"{onnxruntime.__version__} is built without CUDA.",
                _GPU_PACKAGE,
            )
        return [CPU]
    number = device.partition(":")[2] or "0"
    # Every sentence has another length: an exhaustive search for each takes seconds.
    cuda = (CUDA, {"cudnn_conv_algo_search": "HEURISTIC", "device_id": number})
    return [cuda, CPU]


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") + "." if lines else type(error).__name__ + "."
