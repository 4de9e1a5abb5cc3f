"""The numbers of Kokoro's phonemes: those of the model's own files, else those of version 1.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from voicestream_tui.errors import EngineError

MOST_TOKENS = 510
"""The model's context of 512, less the two that stand around a text."""
PAD = 0
_RUNS = (
    (1, ";:,.!?"),
    (9, '—…"()“” \u0303ʣʥʦʨᵝ\uab67AI'),
    (31, "O"),
    (33, "Q"),
    (35, "ST"),
    (39, "W"),
    (41, "Yᵊabcdef"),
    (50, "hijklmnopqrstuvwxyzɑɐɒæ"),
    (75, "βɔɕç"),
    (80, "ɖðʤə"),
    (85, "ɚɛɜ"),
    (90, "ɟ"),
    (92, "ɡ"),
    (99, "ɥ"),
    (101, "ɨɪʝ"),
    (110, "ɯɰŋɳɲɴø"),
    (118, "ɸθœ"),
    (123, "ɹ"),
    (125, "ɾɻ"),
    (128, "ʁɽʂʃʈʧ"),
    (135, "ʊʋ"),
    (138, "ʌɣɤ"),
    (142, "χʎ"),
    (147, "ʒʔ"),
    (156, "ˈˌː"),
    (162, "ʰ"),
    (164, "ʲ"),
    (169, "↓"),
    (171, "→↗↘"),
    (177, "ᵻ"),
)
"""The first number of each run of symbols; the numbers between are free."""
PUBLISHED: Mapping[str, int] = MappingProxyType(
    {symbol: first + at for first, run in _RUNS for at, symbol in enumerate(run)}
)
"""The 114 symbols of Kokoro-82M v1.0, of 178 numbers."""


def vocabulary_beside(folder: Path) -> Mapping[str, int]:
    """The vocabulary in a model's folder, of tokenizer.json or config.json; else the published one.

    Raises:
        EngineError: a file that should have it is broken.
    """
    for name in ("tokenizer.json", "config.json"):
        path = folder / name
        if not path.is_file():
            continue
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if found := vocabulary_in(said):
                return found
        except OSError as error:
            raise EngineError(f"{path} can't be read: {error.strerror}.", _AGAIN) from error
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise EngineError(
                f"{path} is not the description of a Kokoro model.", _AGAIN
            ) from error
    return PUBLISHED


_AGAIN = "Download the file again, or choose another voice."


def vocabulary_in(said: Any) -> dict[str, int]:
    """The vocabulary of a tokenizer.json, or of a config.json; empty if it says none.

    Raises:
        ValueError, TypeError, AttributeError: it is not of their form.
    """
    found = (said.get("model") or {}).get("vocab") or said.get("vocab") or {}
    return {str(symbol): int(number) for symbol, number in found.items() if len(symbol) == 1}
