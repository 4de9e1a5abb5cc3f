"""Decoding what Claude Code writes: stream-json, and the JSON of `--output-format json`."""
