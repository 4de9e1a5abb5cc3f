"""Many sentences through a model, as the program protects them."""

from __future__ import annotations

from collections.abc import Sequence

from train_starter.masking import read_marks
from voicestream_tui.text.protect import Protected, protect
from voicestream_tui.translate.starter.engine import StarterTranslator

_AT_ONCE = 32


def translate(
    translator: StarterTranslator, sentences: Sequence[str]
) -> tuple[list[str], list[Protected]]:
    """Translate; gives the model's own output, slots in place, and what was protected."""
    protected = [protect(*read_marks(sentence)) for sentence in sentences]
    outputs: list[str] = [""] * len(protected)
    order = sorted(range(len(protected)), key=lambda n: len(protected[n].text))
    for at in range(0, len(order), _AT_ONCE):
        some = order[at : at + _AT_ONCE]
        results = translator.translate([protected[n].text for n in some])
        for n, output in zip(some, results, strict=True):
            outputs[n] = output
    return outputs, protected
