"""Phonemes with accents, as ESPnet's voices are trained with, from Open JTalk's labels.

The four forms are those of ESPnet's `g2p_type`; "pyopenjtalk_prosody" follows "Prosodic features
control by symbols as input of sequence-to-sequence acoustic modeling for neural TTS" (Kurihara,
Seiyama, Kumano 2021): [ the pitch rises, ] it falls, # an accent phrase ends, _ a pause, and ^ $ ?
at the ends of a statement or question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicestream_tui.speak import frontend

_LABEL = re.compile(
    r"-(?P<phoneme>[^+]+)\+.*?"
    r"/A:(?P<a1>-?\d+|xx)\+(?P<a2>\d+|xx)\+(?P<a3>\d+|xx)"
    r".*?/E:.*?!(?P<e3>\d+|xx)_"
    r".*?/F:(?P<f1>\d+|xx)_(?P<f2>\d+|xx)"
)
_NONE = -50
"""A number that is not in the label."""
_ENDS_MORA = frozenset("aiueoAIUEON") | {"cl"}


@dataclass(frozen=True, slots=True)
class _Label:
    """A phoneme and where its mora is.

    Attributes:
        to_accent: Moras from the accent to this one (A1).
        place: Of the mora in its accent phrase, from 1 (A2).
        left: Moras from this one to the end of the phrase, from 1 (A3).
        asked: Whether the phrase before is a question (E3).
        moras: Of the accent phrase (F1).
        accent: The accented mora, 0 without one (F2).
    """

    phoneme: str
    to_accent: int
    place: int
    left: int
    asked: bool
    moras: int
    accent: int


def plain(text: str) -> list[str]:
    """Phonemes, "pau" for a pause; devoiced vowels are capital letters.

    Raises:
        EngineError: as `frontend.labels`.
    """
    return [label.phoneme for label in _labels(text) if label.phoneme != "sil"]


def with_accents(text: str, *, pauses: bool) -> list[str]:
    """Each phoneme followed by the accent of its phrase and its distance from it.

    Raises:
        EngineError: as `frontend.labels`.
    """
    said: list[str] = []
    for label in _labels(text):
        if label.phoneme == "pau" and pauses:
            said.append("pau")
        elif label.to_accent != _NONE and label.accent != _NONE:
            said += [label.phoneme, str(label.accent), str(label.to_accent)]
    return said


def with_prosody(text: str) -> list[str]:
    """Phonemes with symbols of pitch between them; devoiced vowels as normal ones.

    Raises:
        EngineError: as `frontend.labels`.
    """
    labels = _labels(text)
    said: list[str] = []
    for at, label in enumerate(labels):
        if label.phoneme == "sil":
            last = at == len(labels) - 1
            said.append("^" if not last else "?" if label.asked else "$")
        elif label.phoneme == "pau":
            said.append("_")
        else:
            voiced = label.phoneme.lower() if label.phoneme in "AIUEO" else label.phoneme
            said.append(voiced)
            said += _mark(label, labels[at + 1] if at + 1 < len(labels) else None)
    return said


def kana(text: str) -> list[str]:
    """The pronunciation in katakana, a sign each; marks as they are.

    Raises:
        EngineError: as `frontend.words`.
    """
    said = ""
    for word in frontend.words(text):
        said += str(word["string"] if word["pos"] == "記号" else word["pron"])
    return list(said.replace("’", ""))


def _mark(label: _Label, following: _Label | None) -> list[str]:
    """The symbol after a phoneme, if any."""
    next_place = following.place if following else _NONE
    if label.left == 1 and next_place == 1 and label.phoneme in _ENDS_MORA:
        return ["#"]
    if label.to_accent == 0 and next_place == label.place + 1 and label.place != label.moras:
        return ["]"]
    if label.place == 1 and next_place == 2:
        return ["["]
    return []


def _labels(text: str) -> list[_Label]:
    found = []
    for line in frontend.labels(text):
        match = _LABEL.search(line)
        if match is None:
            continue
        numbers = {
            key: int(value) if value != "xx" else _NONE
            for key, value in match.groupdict().items()
            if key != "phoneme"
        }
        found.append(
            _Label(
                match["phoneme"],
                numbers["a1"],
                numbers["a2"],
                numbers["a3"],
                numbers["e3"] == 1,
                numbers["f1"],
                numbers["f2"],
            )
        )
    return found
