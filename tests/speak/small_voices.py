"""The least that is an ONNX model in one piece."""

from __future__ import annotations


def small_onnx() -> bytes:
    """An ir_version and an empty graph, as protobuf writes them."""
    return b"\x08\x08\x3a\x00"
