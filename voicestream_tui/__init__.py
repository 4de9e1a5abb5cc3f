"""Hear your coding agent in Japanese while you read it."""

__version__ = "0.1.0"
