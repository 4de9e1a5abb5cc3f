"""The process of a probe: one question on standard input, one answer on standard output.

What libraries print goes to the error output, so that the answer stays readable.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from importlib import import_module


def main() -> None:
    """Answer; anything that is raised becomes an answer, too."""
    asked = json.load(sys.stdin)
    answers = os.dup(1)
    os.dup2(2, 1)
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")
    try:
        module, _, function = asked["probe"].partition(":")
        called = getattr(import_module(f"voicestream_tui.doctor.{module}"), function)
        said = {"value": called(**asked["arguments"]), "problem": "", "hint": ""}
    except Exception as error:
        said = {"value": None, **_told(error)}
    with os.fdopen(answers, "w", encoding="utf-8") as file:
        json.dump(said, file)
    sys.stdout.flush()
    # Libraries that hang or crash when they are unloaded have nothing to say any more.
    os._exit(0)


def _told(error: Exception) -> dict[str, str]:
    from voicestream_tui.errors import VoicestreamError

    if isinstance(error, VoicestreamError):
        return {"problem": error.message, "hint": error.hint}
    if isinstance(error, ModuleNotFoundError) and error.name:
        return {
            "problem": f"The package {error.name} is missing.",
            "hint": "Install it into this environment.",
        }
    return {"problem": f"{type(error).__name__}: {error}", "hint": ""}
