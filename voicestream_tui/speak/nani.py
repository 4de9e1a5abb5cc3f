"""How 何 is read before another word: なに or なん.

pyopenjtalk asks a small model for this. The model needs onnxruntime; without it a warning is
printed on standard output and 何 is always なに. This rule stands in for the model: the same
reading on every machine, nothing printed, nothing large loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

_MODULE = "pyopenjtalk.yomi_model.nani_predict"
_NAN_BEFORE = frozenset(
    {
        "です",
        "でし",
        "でしょ",
        "だ",
        "だろ",
        "だっ",
        "で",
        "でも",
        "の",
        "なら",
        "と",
        "という",
        "とか",
        "たる",
    }
)


def predict(following: Sequence[Mapping[str, object] | None]) -> int:
    """1 if 何 is read なん, 0 if なに.

    Args:
        following: The next word as Open JTalk analysed it; None at the end of a sentence.
    """
    word = following[0] if following else None
    return int(word is not None and word.get("string") in _NAN_BEFORE)


def install() -> None:
    """Put the rule in the model's place. Must run before pyopenjtalk is imported."""
    if _MODULE not in sys.modules:
        module = ModuleType(_MODULE)
        vars(module)["predict"] = predict
        sys.modules[_MODULE] = module
