"""Piper's voices on ONNX Runtime."""
