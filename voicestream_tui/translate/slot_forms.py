"""Slots in a form that a model may hand through that has never seen `<c0>`.

Translation models copy what looks like no word of the language: variables of user interfaces,
numbers in brackets, part numbers. Which of these a model copies depends on what it was trained
on, so there are several forms and `slot_probe.py` finds out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SLOT = re.compile(r"<c(\d)>")


@dataclass(frozen=True, slots=True)
class SlotForm:
    """One way to write the slots `<c0>` … `<c9>`."""

    written: str
    """With {} for the number."""
    read: re.Pattern[str]
    """Finds a slot, however a model may have changed its signs; group 1 is the number."""
    first: int = 0
    """The number that stands for slot 0."""

    def fits(self, text: str) -> bool:
        """True if nothing else in a sentence could be mistaken for a slot."""
        return not self.read.search(_SLOT.sub("  ", text))

    def put(self, text: str) -> str:
        """Write the slots of a sentence in this form."""
        return _SLOT.sub(lambda match: self.written.format(int(match[1]) + self.first), text)

    def take(self, text: str, english: str) -> str:
        """Write the slots of a translation as `<c0>` … again.

        Args:
            text: the translation of `put(english)`.
            english: tells which slots there are; a number that is none of them is left alone.
        """
        known = numbers(english)

        def slot(match: re.Match[str]) -> str:
            number = int(match[1]) - self.first
            return f"<c{number}>" if number in known else match[0]

        return self.read.sub(slot, text)


def numbers(text: str) -> frozenset[int]:
    """The numbers of the slots in a sentence."""
    return frozenset(int(match[1]) for match in _SLOT.finditer(text))


def counts(text: str) -> dict[int, int]:
    """How often each slot stands in a sentence."""
    found: dict[int, int] = {}
    for match in _SLOT.finditer(text):
        found[int(match[1])] = found.get(int(match[1]), 0) + 1
    return found


FORMS: tuple[SlotForm, ...] = (
    SlotForm("<c{}>", re.compile(r"[<＜〈‹]\s*[cCｃＣ]\s*(\d)\s*[>＞〉›]")),
    SlotForm("%{}", re.compile(r"[%％]\s?(10|\d)(?![\d%％])"), first=1),
    SlotForm("{{{}}}", re.compile(r"[{｛]\s*(\d)\s*[}｝]")),
    SlotForm("[{}]", re.compile(r"[\[［〔]\s*(\d)\s*[\]］〕]")),
    SlotForm("X{}X", re.compile(r"[XxＸｘ]\s?(\d)\s?[XxＸｘ]")),
    SlotForm("VAR{}", re.compile(r"[VvＶ][AaＡ][RrＲ]\s?_?(10|\d)(?!\d)"), first=1),
)
"""The slots themselves first: then nothing can be mistaken for one. "%1" and "{0}" stand in the
translated user interfaces that most models have read."""
