"""Decoding what other agents write: codex and gemini."""
