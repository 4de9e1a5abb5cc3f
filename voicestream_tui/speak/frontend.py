"""Open JTalk's analysis of Japanese text, for the engines that make their phonemes of it.

The package is imported with the first use, which takes about a second.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from voicestream_tui.errors import EngineError
from voicestream_tui.speak import nani


def words(text: str) -> list[dict[str, Any]]:
    """The words of a text as Open JTalk sees them, with their pronunciation in katakana.

    Raises:
        EngineError: pyopenjtalk is missing, or it can't analyse the text.
    """
    openjtalk = _openjtalk()
    try:
        found: list[dict[str, Any]] = openjtalk.run_frontend(text)
    except (RuntimeError, AssertionError) as error:
        raise _failed(text, error) from error
    return found


def labels(text: str) -> list[str]:
    """The full-context labels of a text, one a phoneme, silence at both ends.

    Raises:
        EngineError: pyopenjtalk is missing, or it can't analyse the text.
    """
    openjtalk = _openjtalk()
    try:
        found: list[str] = openjtalk.extract_fullcontext(text)
    except (RuntimeError, AssertionError) as error:
        raise _failed(text, error) from error
    return found


def _openjtalk() -> ModuleType:
    nani.install()
    try:
        return import_module("pyopenjtalk")
    except ImportError as error:
        raise EngineError(
            f"Japanese phonemes can't be made, because pyopenjtalk can't be loaded: {error}.",
            "Install the package pyopenjtalk-plus into this environment.",
        ) from error


def _failed(text: str, error: Exception) -> EngineError:
    return EngineError(
        f"Open JTalk can't analyse the text {text[:20]!r}…: {error}", "Please report this."
    )
