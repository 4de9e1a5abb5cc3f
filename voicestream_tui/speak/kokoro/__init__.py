"""Kokoro's voices: StyleTTS 2 on ONNX Runtime, several voices mixed."""
