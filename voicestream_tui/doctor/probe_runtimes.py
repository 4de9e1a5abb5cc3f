"""Asks CTranslate2 and ONNX Runtime what they can. Runs in a process of its own."""

from __future__ import annotations

from typing import Any


def ctranslate2() -> dict[str, Any]:
    """CTranslate2's version, its CUDA devices, and what it computes in on each processor."""
    import ctranslate2 as library

    cards = library.get_cuda_device_count()
    return {
        "version": library.__version__,
        "cards": cards,
        "cpu": sorted(library.get_supported_compute_types("cpu")),
        "cuda": sorted(library.get_supported_compute_types("cuda")) if cards else [],
    }


def onnx_providers() -> dict[str, Any]:
    """ONNX Runtime's version, the CUDA version it is built for, and its execution providers."""
    import onnxruntime as library

    try:
        from onnxruntime.capi import build_and_package_info as build

        cuda = str(getattr(build, "cuda_version", "") or "")
    except ImportError:
        cuda = ""
    return {
        "version": library.__version__,
        "cuda": cuda,
        "providers": list(library.get_available_providers()),
    }


def onnx_session(provider: str) -> dict[str, Any]:
    """Run the smallest model with one provider, besides the processor's own.

    Returns:
        "used": the provider that the session names first; "right": whether the number that the
        model was given came back.
    """
    import numpy
    import onnxruntime as library

    from voicestream_tui.onnx_runtime import CPU, SMALLEST

    library.set_default_logger_severity(3)  # why a provider is left out is only logged
    wanted = [provider] if provider == CPU else [provider, CPU]
    session = library.InferenceSession(SMALLEST, providers=wanted)
    fed = numpy.array([42.0], numpy.float32)
    (given,) = session.run(None, {session.get_inputs()[0].name: fed})
    return {"used": session.get_providers()[0], "right": bool((given == fed).all())}
