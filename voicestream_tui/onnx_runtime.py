"""ONNX Runtime, for voices and translation models alike: a session where it is wanted.

What a model really runs on is what its session says, and never a silent second choice.
"""

from __future__ import annotations

import contextlib
import io
import threading
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from voicestream_tui.errors import EngineError

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
_NAMES = {CPU: "CPU", CUDA: "CUDA"}
SMALLEST = bytes.fromhex(
    "08083a370a100a017812017922084964656e746974791201675a0f0a0178120a0a08080112040a02"
    "0801620f0a0179120a0a08080112040a02080142040a00100f"
)
"""A model that gives back the number it is given."""


_PRELOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Words:
    """How messages name what a model is for, and what helps."""

    key: str
    """The setting that chooses the processor, such as tts.device."""
    file: str
    """What a file is called: "voice file"."""
    install: str
    """How the packages are installed."""
    remedy: str
    """What to do about a file that can't be loaded."""


def load_runtime(words: Words) -> ModuleType:
    """The package onnxruntime, quiet on the terminal.

    Raises:
        EngineError: it is not installed or broken.
    """
    try:
        module = import_module("onnxruntime")
        # Its own messages would go over the screen; what matters of them is raised besides.
        module.set_default_logger_severity(4)
    except (ImportError, AttributeError) as error:
        raise EngineError(f"ONNX Runtime can't be loaded: {error}.", words.install) from error
    _find_cuda_libraries(module)
    return module


def _find_cuda_libraries(onnxruntime: ModuleType) -> None:
    """Load NVIDIA's libraries from their Python packages, where they lie beside the system's.

    What it can't find it prints, and the session tells better.
    """
    preload = getattr(onnxruntime, "preload_dlls", None)
    if preload is None or not built_for_cuda(onnxruntime):
        return
    # Two threads that exchange the program's output at once would each put back the other's.
    with (
        _PRELOADING,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.suppress(Exception),
    ):
        preload()


def start_session(
    onnxruntime: ModuleType,
    model: Path | bytes,
    device: str,
    *,
    of: Path,
    words: Words,
    threads: int = 0,
) -> Any:
    """Load a model.

    Args:
        onnxruntime: The package, as `load_runtime` gave it.
        model: Its file or its bytes.
        device: "auto", "cpu", "cuda" or "cuda:N".
        of: The file that messages name.
        words: For messages.
        threads: Of one run on the processor; 0 leaves it to ONNX Runtime.

    Raises:
        EngineError: the model is broken, or the device asked for is not there.
    """
    providers = _providers(onnxruntime, device, words)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    # Threads that wait by turning round take the processor from translation and sound.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = model if isinstance(model, bytes) else str(model)
    try:
        session = onnxruntime.InferenceSession(source, options, providers=providers)
    except Exception as error:
        raise EngineError(
            f"The {words.file} {of} can't be loaded: {first_line(error)}", words.remedy
        ) from error
    if device.startswith("cuda") and CUDA not in session.get_providers():
        raise EngineError(
            f'{words.key} is "{device}", but ONNX Runtime {onnxruntime.__version__} could not '
            "start CUDA.",
            "Its CUDA and cuDNN libraries must be installed and found, and the GPU be free; "
            f"or set {words.key} to auto or cpu.",
        )
    return session


def processor(session: Any) -> str:
    """What a session really runs on: "CPU", "CUDA", or the provider's own name."""
    provider = str(session.get_providers()[0])
    return _NAMES.get(provider, provider)


def possible_processor(onnxruntime: ModuleType, device: str, words: Words) -> str:
    """What a model would run on now, found out with the smallest one there is.

    Raises:
        EngineError: the device asked for is not there.
    """
    session = start_session(onnxruntime, SMALLEST, device, of=Path("(no file)"), words=words)
    named = processor(session)
    failed = named == "CPU" and device == "auto" and built_for_cuda(onnxruntime)
    why = "; CUDA is installed but could not be started" if failed else ""
    return f"{named} (ONNX Runtime {onnxruntime.__version__}{why})"


def built_for_cuda(onnxruntime: ModuleType) -> bool:
    """Whether this ONNX Runtime is built for CUDA; whether it works is another matter."""
    return CUDA in onnxruntime.get_available_providers()


def first_line(error: Exception) -> str:
    """The first line of what an exception says, as a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") + "." if lines else type(error).__name__ + "."


def _providers(onnxruntime: ModuleType, device: str, words: Words) -> list[Any]:
    if device == "cpu":
        return [CPU]
    if not built_for_cuda(onnxruntime):
        if device.startswith("cuda"):
            raise EngineError(
                f'{words.key} is "{device}", but the installed ONNX Runtime '
                f"{onnxruntime.__version__} is built without CUDA.",
                "Put onnxruntime-gpu in the place of onnxruntime (uv pip uninstall onnxruntime; "
                f"uv pip install --reinstall onnxruntime-gpu), or set {words.key} to auto or cpu.",
            )
        return [CPU]
    number = device.partition(":")[2] or "0"
    # Every sentence has another length: an exhaustive search for each takes seconds.
    cuda = (CUDA, {"cudnn_conv_algo_search": "HEURISTIC", "device_id": number})
    return [cuda, CPU]
