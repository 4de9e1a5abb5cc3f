"""Cuts a text into parts short enough for a model; nothing but a conjunction is ever left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from voicestream_tui.text.plain import Plain
from voicestream_tui.text.rephrase import halves, is_ended
from voicestream_tui.text.sentences import next_end

_ENDED = re.compile(r"[。．.、，,！!？?：:；;…]\s*\Z|[」』）)]\s*\Z")
_SLOT = re.compile(r"<c\d>")


def sentences_of(text: str) -> list[str]:
    """Split a text into its sentences."""
    plain = Plain()
    plain.append(text, 0, len(text))
    found: list[str] = []
    begin = 0
    while begin < len(text):
        end, _ = next_end(plain, begin, begin, final=True)
        end = end if end > begin else len(text)
        found.append(text[begin:end].strip())
        begin = end
    return [sentence for sentence in found if sentence]


def parts(text: str, length: Callable[[str], int], most: int) -> Iterator[str]:
    """Yield parts of a sentence, none of them longer than a model takes.

    Cuts at the border of a clause if there is one, else between words, else anywhere but in a
    slot.

    Args:
        length: of a text, in the model's pieces.
        most: pieces the model takes.
    """
    if length(text) <= most or len(text) < 2:
        yield text
        return
    for half in halves(text) or _middle(text):
        yield from parts(half, length, most)


def joined(given: Sequence[str], translations: Sequence[str]) -> str:
    """Put the translations of a sentence's parts together; "" if one of them is missing.

    A part without a mark at its end, such as "If the test fails", leads into the next one.
    """
    if not all(translations):
        return ""
    text = ""
    for number, (part, translation) in enumerate(zip(given, translations, strict=True)):
        is_last = number + 1 == len(given)
        text += translation if is_last or is_ended(part) else translation.removesuffix("。")
        if not is_last and not _ENDED.search(text):
            text += "、"
    return text


def _middle(text: str) -> tuple[str, str]:
    half = len(text) // 2
    blanks = [match.start() for match in re.finditer(r"\s", text.strip())]
    if blanks:
        at = min(blanks, key=lambda blank: abs(blank - half))
        if 0 < at < len(text):
            return text[:at].strip(), text[at:].strip()
    inside = next((s for s in _SLOT.finditer(text) if s.start() < half < s.end()), None)
    if inside is not None:
        half = inside.start() or inside.end()
    return text[:half], text[half:]
