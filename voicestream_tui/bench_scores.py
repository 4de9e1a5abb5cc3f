"""How near translations come to references: chrF and BLEU over characters, for whole sets.

The figures are those of sacrebleu with its defaults (`chrF2`, and BLEU with the `char` tokenizer
and exponential smoothing), so that they can be compared with figures from elsewhere.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_CHRF_ORDER, _BETA = 6, 2.0
_BLEU_ORDER = 4
_NARROW = str.maketrans({0xFF01 + i: chr(0x21 + i) for i in range(94) if chr(0x21 + i).isalnum()})


@dataclass(frozen=True, slots=True)
class Matches:
    """Stretches of n characters in all texts of a set."""

    translated: int
    wanted: int
    common: int


def comparable(japanese: str) -> str:
    """A text without what is a matter of style: wide letters and digits, marks of code."""
    return japanese.replace("`", "").translate(_NARROW)


def matches(translations: Sequence[str], references: Sequence[str], order: int) -> list[Matches]:
    """Count stretches of 1 to `order` characters, blanks left out, text by text."""
    counts = [[0, 0, 0] for _ in range(order)]
    for translation, reference in zip(translations, references, strict=True):
        left, right = "".join(translation.split()), "".join(reference.split())
        for n, count in enumerate(counts, 1):
            ours, theirs = _stretches(left, n), _stretches(right, n)
            count[0] += ours.total()
            count[1] += theirs.total()
            count[2] += sum(min(found, ours[text]) for text, found in theirs.items())
    return [Matches(*count) for count in counts]


def chrf(translations: Sequence[str], references: Sequence[str]) -> float:
    """F-score of stretches of 1 to 6 characters, recall counted twice: 0 to 100."""
    known = [m for m in matches(translations, references, _CHRF_ORDER) if m.translated and m.wanted]
    if not known:
        return 0.0
    precision = sum(m.common / m.translated for m in known) / len(known)
    recall = sum(m.common / m.wanted for m in known) / len(known)
    if precision + recall == 0:
        return 0.0
    weight = _BETA**2
    return 100 * (1 + weight) * precision * recall / (weight * precision + recall)


def char_bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """BLEU of stretches of 1 to 4 characters: 0 to 100."""
    found = matches(translations, references, _BLEU_ORDER)
    if any(m.translated == 0 for m in found) or not any(m.common for m in found):
        return 0.0
    logarithm, smooth = 0.0, 1.0
    for m in found:
        share = m.common / m.translated
        if not m.common:
            smooth *= 2
            share = 1 / (smooth * m.translated)
        logarithm += math.log(share) / _BLEU_ORDER
    ours, theirs = found[0].translated, found[0].wanted
    brevity = 0.0 if ours >= theirs else 1 - theirs / ours
    return 100 * math.exp(brevity + logarithm)


def _stretches(text: str, n: int) -> Counter[str]:
    return Counter(text[at : at + n] for at in range(len(text) - n + 1))
